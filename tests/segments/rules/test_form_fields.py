"""Between what a rule says and the fields of its form: there and back, and what the fields can't hold."""

from types import SimpleNamespace
from typing import Any

import pytest

from segments.console.rules import said
from segments.rules import wording
from segments.rules.triggers.kinds import KINDS

EVERYBODY = {"version": 1, "where": None}


def row(pk: int) -> Any:
    return SimpleNamespace(pk=pk)


def rows(*pks: int) -> list[Any]:
    return [row(pk) for pk in pks]


def version(trigger: dict[str, Any], *actions: dict[str, Any]) -> Any:
    return SimpleNamespace(trigger=trigger, actions=list(actions), condition=EVERYBODY)


def filled(**fields: Any) -> dict[str, Any]:
    """A form in which nothing is filled in but these."""
    nothing: dict[str, Any] = {
        "kind": "followed",
        "channels": [],
        "employees": [],
        "trigger_tags": [],
        "stages": [],
        "chats": [],
        "segments": [],
        "add_ways": [],
        "hour": None,
        "reached": "",
        "days": None,
        "words": "",
        "match": "contains",
        "event": "",
        "customer_path": "",
        "customer_by": "externalUserid",
        "compare": None,
        "does": [],
        "add_tags": [],
        "add_for": "main",
        "exclusive": False,
        "remove_tags": [],
        "remove_for": "main",
        "stage": None,
        "remark": "",
        "warn": "1",
        "follow_up": "",
        "trigger_json": None,
        "actions_json": None,
    }
    return nothing | fields


# What is filled in, and the trigger that it is.
TRIGGERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "followed by anybody": (
        {},
        {"kind": "followed"},
    ),
    "followed by a channel": (
        {"channels": rows(4, 3)},
        {"kind": "followed", "channelIds": [3, 4]},
    ),
    "followed by a way": (
        {"add_ways": ["1", "16"]},
        {"kind": "followed", "addWays": [1, 16]},
    ),
    "followed by an employee": (
        {"employees": rows(7)},
        {"kind": "followed", "employeeIds": [7]},
    ),
    "followed by all three": (
        {"channels": rows(3), "add_ways": ["1"], "employees": rows(7)},
        {"kind": "followed", "channelIds": [3], "addWays": [1], "employeeIds": [7]},
    ),
    "given a tag": (
        {"kind": "tagged", "trigger_tags": rows(5, 6)},
        {"kind": "tagged", "tagIds": [5, 6]},
    ),
    "lost a tag": (
        {"kind": "untagged", "trigger_tags": rows(5)},
        {"kind": "untagged", "tagIds": [5]},
    ),
    "joined any group chat": (
        {"kind": "joinedGroup"},
        {"kind": "joinedGroup"},
    ),
    "joined a group chat": (
        {"kind": "joinedGroup", "chats": rows(9)},
        {"kind": "joinedGroup", "chatIds": [9]},
    ),
    "left a group chat": (
        {"kind": "leftGroup", "chats": rows(9, 8)},
        {"kind": "leftGroup", "chatIds": [8, 9]},
    ),
    "a follow-up of an employee": (
        {"kind": "followUpWritten", "employees": rows(7)},
        {"kind": "followUpWritten", "employeeIds": [7]},
    ),
    "came into a stage": (
        {"kind": "stageChanged", "stages": rows(2)},
        {"kind": "stageChanged", "stageIds": [2]},
    ),
    "came into a segment": (
        {"kind": "segmentEntered", "segments": rows(9, 8)},
        {"kind": "segmentEntered", "segmentIds": [8, 9]},
    ),
    "left a segment": (
        {"kind": "segmentLeft", "segments": rows(8)},
        {"kind": "segmentLeft", "segmentIds": [8]},
    ),
    "every day": (
        {"kind": "daily", "hour": 7},
        {"kind": "daily", "hour": 7},
    ),
    "at midnight": (
        {"kind": "daily", "hour": 0},
        {"kind": "daily", "hour": 0},
    ),
    "thirty days after being added": (
        {"kind": "daily", "hour": 9, "reached": "added", "days": 30},
        {"kind": "daily", "hour": 9, "reached": "added", "days": 30},
    ),
    "another service's event": (
        {"kind": "foreign", "event": "order.paid", "customer_path": "buyer.id"},
        {"kind": "foreign", "event": "order.paid", "customerPath": "buyer.id", "customerBy": "externalUserid"},
    ),
    "another service's event that compares": (
        {
            "kind": "foreign",
            "event": "order.paid",
            "customer_path": "id",
            "customer_by": "customerId",
            "compare": {"path": "n", "op": "gte", "value": 3},
        },
        {
            "kind": "foreign",
            "event": "order.paid",
            "customerPath": "id",
            "customerBy": "customerId",
            "compare": {"path": "n", "op": "gte", "value": 3},
        },
    ),
    "a keyword": (
        {"kind": "keyword", "words": " 价格 \n\n优惠\n"},
        {"kind": "keyword", "words": ["价格", "优惠"], "match": "contains"},
    ),
    "an exact keyword": (
        {"kind": "keyword", "words": "1", "match": "is"},
        {"kind": "keyword", "words": ["1"], "match": "is"},
    ),
    "what experts write": (
        {"kind": "keyword", "words": "x", "trigger_json": {"kind": "tagged", "tagIds": [1]}},
        {"kind": "tagged", "tagIds": [1]},
    ),
}

# What is filled in, and the actions that it is.
ACTIONS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "nothing": ({}, []),
    "tags": (
        {"add_tags": rows(6, 5)},
        [{"do": "addTags", "tagIds": [5, 6], "for": "main", "exclusive": False}],
    ),
    "one tag of its group, for whom it concerns": (
        {"add_tags": rows(5), "add_for": "concerned", "exclusive": True},
        [{"do": "addTags", "tagIds": [5], "for": "concerned", "exclusive": True}],
    ),
    "tags off everybody": (
        {"remove_tags": rows(5), "remove_for": "all"},
        [{"do": "removeTags", "tagIds": [5], "for": "all"}],
    ),
    "a stage": (
        {"stage": row(2)},
        [{"do": "setStage", "stageId": 2}],
    ),
    "a remark": (
        {"remark": "{name}"},
        [{"do": "remark", "template": "{name}", "for": "main"}],
    ),
    "an assignment": (
        {},
        [{"do": "assign"}],
    ),
    "a warning": (
        {"warn": "3"},
        [{"do": "warn", "level": 3}],
    ),
    "a follow-up": (
        {"follow_up": "回访"},
        [{"do": "followUp", "content": "回访", "for": "main"}],
    ),
    "all of them, in their order": (
        {
            "follow_up": "回访",
            "warn": "2",
            "remark": "{date}",
            "stage": row(2),
            "remove_tags": rows(6),
            "add_tags": rows(5),
        },
        [
            {"do": "addTags", "tagIds": [5], "for": "main", "exclusive": False},
            {"do": "removeTags", "tagIds": [6], "for": "main"},
            {"do": "setStage", "stageId": 2},
            {"do": "remark", "template": "{date}", "for": "main"},
            {"do": "assign"},
            {"do": "warn", "level": 2},
            {"do": "followUp", "content": "回访", "for": "main"},
        ],
    ),
    "what experts write": (
        {"add_tags": rows(5), "actions_json": [{"do": "assign"}, {"do": "assign"}]},
        [{"do": "assign"}, {"do": "assign"}],
    ),
}


@pytest.mark.parametrize("name", TRIGGERS)
def test_fields_become_a_trigger(name: str) -> None:
    fields, trigger = TRIGGERS[name]
    assert said.trigger(filled(**fields)) == trigger


@pytest.mark.parametrize("name", ACTIONS)
def test_fields_become_actions(name: str) -> None:
    fields, actions = ACTIONS[name]
    assert said.actions(filled(does=[action["do"] for action in reversed(actions)], **fields)) == actions


def test_what_is_filled_in_but_not_chosen_is_not_done() -> None:
    form = filled(does=["assign"], add_tags=rows(5), remark="{name}", follow_up="x")
    assert said.actions(form) == [{"do": "assign"}]


def test_a_choice_has_the_fields_that_it_is_said_by() -> None:
    for kind in KINDS:
        taken = {name for name in filled() if name in {*said.PICKED, *said.PLAIN, "words"}}
        assert set(said.fields_of(kind)) <= taken, kind
    # Nobody is shown a kind of trigger of which nothing can be said, but for those that need nothing.
    assert {kind for kind in KINDS if not said.fields_of(kind)} == set()
    assert said.fields_of("followed") == ["channels", "employees", "add_ways"]
    assert said.fields_of("segmentLeft") == ["segments"]
    assert said.FIELDS_OF_ACTS["assign"] == ()
    assert set(said.FIELDS_OF_ACTS) == set(wording.doings())


@pytest.mark.parametrize("kind", KINDS)
def test_fields_of_another_kind_say_nothing(kind: str) -> None:
    everything = filled(
        kind=kind,
        channels=rows(1),
        employees=rows(1),
        trigger_tags=rows(1),
        stages=rows(1),
        chats=rows(1),
        add_ways=["1"],
        hour=1,
        reached="added",
        days=1,
        words="x",
        event="order.paid",
        customer_path="x",
        compare={},
    )
    takes = {*KINDS[kind].refs, *KINDS[kind].needs, *KINDS[kind].options}
    assert set(said.trigger(everything)) <= {"kind", *takes}


def as_ids(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as a form's initial data names rows: by their ids."""
    return {
        name: [one.pk for one in value] if isinstance(value, list) and value and hasattr(value[0], "pk") else value
        for name, value in fields.items()
    }


@pytest.mark.parametrize("name", [name for name in TRIGGERS if name != "what experts write"])
def test_a_trigger_fills_the_fields_that_it_came_from(name: str) -> None:
    fields, trigger = TRIGGERS[name]
    found = said.initial(version(trigger))
    for field, value in as_ids(fields).items():
        if field == "words":
            assert found["words"].split() == value.split()
        elif field == "add_ways":
            assert [str(way) for way in found[field]] == value
        else:
            assert sorted(found[field]) if isinstance(value, list) else found[field] == value
    assert "trigger_json" not in found


@pytest.mark.parametrize("name", [name for name in ACTIONS if name != "what experts write"])
def test_actions_fill_the_fields_that_they_came_from(name: str) -> None:
    fields, actions = ACTIONS[name]
    found = said.initial(version({"kind": "followed"}, *actions))
    assert found["does"] == [action["do"] for action in actions]
    for field, value in fields.items():
        wanted = [one.pk for one in value] if isinstance(value, list) else getattr(value, "pk", value)
        got = found[field]
        assert (sorted(got), sorted(wanted)) == (got, got) if isinstance(value, list) else str(got) == str(wanted)
    assert "actions_json" not in found


@pytest.mark.parametrize(
    ("trigger", "actions"),
    [
        (
            {"kind": "followed"},
            [
                {"do": "addTags", "tagIds": [1], "for": "main", "exclusive": False},
                {"do": "addTags", "tagIds": [2], "for": "all", "exclusive": False},
            ],
        ),
        (
            {"kind": "followed"},
            [
                {"do": "followUp", "content": "a", "for": "main"},
                {"do": "followUp", "content": "b", "for": "all"},
            ],
        ),
    ],
)
def test_what_the_fields_can_not_hold_is_json_and_comes_back(
    trigger: dict[str, Any], actions: list[dict[str, Any]]
) -> None:
    found = said.initial(version(trigger, *actions))
    assert (found["trigger_json"], found["actions_json"]) == (trigger, actions)
    form = filled(trigger_json=found["trigger_json"], actions_json=found["actions_json"])
    assert (said.trigger(form), said.actions(form)) == (trigger, actions)
