"""From what was written of actions to ones that can be kept."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from customers.custom import altering
from customers.remarks import LENGTHS
from followups.texts import LENGTH
from segments.rules import refusals, rows
from segments.rules.actions import stating

MOST_ACTIONS = 20
FOR = ("main", "concerned", "all")
# What a template of remarks may hold.
PLACES = ("name", "city", "channel", "date")
# What is meant where nothing is said.
_USUAL: dict[str, Any] = {"for": "main", "exclusive": False, "op": altering.SET}
_PLACE = re.compile(r"\{([^{}]*)\}")


def parse(documents: Any, *, corp_id: int, path: str = "actions") -> list[dict[str, Any]]:
    """The actions, in their order. Raises RuleViolation, with the path of the fault."""
    if not isinstance(documents, list) or not 1 <= len(documents) <= MOST_ACTIONS:
        raise refusals.wrong(path, _("A rule does 1 to %(n)d things.") % {"n": MOST_ACTIONS})
    found = [_one(document, corp_id, f"{path}[{place}]") for place, document in enumerate(documents)]
    added, removed = (_tags(found, do) for do in ("addTags", "removeTags"))
    stating.check_together(found, path)
    if both := added & removed:
        message = _("A tag can't be added and removed at once: %(ids)s.") % {"ids": min(both)}
        raise refusals.wrong(path, message, "tag_both_ways")
    return found


def tag_ids(actions: list[dict[str, Any]]) -> set[int]:
    """The tags that the actions name."""
    return _tags(actions, "addTags") | _tags(actions, "removeTags")


def field_ids(actions: list[dict[str, Any]]) -> set[int]:
    """The custom fields that the actions name."""
    return {action["fieldId"] for action in actions if action["do"] == "setField"}


def _tags(actions: list[dict[str, Any]], do: str) -> set[int]:
    return {tag for action in actions if action["do"] == do for tag in action["tagIds"]}


def _one(document: Any, corp_id: int, path: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise refusals.wrong(path, _("An object is expected here."))
    do = refusals.one_of(document.get("do"), f"{path}.do", DOINGS)
    options, needed = DOINGS[do]
    refusals.known_keys(document, {"do", *options}, path)
    found: dict[str, Any] = {"do": do}
    for option in options:
        if option in document or option in needed:
            found[option] = _OPTIONS[option](document.get(option), f"{path}.{option}")
    found |= {option: usual for option, usual in _USUAL.items() if option in options and option not in found}
    rows.check(corp_id, "tags.Tag", found.get("tagIds", ()), f"{path}.tagIds")
    rows.check(corp_id, "customers.Stage", [found["stageId"]] if "stageId" in found else (), f"{path}.stageId")
    return stating.checked(found, corp_id, path) if do == "setField" else found


def _template(given: Any, path: str) -> str:
    found = refusals.text(given, path, 100)
    for place in _PLACE.findall(found):
        refusals.one_of(place, path, PLACES)
    bare = len(_PLACE.sub("", found))
    if bare > LENGTHS["remark"]:
        raise refusals.wrong(path, _("A text of 1 to %(n)d characters.") % {"n": LENGTHS["remark"]})
    return found


def _flag(given: Any, path: str) -> bool:
    return refusals.one_of(given, path, (True, False))


# What can be done: its options, and those that can't be left out.
DOINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "addTags": (("tagIds", "for", "exclusive"), ("tagIds",)),
    "removeTags": (("tagIds", "for"), ("tagIds",)),
    "setStage": (("stageId",), ("stageId",)),
    "remark": (("template", "for"), ("template",)),
    "assign": ((), ()),
    "warn": (("level",), ("level",)),
    "followUp": (("content", "for"), ("content",)),
    "setField": (("fieldId", "op", "value", "optionIds"), ("fieldId",)),
}
_OPTIONS: dict[str, Callable[[Any, str], Any]] = {
    "tagIds": lambda given, path: refusals.ids(given, path, least=1),
    "for": lambda given, path: refusals.one_of(given, path, FOR),
    "exclusive": _flag,
    "stageId": lambda given, path: refusals.number(given, path, 1, 2**63 - 1),
    "template": _template,
    "level": lambda given, path: refusals.number(given, path, 1, 3),
    "content": lambda given, path: refusals.text(given, path, LENGTH),
    "fieldId": lambda given, path: refusals.number(given, path, 1, 2**63 - 1),
    "op": lambda given, path: refusals.one_of(given, path, altering.OPS),
    # What it may be is the field's to say.
    "value": lambda given, path: given,
    "optionIds": lambda given, path: refusals.ids(given, path, least=1),
}
