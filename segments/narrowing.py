"""Customer lists narrowed to a segment, which ``settings.CUSTOMER_FILTERS`` names for the package below, or to whoever
answers to a condition."""

from typing import Any, NamedTuple

from django.conf import settings

from corps.actors import Actor
from customers.selection import COMMON
from segments import asking
from segments.conditions.nodes import Condition, Moment
from segments.models import Segment, SegmentStay

# So many are named in the statement; of more than that the list is looked through in its own order, in these steps.
FEW = 10_000
STEPS = (5_000, 20_000, 80_000, 320_000)


def in_segment(rows: Any, segment_id: int, actor: Actor) -> Any:
    """Those of the customers who are members; of an unknown segment, nobody."""
    segment = Segment.objects.visible_to(actor).filter(pk=segment_id).select_related("standing").first()
    if segment is None:
        return rows.none()
    stays = SegmentStay.objects.of_segment(segment.pk).present(segment.standing.run)
    return rows.having(stays, common=segment.standing.size > COMMON)


class Narrowed(NamedTuple):
    """Attributes:
    rows: as many of them as a list shows, in their order.
    looked_at: how many rows were looked through, where they are not all; None where nobody was missed.
    """

    rows: Any
    looked_at: int | None = None


def by_condition(rows: Any, condition: Condition, moment: Moment) -> Narrowed:
    """Those of a list of customers, in whatever order, who answer to the condition: its first pages.

    Who answers comes from the bitmaps, and not from a statement: two common tags together take the database seconds.
    Where very many do, and the list's other filters leave very few of them, what is looked through ends; the list then
    says so.
    """
    found = asking.ids(condition, moment=moment)
    if len(found) <= FEW:
        return Narrowed(rows.filter(pk__in=list(found)))
    candidates = rows.filter(pk__range=(found.min(), found.max())).values_list("pk", flat=True)
    # One more than is counted, so that the count can say that there are more.
    most, shown, start = settings.TOTAL_BOUND_JOINED + 1, [], 0
    for step in STEPS:
        some = list(candidates[start : start + step])
        shown += [pk for pk in some if pk in found]
        start += len(some)
        if len(some) < step or len(shown) >= most:
            return Narrowed(rows.filter(pk__in=shown[:most]))
    return Narrowed(rows.filter(pk__in=shown), start)
