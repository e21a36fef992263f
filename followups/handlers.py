"""What events mean for timelines, SOPs and reminders."""

from followups import ringing, sops, stops, timeline
from followups.communications import hearing
from followups.stops.asking import EVENTS as STOPPING
from messaging.inbox import Incoming


def sop_told(event: Incoming) -> None:
    """What the operation service tells of a customer's SOP."""
    _ring(sops.hear(event))


def customer_changed(event: Incoming) -> None:
    """Entries of timelines, and perhaps the end of SOPs."""
    customers = timeline.concerned(event)
    timeline.note(event, customers=customers)
    if event.name in STOPPING:
        _ring(sum(stops.check(customer) for customer in customers))


def communication_told(event: Incoming) -> None:
    """A call or a message that another service carried."""
    hearing.hear(event)


def _ring(asked: int) -> None:
    if asked:
        ringing.for_stops()
