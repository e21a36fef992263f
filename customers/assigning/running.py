"""Give customers away by the rules. Each has one follower by it, however often and by how many it is run at once."""

import uuid
from collections import Counter
from dataclasses import dataclass, field

from core.locks import mark_locked
from core.time import now
from core.transactions import atomic
from corps.actors import SYSTEM, Actor
from corps.models import Corp
from customers import events, lifecycle
from customers.assigning.deciding import Decision, Desk
from customers.assigning.desks import desk_of
from customers.assigning.planning import MOST, decide
from customers.assigning.waiting import waiting
from customers.choices import CustomerStatus, Source
from customers.models import Assignment, AssignmentRule, Customer


@dataclass(slots=True)
class Report:
    """What a run came to.

    Attributes:
        left: reason → how many went to nobody by it.
        next_after: where to go on; None: these were the last, or no rule could give any more away.
    """

    run_id: str
    assigned: list[Assignment] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    next_after: int | None = None


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
    _give(corp.pk, desk, ids, report, by=by, source=source)
    if len(ids) == most and desk.open:
        report.next_after = ids[-1]
    return report


@atomic
def assign_one(*, corp: Corp, customer_id: int, by: Actor = SYSTEM, source: str = Source.RULE) -> Report:
    """``run`` for one customer, who has just come or was just lost."""
    report = Report(str(uuid.uuid4()))
    desk = _held_desk(corp)
    if desk.open:
        _give(corp.pk, desk, [customer_id], report, by=by, source=source)
    return report


def _held_desk(corp: Corp) -> Desk:
    """The desk, its rules locked: rivals wait here, so that turns and bounds are reckoned by one at a time.

    What is read of the people is read after the lock was had.
    """
    rules = AssignmentRule.objects.of_corp(corp.pk).filter(active=True).select_for_update(of=()).order_by("pk")
    return desk_of(corp, sorted(rules, key=lambda rule: (rule.order, rule.pk)))


def _give(corp_id: int, desk: Desk, ids: list[int], report: Report, *, by: Actor, source: str) -> None:
    rows = Customer.objects.of_corp(corp_id).filter(pk__in=ids).select_for_update(of=()).order_by("pk")
    held = {row.pk: mark_locked(row) for row in rows}
    for decision in decide(corp_id, desk, list(held.values())):
        if decision.choice.seat is None:
            report.left[decision.choice.reason] += 1
        else:
            report.assigned.append(_assign(held[decision.person.customer_id], decision, report.run_id, by, source))
    _keep_turns(desk)


def _assign(row: Customer, decision: Decision, run_id: str, by: Actor, source: str) -> Assignment:
    employee_id = decision.choice.seat.employee_id  # type: ignore[union-attr]
    rule: AssignmentRule = decision.rule  # type: ignore[assignment]
    # The relation of one who was lost begins now, not when the old one did.
    anew = {"status": CustomerStatus.NORMAL, "add_time": now()} if decision.person.lost else {}
    lifecycle.update(customer=row, follow_user_id=employee_id, by=by, source=Source.RULE, **anew)
    assignment = Assignment.objects.create(
        corp_id=row.corp_id,
        customer=row,
        employee_id=employee_id,
        rule_id=rule.pk,
        rule_name=rule.name,
        reason=decision.choice.reason,
        run_id=run_id,
        source=source,
        actor=by.label,
    )
    lifecycle.bump(row)
    events.assigned(row, assignment=assignment, by=by, source=Source.RULE)
    return assignment


def _keep_turns(desk: Desk) -> None:
    for rule, team in desk.teams:
        if team.pointer != rule.pointer:
            AssignmentRule.objects.filter(pk=rule.pk).update(pointer=team.pointer)
