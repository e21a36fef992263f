"""Settle reminders by their ids, one or many, each for itself."""

from collections.abc import Callable, Sequence
from typing import Any

from core import bulk
from core.errors import NotFound
from core.transactions import atomic
from corps.actors import Actor
from customers import finding
from followups.choices import ReminderState
from followups.models import Reminder


def one(reminder_id: int, actor: Actor) -> Reminder:
    """The reminder, locked, for whoever may change its customer.

    Raises:
        NotFound: there is none, or not for them.
        Forbidden: they may only read the customer.
    """
    try:
        row = Reminder.objects.visible_to(actor).locked(pk=reminder_id)
    except (Reminder.DoesNotExist, OverflowError):
        raise NotFound from None
    finding.check_changeable(row.customer_id, actor)
    return row


@atomic
def settle(*, reminder_id: int, act: Callable[..., Reminder], by: Actor, source: str) -> bool:
    """Apply ``reminding.done`` or ``.cancel`` to one; whether it was open before. Raises: as ``one`` and the act do."""
    row = one(reminder_id, by)
    was_open = row.state == ReminderState.OPEN
    act(reminder=row, by=by, source=source)
    return was_open


def settle_each(
    *, reminder_ids: Sequence[int], act: Callable[..., Reminder], by: Actor, source: str
) -> list[dict[str, Any]]:
    """``settle`` each: see ``core.bulk.each``; the results have ``reminderId``."""

    def settle_one(reminder_id: int) -> bulk.Done:
        return settle(reminder_id=reminder_id, act=act, by=by, source=source), {}

    return bulk.each(reminder_ids, "reminderId", settle_one)
