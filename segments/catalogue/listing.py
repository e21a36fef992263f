"""Who is put on a list and taken off it: the members of a static segment."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers.models import Customer
from segments.catalogue import checking
from segments.choices import LISTED, UNLISTED
from segments.members import sizes, telling
from segments.members.settling import Cause, Moves, settle
from segments.models import Segment, SegmentRun, SegmentStanding
from segments.refreshing import hearing

MOST = 10_000
_BATCH = 1_000


@atomic
def add_members(*, segment: Segment, customer_ids: Collection[int], by: Actor, source: str) -> Moves:
    """Put these customers on the list; who is on it stays. Who is deleted is left out.

    Raises:
        Conflict: ``segment_deleted``, ``segment_dynamic``; ``segment_filling``: it is being copied still.
        RuleViolation: ``too_many_customers``, ``customer_unknown``.
    """
    return put(_list(segment), customer_ids, by)


@atomic
def remove_members(*, segment: Segment, customer_ids: Collection[int], by: Actor, source: str) -> Moves:
    """Take these customers off the list; who isn't on it isn't missed. Raises Conflict, as ``add_members``."""
    return _settle(_list(segment), list(dict.fromkeys(customer_ids)), Cause(UNLISTED, by.label), members=False)


def put(segment: Segment, customer_ids: Collection[int], by: Actor) -> Moves:
    """``add_members`` of a held segment."""
    wanted = sorted(set(customer_ids))
    if len(wanted) > MOST:
        message = _("More than %(most)d customers at once. Split the list.") % {"most": MOST}
        raise _refused("too_many_customers", message)
    return _settle(segment, _living(segment.corp_id, wanted), Cause(LISTED, by.label), members=True)


def _list(segment: Segment) -> Segment:
    row = checking.ready(segment)
    if row.is_dynamic:
        raise Conflict("segment_dynamic", _("Who is in a dynamic segment is up to its condition."))
    if SegmentRun.objects.filter(segment=row, open_mark=1).exists():
        raise Conflict("segment_filling", _("This list is still being filled. Try again when that is done."))
    return row


def _settle(segment: Segment, ids: list[int], cause: Cause, *, members: bool) -> Moves:
    standing, at, all_moves = lock(SegmentStanding(pk=segment.pk)), now(), Moves()
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        causes = dict.fromkeys(some, cause)
        moves = settle(standing=standing, ids=some, members=some if members else (), causes=causes, at=at)
        telling.tell(segment, standing, moves, causes)
        all_moves.entered += moves.entered
        all_moves.left += moves.left
    if all_moves:
        standing.segment = segment
        standing.size += len(all_moves.entered) - len(all_moves.left)
        standing.as_of = at
        standing.save(update_fields=["size", "version", "as_of"])
        sizes.note(standing, all_moves, at)
        hearing.note_for_dependants(segment, [*all_moves.entered, *all_moves.left], cause=cause.name)
    return all_moves


def _living(corp_id: int, ids: list[int]) -> list[int]:
    found: dict[int, int] = {}
    for start in range(0, len(ids), _BATCH):
        rows = Customer.objects.of_corp(corp_id).filter(pk__in=ids[start : start + _BATCH])
        found |= dict(rows.values_list("pk", "alive"))
    if len(found) < len(ids):
        raise _refused("customer_unknown", _("There is no such customer in this company."))
    return [pk for pk in ids if found[pk]]


def _refused(code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, [FieldError("customerIds", code, message)])
