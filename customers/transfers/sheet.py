"""Draw up a transfer: who can go and to whom, who can't and why. Nothing is sent before somebody has seen it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers.choices import OPEN_ITEMS, ItemState, JobState, RelationStatus, TransferKind
from customers.models import FollowRelation, TransferItem, TransferJob
from customers.transfers import acts, judging
from customers.transfers.choosing import Chosen
from customers.transfers.facts import gather
from customers.transfers.judging import Room

MOST_TAKERS = 20
# Lines of a file that are kept to be looked at.
MOST_LINES_KEPT = 200
_BATCH = 500


@atomic
def create(
    *, handover: Employee, takers: Sequence[Employee], chosen: Chosen, message: str = "", by: Actor, source: str
) -> TransferJob:
    """Draw up the transfer of these customers, dealt out evenly among the takers. It waits to be started.

    Args:
        message: what customers of a working employee are told; empty for WeCom's own words.

    Raises:
        RuleViolation: ``no_takers``, ``too_many_takers``, ``taker_unknown``, ``same_employee``, ``message_of_leaver``.
    """
    kind = TransferKind.LEAVER if handover.status == EmployeeStatus.LEFT else TransferKind.ON_JOB
    _check(handover, takers, message, kind)
    job = TransferJob.objects.create(
        corp_id=handover.corp_id,
        kind=kind,
        handover=handover,
        takers=[taker.pk for taker in takers],
        message=message,
        source=source,
        actor=by.label,
        report=_report(chosen),
    )
    rows = [
        TransferItem(corp_id=job.corp_id, job=job, customer_id=ident, handover=handover, state="ready")
        for ident in chosen.ids
    ]
    _judge(rows, handover, kind, takers)
    TransferItem.objects.bulk_create(rows, batch_size=_BATCH)
    return job


@atomic
def recheck(*, job: TransferJob, by: Actor, source: str) -> TransferJob:
    """Draw the sheet up anew: what spoke against a customer may be over, or something may have come up.

    Raises:
        Conflict: ``transfer_started``.
    """
    row = lock(job)
    if row.state != JobState.CHECKED:
        raise Conflict("transfer_started", _("This transfer has been started: its customers are not checked again."))
    if redraw(row):
        acts.note(row, "check", by)
    return row


def redraw(job: TransferJob) -> int:
    """Judge the items of a (locked) job that was not started. Returns how many changed."""
    items = list(job.items.filter(state__in=(ItemState.READY, ItemState.EXCLUDED)).order_by("pk"))
    before = {item.pk: (item.state, item.reason, item.taker_id) for item in items}
    _judge(items, job.handover, job.kind, takers_of(job))
    changed = [item for item in items if before[item.pk] != (item.state, item.reason, item.taker_id)]
    TransferItem.objects.bulk_update(changed, ["state", "reason", "taker"], batch_size=_BATCH)
    return len(changed)


def takers_of(job: TransferJob) -> list[Employee]:
    """Who may take over, in the order in which they were named."""
    found = Employee.objects.of_corp(job.corp_id).in_bulk(job.takers)
    return [found[pk] for pk in job.takers if pk in found]


def _judge(items: Sequence[TransferItem], handover: Employee, kind: str, takers: Sequence[Employee]) -> None:
    rooms = _rooms(takers)
    for some in _batches(items):
        ids = [item.customer_id for item in some]
        facts = gather(handover=handover, kind=kind, takers=takers, customer_ids=ids)
        for item in some:
            why, room = judging.objection(item.customer_id, facts), None
            if not why:
                room, why = judging.deal(item.customer_id, rooms, facts)
            item.state, item.reason = (ItemState.EXCLUDED if why else ItemState.READY), why
            item.taker = room.taker if room else None


def _rooms(takers: Sequence[Employee]) -> list[Room]:
    """How much room each has: what WeCom allows, less whom they follow and who is on the way to them."""
    theirs = FollowRelation.objects.filter(employee__in=takers, status=RelationStatus.ACTIVE)
    # By state, of which the company's index knows: by taker there is none.
    corps = {taker.corp_id for taker in takers}
    coming = TransferItem.objects.filter(corp_id__in=corps, state__in=OPEN_ITEMS, taker__in=takers)
    has = dict(theirs.values_list("employee_id").annotate(Count("pk")))
    gets = dict(coming.values_list("taker_id").annotate(Count("pk")))
    most = settings.CUSTOMERS_PER_EMPLOYEE
    return [
        Room(taker, judging.against_taker(taker), most - has.get(taker.pk, 0) - gets.get(taker.pk, 0))
        for taker in takers
    ]


def _batches(items: Sequence[TransferItem]) -> Iterator[Sequence[TransferItem]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


def _report(chosen: Chosen) -> dict[str, Any]:
    return {"lines": chosen.bad[:MOST_LINES_KEPT], "bad": len(chosen.bad)} if chosen.bad else {}


def _check(handover: Employee, takers: Sequence[Employee], message: str, kind: str) -> None:
    ids = [taker.pk for taker in takers]
    if not ids:
        raise _refused("no_takers", _("Name at least one employee who takes over."))
    if len(ids) > MOST_TAKERS or len(set(ids)) != len(ids):
        raise _refused("too_many_takers", _("At most %(most)d takers, each once.") % {"most": MOST_TAKERS})
    if any(taker.corp_id != handover.corp_id for taker in takers):
        raise _refused("taker_unknown", _("There is no such employee in this company."))
    if handover.pk in ids:
        raise _refused("same_employee", _("Whoever hands over can't take over."))
    if message and kind == TransferKind.LEAVER:
        text = _("Customers of somebody who has left are told in WeCom's own words. Leave the message empty.")
        raise RuleViolation("message_of_leaver", text, [FieldError("message", "message_of_leaver", text)])


def _refused(code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, [FieldError("takerIds", code, message)])
