"""Which chats can be given to a new owner, and why the others can't: looked at before anything is sent."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from core.time import now
from corps.choices import EmployeeStatus
from corps.models import Employee
from groups.choices import ChatStatus
from groups.models import GroupChat, GroupTransferItem

State = GroupTransferItem.State
# A chat of somebody who works here: twice in ninety days (page 95703).
_TWICE, _WINDOW = 2, dt.timedelta(days=90)

DISMISSED = "dismissed"
SAME_OWNER = "same_owner"
NO_OWNER = "no_owner"
INHERITING = "being_inherited"
TWICE = "twice_in_90_days"
ON_ITS_WAY = "in_another_job"

WORDS: dict[str, Any] = {
    DISMISSED: _("The group has been dismissed."),
    SAME_OWNER: _("The new owner has it already."),
    NO_OWNER: _("Who owns it isn't known. Read the groups again."),
    INHERITING: _("WeCom is handing it over already."),
    TWICE: _("It has been handed over twice in 90 days."),
    ON_ITS_WAY: _("Another handover has it on its way."),
}


def unfit(taker: Employee) -> str:
    """Why nobody's groups can go to this employee: ``left``, ``inactive``, ``no_contact``; empty where they can."""
    if taker.status == EmployeeStatus.LEFT:
        return "left"
    if taker.status != EmployeeStatus.ACTIVE:
        return "inactive"
    return "" if taker.can_follow else "no_contact"


def is_leavers(chat: GroupChat) -> bool:
    """Whether the call for leavers' chats is the right one. The chat comes with its owner."""
    left = chat.owner is not None and chat.owner.status == EmployeeStatus.LEFT
    return left or chat.status == ChatStatus.OWNER_LEFT


def reasons(chats: Sequence[GroupChat], taker: Employee) -> dict[int, str]:
    """Chat id → why it can't go; the others can. Two statements, whatever their number.

    Args:
        chats: of one company, with their owners.
    """
    ids = [chat.pk for chat in chats]
    busy, spent = _on_their_way(ids), _handed_over_twice(ids)
    found = {chat.pk: _of_one(chat, taker, busy, spent) for chat in chats}
    return {pk: reason for pk, reason in found.items() if reason}


def _of_one(chat: GroupChat, taker: Employee, busy: Collection[int], spent: Collection[int]) -> str:
    if chat.status == ChatStatus.DISMISSED:
        return DISMISSED
    if chat.owner_id is None:
        return NO_OWNER
    if chat.owner_id == taker.pk:
        return SAME_OWNER
    if chat.status == ChatStatus.INHERITING:
        return INHERITING
    if chat.pk in busy:
        return ON_ITS_WAY
    return TWICE if chat.pk in spent and not is_leavers(chat) else ""


def _on_their_way(ids: list[int]) -> set[int]:
    return set(GroupTransferItem.objects.filter(chat_id__in=ids, open_mark=1).values_list("chat_id", flat=True))


def _handed_over_twice(ids: list[int]) -> set[int]:
    # A chat has few items: its own key finds them.
    done = GroupTransferItem.objects.filter(chat_id__in=ids, state=State.DONE, leaver=False)
    rows = done.filter(sent_at__gte=now() - _WINDOW).order_by().values_list("chat_id").annotate(n=Count("pk"))
    return {chat for chat, number in rows if number >= _TWICE}
