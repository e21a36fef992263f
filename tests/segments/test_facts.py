"""Facts of one customer: what is loaded, of whom, and by how many statements."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from segments.conditions import answering, compiled, facts, parsing
from segments.conditions.nodes import Asked, Condition, Not
from tests import make
from tests.conftest import Cast
from tests.segments import scene

pytestmark = pytest.mark.django_db


def condition(cast: Cast, where: Any) -> Condition:
    return parsing.parse({"version": 1, "where": where}, corp=cast.corp)


def test_only_what_is_asked_is_loaded(cast: Cast) -> None:
    tag, other = make.tag(make.group(cast.corp)), make.tag(make.group(cast.corp))
    customer = make.tagged(make.customer(cast.corp, cast.owner, city="北京"), tag, other)
    asked = [
        condition(cast, {"field": "tags", "op": "any", "value": [tag.pk]}),
        condition(cast, {"some": "relation", "where": {"field": "employee", "op": "is", "value": cast.owner.pk}}),
    ]
    known = facts.gather([customer.pk], corp_id=cast.corp.pk, conditions=asked)
    assert known == {
        customer.pk: {
            "status": 1,
            "blacklisted": False,
            "tags": frozenset({tag.pk}),
            "relation": [{"employee": cast.owner.pk}],
        }
    }


def test_as_many_statements_for_one_customer_as_for_many(cast: Cast) -> None:
    world = scene.build(customers=6)
    where = {
        "all": [
            {"field": "city", "op": "is", "value": "北京"},
            {"field": "tags", "op": "any", "value": [world.tags[0].pk]},
            {"some": "relation", "where": {"field": "departments", "op": "any", "value": [world.departments[0].pk]}},
        ]
    }
    asked = [parsing.parse({"version": 1, "where": where}, corp=world.corp)]
    counts = []
    for ids in (world.ids[:1], world.ids):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            facts.gather(ids, corp_id=world.corp.pk, conditions=asked)
        counts.append(len(captured))
    # The company's zone, customers, tags and what became of them, relations, departments.
    assert counts[1] == 6
    assert counts[0] <= counts[1]


def test_other_companies_customers_have_no_facts(cast: Cast) -> None:
    stranger = make.customer(cast.other_corp, cast.stranger)
    assert facts.gather([stranger.pk, 10**9], corp_id=cast.corp.pk, conditions=[condition(cast, None)]) == {}


def test_the_deleted_answer_to_nothing_and_the_blacklisted_only_where_it_is_asked(cast: Cast) -> None:
    alive, gone, listed = (make.customer(cast.corp) for _ in range(3))
    make.blacklisted(listed)
    type(gone).objects.filter(pk=gone.pk).update(status=0)
    make.customer(cast.other_corp)
    everybody = {alive.pk, gone.pk, listed.pk}
    asked: list[tuple[Any, set[int]]] = [
        (None, {alive.pk}),
        ({"not": {"field": "city", "op": "is", "value": "北京"}}, {alive.pk}),
        ({"field": "blacklisted", "op": "is", "value": True}, {listed.pk}),
        ({"not": {"field": "blacklisted", "op": "is", "value": True}}, {alive.pk}),
        (
            {"any": [{"field": "blacklisted", "op": "is", "value": True}, {"field": "type", "op": "is", "value": 1}]},
            {alive.pk, listed.pk},
        ),
    ]
    for where, expected in asked:
        tree = condition(cast, where)
        known = facts.gather(everybody, corp_id=cast.corp.pk, conditions=[tree])
        assert {pk for pk in everybody if answering.holds(tree, known[pk], scene.MOMENT)} == expected, where
        assert set(compiled.rows(tree, scene.MOMENT).values_list("pk", flat=True)) == expected, where


def test_a_deleted_tag_is_nobodys_and_a_merged_one_is_the_one_it_became(cast: Cast) -> None:
    group = make.group(cast.corp)
    heir, gone = make.tag(group), make.tag(group, deleted_at=scene.AT)
    merged = make.tag(group, deleted_at=scene.AT, merged_into=heir)
    twice = make.tag(group, deleted_at=scene.AT, merged_into=merged)
    customer, bare = make.tagged(make.customer(cast.corp), heir), make.customer(cast.corp)
    for tags, op, expected in [
        ([twice], "any", {customer.pk}),
        ([merged, heir], "all", {customer.pk}),
        ([gone], "any", set()),
        ([gone, heir], "all", set()),
        ([gone, heir], "any", {customer.pk}),
        ([gone], "none", {customer.pk, bare.pk}),
    ]:
        tree = condition(cast, {"field": "tags", "op": op, "value": [tag.pk for tag in tags]})
        known = facts.gather([customer.pk, bare.pk], corp_id=cast.corp.pk, conditions=[tree])
        assert {pk for pk in known if answering.holds(tree, known[pk], scene.MOMENT)} == expected, (tags, op)
        assert set(compiled.rows(tree, scene.MOMENT).values_list("pk", flat=True)) == expected, (tags, op)


def test_an_answer_is_good_until_the_companys_midnight() -> None:
    tree = Condition(1, Not(Asked("addTime", "within", 1)))
    held = {"status": 1, "blacklisted": False, "addTime": scene.AT}
    midnight = dt.datetime(2026, 4, 1, 16, tzinfo=dt.UTC)
    at = [scene.AT, midnight - dt.timedelta(microseconds=1), midnight]
    moments = [scene.Moment(moment, scene.MOMENT.zone) for moment in at]
    assert [answering.holds(tree, held, moment) for moment in moments] == [False, False, True]
