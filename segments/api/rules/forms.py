"""The shapes of rules, runs and answers to "why" in the OpenAPI document."""

from typing import Any

from core.openapi import many, shape
from segments.models import RuleRun
from segments.rules.codes import Outcome

ID, TEXT, FLAG = {"type": "integer"}, {"type": "string"}, {"type": "boolean"}
TIME, MAYBE_ID = {"type": "string", "format": "date-time"}, {"type": ["integer", "null"]}
MAYBE_TIME = {"type": ["string", "null"], "format": "date-time"}
ANY: dict[str, Any] = {}
FREE = {"type": "object", "additionalProperties": True}


def page(example: Any) -> dict[str, Any]:
    return {"list": [example], "total": 1, "totalExact": True, "page": 1, "size": 20}


TRIGGER: dict[str, Any] = {"kind": "followed", "channelIds": [3]}
CONDITION = {"version": 1, "where": {"field": "city", "op": "in", "value": ["北京"]}}
ACTIONS = [{"do": "addTags", "tagIds": [5], "for": "main", "exclusive": True}]
SAID = {"trigger": TRIGGER, "condition": CONDITION, "actions": ACTIONS}

VERSION = shape(number=ID, trigger=FREE, condition=FREE, actions=many(FREE), actor=TEXT, createTime=TIME)
RUN = shape(
    id=ID,
    ruleId=ID,
    number=ID | {"description": "version of the rule"},
    kind={"type": "string", "enum": RuleRun.Kind.values},
    state={"type": "string", "enum": RuleRun.State.values},
    undoesRunId=MAYBE_ID,
    total=ID,
    seen=ID,
    held=ID | {"description": "answered to the condition; of an undo: left alone in part"},
    changed=ID | {"description": "changed, or in a dry run would be"},
    counts=FREE | {"description": "outcome → how many"},
    sample=many(FREE) | {"description": "of a dry run: the first twenty, with each step"},
    failed={"type": ["string", "null"]},
    actor=TEXT,
    version=ID,
    startedAt=TIME,
    finishedAt=MAYBE_TIME,
)
EFFECT = shape(
    id=ID,
    runId=ID,
    ruleId=ID,
    ruleName=TEXT,
    number=ID,
    customerId=ID,
    eventName=TEXT,
    eventId=TEXT,
    changes=FREE,
    facts=ANY | {"description": "what was so of the customer, of all that the condition asks for"},
    at=TIME,
    undoneAt=MAYBE_TIME,
    kept=many(FREE) | {"description": "what an undo left alone, and why"},
)
OUTCOME = shape(
    ruleId=ID,
    ruleName=TEXT,
    number=ID,
    customerId=ID,
    code={"type": "string", "enum": Outcome.values},
    message=TEXT,
    detail=TEXT,
    runId=MAYBE_ID,
    eventName=TEXT,
    eventId=TEXT,
    at=TIME,
)
_AT = "2026-11-30T02:30:00Z"
_EVENT = {"eventName": "customer.followed", "eventId": "0d0fd5a6-3c1c-4a57-8a3c-7f0c1f9f5a11"}
EFFECT_EXAMPLE: dict[str, Any] = {
    "id": 9,
    "runId": 4,
    "ruleId": 2,
    "ruleName": "北京新客",
    "number": 1,
    "customerId": 1,
}
EFFECT_EXAMPLE |= _EVENT | {"changes": {"added": [[5, 7]]}, "facts": {"city": "北京"}, "at": _AT}
EFFECT_EXAMPLE |= {"undoneAt": None, "kept": []}
OUTCOME_EXAMPLE: dict[str, Any] = {"ruleId": 2, "ruleName": "北京新客", "number": 1, "customerId": 1, "code": "no"}
OUTCOME_EXAMPLE |= {"message": "不符合条件", "detail": "", "runId": None} | _EVENT | {"at": _AT}
RUN_EXAMPLE: dict[str, Any] = {"id": 4, "ruleId": 2, "number": 1, "kind": "trial", "state": "done", "undoesRunId": None}
RUN_EXAMPLE |= {"total": 5000, "seen": 5000, "held": 640, "changed": 612, "counts": {"changed": 612, "same": 28}}
RUN_EXAMPLE |= {"sample": [], "failed": None, "actor": "api:3", "version": 2, "startedAt": _AT, "finishedAt": _AT}
