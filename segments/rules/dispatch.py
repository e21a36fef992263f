"""An event comes: which rules it sets off, for whom, and what they do."""

from collections.abc import Iterator

from corps.actors import SYSTEM
from messaging.inbox import Incoming
from segments.models import TagRule
from segments.rules import books, keeping, meeting, states
from segments.rules.books import Armed, Book
from segments.rules.codes import Outcome
from segments.rules.judging import Case
from segments.rules.triggers import occasions
from segments.rules.triggers.kinds import FOREIGN
from segments.rules.triggers.occasions import Occasion

# So often rules may set each other off, one by what the other did; then they are going in a circle.
MOST_HOPS = 4


def react(event: Incoming) -> None:
    """Have the rules that hear of this event do what they do, in the open transaction."""
    book = books.of(event.corp_id)
    if book is None:
        return
    _rest(book)
    cases = [
        Case(armed, occasion.customer_id, occasion.follower_id)
        for armed, found in _heard(event, book.heard.get(event.name, []))
        for occasion in found
        if occasions.fires(armed.trigger, occasion)
    ]
    cause = meeting.Cause(event.name, event.event_id)
    if event.hops > MOST_HOPS:
        _leave(book, cases, cause)
    elif cases:
        meeting.meet(book.corp, cases, cause)


def _heard(event: Incoming, rules: list[Armed]) -> Iterator[tuple[Armed, list[Occasion]]]:
    """Each rule with the occasions the event is for it. Another service's event is read as each rule says."""
    read: dict[tuple[str, str], list[Occasion]] = {}
    for armed in rules:
        foreign = armed.trigger["kind"] == FOREIGN
        where = (armed.trigger["customerPath"], armed.trigger["customerBy"]) if foreign else ("", "")
        if where not in read:
            found = occasions.of_foreign(event, *where) if foreign else None
            read[where] = ([found] if found else []) if foreign else occasions.of_event(event)
        yield armed, read[where]


def _leave(book: Book, cases: list[Case], cause: meeting.Cause) -> None:
    record = keeping.Record(book.corp.pk, cause.event_name, cause.event_id)
    for case in cases:
        record.note(case, Outcome.LOOP)
    record.store()


def _rest(book: Book) -> None:
    """Rules whose condition names what is gone do nothing, and say so."""
    for rule in TagRule.objects.filter(pk__in=book.broken, state=TagRule.State.ACTIVE) if book.broken else ():
        states.pause(rule=rule, by=SYSTEM, source="rule", stopped=TagRule.Stopped.BROKEN)
