"""The console's pages of rules: what each shows and offers in every state, to everybody who may look."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from customers.models import Customer
from segments.console.rules import telling
from segments.models import RuleEffect, RuleRun, TagRule
from segments.rules import jobs, working
from segments.rules.codes import Outcome
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered
from tests.segments.rules.played import AS, adds, asks, draft, everything, followed, happen, rule


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp), name="高意向")


def shown(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def listing(model: str) -> str:
    return reverse(f"admin:segments_{model}_changelist")


def at(model: str, pk: int, act: str = "change") -> str:
    return reverse(f"admin:segments_{model}_{act}", args=[pk])


# State of a rule → the acts that its page offers an administrator.
OFFERED: dict[str, set[str]] = {
    "draft": {"try_out", "activate", "retire"},
    "active": {"try_out", "pause", "backfill", "retire"},
    "paused": {"try_out", "activate", "retire"},
    "retired": set(),
}
ALL = {"try_out", "activate", "pause", "backfill", "retire"}

# State of a backfill → the acts that its page offers.
RUN_OFFERED: dict[str, set[str]] = {
    "running": {"pause", "cancel"},
    "paused": {"resume", "cancel"},
    "stopped": {"resume", "cancel"},
    "done": {"undo"},
    "cancelled": {"undo"},
}
RUN_ALL = {"pause", "resume", "cancel", "undo"}


def test_a_rules_page_offers_what_the_rule_can_take(cast: Cast, tag: Any) -> None:
    admin, manager = entered(cast.users["admin"]), entered(cast.users["manager"])
    for state, acts in OFFERED.items():
        row = draft(cast.corp, adds(tag))
        TagRule.objects.filter(pk=row.pk).update(state=state, live_number=None if state == "draft" else 1)
        page = shown(admin, at("tagrule", row.pk))
        assert {act for act in ALL if at("tagrule", row.pk, act) in page} == acts, state
        page = shown(manager, at("tagrule", row.pk))
        assert {act for act in ALL if at("tagrule", row.pk, act) in page} == set(), state


def test_a_new_version_of_an_active_rule_can_be_activated(cast: Cast, tag: Any) -> None:
    admin, row = entered(cast.users["admin"]), rule(cast.corp, adds(tag))
    TagRule.objects.filter(pk=row.pk).update(live_number=None)
    assert at("tagrule", row.pk, "activate") in shown(admin, at("tagrule", row.pk))


def test_a_runs_page_offers_what_the_run_can_take(cast: Cast, tag: Any) -> None:
    admin = entered(cast.users["admin"])
    for state, acts in RUN_OFFERED.items():
        run = make.rule_run(rule(cast.corp, adds(tag)), state=state, changed=3)
        page = shown(admin, at("rulerun", run.pk))
        assert {act for act in RUN_ALL if at("rulerun", run.pk, act) in page} == acts, state
    nothing = make.rule_run(rule(cast.corp, adds(tag)), state="done", changed=0)
    trial = make.rule_run(rule(cast.corp, adds(tag)), kind="trial", state="done", changed=3)
    for run in (nothing, trial):
        page = shown(admin, at("rulerun", run.pk))
        assert not any(at("rulerun", run.pk, act) in page for act in RUN_ALL)


def test_an_act_asks_before_it_does_and_says_what_it_is_about(cast: Cast, tag: Any) -> None:
    admin, row = entered(cast.users["admin"]), rule(cast.corp, adds(tag), name="新客打标")
    before = everything()
    for act in ("pause", "retire"):
        page = shown(admin, at("tagrule", row.pk, act))
        assert all(word in page for word in ("新客打标", "高意向")), act
    assert everything() == before
    assert admin.post(at("tagrule", row.pk, "pause")).status_code == 302
    row.refresh_from_db()
    assert row.state == "paused"


def test_an_act_that_is_refused_says_why_and_does_nothing(cast: Cast, tag: Any) -> None:
    admin, row = entered(cast.users["admin"]), draft(cast.corp, adds(tag))
    for act in ("activate", "pause", "backfill"):
        before = everything()
        answer = admin.post(at("tagrule", row.pk, act))
        assert answer.status_code == 200, act
        assert everything() == before, act
    run = make.rule_run(rule(cast.corp, adds(tag)), state="done")
    before = everything()
    assert admin.post(at("rulerun", run.pk, "undo")).status_code == 200
    assert everything() == before


def test_runs_are_held_and_gone_on_with_by_their_page(cast: Cast, tag: Any) -> None:
    admin = entered(cast.users["admin"])
    make.customer(cast.corp, cast.owner)
    run = jobs.begin_backfill(rule=rule(cast.corp, adds(tag)), **AS)
    for act, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert admin.post(at("rulerun", run.pk, act))["Location"].endswith(at("rulerun", run.pk))
        assert RuleRun.objects.get().state == state


def test_the_list_of_rules_tells_what_each_says(cast: Cast, tag: Any, django_assert_max_num_queries: Any) -> None:
    manager = entered(cast.users["manager"])
    channel = make.channel(cast.corp, "expo", name="上海展会")
    rule(cast.corp, adds(tag), trigger={"kind": "followed", "channelIds": [channel.pk]})
    rule(cast.corp, {"do": "followUp", "content": "三天后回访"}, trigger={"kind": "keyword", "words": ["报价"]})
    page = shown(manager, listing("tagrule"))
    assert all(word in page for word in ("上海展会", "高意向", "三天后回访", "报价"))
    for _n in range(8):
        rule(cast.corp, adds(make.tag(tag.group)))
    with django_assert_max_num_queries(20):
        shown(manager, listing("tagrule"))


def test_names_that_would_be_html_are_text(cast: Cast) -> None:
    evil = "<script>alert(1)</script>"
    tag = make.tag(make.group(cast.corp), name=evil[:50])
    customer = make.customer(cast.corp, cast.owner, name=evil)
    row = rule(cast.corp, adds(tag), {"do": "followUp", "content": evil}, name=evil[:30])
    followed(customer)
    admin = entered(cast.users["admin"])
    trial = jobs.begin_trial(rule=row, **AS)
    while working.work(trial.pk):
        pass
    effect = RuleEffect.objects.get()
    for url in (
        listing("tagrule"),
        listing("rulerun"),
        listing("ruleeffect"),
        listing("ruleoutcome"),
        at("tagrule", row.pk),
        at("rulerun", trial.pk),
        at("ruleeffect", effect.pk),
        reverse("admin:segments_tagrule_hygiene"),
        reverse("admin:customers_customer_tab_rule_effects", args=[customer.pk]),
    ):
        assert evil not in shown(admin, url), url


def test_staff_see_what_rules_did_to_their_customers_alone(cast: Cast, tag: Any) -> None:
    mine = make.customer(cast.corp, cast.owner, name="我的客户")
    other = make.customer(cast.corp, cast.colleague, name="别人客户")
    rule(cast.corp, adds(tag))
    for customer in (mine, other):
        followed(customer)
    staff = entered(cast.users["owner"])
    page = shown(staff, listing("ruleeffect"))
    assert "我的客户" in page
    assert "别人客户" not in page
    effect = RuleEffect.objects.get(customer=other)
    assert staff.get(at("ruleeffect", effect.pk)).status_code == 302
    for model in ("tagrule", "rulerun", "ruleoutcome"):
        assert staff.get(listing(model)).status_code == 403


def test_an_effects_page_tells_why(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="北京")
    rule(cast.corp, adds(tag), name="京城", condition=asks("city", "is", "北京"))
    event = followed(customer)
    page = shown(entered(cast.users["owner"]), at("ruleeffect", RuleEffect.objects.get().pk))
    assert all(word in page for word in ("京城", "v1", "+高意向", "城市是“北京”", "customer.followed", event))


def test_what_was_taken_back_is_told_with_what_was_left_alone(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    rule(cast.corp, adds(tag), {"do": "followUp", "content": "x"})
    followed(customer)
    undo = jobs.begin_undo(run=RuleRun.objects.get(), **AS)
    while working.work(undo.pk):
        pass
    admin = entered(cast.users["admin"])
    page = shown(admin, listing("ruleeffect"))
    with translation.override("zh-hans"):
        assert telling.why("stays") in page
        assert telling.why("stays") in shown(admin, at("rulerun", undo.pk))


def test_links_lead_to_the_narrowed_list(cast: Cast, tag: Any) -> None:
    customers = [make.customer(cast.corp, cast.owner, name=name) for name in ("第一位", "第二位")]
    first, second = (
        rule(cast.corp, adds(tag)),
        rule(cast.corp, adds(make.tag(tag.group)), trigger={"kind": "leftGroup"}),
    )
    followed(customers[0])
    happen(cast.corp, "group.member.left", groupId=1, members=[{"customerId": customers[1].pk}])
    admin = entered(cast.users["admin"])
    for row, there, not_there in ((first, "第一位", "第二位"), (second, "第二位", "第一位")):
        run = RuleRun.objects.get(rule=row)
        assert f"run={run.pk}" in shown(admin, at("rulerun", run.pk))
        page = shown(admin, f"{listing('ruleeffect')}?run={run.pk}")
        assert there in page
        assert not_there not in page


@pytest.mark.parametrize("code", [*Outcome.values, "restored", "changed_since", "gone", "stays"])
def test_each_outcome_has_words_in_both_languages(code: str) -> None:
    words = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            words[language] = telling.why(code)
    assert words["en"] != words["zh-hans"]
    assert code not in ("restored", "changed_since", "gone") or code != words["en"]


def test_a_run_that_could_not_go_on_says_why(cast: Cast, tag: Any) -> None:
    make.customer(cast.corp, cast.owner)
    row = rule(cast.corp, adds(tag))
    run = jobs.begin_backfill(rule=row, **AS)
    row.versions.update(condition=asks("nonsense", "is", 1))
    assert not working.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.report["failed"]) == ("cancelled", "condition_invalid")
    assert "condition_invalid" in telling.counts(run)
    assert not Customer.objects.filter(tag_rows__isnull=False).exists()


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert telling.why("something_new") == "something_new"
