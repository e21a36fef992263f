"""What the OpenAPI document says of the rules of assignment."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors
from customers.api.assigning.serializers import AssignmentRuleSerializer, RuleSerializer

_SENT = {
    "name": "官网新客",
    "channelId": 3,
    "alsoLost": False,
    "strategy": "round_robin",
    "employeeIds": [7, 8],
    "departmentIds": [4],
    "capacity": 2000,
    "dayCap": 50,
    "weekdays": [1, 2, 3, 4, 5],
    "start": "09:00",
    "end": "18:00",
    "spareEmployeeId": 9,
}
_TIMES = {"version": 1, "createTime": "2026-09-01T02:30:00Z", "updateTime": "2026-09-01T02:30:00Z"}
_EXAMPLE = {"id": 5, "order": 0, "active": True, "unnamedState": False, "addWay": None} | _SENT | _TIMES
_ONE = OpenApiResponse(AssignmentRuleSerializer, examples=[OpenApiExample("rule", _EXAMPLE, response_only=True)])
_BODY = OpenApiExample("request", _SENT, request_only=True)
_WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)


def about(operation: str, summary: str, answers: dict[int, Any], **more: Any) -> dict[str, Any]:
    """An endpoint of assignment."""
    return {"operation_id": operation, "tags": ["assignment"], "summary": summary, "responses": answers, **more}


LIST = about(
    "listAssignmentRules",
    "The company's rules of assignment, in the order in which they are asked",
    {200: AssignmentRuleSerializer(many=True), **errors(400)},
)
READ = about("getAssignmentRule", "One rule of assignment", {200: _ONE, **errors(400, 404)})
CREATE = about(
    "createAssignmentRule",
    "Make a rule of assignment",
    {201: _ONE, **_WRITE_ERRORS},
    request=RuleSerializer,
    parameters=[KEYED],
    examples=[_BODY],
)
REPLACE = about(
    "replaceAssignmentRule",
    "Change a rule of assignment",
    {200: _ONE, **_WRITE_ERRORS},
    request=RuleSerializer,
    parameters=[IF_MATCH],
    examples=[_BODY],
    description="What is left out stays.",
)
PATCH = REPLACE | {"operation_id": "updateAssignmentRule", "summary": "Change some of a rule of assignment"}
DELETE = about(
    "deleteAssignmentRule",
    "Take a rule of assignment away",
    {204: None, **_WRITE_ERRORS},
    request=None,
    parameters=[IF_MATCH],
    description="What it gave away stays so.",
)
