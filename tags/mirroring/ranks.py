"""Places from WeCom's orders: larger comes first there, and two may be equal; here each row has its own place."""

from collections.abc import Sequence

from tags.models import Tag, TagGroup

# The place of a row just read, until it has one: behind those that are here.
UNPLACED = 2**31 - 1


def rank(rows: Sequence[Tag | TagGroup]) -> None:
    """Give each of these rows its place: what WeCom knows goes by its order, ties as they are, the rest stays where it
    is among them."""
    placed = sorted(
        (row for row in rows if row.wecom_order is not None), key=lambda r: (-(r.wecom_order or 0), r.order)
    )
    for row in sorted((row for row in rows if row.wecom_order is None), key=lambda row: row.order):
        placed.insert(min(row.order, len(placed)), row)
    for place, row in enumerate(placed):
        row.order = place


def append(rows: Sequence[Tag | TagGroup]) -> None:
    """Place the new ones behind the others, which stay: their order is on its way to WeCom."""
    last = max((row.order for row in rows if row.order != UNPLACED), default=-1)
    new = (row for row in rows if row.order == UNPLACED)
    for row in sorted(new, key=lambda row: -(row.wecom_order or 0)):
        last += 1
        row.order = last
