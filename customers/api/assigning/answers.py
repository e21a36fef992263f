"""Assignments as the wire carries them."""

from typing import Any

from customers.assigning.giving import Report
from customers.assigning.planning import Plan
from customers.assigning.reasons import sentence

# Wire name → column.
WIRE = {
    "id": "id",
    "customerId": "customer_id",
    "employeeId": "employee_id",
    "ruleId": "rule_id",
    "ruleName": "rule_name",
    "reason": "reason",
    "runId": "run_id",
    "source": "source",
    "actor": "actor",
    "createTime": "create_time",
}


def planned(plan: Plan) -> dict[str, Any]:
    """A dry run: each customer with who would get them, or why nobody."""
    rows = [
        {
            "customerId": decision.person.customer_id,
            "employeeId": decision.choice.seat.employee_id if decision.choice.seat else None,
            "ruleId": decision.rule.pk if decision.rule else None,
            "reason": decision.choice.reason,
            "message": sentence(decision.choice.reason),
        }
        for decision in plan.decisions
    ]
    return {"list": rows, "nextAfter": plan.next_after}


def reported(report: Report) -> dict[str, Any]:
    """What a run came to."""
    return {
        "runId": report.run_id,
        "assigned": [{name: getattr(row, column) for name, column in WIRE.items()} for row in report.assigned],
        "left": [
            {"reason": reason, "message": sentence(reason), "number": number}
            for reason, number in report.left.most_common()
        ],
        "nextAfter": report.next_after,
    }
