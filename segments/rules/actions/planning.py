"""What the actions of a rule would change of a customer: pure reckoning, the same for a dry run and in earnest."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.errors import RuleViolation
from customers.remarks import LENGTHS
from segments.rules.actions import custom_fields
from segments.rules.codes import Outcome
from segments.rules.scene import Person, Scene

# Done at most once for each event, and without one once for good: they can't see that they were done before.
ONCE = ("warn", "followUp")
_PLACE = re.compile(r"\{(name|city|channel|date)\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes:
        do: as in the action; tags are added and taken off in one step (``tags``).
        follower_id: for whom.
        value: the stage, the remark, the content, the level; of a custom field the action.
    """

    do: str
    follower_id: int | None = None
    add: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()
    value: Any = None


@dataclass(slots=True)
class Plan:
    """The steps, and where there are none, why.

    Attributes:
        refused: the code of what can't be done, so that nothing is.
    """

    steps: list[Step] = field(default_factory=list)
    why: str = Outcome.SAME
    refused: str = ""

    @property
    def outcome(self) -> str:
        return Outcome.CHANGED if self.steps else self.why


@dataclass(frozen=True, slots=True)
class Setting:
    """For whom and by what the rule acts."""

    rule_id: int
    order: int
    event_id: str = ""
    concerned: int | None = None
    channel: str = ""


def plan(actions: list[dict[str, Any]], person: Person, scene: Scene, setting: Setting) -> Plan:
    """What would be done; what is so already is left out."""
    found = Plan()
    for action in actions:
        if action["do"] in ONCE and setting.event_id in _been(person, setting):
            continue
        for whose in person.whose(action.get("for", "main"), setting.concerned):
            found.steps += _PLANNERS[action["do"]](action, person, scene, setting, whose, found)
    return Plan(why=Outcome.REFUSED, refused=found.refused) if found.refused else found


def _been(person: Person, setting: Setting) -> set[str]:
    been = person.been.get(setting.rule_id, set())
    # Without an event, whatever it did before is enough.
    return {setting.event_id} if been and not setting.event_id else been


Planner = Callable[[dict[str, Any], Person, Scene, Setting, int | None, Plan], Iterator[Step]]


def _add(
    action: dict[str, Any], person: Person, scene: Scene, setting: Setting, whose: int | None, plan: Plan
) -> Iterator[Step]:
    living = scene.living(action["tagIds"])
    if not action.get("exclusive"):
        if fresh := tuple(tag for tag in living if (tag, whose) not in person.tags):
            yield Step("tags", whose, add=fresh)
        return
    for group in dict.fromkeys(scene.groups[tag] for tag in living):
        first = next(tag for tag in living if scene.groups[tag] == group)
        if (first, whose) not in person.tags:
            yield from _rival(first, group, person, setting, whose, plan)


def _rival(tag: int, group: int, person: Person, setting: Setting, whose: int | None, plan: Plan) -> Iterator[Step]:
    """The one tag of its group by rules, unless a rule that goes before holds the group, or somebody has chosen."""
    rivals = {t: held.rank for (t, f), held in person.tags.items() if held.group_id == group and f == whose}
    if None in rivals.values():
        plan.why = Outcome.CHOSEN
    elif any(rank < (setting.order, setting.rule_id) for rank in rivals.values() if rank):
        plan.why = Outcome.OUTRANKED
    else:
        yield Step("tags", whose, add=(tag,), remove=tuple(sorted(rivals)))


def _remove(
    action: dict[str, Any], person: Person, scene: Scene, _setting: Setting, whose: int | None, _plan: Plan
) -> Iterator[Step]:
    if gone := [tag for tag in scene.living(action["tagIds"]) if (tag, whose) in person.tags]:
        yield Step("tags", whose, remove=tuple(gone))


def _stage(action: dict[str, Any], person: Person, *_rest: Any) -> Iterator[Step]:
    if person.row.stage_id != action["stageId"]:
        yield Step("setStage", value=action["stageId"])


def _remark(
    action: dict[str, Any], person: Person, _scene: Scene, setting: Setting, whose: int | None, _plan: Plan
) -> Iterator[Step]:
    if whose not in person.remarks:
        return
    row = person.row
    day = (row.add_time or row.create_time).astimezone(row.corp.zone)
    words = {"name": row.name, "city": row.city, "channel": setting.channel or row.channel, "date": f"{day:%m%d}"}
    text = _PLACE.sub(lambda place: words[place[1]] or "", action["template"])[: LENGTHS["remark"]]
    if text and text != person.remarks[whose]:
        yield Step("remark", whose, value=text)


def _assign(_action: dict[str, Any], person: Person, *_rest: Any) -> Iterator[Step]:
    if not person.remarks:
        yield Step("assign")


def _warn(action: dict[str, Any], person: Person, *_rest: Any) -> Iterator[Step]:
    yield Step("warn", person.row.follow_user_id, value=action["level"])


def _follow_up(
    action: dict[str, Any], _person: Person, _scene: Scene, _setting: Setting, whose: int | None, _plan: Plan
) -> Iterator[Step]:
    yield Step("followUp", whose, value=action["content"])


def _set_field(
    action: dict[str, Any], person: Person, scene: Scene, _setting: Setting, _whose: int | None, plan: Plan
) -> Iterator[Step]:
    try:
        after = custom_fields.after(action, person, scene)
    except RuleViolation as refusal:
        plan.refused = refusal.code
        return
    if custom_fields.differs(action["fieldId"], after, person, scene):
        yield Step("setField", value={name: said for name, said in action.items() if name != "do"})


_PLANNERS: dict[str, Planner] = {
    "addTags": _add,
    "removeTags": _remove,
    "setStage": _stage,
    "remark": _remark,
    "assign": _assign,
    "warn": _warn,
    "followUp": _follow_up,
    "setField": _set_field,
}
