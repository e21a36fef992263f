"""A tree as a function of facts, without any database."""

import datetime as dt
from typing import Any

import pytest

from segments.conditions import answering
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Node, Not, Some
from tests.segments.scene import AT, MOMENT

PERSON: dict[str, Any] = {
    "status": 1,
    "blacklisted": False,
    "city": "深圳",
    "name": None,
    "gender": 2,
    "addTime": AT,
    "tags": frozenset({1, 2}),
    "relation": [{"employee": 7, "status": 1}, {"employee": 8, "status": 3}, {"employee": 9, "status": 1}],
    "tag": [],
}
YES, NO = Asked("city", "is", "深圳"), Asked("city", "is", "上海")
ACTIVE = Asked("status", "is", 1)


def holds(node: Node | None, **facts: Any) -> bool:
    return answering.holds(Condition(1, node), PERSON | facts, MOMENT)


@pytest.mark.parametrize(
    ("node", "answer"),
    [
        (None, True),
        (All((YES, YES)), True),
        (All((YES, NO)), False),
        (AnyOf((NO, YES)), True),
        (AnyOf((NO, NO)), False),
        (Not(NO), True),
        (Not(All((YES, Not(YES)))), True),
        (Asked("name", "is", "x"), False),
        (Asked("name", "isNot", "x"), True),
        (Asked("name", "contains", "x"), False),
        (Asked("name", "notContains", "x"), True),
        (Asked("name", "set"), False),
        (Asked("name", "unset"), True),
        (Asked("gender", "in", (0, 2)), True),
        (Asked("gender", "notIn", (0, 2)), False),
        (Asked("tags", "any", (2, 3)), True),
        (Asked("tags", "all", (2, 3)), False),
        (Asked("tags", "all", (1, 2, 2)), True),
        (Asked("tags", "none", (3,)), True),
        (Asked("addTime", "within", 1), True),
        (Asked("addTime", "before", dt.date(2026, 4, 1)), False),
        (Asked("addTime", "after", dt.date(2026, 3, 31)), True),
    ],
)
def test_a_node_is_a_plain_yes_or_no(node: Node | None, answer: bool) -> None:
    assert holds(node) is answer


@pytest.mark.parametrize(
    ("where", "count", "answer"),
    [
        (None, ("atLeast", 3), True),
        (None, ("atLeast", 4), False),
        (ACTIVE, ("atLeast", 2), True),
        (ACTIVE, ("exactly", 2), True),
        (ACTIVE, ("exactly", 1), False),
        (ACTIVE, ("atMost", 2), True),
        (ACTIVE, ("atMost", 1), False),
        (Not(ACTIVE), ("exactly", 1), True),
        (All((ACTIVE, Asked("employee", "is", 8))), ("atMost", 0), True),
    ],
)
def test_rows_are_counted(where: Node | None, count: tuple[str, int], answer: bool) -> None:
    assert holds(Some("relation", where, count)) is answer


def test_nobody_has_what_there_is_nothing_of() -> None:
    assert not holds(Some("tag"))
    assert holds(Not(Some("tag")))
    assert holds(Some("tag", None, ("exactly", 0)))


def test_who_is_asked_at_all() -> None:
    assert not holds(YES, status=0)
    assert not holds(Not(NO), status=0)
    assert not holds(YES, blacklisted=True)
    assert holds(Asked("blacklisted", "is", True), blacklisted=True)
    assert not holds(Asked("blacklisted", "is", True))


def test_facts_that_were_not_gathered_are_a_mistake_and_not_a_no() -> None:
    with pytest.raises(KeyError):
        holds(Asked("province", "is", "广东"))
