"""For how long nothing may be heard of a customer, by the stages they were in, and when that was too long."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from insights.choices import Kind
from insights.risks.book import Book
from insights.risks.cause import Cause, stamp
from insights.risks.record import Person
from insights.risks.spans import Moment, Span, earlier, quiet


@dataclass(frozen=True, slots=True)
class Limit:
    """What held in one stage. ``since``: None from the beginning; ``allowed``: None where silence is no matter."""

    since: Moment | None
    allowed: dt.timedelta | None
    stage: int | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """A silence: from when to when, and by which limit it began."""

    start: Moment
    end: Moment | None
    limit: Limit


def causes(person: Person, book: Book) -> Iterator[Cause]:
    """The silences of one customer. One that goes on in the next stage is the same; one that ended with a stage that
    has more patience, and begins again, is another."""
    limits = [_limit(book, person.owner, since, stage) for since, stage in person.stages]
    heard = [*person.contacts, *(stay.began_at for stay in person.stays)]
    for gap in quiet([stay.span for stay in person.stays], heard):
        for number, found in enumerate(overdue(gap, limits)):
            cause = stamp(gap[0]) + (f"+{number}" if number else "")
            facts = {"days": found.limit.allowed.days if found.limit.allowed else 0}
            whom = (f"c{person.id}", cause, person.id, person.owner)
            yield Cause(Kind.SILENCE, *whom, found.start, found.end, facts=facts, stage=found.limit.stage)


def overdue(gap: Span, limits: Sequence[Limit]) -> list[Overdue]:
    """The parts of a time without a word that were longer than allowed where the customer stood then."""
    last, following = gap
    found: list[Overdue] = []
    for limit, after in pairwise([*limits, None]):
        if limit is None or limit.allowed is None:
            continue
        start = max(last + limit.allowed, limit.since or last)
        end = earlier(following, after.since if after else None)
        if end is not None and end <= start:
            continue
        if found and found[-1].end == start:
            found[-1] = replace(found[-1], end=end)
        else:
            found.append(Overdue(start, end, limit))
    return found


def _limit(book: Book, owner: int | None, since: Moment | None, stage: int | None) -> Limit:
    wanted = book.wanted(Kind.SILENCE, owner, stage)
    return Limit(since, dt.timedelta(days=wanted.threshold) if wanted.active else None, stage)
