"""Rules that events set off: who is tagged, why, and what of it is kept."""

from typing import Any

import pytest

from customers.models import CustomerTag
from segments.models import RuleEffect, RuleOutcome, RuleRun, TagRule
from segments.rules import dispatch, hours
from tags import catalog
from tests import make
from tests.conftest import Cast
from tests.segments.rules import played
from tests.segments.rules.played import AS, adds, asks, everything, followed, happen, outcome, rule, tags_of

BEIJING = asks("city", "in", ["北京"])


@pytest.fixture
def two(cast: Cast) -> Any:
    home = make.group(cast.corp)
    return make.tag(home), make.tag(home)


def test_who_answers_is_tagged_for_the_main_follower_and_why_is_kept(cast: Cast, two: Any, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="北京")
    row = rule(cast.corp, adds(two[0]), condition=BEIJING)
    event = followed(customer)
    assert tags_of(customer) == {(two[0].pk, cast.owner.pk)}
    tag, run, effect = CustomerTag.objects.get(), RuleRun.objects.get(), RuleEffect.objects.get()
    assert (tag.source, tag.run_id, run.rule_id, run.kind, run.changed) == ("rule", run.pk, row.pk, "live", 1)
    assert (effect.run_id, effect.rule_version.number, effect.event_id) == (run.pk, 1, event)
    assert (effect.changes, effect.facts["city"]) == ({"added": [[two[0].pk, cast.owner.pk]]}, "北京")
    assert outcome(row, customer) == "changed"
    name, subject, data = recorded()[-1]
    assert (name, subject, data["tagIds"]) == ("customer.tag.added", customer.pk, [two[0].pk])


def test_who_does_not_answer_is_left_alone_and_that_is_kept_too(cast: Cast, two: Any) -> None:
    rows = {
        "no": make.customer(cast.corp, cast.owner, city="上海"),
        "barred": make.customer(cast.corp, cast.owner, city="北京", blacklisted=True),
    }
    row = rule(cast.corp, adds(two[0]), condition=BEIJING)
    for why, customer in rows.items():
        followed(customer)
        assert (outcome(row, customer), tags_of(customer)) == (why, set())
    assert not RuleRun.objects.exists()


def test_the_same_event_again_changes_nothing(cast: Cast, two: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="北京")
    row = rule(cast.corp, adds(*two), {"do": "followUp", "content": "打电话"}, {"do": "warn", "level": 2})
    event = followed(customer)
    RuleOutcome.objects.all().delete()
    before = everything()
    followed(customer, event_id=event)
    assert outcome(row, customer) == "same"
    RuleOutcome.objects.all().delete()
    assert everything() == before


def test_a_tag_stands_for_whom_the_rule_says(cast: Cast, two: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    make.relation(customer, cast.colleague)
    rule(cast.corp, adds(two[0], **{"for": "concerned"}), adds(two[1], **{"for": "all"}))
    followed(customer)
    happen(cast.corp, "customer.followed", customerId=customer.pk, employeeId=cast.colleague.pk)
    both = {(tag.pk, who.pk) for tag in two for who in (cast.owner, cast.colleague)}
    assert tags_of(customer) == both


def test_tags_are_taken_off_only_where_the_rule_says(cast: Cast, two: Any) -> None:
    customer = make.tagged(make.customer(cast.corp, cast.owner), *two)
    rule(cast.corp, {"do": "removeTags", "tagIds": [two[0].pk]})
    followed(customer)
    assert tags_of(customer) == {(two[1].pk, cast.owner.pk)}
    (kept,) = RuleEffect.objects.get().changes["removed"]
    assert kept[:5] == [two[0].pk, cast.owner.pk, "system", "system", None]


def test_a_tag_that_became_another_is_that_one_and_a_deleted_one_nothing(cast: Cast, two: Any) -> None:
    gone = make.tag(make.group(cast.corp))
    rule(cast.corp, adds(two[0], gone))
    catalog.merge_tag(tag=two[0], into=two[1], **AS)
    catalog.delete_tag(tag=gone, **AS)
    customer = make.customer(cast.corp, cast.owner)
    followed(customer)
    assert tags_of(customer) == {(two[1].pk, cast.owner.pk)}


def test_of_rules_that_exclude_each_other_the_first_holds_the_group(cast: Cast, two: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    first = rule(cast.corp, adds(two[0], exclusive=True), order=1)
    second = rule(cast.corp, adds(two[1], exclusive=True), order=2)
    followed(customer)
    assert tags_of(customer) == {(two[0].pk, cast.owner.pk)}
    assert (outcome(first, customer), outcome(second, customer)) == ("changed", "outranked")


def test_a_rule_that_goes_before_takes_the_group_over(cast: Cast, two: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    rule(cast.corp, adds(two[1], exclusive=True), order=2)
    followed(customer)
    rule(cast.corp, adds(two[0], exclusive=True), order=1)
    followed(customer)
    assert tags_of(customer) == {(two[0].pk, cast.owner.pk)}
    before = tags_of(customer)
    followed(customer)
    assert tags_of(customer) == before


def test_what_a_person_chose_of_a_group_stays(cast: Cast, two: Any) -> None:
    customer = make.tagged(make.customer(cast.corp, cast.owner), two[1])
    row = rule(cast.corp, adds(two[0], exclusive=True))
    followed(customer)
    assert (tags_of(customer), outcome(row, customer)) == ({(two[1].pk, cast.owner.pk)}, "chosen")


def test_rules_that_go_in_a_circle_are_left_alone(cast: Cast, two: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    row = rule(cast.corp, adds(two[0]))
    followed(customer, hops=dispatch.MOST_HOPS + 1)
    assert (outcome(row, customer), tags_of(customer)) == ("loop", set())
    followed(customer, hops=dispatch.MOST_HOPS)
    assert outcome(row, customer) == "changed"


def test_an_hour_that_is_full_stops_the_rule_until_a_person_says(cast: Cast, two: Any, recorded: Any) -> None:
    row = rule(cast.corp, adds(two[0]), hourly_limit=2)
    customers = [make.customer(cast.corp, cast.owner) for _n in range(3)]
    for customer in customers:
        followed(customer)
    assert [outcome(row, customer) for customer in customers] == ["changed", "changed", "limited"]
    row.refresh_from_db()
    assert (row.state, row.stopped, RuleRun.objects.get().changed) == ("paused", "hourly", 2)
    assert ("tag_rule.paused", row.pk, {"ruleId": row.pk, "why": "hourly"}) in recorded()
    followed(customers[2])
    assert tags_of(customers[2]) == set()


def test_a_full_hour_is_the_hours_and_not_for_ever(cast: Cast, two: Any, monkeypatch: Any) -> None:
    row = rule(cast.corp, adds(two[0]), hourly_limit=1)
    followed(make.customer(cast.corp, cast.owner))
    later = hours.now().replace(year=2999)
    monkeypatch.setattr(hours, "now", lambda: later)
    customer = make.customer(cast.corp, cast.owner)
    followed(customer)
    assert (outcome(row, customer), RuleRun.objects.count()) == ("changed", 2)


def test_a_step_that_is_refused_takes_the_others_back(cast: Cast, two: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    row = rule(cast.corp, adds(two[0]), {"do": "setStage", "stageId": make.stage(cast.corp, active=False).pk})
    other = rule(cast.corp, adds(two[1]), order=1)
    followed(customer)
    assert (outcome(row, customer), outcome(other, customer)) == ("refused", "changed")
    assert RuleOutcome.objects.get(rule=row).detail == "stage_retired"
    assert tags_of(customer) == {(two[1].pk, cast.owner.pk)}
    customer.refresh_from_db()
    assert customer.version == 2


def test_drafts_paused_ones_and_other_companies_rules_hear_nothing(cast: Cast, two: Any) -> None:
    played.draft(cast.corp, adds(two[0]))
    resting = rule(cast.corp, adds(two[0]))
    TagRule.objects.filter(pk=resting.pk).update(state="paused")
    rule(cast.other_corp, adds(make.tag(make.group(cast.other_corp))))
    customer = make.customer(cast.corp, cast.owner)
    followed(customer)
    assert (tags_of(customer), RuleOutcome.objects.count()) == (set(), 0)


def test_a_rule_whose_condition_names_what_is_gone_rests(cast: Cast, two: Any) -> None:
    row = rule(cast.corp, adds(two[0]))
    row.versions.update(condition=asks("nonsense", "is", 1))
    customer = make.customer(cast.corp, cast.owner)
    followed(customer)
    row.refresh_from_db()
    assert (row.state, row.stopped, tags_of(customer)) == ("paused", "broken", set())
