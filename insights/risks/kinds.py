"""Which warnings there are by the record, each from when to when: pure, so that events and a rebuild agree."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from customers.choices import RelationStatus
from groups.choices import QuitScene
from insights.choices import Kind, Level
from insights.risks.book import Book
from insights.risks.record import Person, Stay
from insights.risks.spans import Moment, earlier, gaps, silences, within

# What is older has been looked at, or never will be.
HORIZON = dt.timedelta(days=90)
_DELETIONS = {
    RelationStatus.ENDED_BY_CUSTOMER: Kind.CUSTOMER_DELETED,
    RelationStatus.ENDED_BY_EMPLOYEE: Kind.EMPLOYEE_DELETED,
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One warning as the record has it. ``closed_at``: what it warned of was over then; None while it isn't."""

    kind: Kind
    subject: str
    cause: str
    customer: int | None
    employee: int | None
    opened_at: Moment
    closed_at: Moment | None = None
    level: Level = Level.NOTICE
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind.value, self.subject, self.cause


def of_person(person: Person, book: Book, moment: Moment) -> list[Cause]:
    """The warnings about a customer, of what happened up to ``moment``."""
    allowed = book.wanted(Kind.SILENCE, person.owner).threshold
    found = [
        *_deletions(person),
        *_failures(person),
        *_groupless(person),
        *_blacklisted(person),
        *_silences(person, dt.timedelta(days=allowed)),
    ]
    return _sound(found, book, moment)


def of_employee(employee: int, deletions: Iterable[Moment], zone: ZoneInfo, book: Book, moment: Moment) -> list[Cause]:
    """The warnings about the days on which somebody deleted more customers than is usual."""
    allowed, days = book.wanted(Kind.BULK_DELETION, employee).threshold, defaultdict(list)
    for at in sorted(deletions):
        days[at.astimezone(zone).date().isoformat()].append(at)
    found = [
        Cause(
            Kind.BULK_DELETION, f"e{employee}:{day}", day, None, employee, times[allowed], facts={"deleted": len(times)}
        )
        for day, times in days.items()
        if len(times) > allowed
    ]
    return _sound(found, book, moment)


def _deletions(person: Person) -> Iterator[Cause]:
    by_employee = defaultdict(list)
    for stay in sorted(person.stays, key=lambda stay: stay.began_at):
        by_employee[stay.whom].append(stay)
    for employee, stays in by_employee.items():
        for stay, following in zip(stays, [*stays[1:], None], strict=True):
            if stay.ended_at and stay.how in _DELETIONS:
                yield Cause(
                    _DELETIONS[RelationStatus(stay.how)],
                    f"c{person.id}:e{employee}",
                    _stamp(stay.began_at),
                    person.id,
                    employee,
                    stay.ended_at,
                    following.began_at if following else None,
                    facts={"days": max(0, (stay.ended_at - stay.began_at).days)},
                )


def _failures(person: Person) -> Iterator[Cause]:
    done = [s.ended_at for s in person.stays if s.ended_at and s.how == RelationStatus.ENDED_BY_TRANSFER]
    for at, reason in person.failures:
        over = min((moment for moment in done if moment > at), default=None)
        subject = f"c{person.id}"
        yield Cause(
            Kind.TRANSFER_REFUSED, subject, _stamp(at), person.id, person.owner, at, over, facts={"reason": reason}
        )


def _groupless(person: Person) -> Iterator[Cause]:
    # Out of a group that was dismissed nobody has walked.
    dismissed = {stay.ended_at for stay in person.chats if stay.how == QuitScene.DISMISSED}
    for left, back in gaps(stay.span for stay in person.chats):
        if left not in dismissed:
            yield Cause(Kind.LEFT_LAST_GROUP, f"c{person.id}", _stamp(left), person.id, person.owner, left, back)


def _blacklisted(person: Person) -> Iterator[Cause]:
    stays = [(Kind.BLACKLISTED_ADDED, "e", stay) for stay in person.stays]
    stays += [(Kind.BLACKLISTED_JOINED, "g", stay) for stay in person.chats]
    for kind, letter, stay in stays:
        for since, lifted in person.listed:
            if within(stay.began_at, (since, lifted)):
                yield _of_stay(kind, person, stay, letter, earlier(stay.ended_at, lifted))


def _of_stay(kind: Kind, person: Person, stay: Stay, letter: str, over: Moment | None) -> Cause:
    employee = stay.whom if letter == "e" else person.owner
    subject = f"c{person.id}:{letter}{stay.whom}"
    return Cause(kind, subject, _stamp(stay.began_at), person.id, employee, stay.began_at, over)


def _silences(person: Person, allowed: dt.timedelta) -> Iterator[Cause]:
    heard = [*person.contacts, *(stay.began_at for stay in person.stays)]
    for opened, over in silences([stay.span for stay in person.stays], heard, allowed):
        cause, facts = _stamp(opened - allowed), {"days": allowed.days}
        yield Cause(Kind.SILENCE, f"c{person.id}", cause, person.id, person.owner, opened, over, facts=facts)


def _sound(found: list[Cause], book: Book, moment: Moment) -> list[Cause]:
    """Those that are wanted and recent, what lies ahead left out, and of one subject only the newest still open."""
    kept: dict[tuple[str, str], list[Cause]] = defaultdict(list)
    for cause in sorted(found, key=lambda cause: (cause.opened_at, cause.cause)):
        wanted = book.wanted(cause.kind, cause.employee)
        over = cause.closed_at if cause.closed_at and cause.closed_at <= moment else None
        lasted = over is None or over > cause.opened_at
        if wanted.active and lasted and moment - HORIZON < cause.opened_at <= moment:
            kept[cause.kind, cause.subject].append(replace(cause, closed_at=over, level=wanted.level))
    return [cause for causes in kept.values() for cause in _one_open(causes)]


def _one_open(causes: list[Cause]) -> Iterator[Cause]:
    for cause, following in zip(causes, [*causes[1:], None], strict=True):
        if following and cause.closed_at is None:
            yield replace(cause, closed_at=following.opened_at)
        else:
            yield cause


def _stamp(moment: Moment) -> str:
    return moment.astimezone(dt.UTC).isoformat()
