"""Ask the segments about the customers who have changed: some hundred at a time, each once however often they have."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import structlog

from core.errors import RuleViolation
from core.failpoints import failpoint
from core.retry import atomic_retry
from core.time import now
from corps.models import Corp
from segments.conditions import answering, facts
from segments.conditions.nodes import Condition, Moment
from segments.members import sizes, telling
from segments.members.settling import Cause, settle
from segments.models import Segment, SegmentPending, SegmentStanding, SegmentTouch
from segments.refreshing import questions

BATCH = 500
_log = structlog.get_logger("scrm.segments")


@atomic_retry
def drain_some(*, corp_id: int) -> bool:
    """Settle the next customers of a company in all its segments. Returns whether there are more.

    What is known of them is read after the standings are held, and a run that is under way asks about them once more.
    """
    notes = list(SegmentPending.objects.of_corp(corp_id).select_for_update().order_by("pk")[:BATCH])
    if not notes:
        return False
    causes = {row.customer_id: Cause(row.cause, row.event_id) for row in notes}
    standings = _held(corp_id)
    failpoint("segment.drain.held")
    for standing in standings:
        if standing.staged:
            _touch(standing, causes)
    shown = [standing for standing in standings if standing.run]
    for standing, members, concerned in _answers(corp_id, shown, sorted(causes)):
        _settle(standing, members, {customer: causes[customer] for customer in concerned})
    SegmentPending.objects.filter(pk__in=[row.pk for row in notes]).delete()
    failpoint("segment.drain.settled")
    return len(notes) == BATCH


def _held(corp_id: int) -> list[SegmentStanding]:
    living = Segment.objects.of_corp(corp_id).live().select_related("corp").in_bulk()
    rows = SegmentStanding.objects.filter(pk__in=sorted(living)).select_for_update().order_by("pk")
    standings = list(rows)
    for standing in standings:
        standing.segment = living[standing.pk]
    return standings


def _touch(standing: SegmentStanding, ids: Collection[int]) -> None:
    fields = {"corp_id": standing.corp_id, "segment_id": standing.pk}
    touches = [SegmentTouch(customer_id=customer, **fields) for customer in sorted(ids)]
    SegmentTouch.objects.bulk_create(touches, ignore_conflicts=True)


def _answers(
    corp_id: int, standings: Sequence[SegmentStanding], ids: Sequence[int]
) -> Iterator[tuple[SegmentStanding, Collection[int], Collection[int]]]:
    """Of each segment who of the customers is in it, and about whom that says anything: a list loses only who is
    deleted."""
    moment, asked = Moment(now(), Corp.objects.get(pk=corp_id).zone), _conditions(standings)
    known = facts.gather(ids, corp_id=corp_id, conditions=asked.values(), moment=moment) if asked else {}
    dead = questions.dead(ids)
    for standing in standings:
        if condition := asked.get(standing.pk):
            yield standing, [c for c in ids if c in known and answering.holds(condition, known[c], moment)], ids
        elif not standing.segment.is_dynamic and dead:
            yield standing, (), dead


def _conditions(standings: Sequence[SegmentStanding]) -> dict[int, Condition]:
    found: dict[int, Condition] = {}
    for standing in standings:
        if standing.segment.is_dynamic:
            try:
                found[standing.pk] = questions.parsed(standing.condition, standing.segment)
            except RuleViolation:
                # Its next run says so to people; the other segments needn't wait for that.
                _log.warning("segment_condition_invalid", segment=standing.pk)
    return found


def _settle(standing: SegmentStanding, members: Collection[int], causes: Mapping[int, Cause]) -> None:
    at = now()
    moves = settle(standing=standing, ids=causes, members=members, causes=causes, at=at)
    if moves:
        standing.size += len(moves.entered) - len(moves.left)
        telling.tell(standing.segment, standing, moves, causes)
        standing.save(update_fields=["size", "version"])
        sizes.note(standing, moves, at)


def waiting() -> list[int]:
    """The companies with customers to be asked about."""
    return list(SegmentPending.objects.order_by().values_list("corp_id", flat=True).distinct())
