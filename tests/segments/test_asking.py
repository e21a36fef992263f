"""Who answers to a condition, for whoever wants to know it: all, some, a number, and only whom they may see."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import blacklist, lifecycle
from segments import asking
from segments.bitmaps import upkeep
from segments.conditions import parsing
from segments.conditions.nodes import Condition
from tests import make
from tests.conftest import Cast

BY: Any = {"by": SYSTEM, "source": "api"}


def asked(cast: Cast, **where: Any) -> Condition:
    return parsing.parse({"version": 1, "where": where}, corp=cast.corp)


@pytest.fixture(params=["by the record", "by bitmaps"])
def kept(cast: Cast, request: pytest.FixtureRequest) -> Any:
    """Call it when the customers are there."""
    return lambda: upkeep.keep(cast.corp) if request.param == "by bitmaps" else None


def test_number_sample_and_ids_are_of_the_same_customers(cast: Cast, kept: Any) -> None:
    made = [make.customer(cast.corp, city="深圳").pk for _ in range(5)]
    make.customer(cast.corp, city="北京")
    make.customer(cast.other_corp, city="深圳")
    kept()
    condition = asked(cast, field="city", op="is", value="深圳")
    assert list(asking.ids(condition)) == made
    assert asking.count(condition) == 5
    assert asking.sample(condition, 2) == [made[4], made[3]]
    assert asking.sample(condition) == made[::-1]
    assert asking.sample(condition, 0) == []


def test_an_actor_sees_whom_they_may_see(cast: Cast, kept: Any) -> None:
    mine, theirs = make.customer(cast.corp, cast.owner).pk, make.customer(cast.corp, cast.colleague).pk
    shared = make.customer(cast.corp, cast.colleague)
    make.relation(shared, cast.owner)
    nobodys = make.customer(cast.corp).pk
    kept()
    condition = asked(cast, field="status", op="is", value=1)
    seen = {name: set(asking.ids(condition, actor=cast.actor(name))) for name in ("owner", "manager", "admin")}
    assert seen["owner"] == {mine, shared.pk}
    assert seen["manager"] == {mine, theirs, shared.pk}
    assert seen["admin"] == {mine, theirs, shared.pk, nobodys}
    assert asking.count(condition, actor=cast.actor("owner")) == 2
    assert asking.sample(condition, 1, actor=cast.actor("owner")) == [shared.pk]
    assert set(asking.ids(condition, actor=cast.actor("stranger"))) == set()


def test_of_given_customers_those_who_answer_are_told(cast: Cast, kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, gone = (make.customer(cast.corp, city="深圳") for _ in range(3))
    elsewhere = make.customer(cast.corp, city="北京")
    kept()
    lifecycle.delete(customer=gone, **BY)
    condition = asked(cast, field="city", op="is", value="深圳")
    given = [elsewhere.pk, gone.pk, other.pk, other.pk, 10**9]
    assert list(asking.within(condition, given)) == [other.pk]
    assert list(asking.within(condition, [])) == []
    monkeypatch.setattr(asking, "CHANGED", 3)
    assert list(asking.within(condition, given)) == [other.pk]
    monkeypatch.setattr(asking, "_NAMED", 1)
    assert list(asking.within(condition, [one.pk, other.pk])) == [one.pk, other.pk]


def test_who_is_on_the_blacklist_is_left_out_unless_that_is_asked(cast: Cast, kept: Any) -> None:
    listed, free = make.customer(cast.corp, city="深圳"), make.customer(cast.corp, city="深圳")
    kept()
    blacklist.put(customer=listed, reason="恶意退单", **BY)
    in_town = {"field": "city", "op": "is", "value": "深圳"}
    assert list(asking.ids(asked(cast, **in_town))) == [free.pk]
    either = {"any": [{"field": "blacklisted", "op": "is", "value": value} for value in (True, False)]}
    assert list(asking.ids(asked(cast, all=[in_town, either]))) == [listed.pk, free.pk]
    blacklist.lift(customer=listed, **BY)
    assert list(asking.ids(asked(cast, **in_town))) == [listed.pk, free.pk]


def test_a_condition_that_asks_nothing_is_answered_by_everybody(cast: Cast, kept: Any) -> None:
    row = make.customer(cast.corp)
    kept()
    assert list(asking.ids(Condition(cast.corp.pk, None))) == [row.pk]


def test_relations_that_live_are_answered_by_bitmaps(cast: Cast, kept: Any) -> None:
    row = make.customer(cast.corp, cast.owner)
    make.customer(cast.corp, cast.colleague)
    kept()
    for employee in (
        {"field": "employee", "op": "is", "value": cast.owner.pk},
        {"field": "employee", "op": "in", "value": [cast.owner.pk]},
    ):
        condition = asked(cast, some="relation", where={"all": [{"field": "status", "op": "is", "value": 1}, employee]})
        assert list(asking.ids(condition)) == [row.pk]


# What has become of tags is not remembered within a transaction.
@pytest.mark.django_db(transaction=True)
def test_a_question_costs_three_statements_once_its_bitmaps_are_held(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    tag = make.tag(make.group(cast.corp))
    make.tagged(make.customer(cast.corp, city="深圳"), tag)
    upkeep.keep(cast.corp)
    city, tagged = {"field": "city", "op": "is", "value": "深圳"}, {"field": "tags", "op": "any", "value": [tag.pk]}
    condition = asked(cast, all=[city, tagged])
    assert asking.count(condition) == 1
    # The company's zone, how bitmaps and catalogue stand, what has changed since.
    with django_assert_num_queries(3):
        assert asking.count(condition) == 1
