"""Bring the warnings into step with the record. Events and the daily sweep call the same, in any order, ever again."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from core.time import now
from core.transactions import atomic
from corps.actors import SYSTEM
from corps.models import Corp, Employee
from customers.choices import RelationStatus, Source
from customers.models import Customer, RelationEpisode, TalkFigures
from insights import events
from insights.choices import WAITING, Kind, State
from insights.models import RiskAlert
from insights.risks import delivery, feedback, kinds, record
from insights.risks.book import Book
from insights.risks.cause import Cause
from insights.risks.kinds import HORIZON

# What is found later than this is noted without a word: nobody is to be told of a quarter's losses at once.
FRESH = dt.timedelta(days=2)
BATCH = 500
_FOLLOWS = ("customer_id", "employee_id", "level", "opened_at", "facts")
_Key = tuple[str, str, str]


@dataclass(slots=True)
class Turned:
    """Which warnings have opened, passed, or were never true after all."""

    opened: list[RiskAlert] = field(default_factory=list)
    passed: list[RiskAlert] = field(default_factory=list)
    withdrawn: list[RiskAlert] = field(default_factory=list)


@atomic
def settle_customers(*, corp_id: int, customer_ids: Collection[int]) -> Turned:
    """Open and close the warnings about these customers by what is on record of them now."""
    moment = now()
    locked = Customer.objects.of_corp(corp_id).filter(pk__in=customer_ids).order_by("pk").select_for_update()
    customers = list(locked)
    book = Book.of(corp_id, _concerned(customers))
    people = record.of_customers(customers, contacts=book.anywhere(Kind.SILENCE), stages=bool(book.staged))
    causes = [cause for person in people for cause in kinds.of_person(person, book, moment)]
    known = RiskAlert.objects.of_corp(corp_id).filter(customer__in=customers)
    return _apply(corp_id, causes, list(known), moment)


@atomic
def settle_employees(*, corp_id: int, employee_ids: Collection[int]) -> Turned:
    """Open and close the warnings about these employees' days."""
    moment = now()
    # The lock keeps two who settle the same employee apart.
    employees = list(Employee.objects.of_corp(corp_id).filter(pk__in=employee_ids).order_by("pk").select_for_update())
    zone, book = Corp.objects.get(pk=corp_id).zone, Book.of(corp_id, [employee.pk for employee in employees])
    deletions: dict[int, list[dt.datetime]] = defaultdict(list)
    ended = RelationEpisode.objects.of_corp(corp_id).filter(
        employee__in=employees, ended_by=RelationStatus.ENDED_BY_EMPLOYEE, ended_at__gt=moment - HORIZON
    )
    for employee, at in ended.values_list("employee_id", "ended_at"):
        deletions[employee].append(cast(dt.datetime, at))
    left = _left(employees, moment)
    causes = [c for e in employees for c in kinds.of_employee(e.pk, deletions[e.pk], zone, book, moment, left[e.pk])]
    of_days = (Kind.BULK_DELETION, Kind.NEGATIVE_FEEDBACK)
    known = RiskAlert.objects.of_corp(corp_id).filter(employee__in=employees, kind__in=of_days)
    return _apply(corp_id, causes, list(known), moment)


def _left(employees: Sequence[Employee], moment: dt.datetime) -> dict[int, dict[dt.date, int]]:
    """Employee → how many customers left them, by day, as far back as it may matter."""
    since = (moment - HORIZON - feedback.BEFORE).date() - dt.timedelta(days=1)
    found: dict[int, dict[dt.date, int]] = defaultdict(dict)
    rows = TalkFigures.objects.filter(employee__in=employees, day__gte=since)
    for employee, day, count in rows.values_list("employee_id", "day", "negative_feedback"):
        found[employee][day] = count
    return found


def _concerned(customers: Sequence[Customer]) -> set[int | None]:
    ids = [customer.pk for customer in customers]
    followers = RelationEpisode.objects.filter(customer_id__in=ids).values_list("employee_id", flat=True)
    return {*followers, *(customer.follow_user_id for customer in customers)}


def _apply(corp_id: int, causes: Iterable[Cause], known: list[RiskAlert], moment: dt.datetime) -> Turned:
    turned, rows = Turned(), {_key(alert): alert for alert in known}
    wanted = {cause.key: cause for cause in causes}
    for key, alert in rows.items():
        if key not in wanted:
            _drop(alert, moment, turned)
    # What closes makes room for what opens: of one subject only one may be open.
    for key in sorted(wanted.keys() & rows.keys(), key=lambda key: wanted[key].closed_at is None):
        _follow(rows[key], wanted[key], turned)
    fresh = [_alert(corp_id, cause, known) for key, cause in wanted.items() if key not in rows]
    RiskAlert.objects.bulk_create([alert for alert in fresh if not _is_told(alert, moment)], batch_size=BATCH)
    for alert in fresh:
        if _is_told(alert, moment):
            alert.save(force_insert=True)
            turned.opened.append(alert)
    _tell(turned, moment)
    return turned


def _tell(turned: Turned, moment: dt.datetime) -> None:
    how: Any = {"by": SYSTEM, "source": Source.RULE}
    events.tell_closed(turned.withdrawn, why="withdrawn", **how)
    events.tell_closed(turned.passed, why="passed", **how)
    opened = [alert for alert in turned.opened if _is_told(alert, moment)]
    events.tell_opened(opened, delivery.plans(opened, moment), **how)


def _is_told(alert: RiskAlert, moment: dt.datetime) -> bool:
    muted = alert.muted_until is not None and alert.muted_until > moment
    return alert.closed_at is None and alert.opened_at > moment - FRESH and not muted


def _drop(alert: RiskAlert, moment: dt.datetime, turned: Turned) -> None:
    """The record knows nothing of this warning: it is past the horizon, or never was true."""
    if alert.opened_at <= moment - HORIZON:
        if alert.closed_at is None:
            _close(alert, alert.opened_at + HORIZON, turned.passed)
    elif alert.closed_at is None and alert.state == State.ACKNOWLEDGED:
        # Somebody has looked at it: that is kept.
        _close(alert, moment, turned.withdrawn)
    elif alert.state in (State.OPEN, State.PASSED) and not alert.acknowledged_at:
        pk, alert.version = alert.pk, alert.version + 1
        alert.delete()
        if alert.closed_at is None:
            alert.pk = pk
            turned.withdrawn.append(alert)


def _follow(alert: RiskAlert, cause: Cause, turned: Turned) -> None:
    """Have the row say what the record says; what people have done with it stands."""
    if alert.state == State.HANDLED:
        return
    values: dict[str, Any] = {"customer_id": cause.customer, "employee_id": cause.employee, "level": cause.level}
    values |= {"opened_at": cause.opened_at, "facts": cause.facts}
    changed = [name for name in _FOLLOWS if getattr(alert, name) != values[name]]
    for name in changed:
        setattr(alert, name, values[name])
    if changed:
        alert.save(update_fields=changed)
    if cause.closed_at != alert.closed_at:
        _turn(alert, cause, turned)


def _turn(alert: RiskAlert, cause: Cause, turned: Turned) -> None:
    if cause.closed_at is None:
        alert.state, alert.closed_at = State.ACKNOWLEDGED if alert.acknowledged_at else State.OPEN, None
        alert.version += 1
        alert.save(update_fields=["state", "closed_at", "version"])
        turned.opened.append(alert)
    elif alert.state in WAITING:
        _close(alert, cause.closed_at, turned.passed)
    else:
        alert.closed_at = cause.closed_at
        alert.save(update_fields=["closed_at"])


def _close(alert: RiskAlert, at: dt.datetime, among: list[RiskAlert]) -> None:
    alert.state, alert.closed_at, alert.version = State.PASSED, at, alert.version + 1
    alert.save(update_fields=["state", "closed_at", "version"])
    among.append(alert)


def _alert(corp_id: int, cause: Cause, known: Iterable[RiskAlert]) -> RiskAlert:
    muted = [a.muted_until for a in known if (a.kind, a.subject) == (cause.kind, cause.subject) and a.muted_until]
    return RiskAlert(
        corp_id=corp_id,
        kind=cause.kind,
        subject=cause.subject,
        cause=cause.cause,
        customer_id=cause.customer,
        employee_id=cause.employee,
        level=cause.level,
        facts=cause.facts,
        state=State.OPEN if cause.closed_at is None else State.PASSED,
        opened_at=cause.opened_at,
        closed_at=cause.closed_at,
        muted_until=max(muted, default=None),
    )


def _key(alert: RiskAlert) -> _Key:
    return alert.kind, alert.subject, alert.cause
