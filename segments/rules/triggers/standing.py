"""To whom a trigger has happened already, as part of a condition: for backfills and daily rules."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from corps.models import Corp
from segments.conditions import parsing
from segments.conditions.nodes import All, Condition

Part = dict[str, Any] | None


def narrowed(condition: Condition, trigger: dict[str, Any], corp: Corp, today: dt.date) -> Condition | None:
    """The rule's condition, asked only of those to whom the trigger has happened.

    Returns: None where nobody can tell to whom: a message, another service's event.
    """
    if trigger["kind"] not in _PARTS:
        return None
    part = _PARTS[trigger["kind"]](trigger, today)
    if part is None:
        return condition
    root = parsing.parse({"version": 1, "where": part}, corp=corp).root
    parts = tuple(node for node in (root, condition.root) if node is not None)
    return Condition(condition.corp_id, All(parts))


def _asked(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def _some(rows: str, *asked: dict[str, Any] | None) -> dict[str, Any]:
    parts = [part for part in asked if part]
    return {"some": rows} | ({"where": {"all": parts}} if parts else {})


def _wanted(trigger: dict[str, Any], option: str, field: str, op: str = "in") -> Part:
    return _asked(field, op, trigger[option]) if trigger.get(option) else None


def _followed(trigger: dict[str, Any], _today: dt.date) -> Part:
    # The relation that lives.
    return _some(
        "relation",
        _asked("status", "is", 1),
        _wanted(trigger, "channelIds", "channel", "any"),
        _wanted(trigger, "addWays", "addWay"),
        _wanted(trigger, "employeeIds", "employee"),
    )


def _daily(trigger: dict[str, Any], today: dt.date) -> Part:
    if "reached" not in trigger:
        return None
    days = trigger["days"]
    if trigger["reached"] == "added":
        return _asked("addTime", "on", (today - dt.timedelta(days=days)).isoformat())
    return {"not": _some("followUp", _asked("happenedAt", "within", {"days": days}))}


def _in_chat(trigger: dict[str, Any], *, present: bool) -> Part:
    over = {"field": "leftAt", "op": "unset" if present else "set"}
    return _some("group", over, _wanted(trigger, "chatIds", "chat"))


_PARTS: dict[str, Callable[[dict[str, Any], dt.date], Part]] = {
    "followed": _followed,
    "tagged": lambda trigger, _day: _asked("tags", "any", trigger["tagIds"]),
    # Who ever had a tag and lost it isn't known: all who have none of them.
    "untagged": lambda trigger, _day: _asked("tags", "none", trigger["tagIds"]),
    "joinedGroup": lambda trigger, _day: _in_chat(trigger, present=True),
    "leftGroup": lambda trigger, _day: _in_chat(trigger, present=False),
    "followUpWritten": lambda trigger, _day: _some("followUp", _wanted(trigger, "employeeIds", "employee")),
    "stageChanged": lambda trigger, _day: _wanted(trigger, "stageIds", "stage"),
    "segmentEntered": lambda trigger, _day: _asked("segments", "any", trigger["segmentIds"]),
    "segmentLeft": lambda trigger, _day: _asked("segments", "none", trigger["segmentIds"]),
    "daily": _daily,
}
