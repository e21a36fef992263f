"""The next time of a follow-up: a reminder that the colleague's next follow-up on the customer settles."""

from typing import Any

from corps.actors import Actor
from followups import events, reminding
from followups.models import FollowUp, Reminder

# Somebody's open plans for one customer; usually there is one.
_MOST = 50


def plan(row: FollowUp, *, by: Actor, source: str) -> Reminder | None:
    """Remind whoever's work it is at the next time, if there is one; within the rule that writes the follow-up."""
    if row.next_at is None:
        return None
    about: dict[str, Any] = {"corp_id": row.corp_id, "customer_id": row.customer_id, "employee_id": row.employee_id}
    text = " ".join(row.content.split())[: reminding.LENGTH]
    made = Reminder.objects.create(**about, follow_up=row, content=text, due_at=row.next_at, source=source)
    events.reminder(events.CREATED, made, by=by, source=source)
    return made


def settle(row: FollowUp, *, by: Actor, source: str) -> None:
    """What was planned before this follow-up is done by it: the same colleague's open plans for the customer. One that
    is noted late, of a time before the plan, has done nothing of it."""
    theirs = _open(customer_id=row.customer_id, employee_id=row.employee_id).exclude(follow_up=row)
    for reminder in theirs.filter(follow_up__happened_at__lte=row.happened_at)[:_MOST]:
        reminding.done(reminder=reminder, by=by, source=source)


def replan(row: FollowUp, *, by: Actor, source: str) -> None:
    """Put another reminder in the place of the open one: the next time is another, or there is none any more."""
    drop(row, by=by, source=source)
    plan(row, by=by, source=source)


def drop(row: FollowUp, *, by: Actor, source: str) -> None:
    """Call off what is still open of a follow-up's plan."""
    for reminder in _open(follow_up=row)[:_MOST]:
        reminding.cancel(reminder=reminder, by=by, source=source)


def _open(**whose: Any) -> Any:
    return Reminder.objects.open().filter(follow_up__isnull=False, **whose).order_by("id")
