"""Between what a rule says and the fields of its form. What the fields can't hold stands in the JSON for experts."""

from collections.abc import Callable
from typing import Any, NamedTuple

from segments.console.rules import field_act
from segments.models import RuleVersion
from segments.rules.triggers.kinds import KINDS

# Field of the form → option of the trigger, and the model its ids are of.
PICKED = {
    "channels": "channelIds",
    "employees": "employeeIds",
    "trigger_tags": "tagIds",
    "stages": "stageIds",
    "chats": "chatIds",
    "segments": "segmentIds",
}
PLAIN = {
    "add_ways": "addWays",
    "hour": "hour",
    "reached": "reached",
    "days": "days",
    "match": "match",
    "event": "event",
    "customer_path": "customerPath",
    "customer_by": "customerBy",
    "compare": "compare",
}


def initial(said: RuleVersion) -> dict[str, Any]:
    """The form of what was said."""
    trigger, found = said.trigger, {"condition": said.condition, "kind": said.trigger["kind"]}
    found |= {name: trigger[option] for name, option in (PICKED | PLAIN).items() if option in trigger}
    found["words"] = "\n".join(trigger.get("words", ()))
    kinds = [action["do"] for action in said.actions]
    if len(set(kinds)) < len(kinds):
        # Two acts of one kind have no fields.
        found["trigger_json"], found["actions_json"] = trigger, said.actions
        return found
    found["does"] = kinds
    for action in said.actions:
        found |= _ACTS[action["do"]].initial(action)
    return found


def fields_of(kind: str) -> list[str]:
    """The fields that a kind of trigger has."""
    takes = {*KINDS[kind].refs, *KINDS[kind].needs, *KINDS[kind].options}
    return [name for name, option in (PICKED | PLAIN | {"words": "words"}).items() if option in takes]


def trigger(data: dict[str, Any]) -> dict[str, Any]:
    """The trigger that was filled in: of its kind, and of the fields those that its kind has."""
    if data.get("trigger_json"):
        return data["trigger_json"]
    takes = fields_of(data["kind"])
    found: dict[str, Any] = {"kind": data["kind"]}
    for name, option in PICKED.items():
        if name in takes and data.get(name):
            found[option] = sorted(row.pk for row in data[name])
    for name, option in PLAIN.items():
        if name in takes and data.get(name) not in (None, "", []):
            found[option] = [int(way) for way in data[name]] if name == "add_ways" else data[name]
    if "words" in takes:
        found["words"] = [word.strip() for word in data.get("words", "").splitlines() if word.strip()]
    return found


def actions(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The actions that were chosen, in the order in which they are done."""
    if data.get("actions_json"):
        return data["actions_json"]
    return [{"do": do, **act.said(data)} for do, act in _ACTS.items() if do in data["does"]]


class Act(NamedTuple):
    """Between one kind of action and its fields, of which the first can't be left empty."""

    fields: tuple[str, ...]
    said: Callable[[dict[str, Any]], dict[str, Any]]
    initial: Callable[[dict[str, Any]], dict[str, Any]]


def _ids(rows: Any) -> list[int]:
    return sorted(row.pk for row in rows)


_ACTS: dict[str, Act] = {
    "addTags": Act(
        ("add_tags", "add_for", "exclusive"),
        lambda d: {"tagIds": _ids(d["add_tags"]), "for": d["add_for"], "exclusive": d["exclusive"]},
        lambda a: {"add_tags": a["tagIds"], "add_for": a["for"], "exclusive": a.get("exclusive", False)},
    ),
    "removeTags": Act(
        ("remove_tags", "remove_for"),
        lambda d: {"tagIds": _ids(d["remove_tags"]), "for": d["remove_for"]},
        lambda a: {"remove_tags": a["tagIds"], "remove_for": a["for"]},
    ),
    "setStage": Act(("stage",), lambda d: {"stageId": d["stage"].pk}, lambda a: {"stage": a["stageId"]}),
    "remark": Act(
        ("remark",),
        lambda d: {"template": d["remark"], "for": "main"},
        lambda a: {"remark": a["template"]},
    ),
    "assign": Act((), lambda _data: {}, lambda _action: {}),
    "warn": Act(("warn",), lambda d: {"level": int(d["warn"])}, lambda a: {"warn": a["level"]}),
    "followUp": Act(
        ("follow_up",),
        lambda d: {"content": d["follow_up"], "for": "main"},
        lambda a: {"follow_up": a["content"]},
    ),
    "setField": Act(field_act.NAMES, lambda d: d["field_said"], field_act.initial),
}
FIELDS_OF_ACTS = {do: act.fields for do, act in _ACTS.items()}
