"""What events mean for rules and segments: what is set off, whom to ask about once more, what to ask anew."""

from followups import timeline
from followups.models import TimelineEntry
from followups.timeline.kinds import EVENTS
from messaging.inbox import Incoming
from segments import ringing
from segments.refreshing import concerning, hearing
from segments.rules import books, dispatch


def set_off_rules(event: Incoming) -> None:
    dispatch.react(event)


def customer_changed(event: Incoming) -> None:
    _note(event, [event.data["customerId"]])


def group_members_changed(event: Incoming) -> None:
    _note(event, [member["customerId"] for member in event.data["members"] if member["customerId"]])


def timeline_grown(event: Incoming) -> None:
    """Whose timeline tells of it. An event of the operation service names its customer in more ways than one."""
    if event.name in EVENTS:
        _note(event, [customer.pk for customer in timeline.concerned(event)])
        return
    entries = TimelineEntry.objects.of_corp(event.corp_id).filter(event_id=event.event_id)
    _note(event, list(entries.values_list("customer_id", flat=True)))


def many_changed(event: Incoming) -> None:
    """Something that many customers have to do with."""
    if hearing.renew(concerning.segments(corp_id=event.corp_id, event=event.name)):
        ringing.for_refreshes()


def custom_field_changed(event: Incoming) -> None:
    """Rules hold their conditions with the fields as they were."""
    books.outdate(event.corp_id)
    many_changed(event)


def _note(event: Incoming, customer_ids: list[int]) -> None:
    if hearing.note(corp_id=event.corp_id, customer_ids=customer_ids, cause=event.name, event_id=event.event_id):
        ringing.for_changed_customers(event.corp_id)
