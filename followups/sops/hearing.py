"""Work one event of the operation service off. Events may come late and twice: whatever their order, the rows that
stand in the end are the same."""

import structlog

from core.locks import lock
from core.transactions import atomic
from followups import stops
from followups.choices import EntryKind
from followups.models import SopEnrolment
from followups.sops import enrolments, reminders, tags
from followups.sops.told import Told, Unfit, read
from followups.timeline import noting
from messaging.inbox import Incoming

SOURCE = "sop"
_log = structlog.get_logger("scrm.sops")


@atomic
def hear(event: Incoming) -> int:
    """Note what is told of a customer's SOP, in the timeline too, remind whoever has something to do, and change tags.

    What can't be worked off is logged and stays in the inbox: it would be no better at the next try.

    Returns: how many stops are to be told now, since the customer was in no state for an SOP from the beginning.
    """
    try:
        told = read(event)
        # Whoever changes the customer waits, or has been waited for: nobody misses that the SOP is to be stopped.
        customer = lock(told.customer)
        row = enrolments.note(told)
    except Unfit as error:
        _log.warning("sop_event_unfit", event_id=event.event_id, told=event.name, corp=event.corp_id, why=str(error))
        return 0
    reminder = _remind(row, told)
    facts = {"enrolmentId": row.pk, "step": told.step or None, "reminderId": reminder}
    noting.add(
        event,
        customer=customer,
        kind=told.kind,
        at=told.at,
        facts={name: value for name, value in facts.items() if value is not None},
        employee_id=told.employee_id or customer.follow_user_id,
        source=SOURCE,
    )
    tags.apply(row, told, hops=event.hops)
    return stops.check(customer)


def _remind(row: SopEnrolment, told: Told) -> int | None:
    if told.kind == EntryKind.SOP_STEP_DUE:
        return reminders.due(row, told).pk
    if told.kind == EntryKind.SOP_STEP_DONE:
        return reminders.done(row, told).pk
    if told.kind == EntryKind.SOP_ENDED:
        reminders.cancel_open(row)
    return None
