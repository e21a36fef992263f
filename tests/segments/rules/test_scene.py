"""What actions have to know of customers: read by the same few statements for one and for many."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation
from segments.models import RuleEffect, RuleOutcome, RuleRun
from segments.rules import keeping, meeting, scene
from segments.rules.books import Armed, arm
from segments.rules.judging import Case, in_order
from tags import catalog
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, asks, followed, happen, rule


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp))


def read(*customers: Customer, tags: Any = (), once: Any = ()) -> scene.Scene:
    rows = list(Customer.objects.filter(pk__in=[row.pk for row in customers]).order_by("pk"))
    return scene.of(rows, tag_ids=[tag.pk for tag in tags], once=once)


def statements(act: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_tags_are_read_with_why_they_are_there(cast: Cast, tag: Any) -> None:
    other = make.tag(tag.group)
    customer = make.tagged(make.customer(cast.corp, cast.owner), other)
    row = rule(cast.corp, adds(tag), order=4)
    followed(customer)
    person = read(customer).people[customer.pk]
    by_rule, by_hand = person.tags[tag.pk, cast.owner.pk], person.tags[other.pk, cast.owner.pk]
    assert (by_rule.source, by_rule.rank, by_rule.group_id) == ("rule", (4, row.pk), tag.group_id)
    assert (by_hand.source, by_hand.rank, by_hand.run_id) == ("system", None, None)


def test_deleted_tags_are_not_there(cast: Cast, tag: Any) -> None:
    customer = make.tagged(make.customer(cast.corp, cast.owner), tag)
    catalog.delete_tag(tag=tag, **AS)
    found = read(customer, tags=[tag])
    assert (found.people[customer.pk].tags, found.living([tag.pk]), found.groups) == ({}, [], {})


def test_a_merged_tag_is_the_one_it_became_however_often(cast: Cast, tag: Any) -> None:
    second, third = make.tag(tag.group), make.tag(make.group(cast.corp))
    customer = make.customer(cast.corp, cast.owner)
    catalog.merge_tag(tag=tag, into=second, **AS)
    catalog.merge_tag(tag=second, into=third, **AS)
    found = read(customer, tags=[tag, second, third])
    assert found.living([tag.pk, second.pk, third.pk]) == [third.pk]
    assert found.groups == {third.pk: third.group_id}


def test_who_follows_is_who_follows_now(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    make.relation(customer, cast.colleague, remark="老张")
    person = read(customer).people[customer.pk]
    assert person.remarks == {cast.owner.pk: "", cast.colleague.pk: "老张"}
    FollowRelation.objects.filter(employee=cast.colleague).update(status=RelationStatus.ENDED_BY_CUSTOMER)
    assert list(read(customer).people[customer.pk].remarks) == [cast.owner.pk]


def test_whose_an_action_is(cast: Cast) -> None:
    owner, colleague = cast.owner.pk, cast.colleague.pk
    customer = make.customer(cast.corp, cast.owner)
    make.relation(customer, cast.colleague)
    person = read(customer).people[customer.pk]
    table: list[tuple[str, int | None, list[int | None]]] = [
        ("main", None, [owner]),
        ("main", colleague, [owner]),
        ("concerned", None, [owner]),
        ("concerned", colleague, [colleague]),
        ("concerned", 99, [owner]),
        ("all", None, [owner, colleague]),
        ("all", colleague, [owner, colleague]),
    ]
    for wanted, concerned, whose in table:
        assert person.whose(wanted, concerned) == whose, (wanted, concerned)
    alone = read(make.customer(cast.corp)).people.popitem()[1]
    assert [alone.whose(wanted, None) for wanted in ("main", "concerned", "all")] == [[None]] * 3


def test_where_a_rule_has_been_is_read_only_where_it_matters(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    row = rule(cast.corp, adds(tag))
    event = followed(customer)
    assert read(customer).people[customer.pk].been == {}
    assert read(customer, once=[row.pk]).people[customer.pk].been == {row.pk: {event}}
    assert read(customer, once=[row.pk + 1]).people[customer.pk].been == {}


def test_nobody_costs_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert scene.of([], tag_ids=[1], once=[1]).people == {}


def test_many_cost_what_one_costs(cast: Cast, tag: Any) -> None:
    few = [make.tagged(make.customer(cast.corp, cast.owner), tag)]
    many = [make.tagged(make.customer(cast.corp, cast.owner), tag) for _n in range(6)]
    one = statements(lambda: read(*few, tags=[tag], once=[1]))
    assert statements(lambda: read(*many, tags=[tag], once=[1])) == one


def armed(cast: Cast, *actions: dict[str, Any], **fields: Any) -> Armed:
    row = rule(cast.corp, *actions, **fields)
    return arm(row.versions.select_related("rule").get(), cast.corp)


def test_cases_come_rule_by_rule_those_first_that_go_before(cast: Cast, tag: Any) -> None:
    late, early = armed(cast, adds(tag), order=9), armed(cast, adds(tag), order=1)
    same = armed(cast, adds(tag), order=9)
    cases = [Case(rule, customer) for rule in (late, same, early) for customer in (2, 1)]
    found = [(case.armed.rule_id, case.customer_id) for case in in_order(cases)]
    assert found == [
        (early.rule_id, 1),
        (early.rule_id, 2),
        (late.rule_id, 1),
        (late.rule_id, 2),
        (same.rule_id, 1),
        (same.rule_id, 2),
    ]


def test_rules_that_do_nothing_cost_the_same_however_many_they_are(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="上海")
    where = asks("city", "is", "北京")
    rule(cast.corp, adds(tag), condition=where)
    followed(customer)
    one = statements(lambda: followed(customer))
    for number in range(20):
        rule(cast.corp, adds(tag), condition=asks("city", "in", ["北京", str(number)]))
    followed(customer)
    assert statements(lambda: followed(customer)) == one
    assert RuleOutcome.objects.filter(code="no").count() == 21


def test_rules_that_have_nothing_to_do_cost_the_same_too(cast: Cast, tag: Any) -> None:
    customer = make.tagged(make.customer(cast.corp, cast.owner), tag)
    rule(cast.corp, adds(tag))
    followed(customer)
    one = statements(lambda: followed(customer))
    for _n in range(10):
        rule(cast.corp, adds(tag))
    followed(customer)
    assert statements(lambda: followed(customer)) == one
    assert not RuleRun.objects.exists()


def test_of_two_occasions_in_one_event_one_outcome_is_kept(cast: Cast, tag: Any) -> None:
    record = keeping.Record(cast.corp.pk, "x.y", "e")
    customer = make.customer(cast.corp, cast.owner)
    case = Case(armed(cast, adds(tag)), customer.pk)
    record.note(case, "no")
    record.note(case, "refused", detail="tag_unknown")
    record.store()
    row = RuleOutcome.objects.get()
    assert (row.code, row.detail, row.event_name, row.event_id) == ("refused", "tag_unknown", "x.y", "e")
    assert record.counts == {"no": 1, "refused": 1}


def test_an_outcome_is_written_over_by_the_next_one(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="上海")
    row = rule(cast.corp, adds(tag), condition=asks("city", "is", "北京"))
    first = followed(customer)
    Customer.objects.update(city="北京")
    second = followed(customer)
    outcome = RuleOutcome.objects.get()
    assert first != second
    assert (outcome.rule_id, outcome.code, outcome.event_id) == (row.pk, "changed", second)
    assert outcome.run_id == RuleRun.objects.get().pk


def test_customers_of_other_companies_and_unknown_ones_are_passed_over(cast: Cast, tag: Any) -> None:
    stranger = make.customer(cast.other_corp, cast.stranger)
    row = rule(cast.corp, adds(tag), trigger={"kind": "tagged", "tagIds": [tag.pk]})
    for pk in (stranger.pk, 10**9):
        happen(cast.corp, "customer.tag.added", customerId=pk, tagIds=[tag.pk], followUserId=None)
    cases = [Case(arm(row.versions.select_related("rule").get(), cast.corp), stranger.pk)]
    meeting.meet(cast.corp, cases, meeting.Cause())
    assert not RuleOutcome.objects.exists()
    assert not RuleEffect.objects.exists()


def test_facts_are_those_under_the_lock_and_not_those_of_the_event(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="北京")
    rule(cast.corp, adds(tag), condition=asks("city", "is", "北京"))
    # By the time the event is handled the customer has moved.
    Customer.objects.update(city="上海")
    followed(customer)
    assert RuleOutcome.objects.get().code == "no"


def test_all_rules_of_an_event_see_the_customer_as_they_were(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    rule(cast.corp, adds(tag), order=1)
    other = make.tag(tag.group)
    second = rule(cast.corp, adds(other), order=2, condition=asks("tags", "any", [tag.pk]))
    followed(customer)
    assert RuleOutcome.objects.get(rule=second).code == "no"
    # The tag's own event brings the second rule, if it hears of tags; the next event finds it answered.
    followed(customer)
    assert RuleOutcome.objects.get(rule=second).code == "changed"
