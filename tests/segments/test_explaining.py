"""Why a customer answers, or doesn't: each node with its sentence, its answer and what the customer has there."""

import datetime as dt
from typing import Any

import pytest

from customers.models import Customer, FollowRelation
from segments.conditions import facts, parsing
from segments.conditions.explaining import ROWS_SHOWN, Explained, explain
from tests import make
from tests.conftest import Cast
from tests.segments import scene

pytestmark = pytest.mark.django_db


def explained(cast: Cast, customer: Customer, where: Any) -> Explained:
    condition = parsing.parse({"version": 1, "where": where}, corp=cast.corp)
    known = facts.gather([customer.pk], corp_id=cast.corp.pk, conditions=[condition])
    return explain(condition, known[customer.pk], scene.MOMENT)


def short(node: Explained) -> tuple[Any, ...]:
    return (node.holds, node.held, *map(short, node.parts))


def test_every_node_says_what_it_asks_whether_it_holds_and_what_decided_it(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner, city="北京", add_time=dt.datetime(2026, 3, 31, 18, tzinfo=dt.UTC))
    where = {
        "all": [
            {"field": "city", "op": "in", "value": ["北京", "上海"]},
            {"not": {"field": "gender", "op": "is", "value": 1}},
            {"field": "addTime", "op": "on", "value": "2026-03-31"},
            {"field": "followUser", "op": "is", "value": cast.colleague.pk},
            {"field": "blacklisted", "op": "is", "value": False},
        ]
    }
    found = explained(cast, customer, where)
    assert short(found) == (
        False,
        "",
        (
            False,
            "",
            (True, "“北京”"),
            (True, "", (False, "")),
            # Two in the morning of the first of April, where the company is.
            (False, "2026-04-01 02:00"),
            (False, "“王小明”"),
            (True, "否"),
        ),
    )
    assert found.parts[0].sentence == found.sentence
    assert found.parts[0].parts[0].sentence == "城市是“北京”或“上海”"


def test_of_a_set_it_says_how_many_answered_and_shows_some(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    for employee in [make.employee(cast.corp) for _ in range(ROWS_SHOWN + 1)]:
        make.relation(customer, employee)
    FollowRelation.objects.filter(employee=employee).update(state="展会")
    where = {"some": "relation", "where": {"field": "state", "op": "is", "value": "展会"}}
    (node,) = explained(cast, customer, where).parts
    assert node.holds
    assert node.held == "6 条中有 1 条满足"
    assert len(node.parts) == ROWS_SHOWN
    assert explained(cast, customer, {"some": "relation"}).parts[0].held == "6"
    assert explained(cast, customer, {"some": "tag"}).parts[0].held == "0"


def test_tags_that_were_asked_for_are_named(cast: Cast) -> None:
    vip, other = (make.tag(make.group(cast.corp), name=name) for name in ("VIP", "其他"))
    customer = make.tagged(make.customer(cast.corp), vip, other)
    (node,) = explained(cast, customer, {"field": "tags", "op": "any", "value": [vip.pk]}).parts
    assert (node.holds, node.held) == (True, "“VIP”")


def test_who_is_not_asked_at_all_answers_no_whatever_the_parts_say(cast: Cast) -> None:
    customer = make.blacklisted(make.customer(cast.corp, city="北京"))
    found = explained(cast, customer, {"field": "city", "op": "is", "value": "北京"})
    assert not found.holds
    assert found.parts[0].holds
    assert explained(cast, customer, None) == Explained("全部客户", False)


def test_explaining_agrees_with_answering(cast: Cast) -> None:
    world = scene.build(customers=4)
    where = {"any": [{"some": key} for key in ("episode", "group", "churn", "transfer", "stageChange")]}
    condition = parsing.parse({"version": 1, "where": where}, corp=world.corp)
    known = facts.gather(world.ids, corp_id=world.corp.pk, conditions=[condition])
    for held in known.values():
        found = explain(condition, held, scene.MOMENT)
        (whole,) = found.parts
        assert whole.holds is any(part.holds for part in whole.parts)
        assert [part.holds for part in whole.parts] == [bool(held[key["some"]]) for key in where["any"]]
