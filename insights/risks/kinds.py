"""Which warnings there are by the record, each from when to when: pure, so that events and a rebuild agree."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

from customers.choices import RelationStatus
from groups.choices import QuitScene
from insights.choices import Kind, Level
from insights.risks import feedback, silence
from insights.risks.book import Book
from insights.risks.cause import Cause, stamp
from insights.risks.record import Person, Stay
from insights.risks.spans import Moment, Span, earlier, gaps

# What is older has been looked at, or never will be.
HORIZON = dt.timedelta(days=90)
_DELETIONS = {
    RelationStatus.ENDED_BY_CUSTOMER: Kind.CUSTOMER_DELETED,
    RelationStatus.ENDED_BY_EMPLOYEE: Kind.EMPLOYEE_DELETED,
}


def of_person(person: Person, book: Book, moment: Moment) -> list[Cause]:
    """The warnings about a customer, as things stand at ``moment``."""
    found = [
        *_deletions(person),
        *_failures(person),
        *_groupless(person),
        *_blacklisted(person),
        *_ruled(person),
        *silence.causes(person, book),
    ]
    return _sound(found, book, moment)


def of_employee(
    employee: int,
    deletions: Iterable[Moment],
    zone: ZoneInfo,
    book: Book,
    moment: Moment,
    left: Mapping[dt.date, int] = MappingProxyType({}),
) -> list[Cause]:
    """The warnings about the days on which somebody deleted more customers than is usual, or more than usual left them.

    Args:
        left: how many customers deleted or blocked the employee, by day.
    """
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
    found += feedback.causes(employee, left, book.wanted(Kind.NEGATIVE_FEEDBACK, employee).threshold)
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
                    stamp(stay.began_at),
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
            Kind.TRANSFER_REFUSED, subject, stamp(at), person.id, person.owner, at, over, facts={"reason": reason}
        )


def _groupless(person: Person) -> Iterator[Cause]:
    # Out of a group that was dismissed nobody has walked.
    dismissed = {stay.ended_at for stay in person.chats if stay.how == QuitScene.DISMISSED}
    for left, back in gaps(stay.span for stay in person.chats):
        if left not in dismissed:
            yield Cause(Kind.LEFT_LAST_GROUP, f"c{person.id}", stamp(left), person.id, person.owner, left, back)


def _ruled(person: Person) -> Iterator[Cause]:
    for at, rule, name, level in person.ruled:
        subject, facts = f"c{person.id}:r{rule}", {"ruleId": rule, "rule": name}
        yield Cause(Kind.RULE, subject, stamp(at), person.id, person.owner, at, level=Level(level), facts=facts)


def _blacklisted(person: Person) -> Iterator[Cause]:
    stays = [(Kind.BLACKLISTED_ADDED, "e", stay) for stay in person.stays]
    stays += [(Kind.BLACKLISTED_JOINED, "g", stay) for stay in person.chats]
    for kind, letter, stay in stays:
        ends = [span[1] for span in person.listed if _came_during(stay, span)]
        if ends:
            yield _of_stay(kind, person, stay, letter, earlier(stay.ended_at, ends[-1]))


def _came_during(stay: Stay, listed: Span) -> bool:
    # WeCom tells whole seconds: who was listed and came within one second would seem to have come before.
    return listed[0].replace(microsecond=0) <= stay.began_at and (listed[1] is None or stay.began_at < listed[1])


def _of_stay(kind: Kind, person: Person, stay: Stay, letter: str, over: Moment | None) -> Cause:
    employee = stay.whom if letter == "e" else person.owner
    subject = f"c{person.id}:{letter}{stay.whom}"
    return Cause(kind, subject, stamp(stay.began_at), person.id, employee, stay.began_at, over)


def _sound(found: list[Cause], book: Book, moment: Moment) -> list[Cause]:
    """Those that are wanted and recent, and of one subject only the newest still open.

    Only silence can lie ahead. Everything else is on record and has happened, also where WeCom's clock is before ours:
    a loss that waited for our clock would be warned of by the next daily sweep at the earliest.
    """
    kept: dict[tuple[str, str], list[Cause]] = defaultdict(list)
    for cause in sorted(found, key=lambda cause: (cause.opened_at, cause.cause)):
        wanted = book.wanted(cause.kind, cause.employee, cause.stage)
        over = cause.closed_at if cause.closed_at and cause.closed_at <= moment else None
        lasted = over is None or over > cause.opened_at
        ahead = cause.kind == Kind.SILENCE and cause.opened_at > moment
        if wanted.active and lasted and not ahead and cause.opened_at > moment - HORIZON:
            level = cause.level if cause.kind == Kind.RULE else wanted.level
            kept[cause.kind, cause.subject].append(replace(cause, closed_at=over, level=level))
    return [cause for causes in kept.values() for cause in _one_open(causes)]


def _one_open(causes: list[Cause]) -> Iterator[Cause]:
    for cause, following in zip(causes, [*causes[1:], None], strict=True):
        if following and cause.closed_at is None:
            yield replace(cause, closed_at=following.opened_at)
        else:
            yield cause
