"""What the OpenAPI document says of the dry run, the run and the history of assignment."""

from core.openapi import KEYED, errors, listed, many, shape, shown
from customers.api.assigning.asking import WindowSerializer
from customers.api.assigning.rule_schema import about

_ID, _TEXT = {"type": "integer"}, {"type": "string"}
_MAYBE = {"type": ["integer", "null"]}
_AFTER = {"type": ["integer", "null"], "description": "The next part's after; null: these were the last."}
_ASSIGNMENT = {
    "id": 31,
    "customerId": 1,
    "employeeId": 7,
    "ruleId": 5,
    "ruleName": "官网新客",
    "reason": "round_robin",
    "runId": "0d0fd5a6-3c1c-4a57-8a3c-7f0c1f9f5a11",
    "source": "api",
    "actor": "api:3",
    "createTime": "2026-09-01T02:30:00Z",
}


_ROW = shape(**{name: _ID if isinstance(value, int) else _TEXT for name, value in _ASSIGNMENT.items()})
_DECISION = shape(customerId=_ID, employeeId=_MAYBE, ruleId=_MAYBE, reason=_TEXT, message=_TEXT)
_PLAN = shape(list=many(_DECISION), nextAfter=_AFTER)
_LEFT = shape(reason=_TEXT, message=_TEXT, number=_ID)
_REPORT = shape(
    runId=_TEXT,
    assigned=many(_ROW),
    left=many(_LEFT),
    nextAfter=_AFTER,
)
_DECIDED = {"customerId": 1, "employeeId": 7, "ruleId": 5, "reason": "round_robin", "message": "轮到"}
_NOBODY = {"reason": "all_full", "message": "规则中的员工都已满额。", "number": 2}


PREVIEW = about(
    "previewAssignments",
    "Who would get whom (dry run)",
    {200: shown(_PLAN, {"list": [_DECIDED], "nextAfter": None}), **errors(400, 413, 415)},
    request=WindowSerializer,
    description="Customers whom nobody follows, by the rules as they are now. Nothing is written.",
)
RUN = about(
    "assignCustomers",
    "Give customers whom nobody follows to employees",
    {
        200: shown(
            _REPORT,
            {"runId": _ASSIGNMENT["runId"], "assigned": [_ASSIGNMENT], "left": [_NOBODY], "nextAfter": None},
        ),
        **errors(400, 409, 413, 415, 422),
    },
    request=WindowSerializer,
    parameters=[KEYED],
    description="By the rules, in parts: go on with nextAfter. Records customer.assigned for each. Twice is once."
    " WeCom knows nothing of it: the employee still has to add the customer there.",
)
HISTORY = about(
    "listAssignments",
    "Who was given to whom, and by which rule, the newest first",
    {200: shown(listed(_ROW), {"list": [_ASSIGNMENT], "total": 1, "totalExact": True, "page": 1, "size": 20})}
    | errors(400),
)
