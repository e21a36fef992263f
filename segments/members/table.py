"""The members of a segment as lines of a table, by the thousand: nothing of it is held in memory."""

import heapq
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from corps.actors import Actor
from customers.custom.table_columns import Columns
from segments.choices import CAUSES
from segments.models import Segment, SegmentStay
from segments.querysets import NEVER

MOST, _SIZE = 1_000_000, 1_000
_Row = tuple[Any, ...]
_COLUMNS = (
    "customer_id",
    "customer__external_userid",
    "customer__name",
    "customer__follow_user__name",
    "customer__add_time",
    "entered_at",
    "entered_by",
)


def of(segment: Segment, actor: Actor, *, own: bool = False) -> Iterator[list[str]]:
    """A heading and a line for each member whom the actor may see, by id, in the language now active; times in the
    company's zone. The first column is what a list or a transfer is made of again.

    Who is shown when it begins is in the table, whatever a refresh does meanwhile.

    Args:
        segment: with its standing.
        own: with the custom fields in use behind the others, as the actor may see them.
    """
    columns = Columns(segment.corp, actor) if own else None
    run, zone = segment.standing.run, segment.corp.zone  # type: ignore[attr-defined]
    yield [
        _("external userid"),
        _("customer"),
        _("followed by"),
        _("added"),
        pgettext("segment", "entered"),
        _("entered because"),
        *(columns.heading() if columns else ()),
    ]
    shown = SegmentStay.objects.visible_to(actor).of_segment(segment.pk).filter(entered_run__lte=run)
    # Of one value each, the key gives the rows in their order; of both at once, each piece would be sorted.
    found = heapq.merge(*(_by_customer(shown.filter(left_run=left)) for left in (NEVER, run + 1)), key=itemgetter(0))
    rows = islice(found, MOST)
    while some := list(islice(rows, _SIZE)):
        cells = columns.cells([row[0] for row in some]) if columns else {}
        for row in some:
            yield [*_line(row, zone), *cells.get(row[0], ())]


def _by_customer(stays: Any) -> Iterable[_Row]:
    last = 0
    while rows := list(stays.filter(customer_id__gt=last).order_by("customer_id").values_list(*_COLUMNS)[:_SIZE]):
        last = rows[-1][0]
        yield from rows
        if len(rows) < _SIZE:
            return


def _line(row: _Row, zone: ZoneInfo) -> list[str]:
    _pk, external, name, follower, added, entered, cause = row
    times = ["" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M") for at in (added, entered)]
    return [external, name or "", follower or "", *times, str(CAUSES.get(cause, cause))]
