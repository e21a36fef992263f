"""Each way in which it can end when a rule comes to a customer: what leads there, and what is kept of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from customers import lifecycle, tagging
from customers.models import Customer, FollowRelation, Stage
from followups.models import FollowUp
from segments.models import RuleEffect, RuleOutcome, RuleRun, TagRule
from segments.rules import dispatch, hours
from segments.rules.codes import Outcome
from tags import catalog
from tags.models import Tag
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, asks, followed, happen, outcome, rule, tags_of


@dataclass
class Setting:
    """A customer and some tags of one group."""

    cast: Cast
    customer: Customer
    tags: list[Tag]
    fields: dict[str, Any] = field(default_factory=dict)

    def row(self) -> Customer:
        return Customer.objects.get(pk=self.customer.pk)


@pytest.fixture
def setting(cast: Cast) -> Setting:
    group = make.group(cast.corp)
    customer = make.customer(cast.corp, cast.owner, city="北京")
    return Setting(cast, customer, [make.tag(group) for _n in range(3)])


def _changed(setting: Setting) -> TagRule:
    return rule(setting.cast.corp, adds(setting.tags[0]))


def _same(setting: Setting) -> TagRule:
    make.tagged(setting.row(), setting.tags[0])
    return rule(setting.cast.corp, adds(setting.tags[0]))


def _no(setting: Setting) -> TagRule:
    return rule(setting.cast.corp, adds(setting.tags[0]), condition=asks("city", "is", "上海"))


def _outranked(setting: Setting) -> TagRule:
    rule(setting.cast.corp, adds(setting.tags[1], exclusive=True), order=1)
    return rule(setting.cast.corp, adds(setting.tags[0], exclusive=True), order=2)


def _chosen(setting: Setting) -> TagRule:
    make.tagged(setting.row(), setting.tags[1])
    return rule(setting.cast.corp, adds(setting.tags[0], exclusive=True))


def _limited(setting: Setting) -> TagRule:
    row = rule(setting.cast.corp, adds(setting.tags[0]), hourly_limit=1)
    followed(make.customer(setting.cast.corp, setting.cast.owner))
    return row


def _loop(setting: Setting) -> TagRule:
    setting.fields["hops"] = dispatch.MOST_HOPS + 1
    return rule(setting.cast.corp, adds(setting.tags[0]))


def _deleted(setting: Setting) -> TagRule:
    lifecycle.delete(customer=setting.row(), **AS)
    return rule(setting.cast.corp, adds(setting.tags[0]))


def _listed(setting: Setting) -> TagRule:
    make.blacklisted(setting.row())
    return rule(setting.cast.corp, adds(setting.tags[0]))


def _refused(setting: Setting) -> TagRule:
    stage = make.stage(setting.cast.corp)
    row = rule(setting.cast.corp, {"do": "setStage", "stageId": stage.pk})
    Stage.objects.filter(pk=stage.pk).update(active=False)
    return row


def _deleted_tag(setting: Setting) -> TagRule:
    row = rule(setting.cast.corp, adds(setting.tags[0]))
    catalog.delete_tag(tag=setting.tags[0], **AS)
    return row


# How it is led up to → the outcome, and the code of a refusal.
ENDINGS: dict[str, tuple[Callable[[Setting], TagRule], str, str]] = {
    "something was done": (_changed, "changed", ""),
    "there was nothing to do": (_same, "same", ""),
    "all its tags are gone": (_deleted_tag, "same", ""),
    "they don't answer": (_no, "no", ""),
    "a rule that goes before has the group": (_outranked, "outranked", ""),
    "a person has chosen of the group": (_chosen, "chosen", ""),
    "the hour is full": (_limited, "limited", ""),
    "rules go in a circle": (_loop, "loop", ""),
    "the customer is deleted": (_deleted, "barred", ""),
    "the customer is on the blacklist": (_listed, "barred", ""),
    "a rule of ours refuses": (_refused, "refused", "stage_retired"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_how_it_ends_and_what_is_kept(setting: Setting, name: str) -> None:
    lead_up, code, detail = ENDINGS[name]
    row = lead_up(setting)
    effects = RuleEffect.objects.count()
    event = followed(setting.customer, **setting.fields)
    kept = RuleOutcome.objects.get(rule=row, customer=setting.customer)
    assert (kept.code, kept.detail, kept.number) == (code, detail, 1)
    assert (kept.event_name, kept.event_id) == ("customer.followed", event)
    mine = RuleEffect.objects.filter(rule=row, customer=setting.customer)
    assert mine.exists() is (code == "changed")
    others = {"outranked": 1}
    assert RuleEffect.objects.count() == effects + (code == "changed") + others.get(code, 0)
    has = (setting.tags[0].pk, setting.cast.owner.pk) in tags_of(setting.customer)
    assert has is (name in ("something was done", "there was nothing to do"))


def test_each_outcome_is_reached_by_a_test() -> None:
    assert {code for _lead_up, code, _detail in ENDINGS.values()} == set(Outcome.values) - {"undone"}


def test_the_blacklisted_are_asked_where_the_condition_asks_for_them(setting: Setting) -> None:
    make.blacklisted(setting.row())
    row = rule(setting.cast.corp, adds(setting.tags[0]), condition=asks("blacklisted", "is", True))
    followed(setting.customer)
    assert outcome(row, setting.customer) == "changed"


# Who another service's event names → whether that is the customer.
NAMED: list[tuple[str, Callable[[Customer], Any], bool]] = [
    ("externalUserid", lambda row: row.external_userid, True),
    ("externalUserid", lambda row: row.external_userid.upper(), False),
    ("externalUserid", lambda row: f" {row.external_userid}", False),
    ("externalUserid", lambda row: row.pk, False),
    ("externalUserid", lambda row: None, False),
    ("externalUserid", lambda row: [row.external_userid], False),
    ("externalUserid", lambda row: {"id": row.external_userid}, False),
    ("externalUserid", lambda row: "", False),
    ("externalUserid", lambda row: "x" * 5000, False),
    ("customerId", lambda row: row.pk, True),
    ("customerId", lambda row: str(row.pk), True),
    ("customerId", lambda row: float(row.pk), False),
    ("customerId", lambda row: f"{row.pk} OR 1=1", False),
    ("customerId", lambda row: -row.pk, False),
    ("customerId", lambda row: 10**30, False),
    ("customerId", lambda row: True, False),
    ("customerId", lambda row: None, False),
    ("customerId", lambda row: "²", False),
    ("customerId", lambda row: row.external_userid, False),
]


def test_who_is_named_by_another_service(setting: Setting) -> None:
    rows = {
        by: rule(
            setting.cast.corp,
            {"do": "warn", "level": 1},
            trigger={"kind": "foreign", "event": "order.paid", "customerPath": by, "customerBy": by},
        )
        for by in ("externalUserid", "customerId")
    }
    for by, named, found in NAMED:
        RuleOutcome.objects.all().delete()
        happen(setting.cast.corp, "order.paid", **{by: named(setting.customer)})
        assert (outcome(rows[by], setting.customer) is not None) is found, (by, named(setting.customer))


# --- The hour ---


def test_an_hour_has_one_run_for_each_rule_and_version(setting: Setting) -> None:
    first, second = rule(setting.cast.corp, adds(setting.tags[0])), rule(setting.cast.corp, adds(setting.tags[1]))
    for _n in range(3):
        followed(make.customer(setting.cast.corp, setting.cast.owner))
    found = RuleRun.objects.order_by("rule_id").values_list("rule_id", "kind", "state", "changed", "seen")
    assert list(found) == [
        (first.pk, "live", "done", 3, 3),
        (second.pk, "live", "done", 3, 3),
    ]
    assert len(set(RuleRun.objects.values_list("bucket", flat=True))) == 1


def test_an_event_that_changes_nothing_makes_no_run(setting: Setting) -> None:
    for lead_up in (_same, _no, _chosen, _loop):
        lead_up(setting)
    followed(setting.customer, hops=dispatch.MOST_HOPS + 1)
    assert not RuleRun.objects.exists()


def test_a_refusal_leaves_the_hour_as_it_was(setting: Setting) -> None:
    row = _refused(setting)
    followed(setting.customer)
    assert RuleRun.objects.get(rule=row).changed == 0


def test_the_limit_that_is_asked_is_the_one_that_stands(setting: Setting, monkeypatch: Any) -> None:
    row = rule(setting.cast.corp, adds(setting.tags[0]), hourly_limit=1)
    people = [make.customer(setting.cast.corp, setting.cast.owner) for _n in range(3)]
    followed(people[0])
    TagRule.objects.filter(pk=row.pk).update(hourly_limit=2)
    # What was read stands until the rule is changed by its verb.
    followed(people[1])
    assert outcome(row, people[1]) == "limited"
    later = hours.now().replace(year=2998)
    monkeypatch.setattr(hours, "now", lambda: later)
    TagRule.objects.filter(pk=row.pk).update(state="active")
    dispatch.books.outdate(setting.cast.corp.pk)
    for customer in people[1:]:
        followed(customer)
    assert [outcome(row, customer) for customer in people] == ["changed"] * 3


# --- Acts beside tags, and what is kept of them ---


def test_a_follow_up_is_written_for_whom_it_is(setting: Setting) -> None:
    cast, customer = setting.cast, setting.customer
    make.relation(customer, cast.colleague)
    said = {"main": [cast.owner.pk], "concerned": [cast.colleague.pk], "all": [cast.owner.pk, cast.colleague.pk]}
    for whose, employees in said.items():
        FollowUp.objects.all().delete()
        row = rule(cast.corp, {"do": "followUp", "content": "回访", "for": whose})
        happen(cast.corp, "customer.followed", customerId=customer.pk, employeeId=cast.colleague.pk)
        written = FollowUp.objects.filter(customer=customer).order_by("employee_id")
        assert list(written.values_list("employee_id", flat=True)) == sorted(employees), whose
        assert set(written.values_list("content", "actor")) == {("回访", "system")}
        kept = RuleEffect.objects.get(rule=row).changes["followUps"]
        assert sorted(kept) == sorted(FollowUp.objects.values_list("pk", flat=True))
        TagRule.objects.filter(pk=row.pk).update(state="paused")
        dispatch.books.outdate(cast.corp.pk)


def test_several_steps_are_one_effect(setting: Setting) -> None:
    cast, customer = setting.cast, setting.customer
    make.relation(customer, cast.colleague)
    stage = make.stage(cast.corp)
    rule(
        cast.corp,
        adds(setting.tags[0], **{"for": "all"}),
        {"do": "setStage", "stageId": stage.pk},
        {"do": "remark", "template": "{city}", "for": "all"},
    )
    followed(customer)
    effect = RuleEffect.objects.get()
    assert effect.changes == {
        "added": [
            [setting.tags[0].pk, cast.owner.pk],
            [setting.tags[0].pk, cast.colleague.pk],
        ],
        "stage": [None, stage.pk],
        "remarks": [
            [cast.owner.pk, "", "北京"],
            [cast.colleague.pk, "", "北京"],
        ],
    }
    assert set(FollowRelation.objects.values_list("remark", flat=True)) == {"北京"}
    assert RuleRun.objects.get().changed == 1


def test_what_a_rule_does_has_versions_and_events_of_its_own(setting: Setting, recorded: Any) -> None:
    rule(setting.cast.corp, adds(setting.tags[0]), {"do": "warn", "level": 1})
    seen, before = len(recorded()), setting.row().version
    followed(setting.customer)
    assert setting.row().version == before + 1
    assert [name for name, *_rest in recorded()[seen:]] == ["customer.tag.added", "tag_rule.warned"]


def test_tags_of_others_stay_where_a_rule_takes_its_own(setting: Setting) -> None:
    cast, customer = setting.cast, setting.customer
    make.relation(customer, cast.colleague)
    tag = setting.tags[0]
    for who in (cast.owner, cast.colleague):
        tagging.add_tags(customer=setting.row(), tag_ids=[tag.pk], follower_id=who.pk, **AS)
    rule(cast.corp, {"do": "removeTags", "tagIds": [tag.pk], "for": "main"})
    followed(customer)
    assert tags_of(customer) == {(tag.pk, cast.colleague.pk)}


def test_a_tag_of_nobody_is_taken_only_where_it_is_nobodys_alone(setting: Setting) -> None:
    cast, tag = setting.cast, setting.tags[0]
    alone = make.tagged(make.customer(cast.corp), tag)
    trigger = {"kind": "foreign", "event": "order.paid", "customerPath": "c", "customerBy": "customerId"}
    row = rule(cast.corp, {"do": "removeTags", "tagIds": [tag.pk], "for": "main"}, trigger=trigger)
    happen(cast.corp, "order.paid", c=alone.pk)
    assert (outcome(row, alone), tags_of(alone)) == ("changed", set())
