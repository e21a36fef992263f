"""A page of a customer's timeline in words, and what is open with the customer."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from corps.actors import Actor
from corps.names import names_of
from customers import merging
from customers.choices import Source
from customers.models import Customer
from customers.privacy import wording
from customers.querysets import knowing_sight
from followups.choices import EntryKind
from followups.models import Reminder, SopEnrolment
from followups.timeline import reading
from followups.timeline.reading import Entry, Wanted
from insights.timeline import words
from insights.timeline.names import Names

SIZE, MOST_OPEN = 20, 10
COLOURS = {
    EntryKind.FOLLOWED: "success",
    EntryKind.UNFOLLOWED: "warning",
    EntryKind.DELETED: "danger",
    EntryKind.BLACKLISTED: "danger",
    EntryKind.RISK_OPENED: "danger",
    EntryKind.TRANSFER_FAILED: "warning",
    EntryKind.FOLLOW_UP: "info",
    EntryKind.FOLLOW_UP_DELETED: "warning",
    EntryKind.SOP_STEP_DUE: "info",
    EntryKind.REMINDER_DONE: "success",
    EntryKind.SOP_STEP_DONE: "success",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it is shown."""

    title: str
    colour: str | None
    text: str
    at: dt.datetime
    # Whoever did it, where it was a person or another service, and by which way it came.
    by: str
    source: str


@dataclass(frozen=True, slots=True)
class Page:
    entries: list[Told]
    # Where the older ones begin; None: there are none.
    older: str | None
    reminders: list[Reminder] = field(default_factory=list)
    sops: list[SopEnrolment] = field(default_factory=list)


def page(customer: Customer, *, actor: Actor, wanted: Wanted, cursor: str = "", size: int = SIZE) -> Page:
    """The customer has been found through the scope; of all records of the person. Raises BadRequest:
    ``invalid_cursor``."""
    return _page(merging.ids_of(customer.pk), customer.corp_id, actor, wanted, cursor, size)


def opening(customer: Customer, *, actor: Actor) -> Page:
    """The newest entries, with what is to be done for the customer and the SOPs that run."""
    theirs = merging.ids_of(customer.pk)
    first = _page(theirs, customer.corp_id, actor, Wanted())
    reminders = knowing_sight(Reminder.objects.filter(customer_id__in=theirs).open(), actor)
    waiting = list(reminders.select_related("employee", "enrolment").order_by("due_at", "id")[:MOST_OPEN])
    for row in waiting:
        row.said = wording.shown(row, row.content)
    sops = SopEnrolment.objects.filter(customer_id__in=theirs, open_mark=1).prefetch_related("stops")
    return Page(
        first.entries,
        first.older,
        waiting,
        list(sops.order_by("-id")[:MOST_OPEN]),
    )


def _page(records: list[int], corp_id: int, actor: Actor, wanted: Wanted, cursor: str = "", size: int = SIZE) -> Page:
    found, older = reading.page(records[0], wanted, cursor=cursor, size=size, beside=records[1:])
    return Page(told(found, actor=actor, corp_id=corp_id), older)


def told(entries: Sequence[Entry], *, actor: Actor, corp_id: int) -> list[Told]:
    """The entries in words, by as many statements as there are kinds of things in them."""
    names = Names(entries, actor=actor, corp_id=corp_id)
    people = names_of({entry.actor for entry in entries}, corp_id=corp_id)
    return [_told(entry, names, people.get(entry.actor, "")) for entry in entries]


def _told(entry: Entry, names: Names, by: str) -> Told:
    kind = EntryKind(entry.kind)
    text = words.details(entry, names)
    return Told(str(kind.label), COLOURS.get(kind), text, entry.at, by, str(Source(entry.source).label))
