"""Give locked customers to who was chosen for them: the follower, the record of why, the event."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from core.locks import mark_locked
from core.time import now
from corps.actors import Actor
from customers import events, lifecycle
from customers.assigning.deciding import Decision, Desk
from customers.assigning.planning import decide
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


def give(corp_id: int, desk: Desk, ids: list[int], report: Report, *, by: Actor, source: str) -> None:
    """Give away those of these customers who have no follower by now, and note it in the report.

    The desk's rules are locked.
    """
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
    anew: dict[str, Any] = {"status": CustomerStatus.NORMAL, "add_time": now()} if decision.person.lost else {}
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
