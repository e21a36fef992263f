"""What actions would change of a customer: pure reckoning, with no database behind it."""

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from segments.rules.actions.planning import Plan, Setting, Step, plan
from segments.rules.scene import Held, Person, Scene

OWNER, COLLEAGUE = 7, 8
RULE, EARLIER, LATER = (2, 20), (1, 10), (3, 30)
# Tag → group.
GROUPS = {
    1: 100,
    2: 100,
    3: 100,
    4: 200,
    5: 200,
}
ADDED = dt.datetime(2026, 3, 4, 20, tzinfo=dt.UTC)


def held(tag: int, rank: tuple[int, int] | None = None) -> Held:
    source = "rule" if rank else "operator"
    return Held(GROUPS[tag], source, "system", 1 if rank else None, ADDED, rank)


def person(
    tags: dict[tuple[int, int | None], Held] | None = None,
    remarks: dict[int, str] | None = None,
    been: dict[int, set[str]] | None = None,
    **row: Any,
) -> Person:
    fields: dict[str, Any] = {
        "pk": 1,
        "name": "张三",
        "city": "北京",
        "channel": "expo",
        "stage_id": None,
        "follow_user_id": OWNER,
        "add_time": ADDED,
        "create_time": ADDED,
        "corp": SimpleNamespace(zone=ZoneInfo("Asia/Shanghai")),
    }
    known = {OWNER: "", COLLEAGUE: ""} if remarks is None else remarks
    return Person(SimpleNamespace(**fields | row), tags or {}, known, been or {})  # type: ignore[arg-type]


def planned(
    actions: list[dict[str, Any]],
    who: Person | None = None,
    *,
    concerned: int | None = None,
    event_id: str = "event",
    heirs: dict[int, int] | None = None,
) -> Plan:
    scene = Scene({}, {tag: tag for tag in GROUPS} if heirs is None else heirs, GROUPS)
    setting = Setting(RULE[1], RULE[0], event_id, concerned)
    return plan(actions, who or person(), scene, setting)


def add(*tags: int, **fields: Any) -> dict[str, Any]:
    return {"do": "addTags", "tagIds": list(tags), "for": "main", "exclusive": False} | fields


def off(*tags: int, **fields: Any) -> dict[str, Any]:
    return {"do": "removeTags", "tagIds": list(tags), "for": "main"} | fields


@dataclass
class Case:
    """What is done to whom, and the steps that come of it."""

    actions: list[dict[str, Any]]
    steps: list[Step]
    tags: dict[tuple[int, int | None], Held] = field(default_factory=dict)
    row: dict[str, Any] = field(default_factory=dict)
    remarks: dict[int, str] | None = None
    concerned: int | None = None
    why: str = "same"


CASES: dict[str, Case] = {
    "a tag that is not there is added for the main follower": Case(
        actions=[add(1)],
        steps=[Step("tags", OWNER, add=(1,))],
    ),
    "several tags are one step": Case(
        actions=[add(1, 4)],
        steps=[Step("tags", OWNER, add=(1, 4))],
    ),
    "a tag that is there is not added again": Case(
        actions=[add(1)],
        steps=[],
        tags={(1, OWNER): held(1)},
    ),
    "of two tags only the missing one is added": Case(
        actions=[add(1, 2)],
        steps=[Step("tags", OWNER, add=(2,))],
        tags={(1, OWNER): held(1)},
    ),
    "a tag of another follower is not this one's": Case(
        actions=[add(1)],
        steps=[Step("tags", OWNER, add=(1,))],
        tags={(1, COLLEAGUE): held(1)},
    ),
    "whom it concerns gets the tag": Case(
        actions=[add(1, **{"for": "concerned"})],
        steps=[Step("tags", COLLEAGUE, add=(1,))],
        concerned=COLLEAGUE,
    ),
    "who doesn't follow any more is replaced by the main follower": Case(
        actions=[add(1, **{"for": "concerned"})],
        steps=[Step("tags", OWNER, add=(1,))],
        concerned=99,
    ),
    "without one concerned it is the main follower": Case(
        actions=[add(1, **{"for": "concerned"})],
        steps=[Step("tags", OWNER, add=(1,))],
    ),
    "everybody who follows gets the tag": Case(
        actions=[add(1, **{"for": "all"})],
        steps=[
            Step("tags", OWNER, add=(1,)),
            Step("tags", COLLEAGUE, add=(1,)),
        ],
    ),
    "of everybody those who have it are left out": Case(
        actions=[add(1, **{"for": "all"})],
        steps=[Step("tags", COLLEAGUE, add=(1,))],
        tags={(1, OWNER): held(1)},
    ),
    "a customer whom nobody follows has tags of nobody": Case(
        actions=[add(1, **{"for": "all"})],
        steps=[Step("tags", None, add=(1,))],
        row={"follow_user_id": None},
        remarks={},
    ),
    "a tag is taken off where it is": Case(
        actions=[off(1)],
        steps=[Step("tags", OWNER, remove=(1,))],
        tags={(1, OWNER): held(1)},
    ),
    "a tag that is not there is not taken off": Case(
        actions=[off(1)],
        steps=[],
    ),
    "a tag of another follower is not taken off": Case(
        actions=[off(1)],
        steps=[],
        tags={(1, COLLEAGUE): held(1)},
    ),
    "it is taken off everybody": Case(
        actions=[off(1, **{"for": "all"})],
        steps=[
            Step("tags", OWNER, remove=(1,)),
            Step("tags", COLLEAGUE, remove=(1,)),
        ],
        tags={
            (1, OWNER): held(1),
            (1, COLLEAGUE): held(1),
        },
    ),
    "an empty group is taken": Case(
        actions=[add(1, exclusive=True)],
        steps=[Step("tags", OWNER, add=(1,))],
    ),
    "a tag of another group is no rival": Case(
        actions=[add(1, exclusive=True)],
        steps=[Step("tags", OWNER, add=(1,))],
        tags={(4, OWNER): held(4)},
    ),
    "a rule that goes after it gives way": Case(
        actions=[add(1, exclusive=True)],
        steps=[Step("tags", OWNER, add=(1,), remove=(2,))],
        tags={(2, OWNER): held(2, LATER)},
    ),
    "all rivals give way at once": Case(
        actions=[add(1, exclusive=True)],
        steps=[Step("tags", OWNER, add=(1,), remove=(2, 3))],
        tags={
            (2, OWNER): held(2, LATER),
            (3, OWNER): held(3, LATER),
        },
    ),
    "the same rule's former choice gives way": Case(
        actions=[add(1, exclusive=True)],
        steps=[Step("tags", OWNER, add=(1,), remove=(2,))],
        tags={(2, OWNER): held(2, RULE)},
    ),
    "a rule that goes before holds the group": Case(
        actions=[add(1, exclusive=True)],
        steps=[],
        tags={(2, OWNER): held(2, EARLIER)},
        why="outranked",
    ),
    "of one order the older rule goes before": Case(
        actions=[add(1, exclusive=True)],
        steps=[],
        tags={(2, OWNER): held(2, (RULE[0], RULE[1] - 1))},
        why="outranked",
    ),
    "what a person chose stays": Case(
        actions=[add(1, exclusive=True)],
        steps=[],
        tags={(2, OWNER): held(2)},
        why="chosen",
    ),
    "what a person chose stays beside a rule's": Case(
        actions=[add(1, exclusive=True)],
        steps=[],
        tags={
            (2, OWNER): held(2),
            (3, OWNER): held(3, LATER),
        },
        why="chosen",
    ),
    "another follower's choice is their own": Case(
        actions=[add(1, exclusive=True)],
        steps=[Step("tags", OWNER, add=(1,))],
        tags={(2, COLLEAGUE): held(2)},
    ),
    "a group that it holds is left alone": Case(
        actions=[add(1, exclusive=True)],
        steps=[],
        tags={(1, OWNER): held(1, RULE)},
    ),
    "of two of a group the first is meant": Case(
        actions=[add(1, 2, exclusive=True)],
        steps=[Step("tags", OWNER, add=(1,))],
    ),
    "with the first there the second is not put": Case(
        actions=[add(1, 2, exclusive=True)],
        steps=[],
        tags={(1, OWNER): held(1, RULE)},
    ),
    "each group has its one": Case(
        actions=[add(1, 4, exclusive=True)],
        steps=[
            Step("tags", OWNER, add=(1,)),
            Step("tags", OWNER, add=(4,)),
        ],
    ),
    "one group is refused and the other taken": Case(
        actions=[add(1, 4, exclusive=True)],
        steps=[Step("tags", OWNER, add=(4,))],
        tags={(2, OWNER): held(2)},
        why="chosen",
    ),
    "a stage is set": Case(
        actions=[{"do": "setStage", "stageId": 5}],
        steps=[Step("setStage", value=5)],
    ),
    "a stage that it is in is not set": Case(
        actions=[{"do": "setStage", "stageId": 5}],
        steps=[],
        row={"stage_id": 5},
    ),
    "a remark is written from what is known": Case(
        actions=[{"do": "remark", "template": "{name}-{city}-{channel}", "for": "main"}],
        steps=[Step("remark", OWNER, value="张三-北京-expo")],
    ),
    "the date is the day of adding in the company's zone": Case(
        actions=[{"do": "remark", "template": "{date}", "for": "main"}],
        # In Shanghai it was the fifth already.
        steps=[Step("remark", OWNER, value="0305")],
    ),
    "who was never added has the day of their making": Case(
        actions=[{"do": "remark", "template": "{date}", "for": "main"}],
        steps=[Step("remark", OWNER, value="0305")],
        row={"add_time": None},
    ),
    "what isn't known is nothing": Case(
        actions=[{"do": "remark", "template": "{city}客户", "for": "main"}],
        steps=[Step("remark", OWNER, value="客户")],
        row={"city": None},
    ),
    "an empty remark is not written": Case(
        actions=[{"do": "remark", "template": "{city}", "for": "main"}],
        steps=[],
        row={"city": None},
    ),
    "a remark is cut to what WeCom takes": Case(
        actions=[{"do": "remark", "template": "{name}", "for": "main"}],
        steps=[Step("remark", OWNER, value="长" * 20)],
        row={"name": "长" * 90},
    ),
    "a name that looks like a place is a name": Case(
        actions=[{"do": "remark", "template": "{name}", "for": "main"}],
        steps=[Step("remark", OWNER, value="{city}")],
        row={"name": "{city}"},
    ),
    "a remark that stands is not written again": Case(
        actions=[{"do": "remark", "template": "{name}", "for": "main"}],
        steps=[],
        remarks={OWNER: "张三"},
    ),
    "a remark is for everybody who follows": Case(
        actions=[{"do": "remark", "template": "{name}", "for": "all"}],
        steps=[
            Step("remark", OWNER, value="张三"),
            Step("remark", COLLEAGUE, value="张三"),
        ],
    ),
    "whom nobody follows has no remark": Case(
        actions=[{"do": "remark", "template": "{name}", "for": "main"}],
        steps=[],
        row={"follow_user_id": None},
        remarks={},
    ),
    "whom nobody follows is assigned": Case(
        actions=[{"do": "assign"}],
        steps=[Step("assign")],
        row={"follow_user_id": None},
        remarks={},
    ),
    "who is followed is not assigned": Case(
        actions=[{"do": "assign"}],
        steps=[],
    ),
    "a warning is about the main follower": Case(
        actions=[{"do": "warn", "level": 3}],
        steps=[Step("warn", OWNER, value=3)],
    ),
    "a follow-up is the concerned one's": Case(
        actions=[{"do": "followUp", "content": "回访", "for": "concerned"}],
        steps=[Step("followUp", COLLEAGUE, value="回访")],
        concerned=COLLEAGUE,
    ),
    "actions are planned in their order": Case(
        actions=[
            {"do": "setStage", "stageId": 5},
            add(1),
            {"do": "warn", "level": 1},
            off(2),
        ],
        steps=[
            Step("setStage", value=5),
            Step("tags", OWNER, add=(1,)),
            Step("warn", OWNER, value=1),
            Step("tags", OWNER, remove=(2,)),
        ],
        tags={(2, OWNER): held(2)},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_planned(name: str) -> None:
    case = CASES[name]
    who = person(case.tags, case.remarks, **case.row)
    found = planned(case.actions, who, concerned=case.concerned)
    assert found.steps == case.steps
    assert found.why == case.why
    assert found.outcome == ("changed" if case.steps else case.why)


def test_nothing_of_the_person_is_touched_by_planning() -> None:
    who = person({(2, OWNER): held(2, LATER)}, {OWNER: "old"})
    before = repr(who)
    planned([add(1, exclusive=True), {"do": "remark", "template": "{name}", "for": "main"}], who)
    assert repr(who) == before


@pytest.mark.parametrize(
    ("event_id", "been", "done"),
    [
        # It has never been there.
        ("event", {}, True),
        ("", {}, True),
        # Another rule has.
        ("event", {99: {"event"}}, True),
        ("", {99: {""}}, True),
        # It has, by this event.
        ("event", {RULE[1]: {"event"}}, False),
        # By another one.
        ("event", {RULE[1]: {"other"}}, True),
        ("event", {RULE[1]: {""}}, True),
        # A run without an event counts all that was.
        ("", {RULE[1]: {"other"}}, False),
        ("", {RULE[1]: {""}}, False),
    ],
)
def test_what_can_not_see_that_it_was_done_is_done_once(event_id: str, been: dict[int, set[str]], done: bool) -> None:
    for action in ({"do": "warn", "level": 1}, {"do": "followUp", "content": "x", "for": "main"}):
        found = planned([action], person(been=been), event_id=event_id)
        assert bool(found.steps) is done
    # What can see it is planned whatever was.
    assert planned([add(1)], person(been=been), event_id=event_id).steps


def test_tags_are_those_that_they_became() -> None:
    heirs = {1: 4, 2: 4, 4: 4}
    assert planned([add(1, 2)], heirs=heirs).steps == [Step("tags", OWNER, add=(4,))]
    has = person({(4, OWNER): held(4)})
    assert planned([add(1)], has, heirs=heirs).steps == []
    assert planned([off(1)], has, heirs=heirs).steps == [Step("tags", OWNER, remove=(4,))]
    # Deleted ones are nothing.
    assert planned([add(3), off(3), add(5, exclusive=True)], has, heirs=heirs).steps == []
