"""Take entries of customers' timelines from an event."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from core.time import from_wire, now
from customers.choices import Source
from customers.models import Customer
from followups.choices import EntryKind
from followups.models import TimelineEntry
from followups.timeline import overlap
from followups.timeline.kinds import EVENTS, Telling
from messaging.inbox import Incoming


def concerned(event: Incoming) -> list[Customer]:
    """The company's customers of whom an event tells."""
    telling = EVENTS.get(event.name)
    told = telling.of_customers(event.data) if telling else [event.data]
    return list(Customer.objects.of_corp(event.corp_id).filter(pk__in={data["customerId"] for data in told}))


def note(event: Incoming, *, customers: Collection[Customer]) -> None:
    """Add what an event of ``EVENTS`` tells of these customers; the same event again adds nothing."""
    telling, ids = EVENTS.get(event.name), {customer.pk for customer in customers}
    if telling is None or not ids:
        return
    told = telling.of_customers(event.data)
    entries = [_entry(event, telling, data) for data in told if data["customerId"] in ids]
    # What comes late may have been made from the record meanwhile.
    TimelineEntry.objects.bulk_create(overlap.fresh(entries), ignore_conflicts=True)


def add(
    event: Incoming,
    *,
    customer: Customer,
    kind: EntryKind,
    at: dt.datetime,
    facts: dict[str, Any],
    employee_id: int | None = None,
    source: str = "",
) -> None:
    """One entry of an event, unless there is one. No event tells of it: it is one."""
    about = {"kind": kind, "at": at, "facts": facts, "employee_id": employee_id, "event_id": event.event_id}
    entry = _shaped(event, source or event.source, customer_id=customer.pk, **about)
    TimelineEntry.objects.bulk_create(overlap.fresh([entry]), ignore_conflicts=True)


def happened(event: Incoming) -> dt.datetime:
    """When the event says that it happened; where it doesn't, now."""
    return from_wire(event.timestamp) or now()


def _entry(event: Incoming, telling: Telling, data: dict[str, Any]) -> TimelineEntry:
    customer_id, facts = data["customerId"], {f: data[f] for f in telling.facts if data.get(f) is not None}
    # Of an event with many customers each has an entry.
    unnamed = f"{event.event_id}:{customer_id}" if telling.each else event.event_id
    return _shaped(
        event,
        event.source,
        customer_id=customer_id,
        kind=telling.kind,
        at=from_wire(data.get(telling.at)) or happened(event),
        facts=facts,
        employee_id=data.get(telling.whose),
        event_id=telling.name(customer_id, facts) or unnamed,
    )


def _shaped(event: Incoming, source: str, **about: Any) -> TimelineEntry:
    told = source if source in Source.values else Source.SYSTEM
    return TimelineEntry(corp_id=event.corp_id, source=told, actor=event.actor[:40] or "system", **about)
