"""Who has left with customers or group chats that wait for somebody, and until when they can be handed over."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet

from core.pagination import bounded_count
from corps.actors import Actor
from corps.choices import EmployeeStatus
from corps.models import Employee
from corps.querysets import owns_narrowly
from customers.choices import RelationStatus
from customers.models import FollowRelation, Leaver, TransferItem
from customers.transfers.facts import LEAVERS_DAYS
from groups.choices import ChatStatus
from groups.models import GroupChat

# Still theirs: whether WeCom's own mark of it was read already or not.
_WAITING = (ChatStatus.NORMAL, ChatStatus.OWNER_LEFT)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait in all, counted no further than ``TOTAL_BOUND``; None stands for more."""

    leavers: int | None
    customers: int | None
    groups: int | None


def leavers(actor: Actor, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Those of the actor's company, or of a manager's people, who have left and with whom somebody waits."""
    found = (Leaver._default_manager.all() if rows is None else rows).filter(status=EmployeeStatus.LEFT)
    if actor.corp_id is not None:
        found = found.filter(corp_id=actor.corp_id)
    if owns_narrowly(actor):
        found = found.filter(pk__in=Employee.objects.managed_or_self(actor))
    theirs = _theirs(employee=OuterRef("pk"))
    chats = GroupChat.objects.filter(corp_id=OuterRef("corp_id"), owner=OuterRef("pk"), status__in=_WAITING)
    return found.filter(Exists(theirs) | Exists(chats))


def counts(employee_ids: Sequence[int]) -> tuple[Counter[int], Counter[int]]:
    """How many customers, and how many group chats, wait with each of these, by one statement each."""
    theirs = _theirs(employee__in=employee_ids)
    chats = GroupChat.objects.filter(owner_id__in=employee_ids, status__in=_WAITING)
    if not employee_ids:
        return Counter(), Counter()
    return (
        Counter(dict(theirs.values_list("employee_id").annotate(Count("pk")).order_by())),
        Counter(dict(chats.values_list("owner_id").annotate(Count("pk")).order_by())),
    )


def refusals(employee_ids: Sequence[int]) -> Counter[int]:
    """How many customers of each refused to be handed over when they had left, by one statement."""
    rows = TransferItem.objects.refused_a_leaver().filter(handover_id__in=employee_ids).values_list("handover_id")
    return Counter(dict(rows.annotate(Count("customer", distinct=True)).order_by())) if employee_ids else Counter()


def waiting(actor: Actor) -> Waiting:
    """What waits in all."""
    who = leavers(actor)
    theirs = _theirs(employee__in=who.values("pk"))
    chats = GroupChat.objects.visible_to(actor).filter(owner__in=who.values("pk"), status__in=_WAITING)
    found = (bounded_count(rows, settings.TOTAL_BOUND) for rows in (who, theirs, chats))
    return Waiting(*(number if exact else None for number, exact in found))


def deadline(left_at: dt.datetime | None) -> dt.datetime | None:
    """Until when WeCom hands over what a leaver had (page 96331)."""
    return left_at and left_at + dt.timedelta(days=LEAVERS_DAYS)


def wired(rows: Iterable[Leaver]) -> list[dict[str, Any]]:
    """Leavers as wire values, those of a page."""
    page = list(rows)
    ids = [row.pk for row in page]
    (customers, groups), refused = counts(ids), refusals(ids)
    return [
        {
            "employeeId": row.pk,
            "userid": row.userid,
            "name": row.name,
            "leftAt": row.left_at,
            "deadline": deadline(row.left_at),
            "customers": customers[row.pk],
            "refused": refused[row.pk],
            "groups": groups[row.pk],
        }
        for row in page
    ]


def _theirs(**whose: Any) -> QuerySet[FollowRelation]:
    """Those relations of leavers that wait. Of who has refused none is left, though the nightly sync ends it here."""
    mine = {"customer": OuterRef("customer_id"), "handover": OuterRef("employee_id")}
    refused = TransferItem.objects.refused_a_leaver().filter(**mine)
    return FollowRelation.objects.filter(~Exists(refused), status=RelationStatus.ACTIVE, **whose)
