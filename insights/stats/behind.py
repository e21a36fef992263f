"""The stays of customers that a number counts, as the record knows them now: what is looked at behind it."""

import datetime as dt
from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet

from corps.models import Corp
from customers.choices import RelationStatus
from customers.models import RelationEpisode
from insights.endings import HANDED_OVER, LOST, UNTOLD
from insights.stats import behind_channels, behind_contact
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Span
from insights.stats.windows import Window, window
from insights.stats.words import CONTACT

Rows = QuerySet[RelationEpisode]


def stays(corp: Corp, scope: Scope, number: str, first: dt.date, last: dt.date) -> Rows:
    """Those that a number counts over some days, one for each of its relations."""
    # Of several days the first's beginning and the last's end.
    ends = [window(corp, Span.DAY, day, today=dt.date.max) for day in (first, last)]
    rows = NUMBERS[number](_of(scope), ends[0], ends[1])
    return behind_contact.in_state(corp, rows, number, ends[1]) if number in CONTACT else rows


def told_apart(scope: Scope) -> bool:
    """Whether each relation is counted once in a scope: in several departments that share people it isn't."""
    return len(scope.idents) == 1


def _of(scope: Scope) -> Rows:
    rows = RelationEpisode.objects.of_corp(scope.corp_id)
    if scope.dim == Dim.CHANNEL:
        return behind_channels.came_by(rows, scope.corp_id, scope.idents[0])
    return rows if scope.dim == Dim.CORP else rows.filter(employee__in=scope.employees or ())


def _begun(rows: Rows, first: Window, last: Window) -> Rows:
    return rows.filter(began_at__gte=first.start, began_at__lt=last.end)


def _again(rows: Rows, first: Window, last: Window) -> Rows:
    pair = {name: OuterRef(name) for name in ("customer", "employee")}
    earlier = RelationEpisode.objects.filter(began_at__lt=OuterRef("began_at"), **pair)
    return _begun(rows, first, last).filter(Exists(earlier))


def _lasting(rows: Rows, first: Window, last: Window) -> Rows:
    return rows.filter(Q(ended_at=None) | Q(ended_at__gte=last.end), began_at__lt=last.end)


def _ended(how: Q) -> Callable[[Rows, Window, Window], Rows]:
    return lambda rows, first, last: rows.filter(how, ended_at__gte=first.start, ended_at__lt=last.end)


NUMBERS: dict[str, Callable[[Rows, Window, Window], Rows]] = {
    "total": _lasting,
    "new": _begun,
    "readded": _again,
    "lost": _ended(LOST),
    "lostByEmployee": _ended(Q(ended_by=RelationStatus.ENDED_BY_EMPLOYEE)),
    "lostByCustomer": _ended(Q(ended_by=RelationStatus.ENDED_BY_CUSTOMER)),
    "lostUnknown": _ended(UNTOLD),
    "transferred": _ended(HANDED_OVER),
    # Of these.
    **dict.fromkeys(CONTACT, _lasting),
}
