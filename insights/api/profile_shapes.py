"""The shapes of a customer's profile in the OpenAPI document, and what one looks like."""

from typing import Any

from core.openapi import many, shape
from customers.api.shapes import CUSTOMER_EXAMPLE, EPISODE_EXAMPLE, FOLLOW_EXAMPLE
from insights.api.churn_schema import REASON_EXAMPLE
from insights.behaviour import grades
from insights.findings import table
from insights.profile.relations import COMPARED

ID: dict[str, Any] = {"type": "integer"}
TEXT: dict[str, Any] = {"type": "string"}
FLAG: dict[str, Any] = {"type": "boolean"}
TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
OBJECT: dict[str, Any] = {"type": "object", "additionalProperties": True}
MAYBE_ID: dict[str, Any] = {"type": ["integer", "null"]}
MAYBE_TIME: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
_GRADE = {"type": "integer", "minimum": 1, "maximum": 5}


def described(form: dict[str, Any], about: str) -> dict[str, Any]:
    return form | {"description": about}


def _part(**more: Any) -> dict[str, Any]:
    """A list with a bound; ``more`` tells that it has been reached."""
    return shape(list=many(OBJECT), more=FLAG, **more)


_COUNT = shape(kind=TEXT, days7=ID, days30=ID, days90=ID, all=ID, firstAt=TIME, lastAt=TIME)
_BEHAVIOUR = shape(
    counts=described(many(_COUNT), "By kind, the most first."),
    contacts=shape(days7=ID, days30=ID, days90=ID, days365=ID),
    firstAt=MAYBE_TIME,
    lastAt=MAYBE_TIME,
    silentDays=MAYBE_ID,
    usualGapDays=described(MAYBE_ID, "Median of days between days with contact; null below four such days."),
    perMonth={"type": "number"},
    trend={"type": "string", "enum": ["rising", "steady", "falling", "none"]},
    bestTime={
        "oneOf": [shape(weekday=ID, hour=ID, onWeekday=ID, aboutHour=ID, of=ID), {"type": "null"}],
        "description": "Weekday (1 is Monday) and hour in the company's zone; null below five contacts.",
    },
    grades=shape(recency=_GRADE, frequency=_GRADE, ties=_GRADE, label={"type": "string", "enum": list(grades.LABELS)}),
    weeks=many(shape(**{"from": {"type": "string", "format": "date"}}, contacts=ID, others=ID)),
    entries=described(shape(most=ID, more=FLAG), "The newest so many of each kind of row are what was read."),
)
_INSIGHT = shape(
    code={"type": "string", "enum": list(table.CODES)},
    tone={"type": "string", "enum": ["good", "plain", "bad"]},
    text=described(TEXT, "Chinese or English, by Accept-Language"),
    numbers=OBJECT,
    evidence=described(OBJECT, "employeeIds, groupIds, stageId, from, to: what it was drawn from."),
)
PROFILE = shape(
    facts=described(OBJECT, "As the detail shows them."),
    provenance=described(
        OBJECT,
        "Fact → {source, actor, actorName, runId, at, created}, or null where that is not on record. created: it is as"
        " the record was made. …/history has earlier values.",
    ),
    records=described(many(OBJECT), "The records merged into it, each as its detail shows it."),
    relations=_part(differences=many({"type": "string", "enum": list(COMPARED)})),
    tags=_part(),
    groups=_part(),
    segments=_part(),
    stage={"oneOf": [OBJECT, {"type": "null"}]},
    warnings=_part(),
    churn=_part(),
    behaviour=_BEHAVIOUR,
    insights=many(_INSIGHT),
    asOf=TIME,
)

_AT = "2026-10-01T02:30:00Z"
_PUT = {"source": "rule", "actor": "system", "actorName": "", "runId": 31}
_TAG = {
    "customerId": 1,
    "tagId": 12,
    "name": "重点客户",
    "groupId": 2,
    "groupName": "客户等级",
    "employeeId": None,
    "kind": 1,
}
_ORIGIN = {"source": "callback", "actor": "system", "actorName": "", "runId": 12, "at": _AT, "created": False}
_RELATION = FOLLOW_EXAMPLE | {
    "customerId": 1,
    "employeeName": "王小明",
    "customFields": {},
    "channel": {"id": 4, "name": "展会"},
    "stays": [{key: EPISODE_EXAMPLE[key] for key in ("beganAt", "endedAt", "endedBy", "noticed")}],
    "origin": {"source": "wecom", "createTime": _AT, "updateTime": _AT},
    "provenance": {"remark": _ORIGIN},
}
_STAY = {"customerId": 1, "segmentId": 4, "name": "北京重点", "enteredAt": _AT, "enteredBy": "customer.tag.added"}
_WARNING = {"id": 9, "kind": "silence", "level": 2, "state": "open", "facts": {"days": 41}, "openedAt": _AT}
_WHO = {"customerId": 1, "employeeId": 7, "employeeName": "王小明"}
_CHAT = {
    "customerId": 1,
    "chatId": 5,
    "name": "华北客户群",
    "joinedAt": _AT,
    "joinScene": 1,
    "leftAt": None,
    "quitScene": None,
    "quit": "",
}
EXAMPLE = {
    "facts": {name: value for name, value in CUSTOMER_EXAMPLE.items() if name not in ("tags", "follows")}
    | {"customFields": {}},
    "provenance": {"name": _ORIGIN | {"source": "sync", "runId": 4, "created": True}, "city": None},
    "records": [],
    "relations": {"list": [_RELATION], "differences": [], "more": False},
    "tags": {"list": [_TAG | _PUT | {"at": _AT, "rule": {"ruleId": 3, "ruleName": "展会来的"}}], "more": False},
    "groups": {"list": [_CHAT], "more": False},
    "segments": {"list": [_STAY | {"leftAt": None, "leftBy": ""}], "more": False},
    "stage": {"stageId": 3, "name": "意向明确", "outcome": "", "since": _AT} | _PUT,
    "warnings": {"list": [_WARNING | _WHO], "more": False},
    "churn": {
        "list": [_WHO | {"score": 80, "level": "high", "reasons": [REASON_EXAMPLE], "asOf": "2026-10-01"}],
        "more": False,
    },
    "behaviour": {
        "counts": [
            {"kind": "follow_up", "days7": 0, "days30": 0, "days90": 6, "all": 14, "firstAt": _AT, "lastAt": _AT}
        ],
        "contacts": {"days7": 0, "days30": 0, "days90": 6, "days365": 15},
        "firstAt": _AT,
        "lastAt": _AT,
        "silentDays": 41,
        "usualGapDays": 9,
        "perMonth": 2.0,
        "trend": "falling",
        "bestTime": {"weekday": 2, "hour": 10, "onWeekday": 5, "aboutHour": 7, "of": 14},
        "grades": {"recency": 2, "frequency": 5, "ties": 3, "label": "fading"},
        "weeks": [{"from": "2026-09-25", "contacts": 0, "others": 1}],
        "entries": {"most": 500, "more": False},
    },
    "insights": [
        {
            "code": "silent",
            "tone": "bad",
            "text": "已 41 天没有联系；平时每隔 9 天联系一次。",
            "numbers": {"days": 41, "usual": 9},
            "evidence": {"from": _AT},
        }
    ],
    "asOf": "2026-11-11T02:30:00Z",
}
