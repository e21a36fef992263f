"""Triggers, actions and steps as sentences in the active language, with the names of the rows they speak of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.choices import AddWay
from customers.privacy.stars import in_words
from segments.rules import field_wording
from segments.rules.triggers.kinds import DAILY, FOREIGN, KEYWORD, KINDS

TAG, STAGE, EMPLOYEE = "tags.Tag", "customers.Stage", "corps.Employee"
_SHOWN = 5


class Names:
    """What rows are called, looked up together: one statement for each model, however many sentences follow."""

    _personal: frozenset[int] = frozenset()

    def __init__(self, wanted: Iterable[tuple[str, int]]) -> None:
        by_model: dict[str, set[int]] = defaultdict(set)
        for label, pk in wanted:
            by_model[label].add(pk)
        rows = {label: apps.get_model(label)._default_manager.filter(pk__in=ids) for label, ids in by_model.items()}
        self._names = {(label, row.pk): str(row) for label, found in rows.items() for row in found}
        own = rows.get(field_wording.FIELD, ())
        self._personal = frozenset(row.pk for row in own if row.personal)

    def hides(self, field_id: int) -> bool:
        """Whether a custom field is personal, so that what it held of somebody isn't said."""
        return field_id in self._personal

    def of(self, label: str, ids: Iterable[int]) -> str:
        """The first of them, and how many more."""
        found = [self._names.get((label, pk), f"#{pk}") for pk in ids]
        more = f" +{len(found) - _SHOWN}" if len(found) > _SHOWN else ""
        return pgettext("between names", ", ").join(found[:_SHOWN]) + more


def mentioned(trigger: dict[str, Any], actions: Iterable[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    """The rows that a rule speaks of."""
    for option, label in KINDS[trigger["kind"]].refs.items():
        yield from ((label, pk) for pk in trigger.get(option, ()))
    for action in actions:
        yield from ((TAG, pk) for pk in action.get("tagIds", ()))
        if "stageId" in action:
            yield STAGE, action["stageId"]
        yield from field_wording.mentioned(action)


def trigger_sentence(trigger: dict[str, Any], names: Names) -> str:
    """What sets the rule off: "followed by an employee (channel: Expo)"."""
    kind = KINDS[trigger["kind"]]
    told = [names.of(label, trigger[option]) for option, label in kind.refs.items() if trigger.get(option)]
    told += [str(AddWay(way).label) for way in trigger.get("addWays", ())]
    if trigger["kind"] == KEYWORD:
        told += trigger["words"][:_SHOWN]
    if trigger["kind"] == FOREIGN:
        told += [trigger["event"]]
    if trigger["kind"] == DAILY:
        told += [f"{trigger['hour']:02}:00"]
        words = {"added": _("%(n)d days after being added"), "silence": _("no follow-up for %(n)d days")}
        told += [words[trigger["reached"]] % {"n": trigger["days"]}] if "reached" in trigger else []
    return f"{kind.label} ({'; '.join(told)})" if told else str(kind.label)


def action_sentence(action: dict[str, Any], names: Names) -> str:
    """What the rule does: "add tags: Beijing"."""
    do = action["do"]
    details = {
        "addTags": lambda: names.of(TAG, action["tagIds"]),
        "removeTags": lambda: names.of(TAG, action["tagIds"]),
        "setStage": lambda: names.of(STAGE, [action["stageId"]]),
        "remark": lambda: action["template"],
        "followUp": lambda: action["content"][:40],
        "warn": lambda: str(action["level"]),
        "setField": lambda: field_wording.said(action, names),
    }
    label = str(doings()[do])
    return f"{label}: {details[do]()}" if do in details else label


def doings() -> dict[str, str]:
    """What can be done, by its key."""
    return {
        "addTags": _("add tags"),
        "removeTags": _("remove tags"),
        "setStage": _("set the stage"),
        "remark": _("write the remark"),
        "assign": _("assign by the rules of assignment"),
        "warn": _("open a warning"),
        "followUp": _("write a follow-up"),
        "setField": _("set a custom field"),
    }


def step_mentions(steps: Iterable[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    """The rows that the steps of a dry run speak of."""
    for step in steps:
        yield from ((TAG, pk) for pk in (*step["addTagIds"], *step["removeTagIds"]))
        if step["followerId"]:
            yield EMPLOYEE, step["followerId"]
        if step["do"] == "setStage":
            yield STAGE, step["value"]
        if step["do"] == "setField":
            yield from field_wording.mentioned(step["value"])


def step_sentence(step: dict[str, Any], names: Names) -> str:
    """What a dry run would do: "+Beijing −Shanghai (王小明)"."""
    if step["do"] == "tags":
        told = " ".join(
            f"{sign}{names.of(TAG, step[key])}"
            for sign, key in (("+", "addTagIds"), ("−", "removeTagIds"))
            if step[key]
        )
    else:
        value = _step_value(step, names)
        told = f"{doings()[step['do']]}: {value}" if value else doings()[step["do"]]
    return f"{told} ({names.of(EMPLOYEE, [step['followerId']])})" if step["followerId"] else told


def _step_value(step: dict[str, Any], names: Names) -> Any:
    if step["do"] == "setField":
        return field_wording.said(step["value"], names)
    return names.of(STAGE, [step["value"]]) if step["do"] == "setStage" else step["value"]


def change_sentence(changes: dict[str, Any], names: Names) -> str:
    """What was done, as an effect keeps it."""
    told = []
    for sign, key in (("+", "added"), ("−", "removed")):
        if changes.get(key):
            told.append(sign + names.of(TAG, (one[0] for one in changes[key])))
    if "stage" in changes:
        told.append(f"{doings()['setStage']}: {names.of(STAGE, [changes['stage'][1]])}")
    told += [f"{doings()['remark']}: {in_words(new)}" for _who, _old, new in changes.get("remarks", ())]
    told += [field_wording.changed(field, after, names) for field, _before, after in changes.get("fields", ())]
    others = (("followUps", "followUp"), ("warned", "warn"), ("assigned", "assign"))
    told += [doings()[do] for key, do in others if changes.get(key)]
    return " · ".join(told)


def change_mentions(changes: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for key in ("added", "removed"):
        yield from ((TAG, one[0]) for one in changes.get(key, ()))
    if "stage" in changes:
        yield STAGE, changes["stage"][1]
    yield from field_wording.change_mentions(changes)
