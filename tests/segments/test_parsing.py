"""Documents become trees and trees documents; what is wrong is told of the node that is wrong."""

from typing import Any

import pytest

from core.errors import RuleViolation
from segments.conditions import bounds, parsing, writing
from segments.conditions.nodes import All, AnyOf, Asked, Not, Some
from tests import make
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

CITY = {"field": "city", "op": "is", "value": "北京"}


def parse(cast: Cast, where: Any) -> Any:
    return parsing.parse({"version": 1, "where": where}, corp=cast.corp)


def errors(cast: Cast, where: Any, **document: Any) -> dict[str, str]:
    """Path → what is said of it."""
    with pytest.raises(RuleViolation) as caught:
        parsing.parse({"version": 1, "where": where} | document, corp=cast.corp)
    assert caught.value.code == "condition_invalid"
    assert {error.code for error in caught.value.errors} == {"condition_invalid"}
    return {error.field: str(error.message) for error in caught.value.errors}


def nested(depth: int) -> Any:
    return CITY if depth == 1 else {"not": nested(depth - 1)}


def test_a_document_becomes_the_tree_it_says(cast: Cast) -> None:
    added = {"field": "addTime", "op": "within", "value": {"days": 90}}
    colleague = {"field": "employee", "op": "in", "value": [cast.colleague.pk]}
    where = {
        "all": [
            {"any": [CITY, {"field": "mobile", "op": "unset"}]},
            {"not": added},
            {"some": "relation", "where": colleague, "count": {"op": "atMost", "value": 2}},
            {"some": "tag"},
        ]
    }
    condition = parse(cast, where)
    assert condition.corp_id == cast.corp.pk
    assert condition.root == All(
        (
            AnyOf((Asked("city", "is", "北京"), Asked("mobile", "unset"))),
            Not(Asked("addTime", "within", 90)),
            Some("relation", Asked("employee", "in", (cast.colleague.pk,)), ("atMost", 2)),
            Some("tag"),
        )
    )
    assert writing.document(condition) == {"version": 1, "where": where}
    assert hash(condition) == hash(parse(cast, where))


def test_nothing_asked_is_a_condition_and_saying_the_obvious_is_not_kept(cast: Cast) -> None:
    assert parse(cast, None).root is None
    assert writing.document(parse(cast, None)) == {"version": 1, "where": None}
    said = {"some": "relation", "count": {"op": "atLeast", "value": 1}}
    assert writing.document(parse(cast, said)) == {"version": 1, "where": {"some": "relation"}}


@pytest.mark.parametrize("document", [None, [], "x", {}, {"where": None}, {"version": 1, "where": None, "more": 1}])
def test_a_document_has_a_version_and_a_tree_and_nothing_else(cast: Cast, document: Any) -> None:
    with pytest.raises(RuleViolation) as caught:
        parsing.parse(document, corp=cast.corp)
    assert [error.field for error in caught.value.errors] == [""]


@pytest.mark.parametrize("version", [0, 2, True, "1", None, 1.0])
def test_only_the_known_version_is_read(cast: Cast, version: Any) -> None:
    assert list(errors(cast, CITY, version=version)) == ["version"]


# What stands at the place of a node → the path that is wrong of it, after the node's own.
WRONG: list[tuple[Any, str]] = [
    (None, ""),
    ([], ""),
    ("city", ""),
    ({}, ""),
    ({"all": [CITY], "any": [CITY]}, ""),
    ({"all": []}, ".all"),
    ({"any": CITY}, ".any"),
    ({"not": [CITY]}, ".not"),
    ({"field": "city", "op": "is", "value": "北京", "more": 1}, ""),
    ({"field": "salary", "op": "is", "value": 1}, ".field"),
    ({"field": ["city"], "op": "is", "value": 1}, ".field"),
    ({"field": "city", "op": "within", "value": {"days": 1}}, ".op"),
    ({"field": "city", "op": ["is"], "value": "x"}, ".op"),
    ({"field": "tags", "op": "is", "value": 1}, ".op"),
    ({"field": "city", "op": "is"}, ".value"),
    ({"field": "city", "op": "set", "value": True}, ".value"),
    ({"field": "city", "op": "is", "value": ""}, ".value"),
    ({"field": "city", "op": "is", "value": 5}, ".value"),
    ({"field": "city", "op": "is", "value": "x" * (bounds.TEXT + 1)}, ".value"),
    ({"field": "city", "op": "is", "value": "a\0b"}, ".value"),
    ({"field": "city", "op": "is", "value": chr(0xD800)}, ".value"),
    ({"field": "city", "op": "in", "value": "北京"}, ".value"),
    ({"field": "city", "op": "in", "value": []}, ".value"),
    ({"field": "city", "op": "in", "value": ["北京", 3]}, ".value[1]"),
    ({"field": "city", "op": "in", "value": ["北京"] * (bounds.VALUES + 1)}, ".value"),
    ({"field": "type", "op": "is", "value": 3}, ".value"),
    ({"field": "type", "op": "is", "value": True}, ".value"),
    ({"field": "type", "op": "is", "value": 1.0}, ".value"),
    ({"field": "type", "op": "is", "value": [1]}, ".value"),
    ({"field": "blacklisted", "op": "is", "value": 1}, ".value"),
    ({"field": "addTime", "op": "on", "value": "20260131"}, ".value"),
    ({"field": "addTime", "op": "on", "value": "2026-02-30"}, ".value"),
    ({"field": "addTime", "op": "on", "value": "0001-01-01"}, ".value"),
    ({"field": "addTime", "op": "on", "value": 20260131}, ".value"),
    ({"field": "addTime", "op": "between", "value": ["2026-02-01"]}, ".value"),
    ({"field": "addTime", "op": "between", "value": ["2026-02-01", "2026-01-01"]}, ".value"),
    ({"field": "addTime", "op": "between", "value": ["2026-02-01", "x"]}, ".value[1]"),
    ({"field": "addTime", "op": "within", "value": 90}, ".value"),
    ({"field": "addTime", "op": "within", "value": {"days": 0}}, ".value"),
    ({"field": "addTime", "op": "within", "value": {"days": True}}, ".value"),
    ({"field": "addTime", "op": "within", "value": {"days": bounds.DAYS + 1}}, ".value"),
    ({"field": "addTime", "op": "this", "value": "decade"}, ".value"),
    ({"field": "addTime", "op": "this", "value": ["week"]}, ".value"),
    ({"field": "followUser", "op": "is", "value": "lina"}, ".value"),
    ({"field": "followUser", "op": "is", "value": 2**63}, ".value"),
    ({"some": "orders"}, ".some"),
    ({"some": ["tag"]}, ".some"),
    ({"some": "tag", "where": CITY}, ".where.field"),
    ({"some": "tag", "where": None}, ".where"),
    ({"some": "tag", "having": 1}, ""),
    ({"some": "tag", "where": {"some": "tag"}}, ".where"),
    ({"some": "tag", "count": {"op": "atLeast", "value": 0}}, ".count"),
    ({"some": "tag", "count": {"op": "atMost", "value": -1}}, ".count"),
    ({"some": "tag", "count": {"op": "atMost", "value": True}}, ".count"),
    ({"some": "tag", "count": {"op": "about", "value": 1}}, ".count"),
    ({"some": "tag", "count": {"op": "exactly", "value": bounds.TIMES + 1}}, ".count"),
    ({"some": "tag", "count": 3}, ".count"),
]


def test_what_is_wrong_names_its_node_however_deep_it_stands(cast: Cast) -> None:
    for raw, path in WRONG:
        found = errors(cast, {"all": [CITY, {"any": [{"not": raw}]}]})
        assert list(found) == [f"where.all[1].any[0].not{path}"], raw
        assert all(found.values()), raw


def test_everything_wrong_is_told_at_once(cast: Cast) -> None:
    where = {"all": [{"field": "city", "op": "is", "value": 1}, CITY, {"some": "orders"}, {"any": []}]}
    assert list(errors(cast, where)) == ["where.all[0].value", "where.all[2].some", "where.all[3].any"]


def test_ids_are_those_of_rows_of_the_company_also_of_ended_ones(cast: Cast) -> None:
    mine, foreign = make.tag(make.group(cast.corp)), make.tag(make.group(cast.other_corp))
    ended = make.tag(make.group(cast.corp), deleted_at="2026-01-01T00:00:00Z")
    assert parse(cast, {"field": "tags", "op": "all", "value": [mine.pk, ended.pk]})
    found = errors(
        cast,
        {
            "all": [
                {"field": "tags", "op": "any", "value": [mine.pk, foreign.pk, 10**9]},
                {"field": "followUser", "op": "isNot", "value": cast.stranger.pk},
                {"some": "relation", "where": {"field": "employee", "op": "in", "value": [cast.stranger.pk]}},
            ]
        },
    )
    assert list(found) == [
        "where.all[0].value[1]",
        "where.all[0].value[2]",
        "where.all[1].value",
        "where.all[2].where.value[0]",
    ]


def test_a_condition_is_bounded(cast: Cast) -> None:
    assert parse(cast, nested(bounds.DEPTH))
    (path,) = errors(cast, nested(bounds.DEPTH + 1))
    assert path == "where" + ".not" * bounds.DEPTH
    assert parse(cast, {"all": [CITY] * (bounds.NODES - 1)})
    assert list(errors(cast, {"all": [CITY] * (bounds.NODES + 20)})) == [f"where.all[{bounds.NODES - 1}]"]
    many = {"field": "city", "op": "in", "value": ["x"] * bounds.VALUES}
    most = bounds.ALL_VALUES // bounds.VALUES
    assert parse(cast, {"all": [many] * most})
    assert list(errors(cast, {"all": [*[many] * most, CITY]})) == [f"where.all[{most}].value"]
    long = {"field": "city", "op": "in", "value": ["北" * bounds.TEXT] * 120}
    assert list(errors(cast, long)) == ["where"]
    assert list(errors(cast, _endless())) == ["where"]


def _endless() -> Any:
    node: Any = CITY
    for _ in range(2_000):
        node = {"not": node}
    return node
