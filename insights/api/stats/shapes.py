"""The shapes of the statistics, for the OpenAPI document."""

from typing import Any

from core.openapi import many, shape
from insights.choices import ContactKind
from insights.stats.reports import channels, departments, employees, forecast
from insights.stats.terms import KEPT_AFTER
from insights.stats.words import CONTACT, GROUPS, GROUPS_STANDING, MOVES, REPLIES, TALK, WORK

_ID, _TEXT = {"type": "integer"}, {"type": "string"}
_NUMBER = {"type": ["number", "null"]}
_FLOAT = {"type": "number"}
_BOOLEAN = {"type": "boolean"}
_DAY = {"type": "string", "format": "date"}
_SHARE = {"type": ["number", "null"], "description": "0 and more; null: of nothing."}
PAIR = shape(relations=_ID, people=_ID)
MAYBE = PAIR | {"type": ["object", "null"], "description": "null: that day has not been counted."}
NET = shape(relations=_ID, people={"type": ["integer", "null"]})
_HEAD: dict[str, Any] = {
    "from": _DAY,
    "to": _DAY,
    "by": {"type": "string", "enum": ["day", "week", "month"]},
    "scope": shape(kind={"type": "string", "enum": ["corp", "employee", "department", "channel"]}, ids=many(_ID)),
    "asOf": shape(
        day={"type": ["string", "null"], "format": "date", "description": "The newest day that has been counted."},
        computedAt={"type": ["string", "null"], "format": "date-time"},
        final={"type": "boolean", "description": "false: the numbers may still change (provisional)."},
        missing={"type": "integer", "description": "Spans that have not been counted: their numbers are missing."},
    ),
    "definitions": {"type": "object", "additionalProperties": _TEXT},
}


def _answer(**more: Any) -> dict[str, Any]:
    return shape(**_HEAD, **more)


def _series(numbers: dict[str, Any]) -> dict[str, Any]:
    """Spans, their sum and that of as many before."""
    return _answer(list=many(shape(day=_DAY, **numbers)), sum=shape(**numbers), before=shape(**numbers))


_GROWTH = {"total": MAYBE, **dict.fromkeys(MOVES, PAIR), "net": NET}
_OVERVIEW = shape(**_GROWTH, **dict.fromkeys((*WORK, *GROUPS), PAIR))
_SIDES = shape(now=_OVERVIEW, before=_OVERVIEW)
OVERVIEW = _answer(day=_SIDES, week=_SIDES, month=_SIDES)
GROWTH = _series(_GROWTH)
_RANGE = shape(value=_FLOAT, low=_FLOAT, high=_FLOAT) | {
    "type": ["object", "null"],
    "description": "null: no forecast that beats the naive ones.",
}
_AHEAD = shape(relations=_RANGE, people=_RANGE)
_JUDGED = shape(
    shown=_BOOLEAN,
    reason={"type": "string", "enum": ["", *forecast.REASONS], "description": "Why nothing is told."},
    method={"type": "string", "enum": ["", "smoothed", "damped"]},
    error=_NUMBER | {"description": "Mean absolute error on past days that the method had not seen."},
    naiveError=_NUMBER | {"description": "The same of: as on the last day."},
    seasonalError=_NUMBER | {"description": "The same of: as a week before."},
)
FORECAST = _answer(
    history={"type": "integer", "description": "Days that it is read from."},
    least={"type": "integer", "description": "As many are needed."},
    horizon=_ID,
    coverage=_FLOAT,
    margin=_FLOAT,
    numbers=shape(**dict.fromkeys(forecast.NAMES, shape(relations=_JUDGED, people=_JUDGED))),
    list=many(shape(day=_DAY, **dict.fromkeys(forecast.NAMES, _AHEAD))),
    sum=shape(**dict.fromkeys(forecast.FLOWS, _AHEAD)),
)
_POINT = shape(days={"type": "integer", "enum": list(KEPT_AFTER)}, of=PAIR, stayed=PAIR, rate=_SHARE)
_CURVE = {"new": PAIR, "kept": many(_POINT)}
RETENTION = _answer(list=many(shape(month=_TEXT, **_CURVE)), all=shape(**_CURVE))
_TALK: dict[str, Any] = dict.fromkeys(TALK, _ID) | dict.fromkeys(REPLIES, _NUMBER)
_SPREAD = shape(of=_ID, **dict.fromkeys(("mean", "p0", "p25", "p50", "p75", "p100"), _NUMBER))
_KNOWN = PAIR | {"type": ["object", "null"], "description": "null: not counted on that day."}
_CONTACT = dict.fromkeys(CONTACT, _KNOWN)
_VERSION = {"type": ["integer", "null"], "description": "Of the definition it was counted by: see activeMeans."}
_ACTIVITY = {**_TALK, "followups": PAIR, **_CONTACT, "definition": _VERSION}
_MEANS = shape(version=_ID, days=_ID, kinds=many({"type": "string", "enum": list(ContactKind)}), current=_BOOLEAN)
ACTIVITY = _answer(
    list=many(shape(day=_DAY, **_ACTIVITY)),
    sum=shape(**_ACTIVITY),
    before=shape(**_ACTIVITY),
    spread=shape(**dict.fromkeys(("messages", "chats", *REPLIES, *CONTACT), _SPREAD)),
    ranking=many(shape(employeeId=_ID, name=_TEXT, **_TALK)),
    silentRanking=many(shape(employeeId=_ID, name=_TEXT, total=PAIR, **_CONTACT)),
    activeMeans=many(_MEANS),
)
_WHO = {"employeeId": _ID, "name": _TEXT, "userid": _TEXT}
EMPLOYEES = _answer(
    list=many(shape(**_WHO, total=PAIR, **_CONTACT, **dict.fromkeys(employees.PAIRS, PAIR), **_TALK)),
    page=_ID,
    size=_ID,
    more=_BOOLEAN,
)
DEPARTMENTS = _answer(
    list=many(shape(departmentId=_ID, name=_TEXT, total=PAIR, **_CONTACT, **dict.fromkeys(departments.PAIRS, PAIR))),
    page=_ID,
    size=_ID,
    more=_BOOLEAN,
)
GROUPS_SERIES = _series({**dict.fromkeys(GROUPS_STANDING, MAYBE), **dict.fromkeys(GROUPS, PAIR)})
_CHANNEL = {
    "kind": {"type": "string", "enum": ["channel", "unknown", "none"]},
    "channelId": {"type": ["integer", "null"]},
    "name": _TEXT,
    "total": PAIR,
    **_CONTACT,
}
CHANNELS = _answer(list=many(shape(**_CHANNEL, **dict.fromkeys(channels.PAIRS, PAIR), kept=many(_POINT))))
_STAGE = {"stageId": _ID, "name": _TEXT, "entered": PAIR, "conversion": _SHARE}
FUNNEL = _answer(list=many(shape(**_STAGE, standing={"type": ["integer", "null"]})))
