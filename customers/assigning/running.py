"""Give customers away by the rules. Each has one follower by it, however often and by how many it is run at once."""

import uuid

from core.transactions import atomic
from corps.actors import SYSTEM, Actor
from corps.models import Corp
from customers.assigning.deciding import Desk
from customers.assigning.desks import desk_of
from customers.assigning.giving import Report, give
from customers.assigning.planning import MOST
from customers.assigning.waiting import waiting
from customers.choices import Source
from customers.models import AssignmentRule


@atomic
def run(*, corp: Corp, after: int = 0, most: int = MOST, run_id: str = "", by: Actor, source: str) -> Report:
    """Give away the next ones of those whom nobody follows, and record ``customer.assigned`` for each.

    Twice does no more: who was given away has a follower.

    Args:
        after: the id of the last customer that this run has come to.
        run_id: of the earlier parts of this run; a new one where there are none.
    """
    report = Report(run_id or str(uuid.uuid4()))
    desk = _held_desk(corp)
    if not desk.open:
        return report
    ids = waiting(corp.pk, after=after, most=most, lost=desk.takes_lost)
    give(corp.pk, desk, ids, report, by=by, source=source)
    if len(ids) == most and desk.open:
        report.next_after = ids[-1]
    return report


@atomic
def assign_one(*, corp: Corp, customer_id: int, by: Actor = SYSTEM, source: str = Source.RULE) -> Report:
    """``run`` for one customer, who has just come or was just lost."""
    report = Report(str(uuid.uuid4()))
    desk = _held_desk(corp)
    if desk.open:
        give(corp.pk, desk, [customer_id], report, by=by, source=source)
    return report


def _held_desk(corp: Corp) -> Desk:
    """The desk, its rules locked: rivals wait here, so that turns and bounds are reckoned by one at a time.

    What is read of the people is read after the lock was had.
    """
    rules = AssignmentRule.objects.of_corp(corp.pk).filter(active=True).select_for_update(of=()).order_by("pk")
    return desk_of(corp, sorted(rules, key=lambda rule: (rule.order, rule.pk)))
