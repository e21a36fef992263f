"""Why a tag is there, and why a rule did nothing: from what was kept and as it is now."""

from typing import Any

import pytest

from core.time import now
from customers import tagging
from customers.models import Customer, CustomerTag
from followups import writing
from segments.models import RuleBook, RuleEffect, RuleRun, TagRule
from segments.rules import books, changing, hygiene, judging, whys
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, asks, draft, everything, followed, happen, outcome, rule, tags_of


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp))


def reasons(customer: Customer) -> dict[int, RuleEffect | None]:
    return {why.row.tag_id: why.effect for why in whys.of_tags(Customer.objects.get(pk=customer.pk))}


def test_of_two_rules_that_put_a_tag_the_first_is_its_reason(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    first, second = rule(cast.corp, adds(tag)), rule(cast.corp, adds(tag), order=9)
    followed(customer)
    effect = reasons(customer)[tag.pk]
    assert effect is not None
    assert (effect.rule_id, outcome(second, customer)) == (first.pk, "same")


def test_each_followers_tag_has_its_own_reason(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    make.relation(customer, cast.colleague)
    rule(cast.corp, adds(tag, **{"for": "concerned"}))
    events = [
        happen(cast.corp, "customer.followed", customerId=customer.pk, employeeId=who.pk)
        for who in (cast.owner, cast.colleague)
    ]
    found = {why.row.follower_id: why.effect.event_id for why in whys.of_tags(customer) if why.effect}
    assert found == dict(zip((cast.owner.pk, cast.colleague.pk), events, strict=True))


def test_a_tag_that_a_person_put_again_is_theirs(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    rule(cast.corp, adds(tag))
    followed(customer)
    for act in (tagging.remove_tags, tagging.add_tags):
        act(customer=Customer.objects.get(), tag_ids=[tag.pk], by=cast.actor("owner"), source="operator")
    assert reasons(customer) == {tag.pk: None}


def test_runs_of_imports_are_no_runs_of_rules(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    rule(cast.corp, adds(tag))
    followed(customer)
    other = make.tag(tag.group)
    tagging.change_tags(
        customer=Customer.objects.get(),
        add=[other.pk],
        by=cast.actor("owner"),
        source="import",
        run_id=RuleRun.objects.get().pk,
    )
    assert reasons(customer)[other.pk] is None
    # And such a tag is a person's choice to rules that exclude each other.
    row = rule(cast.corp, adds(make.tag(other.group), exclusive=True))
    followed(customer)
    assert outcome(row, customer) == "chosen"


def test_the_version_that_put_a_tag_goes_on_being_named(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="北京")
    row = rule(cast.corp, adds(tag), condition=asks("city", "is", "北京"))
    followed(customer)
    changing.update_rule(rule=TagRule.objects.get(), condition=asks("city", "is", "上海"), **AS)
    effect = reasons(customer)[tag.pk]
    assert effect is not None
    assert (effect.rule_version.number, effect.rule_version.condition) == (1, asks("city", "is", "北京"))
    # How it stands now is asked of what is in force, which is still the old one.
    why = whys.of_rule(TagRule.objects.get(), Customer.objects.get())
    assert (why.said.number, why.holds, row.number) == (1, True, 1)


def test_of_a_draft_the_newest_version_is_explained(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="北京")
    row = draft(cast.corp, adds(tag), condition=asks("city", "is", "上海"))
    why = whys.of_rule(row, customer)
    assert (why.holds, why.last, why.wanted, why.facts["city"]) == (False, None, None, "北京")


def test_explaining_writes_nothing(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    row = rule(cast.corp, adds(tag), {"do": "followUp", "content": "x"})
    before = everything()
    assert whys.of_rule(row, customer).holds
    whys.of_tags(customer)
    assert everything() == before


def test_a_condition_that_names_what_is_gone_explains_nothing_and_falls_over_nothing(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    row = rule(cast.corp, adds(tag))
    row.versions.update(condition=asks("nonsense", "is", 1))
    why = whys.of_rule(row, customer)
    assert (why.holds, why.facts, why.wanted) == (False, {}, None)


@pytest.mark.parametrize(
    ("fact", "plain"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        ("北京", "北京"),
        (frozenset({3, 1, 2}), [1, 2, 3]),
        ((1, "x"), [1, "x"]),
        ({"a": frozenset({1})}, {"a": [1]}),
        ([{"a": None}], [{"a": None}]),
    ],
)
def test_facts_are_kept_as_json_has_them(fact: Any, plain: Any) -> None:
    assert judging.plain(fact) == plain


def test_a_moment_among_the_facts_is_a_moment(cast: Cast) -> None:
    assert str(judging.plain(now())).endswith("Z")
    assert judging.plain(now().date()) == str(now().date())


def test_what_is_kept_of_a_set_is_bounded(cast: Cast, tag: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(judging, "MOST_ROWS", 2)
    tags = [make.tag(tag.group) for _n in range(4)]
    customer = make.tagged(make.customer(cast.corp, cast.owner), *tags)
    some = {"version": 1, "where": {"some": "tag", "where": {"field": "source", "op": "is", "value": "system"}}}
    rule(cast.corp, adds(tag), condition=some)
    followed(customer)
    assert len(RuleEffect.objects.get().facts["tag"]) == 2


# --- The book of rules in memory ---


def stamp(cast: Cast) -> int:
    return RuleBook.objects.get(corp=cast.corp).stamp


def test_a_company_without_rules_costs_one_statement_and_reads_nothing(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    data = {"customerId": make.customer(cast.corp, cast.owner).pk, "employeeId": cast.owner.pk}
    with django_assert_num_queries(1):
        happen(cast.corp, "customer.followed", **data)


def test_the_book_is_read_once_until_a_rule_changes(cast: Cast, tag: Any, django_assert_num_queries: Any) -> None:
    row = rule(cast.corp, adds(tag))
    books.of(cast.corp.pk)
    with django_assert_num_queries(1):
        book = books.of(cast.corp.pk)
    assert book is not None
    assert [armed.rule_id for armed in book.heard["customer.followed"]] == [row.pk]
    before = stamp(cast)
    changing.update_rule(rule=TagRule.objects.get(), order=4, **AS)
    assert stamp(cast) == before + 1
    again = books.of(cast.corp.pk)
    assert again is not book
    assert again is not None
    assert again.heard["customer.followed"][0].order == 4


def test_the_book_has_each_rule_under_what_it_hears_in_order(cast: Cast, tag: Any) -> None:
    second = rule(cast.corp, adds(tag), order=2)
    first = rule(cast.corp, adds(tag), order=1)
    foreign = rule(
        cast.corp, adds(tag), trigger={"kind": "foreign", "event": "order.paid", "customerPath": "x"}, order=3
    )
    daily = rule(cast.corp, adds(tag), trigger={"kind": "daily"})
    book = books.of(cast.corp.pk)
    assert book is not None
    heard = {name: [armed.rule_id for armed in rules] for name, rules in book.heard.items()}
    assert heard == {
        "customer.followed": [first.pk, second.pk],
        "customer.created": [first.pk, second.pk],
        "order.paid": [foreign.pk],
    }
    assert [armed.rule_id for armed in book.daily] == [daily.pk]


def test_a_rule_knows_whether_it_matters_that_it_was_there_before(cast: Cast, tag: Any) -> None:
    said = {
        "addTags": (adds(tag), False),
        "warn": ({"do": "warn", "level": 1}, True),
        "followUp": ({"do": "followUp", "content": "x"}, True),
        "assign": ({"do": "assign"}, False),
    }
    for action, once in said.values():
        row = rule(cast.corp, action)
        armed = books.arm(row.versions.select_related("rule").get(), cast.corp)
        assert (armed.once, armed.rank) == (once, (0, row.pk))
        assert armed.tag_ids == set(action.get("tagIds", ()))


# --- What gathers dust ---


def test_names_are_the_same_as_people_read_them(cast: Cast) -> None:
    names = ["VIP 客户", "vip客户", "VIP客户 ", "VIP", "老客户"]
    tags = [make.tag(make.group(cast.corp), name=name) for name in names]
    found = hygiene.of(cast.corp.pk)
    assert [sorted(tag.pk for tag in same) for same in found.same_name] == [sorted(tag.pk for tag in tags[:3])]


def test_the_limit_is_told_before_it_is_reached_and_is_the_one_that_new_tags_keep_to(
    cast: Cast, tag: Any, settings: Any
) -> None:
    assert (hygiene.of(cast.corp.pk).limit, hygiene.of(cast.corp.pk).near_limit) == (settings.TAG_LIMIT, False)
    for limit, near in ((2, False), (1, True)):
        settings.TAG_LIMIT = limit
        found = hygiene.of(cast.corp.pk)
        assert (found.limit, found.near_limit) == (limit, near)


def test_what_was_never_counted_is_not_called_unused(cast: Cast, tag: Any) -> None:
    assert hygiene.of(cast.corp.pk).unused_count == 0
    type(tag).objects.update(counted_at=now())
    assert hygiene.of(cast.corp.pk).unused == [tag]
    type(tag).objects.update(use_count=3)
    assert hygiene.of(cast.corp.pk).unused == []


def test_only_rules_in_force_are_at_odds_and_with_others(cast: Cast, tag: Any) -> None:
    off = {"do": "removeTags", "tagIds": [tag.pk]}
    adding = rule(cast.corp, adds(tag))
    draft(cast.corp, off)
    assert hygiene.of(cast.corp.pk).odds == []
    removing = rule(cast.corp, off, trigger={"kind": "daily"})
    customer = make.customer(cast.corp, cast.owner)
    followed(customer)
    assert hygiene.of(cast.corp.pk).odds == [hygiene.Odds(adding.pk, removing.pk, tag.pk, 0)]
    make.rule_effect(make.rule_run(removing), customer)
    assert hygiene.of(cast.corp.pk).odds == [hygiene.Odds(adding.pk, removing.pk, tag.pk, 1)]


def test_what_is_looked_at_is_one_companys(cast: Cast, tag: Any) -> None:
    make.tag(make.group(cast.other_corp), name=tag.name)
    rule(cast.other_corp, adds(make.tag(make.group(cast.other_corp))))
    found = hygiene.of(cast.corp.pk)
    assert (found.tags, found.same_name, found.silent) == (1, [], [])


def test_a_follow_up_sets_off_a_rule_as_it_is_written(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    row = rule(cast.corp, adds(tag), trigger={"kind": "followUpWritten"})
    written = writing.write(customer=customer, content="来电", by=cast.actor("owner"), source="operator")
    data = {"customerId": customer.pk, "followUpId": written.pk, "employeeId": written.employee_id}
    happen(cast.corp, "customer.followup.created", **data)
    assert (outcome(row, customer), tags_of(customer)) == ("changed", {(tag.pk, cast.owner.pk)})
    assert CustomerTag.objects.get().source == "rule"
