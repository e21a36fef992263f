"""Tell by events who entered and who left, two hundred an event."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from segments import events
from segments.members.settling import Cause, Moves
from segments.models import Segment, SegmentRun, SegmentStanding, SegmentStay
from segments.querysets import NEVER

A_TIME = 200


def tell(segment: Segment, standing: SegmentStanding, moves: Moves, causes: Mapping[int, Cause]) -> None:
    """Record who moved, by what moved them. The standing is locked, and to be saved after."""
    if not segment.announces:
        return
    for name, ids in ((events.MEMBER_ENTERED, moves.entered), (events.MEMBER_LEFT, moves.left)):
        for cause, some in _by_cause(ids, causes).items():
            for part in _parts(some):
                _record(name, standing, part, cause=cause)


def tell_some(run: SegmentRun, standing: SegmentStanding) -> bool:
    """Tell of the next two hundred who moved with a finished run. The standing is locked, and to be saved after.

    Who has moved again since then, by themselves, was told of then.

    Returns: whether there may be more.
    """
    rows = SegmentStay.objects.of_segment(run.segment_id)
    came = rows.filter(entered_run=run.number, entered_event="", left_run=NEVER, pk__gt=run.told_entered)
    if found := list(came.order_by("pk").values_list("pk", "customer_id")[:A_TIME]):
        run.told_entered = found[-1][0]
        _record(events.MEMBER_ENTERED, standing, [customer for _pk, customer in found], run=run)
        return True
    went = rows.filter(left_run=run.number, left_event="", pk__gt=run.told_left)
    found = list(went.order_by("pk").values_list("pk", "customer_id")[:A_TIME])
    if not found:
        return False
    run.told_left = found[-1][0]
    ids = [customer for _pk, customer in found]
    back = set(rows.filter(left_run=NEVER, customer_id__in=ids).values_list("customer_id", flat=True))
    _record(events.MEMBER_LEFT, standing, [customer for customer in ids if customer not in back], run=run)
    return True


def _record(
    name: str, standing: SegmentStanding, ids: Sequence[int], *, cause: str = "", run: SegmentRun | None = None
) -> None:
    if ids:
        standing.version += 1
        events.members(name, standing, ids, cause=run.reason if run else cause, run_id=run.pk if run else None)


def _by_cause(ids: Iterable[int], causes: Mapping[int, Cause]) -> dict[str, list[int]]:
    """By what was done, not by which event: in a burst that would be an event a customer."""
    found: dict[str, list[int]] = {}
    for customer in ids:
        found.setdefault(causes[customer].name, []).append(customer)
    return found


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + A_TIME] for start in range(0, len(ids), A_TIME))
