"""Statistics as somebody would count them by hand: loops over plain rows, no SQL."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.time import day_range
from corps.models import Corp, Department, DepartmentMember
from customers.models import ChannelKey, RelationEpisode
from insights.models import DailyStat
from insights.stats.terms import KEPT_AFTER, Dim, Metric, Span

# (span, day, dim, metric, ident, detail) → (relations, people)
Rows = dict[tuple[Any, ...], tuple[int, int]]
DAY = dt.timedelta(days=1)
EPISODES = {
    *(Metric.TOTAL, Metric.NEW, Metric.READDED, Metric.LOST, Metric.LOST_EMPLOYEE, Metric.LOST_CUSTOMER),
    *(Metric.LOST_UNKNOWN, Metric.TRANSFERRED, Metric.KEPT),
}


@dataclass(frozen=True)
class Stay:
    customer: int
    employee: int
    began: dt.datetime
    ended: dt.datetime | None
    by: int | None
    channel: int

    def lasts(self, moment: dt.datetime) -> bool:
        return self.began < moment and (self.ended is None or self.ended >= moment)

    def kept(self, days: int) -> bool:
        return self.ended is None or self.by == 4 or self.ended >= self.began + days * DAY


def stored(corp: Corp, metrics: Iterable[Metric] | None = None) -> Rows:
    """The rows as they stand in the table."""
    rows = DailyStat.objects.of_corp(corp.pk)
    if metrics is not None:
        rows = rows.filter(metric__in=list(metrics))
    columns = ("span", "day", "dim", "metric", "ident", "detail", "relations", "people")
    return {tuple(key): (n, people) for *key, n, people in rows.values_list(*columns)}


def in_full() -> list[tuple[Any, ...]]:
    """Every column of every row."""
    return list(DailyStat.objects.order_by("pk").values_list())


def stays(corp: Corp) -> list[Stay]:
    keys = ChannelKey.objects.filter(corp=corp)
    states = {key.state: key.channel_id for key in keys if key.state is not None}
    ways = {key.add_way: key.channel_id for key in keys if key.add_way is not None}
    found = []
    for row in RelationEpisode.objects.filter(corp=corp):
        channel = states.get(row.state, -1) if row.state else ways.get(row.add_way, 0)
        found.append(Stay(row.customer_id, row.employee_id, row.began_at, row.ended_at, row.ended_by, channel))
    return found


def places(corp: Corp) -> dict[int, set[int]]:
    """Employee → the departments they are in, and all above these."""
    above: dict[int, set[int]] = {}
    tree = {one.pk: one for one in Department.objects.filter(corp=corp)}
    for row in DepartmentMember.objects.filter(corp=corp):
        node: Department | None = tree[row.department_id]
        while node:
            above.setdefault(row.employee_id, set()).add(node.pk)
            node = tree.get(node.parent_id or 0)
    return above


def spans(first: dt.date, last: dt.date) -> Iterator[tuple[Span, dt.date, dt.date]]:
    """Each span that a day from the first to the last lies in: its first day, and the last one that is over."""
    for day in (first + n * DAY for n in range((last - first).days + 1)):
        yield Span.DAY, day, day
    for day in {one - one.weekday() * DAY for one in (first + n * DAY for n in range((last - first).days + 1))}:
        yield Span.WEEK, day, min(day + 6 * DAY, last)
    months = {(first + n * DAY).replace(day=1) for n in range((last - first).days + 1)}
    for day in months:
        following = (day + 31 * DAY).replace(day=1)
        yield Span.MONTH, day, min(following - DAY, last)


def expected(corp: Corp, first: dt.date, last: dt.date) -> Rows:
    """What the rows of episodes are to be when all days to ``last``, which is yesterday, have been counted."""
    known, where = stays(corp), places(corp)
    found: Rows = {}
    for span, day, until in spans(first, last):
        start, end = day_range(day, corp.zone)[0], day_range(until, corp.zone)[1]
        for metric, detail, some in picked(known, span, start, end, day_range(last, corp.zone)[1]):
            for dim, ident, mine in grouped(some, where):
                found[span, day, dim, metric, ident, detail] = (len(mine), len({stay.customer for stay in mine}))
    return found


def picked(
    known: list[Stay], span: Span, start: dt.datetime, end: dt.datetime, today: dt.datetime
) -> Iterator[tuple[Metric, int, list[Stay]]]:
    """Which stays each metric counts."""
    begun = [stay for stay in known if start <= stay.began < end]
    ended = [stay for stay in known if stay.ended and start <= stay.ended < end]
    again = [
        stay
        for stay in begun
        if any(
            (one.customer, one.employee) == (stay.customer, stay.employee) and one.began < stay.began for one in known
        )
    ]
    yield Metric.NEW, 0, begun
    yield Metric.READDED, 0, again
    yield Metric.LOST, 0, [stay for stay in ended if stay.by != 4]
    for metric, how in ((Metric.LOST_EMPLOYEE, 2), (Metric.LOST_CUSTOMER, 3), (Metric.LOST_UNKNOWN, None)):
        yield metric, 0, [stay for stay in ended if stay.by == how]
    yield Metric.TRANSFERRED, 0, [stay for stay in ended if stay.by == 4]
    if span == Span.DAY:
        yield Metric.TOTAL, 0, [stay for stay in known if stay.lasts(end)]
        for days in KEPT_AFTER:
            if end + days * DAY <= today:
                yield Metric.KEPT, days, [stay for stay in begun if stay.kept(days)]


def grouped(some: list[Stay], where: dict[int, set[int]]) -> Iterator[tuple[Dim, int, list[Stay]]]:
    """The stays of each ident of each dimension; none where there are none."""
    keys: dict[Dim, Callable[[Stay], Iterable[int]]] = {
        Dim.CORP: lambda stay: [0],
        Dim.EMPLOYEE: lambda stay: [stay.employee],
        Dim.DEPARTMENT: lambda stay: where.get(stay.employee, ()),
        Dim.CHANNEL: lambda stay: [stay.channel],
    }
    for dim, key in keys.items():
        idents = {ident for stay in some for ident in key(stay)}
        for ident in idents:
            yield dim, ident, [stay for stay in some if ident in key(stay)]
