"""A job begins as a sheet: which chats would go and which can't, before anything is sent."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from core.transactions import atomic
from corps.actors import Actor
from corps.models import Employee
from groups.listing import ORDER
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import preflight

# A leaver with more has a second job.
MOST = 2_000
State = GroupTransferItem.State


@atomic
def plan(*, corp_id: int, chats: QuerySet[GroupChat], taker: Employee, by: Actor) -> GroupTransferJob:
    """Make a job with a row for each chat, ``planned`` or ``blocked`` with the reason. Nothing is sent or told.

    Args:
        chats: of this company, as the actor sees them.

    Raises:
        RuleViolation: ``taker_unknown``, ``taker_unfit``: has left, isn't active or has no customer contact;
            ``no_groups``; ``too_many_groups``: more than 2,000.
    """
    _check_taker(corp_id, taker)
    found = list(chats.filter(corp_id=corp_id).select_related("owner").order_by(*ORDER)[: MOST + 1])
    if not found:
        raise RuleViolation("no_groups", _("There are no group chats to hand over."))
    if len(found) > MOST:
        raise RuleViolation("too_many_groups", _("Hand over at most %(n)d group chats at once.") % {"n": MOST})
    job = GroupTransferJob.objects.create(corp_id=corp_id, taker=taker, actor=by.label)
    _add(job, found, preflight.reasons(found, taker))
    return job


def owned_by(employee: Employee, actor: Actor) -> QuerySet[GroupChat]:
    """All chats of one employee that aren't dismissed: what a leaver leaves behind."""
    return GroupChat.objects.visible_to(actor).living().filter(owner=employee)


def _add(job: GroupTransferJob, chats: Sequence[GroupChat], why: dict[int, str]) -> None:
    rows = [
        GroupTransferItem(
            corp_id=job.corp_id,
            job=job,
            chat=chat,
            owner_id=chat.owner_id,
            leaver=preflight.is_leavers(chat),
            state=State.BLOCKED if chat.pk in why else State.PLANNED,
            reason=why.get(chat.pk, ""),
        )
        for chat in chats
    ]
    GroupTransferItem.objects.bulk_create(rows, batch_size=500)


def _check_taker(corp_id: int, taker: Employee) -> None:
    if taker.corp_id != corp_id:
        raise taker_unknown()
    if preflight.unfit(taker):
        message: Any = _("This employee can't take groups: they must be active and have customer contact.")
        raise RuleViolation("taker_unfit", message, [FieldError("takerId", "taker_unfit", message)])


def taker_unknown() -> RuleViolation:
    message = _("There is no such employee in this company.")
    return RuleViolation("taker_unknown", message, [FieldError("takerId", "taker_unknown", message)])
