"""What is asked of another service's event: where something stands in it, and how it compares."""

from typing import Any

import pytest

from core.errors import RuleViolation
from messaging.inbox import Incoming
from segments.rules.triggers import foreign, occasions
from segments.rules.triggers.occasions import Occasion

DATA: dict[str, Any] = {
    "order": {
        "id": "A-1",
        "amount": 120.5,
        "items": [
            {"sku": "x1", "count": 2},
            {"sku": "x2", "count": 1},
        ],
        "labels": ["vip", "首单"],
        "paid": True,
        "note": None,
        "empty": "",
        "zero": 0,
    },
    "0": "a key that is a number",
}

PLACES: dict[str, Any] = {
    "order.id": "A-1",
    "order.amount": 120.5,
    "order.items.0.sku": "x1",
    "order.items.1.count": 1,
    "order.items.2.count": None,
    "order.items.-1.count": None,
    "order.items.x.count": None,
    "order.items.99999999.sku": None,
    "order.labels.1": "首单",
    "order.paid": True,
    "order.note": None,
    "order.note.more": None,
    "order.id.more": None,
    "order.missing": None,
    "missing": None,
    "missing.more.still": None,
    "0": "a key that is a number",
}

COMPARED: list[tuple[str, str, Any, bool]] = [
    # The same, and of the same kind.
    ("order.id", "is", "A-1", True),
    ("order.id", "is", "a-1", False),
    ("order.id", "is", "A", False),
    ("order.amount", "is", 120.5, True),
    ("order.amount", "is", 120, False),
    ("order.amount", "is", "120.5", False),
    ("order.zero", "is", 0, True),
    ("order.zero", "is", 0.0, True),
    ("order.zero", "is", False, False),
    ("order.paid", "is", True, True),
    ("order.paid", "is", 1, False),
    ("order.paid", "is", "true", False),
    ("order.note", "is", "", False),
    ("order.empty", "is", "", True),
    ("missing", "is", 0, False),
    ("order.labels", "is", "vip", False),
    ("order", "is", "A-1", False),
    # The opposite of it, always.
    ("order.id", "isNot", "A-1", False),
    ("order.id", "isNot", "B", True),
    ("order.paid", "isNot", 1, True),
    ("missing", "isNot", "x", True),
    ("order.note", "isNot", "x", True),
    # One of several.
    ("order.id", "in", ["A-1", "B"], True),
    ("order.id", "in", ["B"], False),
    ("order.zero", "in", [0, 1], True),
    ("order.zero", "in", [False], False),
    ("missing", "in", ["x"], False),
    # Numbers.
    ("order.amount", "gt", 120, True),
    ("order.amount", "gt", 120.5, False),
    ("order.amount", "gte", 120.5, True),
    ("order.amount", "lt", 121, True),
    ("order.amount", "lt", 120.5, False),
    ("order.amount", "lte", 120.5, True),
    ("order.zero", "gte", 0, True),
    ("order.id", "gt", 0, False),
    ("order.id", "lt", 0, False),
    ("order.paid", "gte", 1, False),
    ("missing", "lt", 100, False),
    ("order.items", "gt", 0, False),
    # Part of a text, one of a list.
    ("order.id", "contains", "A", True),
    ("order.id", "contains", "a", False),
    ("order.labels", "contains", "vip", True),
    ("order.labels", "contains", "vi", False),
    ("order.labels", "contains", "首单", True),
    ("order.amount", "contains", "1", False),
    ("order", "contains", "id", False),
    ("missing", "contains", "x", False),
    # Whether there is anything.
    ("order.id", "set", None, True),
    ("order.zero", "set", None, True),
    ("order.paid", "set", None, True),
    ("order.note", "set", None, False),
    ("order.empty", "set", None, False),
    ("missing", "set", None, False),
    ("order.items", "set", None, True),
]


@pytest.mark.parametrize(("path", "found"), PLACES.items())
def test_where_something_stands(path: str, found: Any) -> None:
    assert foreign.at(DATA, path) == found


@pytest.mark.parametrize(("path", "op", "value", "holds"), COMPARED)
def test_how_it_compares(path: str, op: str, value: Any, holds: bool) -> None:
    asked = {"path": path, "op": op} | ({} if value is None else {"value": value})
    assert foreign.compares(DATA, asked) is holds


@pytest.mark.parametrize("data", [{}, [], None, "text", 7, [[]], {"order": []}, {"order": "x"}, {"order": [None]}])
def test_whatever_another_service_sends_nothing_falls_over(data: Any) -> None:
    for path in PLACES:
        for op, value in (("is", 1), ("isNot", 1), ("in", [1]), ("contains", "x"), ("gt", 1), ("set", None)):
            assert foreign.compares(data, {"path": path, "op": op, "value": value}) in (True, False)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"path": "a", "op": "is", "value": 1}, None),
        ({"path": "a.b.0", "op": "isNot", "value": "x"}, None),
        ({"path": "a", "op": "in", "value": ["x", 1, True]}, None),
        ({"path": "a", "op": "contains", "value": "x"}, None),
        ({"path": "a", "op": "gte", "value": 1.5}, None),
        ({"path": "a", "op": "set"}, None),
        # A value that means nothing goes.
        ({"path": "a", "op": "set", "value": 3}, {"path": "a", "op": "set"}),
        ({"path": " a ", "op": "is", "value": 1}, {"path": "a", "op": "is", "value": 1}),
    ],
)
def test_a_comparison_is_kept_as_it_is_meant(given: dict[str, Any], kept: dict[str, Any] | None) -> None:
    assert foreign.comparison(given, "compare") == (kept or given)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (None, "compare"),
        ([], "compare"),
        ({}, "compare.op"),
        ({"path": "a"}, "compare.op"),
        ({"op": "is", "value": 1}, "compare.path"),
        ({"path": 3, "op": "is", "value": 1}, "compare.path"),
        ({"path": "a b", "op": "is", "value": 1}, "compare.path"),
        ({"path": ".a", "op": "is", "value": 1}, "compare.path"),
        ({"path": "a.", "op": "is", "value": 1}, "compare.path"),
        ({"path": "a.b.c.d.e.f.g.h.i", "op": "is", "value": 1}, "compare.path"),
        ({"path": "a", "op": "matches", "value": 1}, "compare.op"),
        ({"path": "a", "op": ["is"], "value": 1}, "compare.op"),
        ({"path": "a", "op": "is"}, "compare.value"),
        ({"path": "a", "op": "is", "value": None}, "compare.value"),
        ({"path": "a", "op": "is", "value": [1]}, "compare.value"),
        ({"path": "a", "op": "is", "value": "x" * 201}, "compare.value"),
        ({"path": "a", "op": "in", "value": []}, "compare.value"),
        ({"path": "a", "op": "in", "value": [[1]]}, "compare.value"),
        ({"path": "a", "op": "in", "value": [1] * 101}, "compare.value"),
        ({"path": "a", "op": "gt", "value": "1"}, "compare.value"),
        ({"path": "a", "op": "gt", "value": True}, "compare.value"),
        ({"path": "a", "op": "is", "value": 1, "more": 1}, "compare.more"),
    ],
)
def test_a_comparison_that_can_not_be_is_refused_where_it_is_wrong(given: Any, field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        foreign.comparison(given, "compare")
    assert refused.value.errors[0].field == field


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("order.paid", True),
        ("order.item.returned", True),
        ("sop.done", True),
        ("message.received", True),
        ("customer.tag.added", True),
        ("order", False),
        ("orders.paid", False),
        ("Order.paid", False),
        ("order..paid", False),
        ("order.#", False),
        ("weather.changed", False),
        ("", False),
    ],
)
def test_only_names_that_this_service_is_sent_can_be_heard(name: str, read: bool) -> None:
    if read:
        assert foreign.event_name(name, "event") == name
        return
    with pytest.raises(RuleViolation):
        foreign.event_name(name, "event")


@pytest.mark.parametrize(
    ("words", "match", "text", "heard"),
    [
        (["价格"], "contains", "请问价格多少", True),
        (["价格"], "contains", "请问价 格", False),
        (["价格", "优惠"], "contains", "有优惠吗", True),
        (["Price"], "contains", "the PRICE, please", True),
        (["price"], "contains", "PRICELESS", True),
        (["price"], "is", "price", True),
        (["price"], "is", "  Price\n", True),
        (["price"], "is", "price?", False),
        (["Straße"], "is", "STRASSE", True),
        (["😀"], "contains", "好😀", True),
        (["价格"], "contains", "", False),
        (["价格"], "is", None, False),
        (["5"], "contains", 15, True),
    ],
)
def test_words_are_heard_in_a_message(words: list[str], match: str, text: Any, heard: bool) -> None:
    trigger = {"kind": "keyword", "words": words, "match": match}
    assert occasions.fires(trigger, Occasion(1, data={"text": text})) is heard


TOLD = {
    "tagIds": frozenset({1, 2}),
    "employeeIds": frozenset({7}),
    "addWays": frozenset(),
}


@pytest.mark.parametrize(
    ("trigger", "fires"),
    [
        ({"kind": "tagged", "tagIds": [1]}, True),
        ({"kind": "tagged", "tagIds": [2, 9]}, True),
        ({"kind": "tagged", "tagIds": [9]}, False),
        ({"kind": "followed"}, True),
        ({"kind": "followed", "employeeIds": [7]}, True),
        ({"kind": "followed", "employeeIds": [8]}, False),
        ({"kind": "followed", "employeeIds": [7], "addWays": [1]}, False),
        # Of what the event doesn't tell, nothing fires.
        ({"kind": "followed", "channelIds": [1]}, False),
        ({"kind": "foreign"}, True),
        ({"kind": "foreign", "compare": {"path": "a", "op": "set"}}, False),
    ],
)
def test_a_trigger_fires_where_all_that_it_names_is_so(trigger: dict[str, Any], fires: bool) -> None:
    assert occasions.fires(trigger, Occasion(1, told=TOLD)) is fires


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        (
            "customer.tag.added",
            {"customerId": 3, "tagIds": [1, 2], "followUserId": 7},
            (7, {"tagIds": {1, 2}}),
        ),
        (
            "customer.tag.removed",
            {"customerId": 3, "tagIds": [1], "followUserId": None},
            (None, {"tagIds": {1}}),
        ),
        (
            "customer.followup.created",
            {"customerId": 3, "followUpId": 1, "employeeId": 7},
            (7, {"employeeIds": {7}}),
        ),
        (
            "customer.stage.changed",
            {"customerId": 3, "fromStageId": 1, "toStageId": 2},
            (None, {"stageIds": {2}}),
        ),
        (
            "customer.stage.changed",
            {"customerId": 3, "fromStageId": 1, "toStageId": None},
            (None, {"stageIds": set()}),
        ),
        (
            "segment.member.entered",
            {"customerIds": [3], "segmentId": 4},
            (None, {"segmentIds": {4}}),
        ),
        (
            "segment.member.left",
            {"customerIds": [3], "segmentId": 4},
            (None, {"segmentIds": {4}}),
        ),
    ],
)
def test_what_our_own_events_tell(
    name: str, data: dict[str, Any], told: tuple[int | None, dict[str, set[int]]]
) -> None:
    (found,) = occasions.of_event(Incoming("e", name, 1, data, 0))
    assert (found.customer_id, found.follower_id) == (3, told[0])
    assert {option: set(ids) for option, ids in found.told.items()} == told[1]


def test_of_a_group_chats_event_each_customer_is_one_occasion() -> None:
    members = [
        {"customerId": 3},
        {"customerId": None},
        {"customerId": 4},
        {"customerId": 3},
        {},
    ]
    for name in ("group.member.joined", "group.member.left"):
        found = occasions.of_event(Incoming("e", name, 1, {"groupId": 9, "members": members}, 0))
        assert [one.customer_id for one in found] == [3, 4]
        assert all(one.told == {"chatIds": {9}} for one in found)
