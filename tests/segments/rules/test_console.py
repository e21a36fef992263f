"""Rules in the console: the form of fields, the acts, and what is shown of runs, effects and customers."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from customers.choices import AddWay
from segments.console.rules import said
from segments.console.rules.forms import TagRuleForm
from segments.models import RuleEffect, RuleRun, TagRule
from segments.rules import saying, working
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of
from tests.segments import crowd
from tests.segments.rules.played import adds, asks, everything, followed, rule

ADD = reverse("admin:segments_tagrule_add")


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp), name="北京客户")


def page(client: Any, url: str) -> str:
    """What the page shows."""
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def at(page_of: str, pk: int, act: str = "change") -> str:
    return reverse(f"admin:segments_{page_of}_{act}", args=[pk])


def test_a_channel_and_the_way_that_is_called_channels_have_each_their_word() -> None:
    with override("zh-hans"):
        assert TagRuleForm.base_fields["channels"].label == "渠道"
        assert AddWay.CHANNELS.label == "视频号添加"


def test_a_rule_is_written_by_fields_tried_activated_and_run(cast: Cast, tag: Any) -> None:
    admin = entered(cast.users["admin"])
    customer = make.customer(cast.corp, cast.owner, city="北京", name="钱多多")
    sent = form_of(admin.get(ADD)) | {
        "name": "北京",
        "kind": "followed",
        "employees": [cast.owner.pk],
        "condition": '{"version": 1, "where": {"field": "city", "op": "is", "value": "北京"}}',
        "does": ["addTags", "followUp"],
        "add_tags": [tag.pk],
        "exclusive": "on",
        # Filled in, and not chosen.
        "remark": "{name}",
        "follow_up": "欢迎",
        # Of another kind of trigger: it says nothing here.
        "words": "价格",
    }
    answer = admin.post(ADD, sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = TagRule.objects.get()
    newest = saying.newest(row)
    assert newest.trigger == {"kind": "followed", "employeeIds": [cast.owner.pk]}
    assert newest.actions[0] == {"do": "addTags", "tagIds": [tag.pk], "for": "main", "exclusive": True}
    assert [action["do"] for action in newest.actions] == ["addTags", "followUp"]
    assert "北京客户" in page(admin, reverse("admin:segments_tagrule_changelist"))
    run_page = admin.post(at("tagrule", row.pk, "try_out"))["Location"]
    working.work(RuleRun.objects.get().pk)
    shown = page(admin, run_page)
    assert all(word in shown for word in ("钱多多", "+北京客户", "欢迎"))
    assert admin.post(at("tagrule", row.pk, "activate")).status_code == 302
    admin.post(at("tagrule", row.pk, "backfill"))
    run = RuleRun.objects.get(kind="backfill")
    working.work(run.pk)
    assert RuleEffect.objects.get().customer_id == customer.pk
    assert "+北京客户" in page(admin, reverse("admin:segments_ruleeffect_changelist") + f"?run={run.pk}")
    assert "北京客户" in page(admin, reverse("admin:customers_customer_tab_rule_effects", args=[customer.pk]))
    admin.post(at("rulerun", run.pk, "undo"))
    working.work(RuleRun.objects.get(kind="undo").pk)
    assert not customer.tag_rows.exists()


def test_saved_again_as_it_stands_nothing_changes(cast: Cast, tag: Any) -> None:
    admin = entered(cast.users["admin"])
    stage = make.stage(cast.corp)
    rich = [
        adds(tag, **{"for": "all"}),
        {"do": "setStage", "stageId": stage.pk},
        {"do": "remark", "template": "{name}", "for": "main"},
        {"do": "assign"},
        {"do": "warn", "level": 2},
        {"do": "followUp", "content": "x", "for": "main"},
    ]
    triggers: list[dict[str, Any]] = [
        {"kind": "followed", "addWays": [1, 16]},
        {"kind": "keyword", "words": ["价格", "优惠"], "match": "is"},
        {"kind": "daily", "hour": 7, "reached": "added", "days": 30},
        {"kind": "foreign", "event": "order.paid", "customerPath": "a.b", "compare": {"path": "n", "op": "set"}},
        {"kind": "stageChanged", "stageIds": [stage.pk]},
    ]
    rows = [rule(cast.corp, *rich, trigger=trigger, condition=asks("city", "is", "北京")) for trigger in triggers]
    rows += [rule(cast.corp, adds(tag), adds(make.tag(tag.group)))]
    before = everything()[:2]
    for row in rows:
        url = at("tagrule", row.pk)
        answer = admin.post(url, form_of(admin.get(url)))
        assert answer.status_code == 302, answer.context["adminform"].form.errors
    after = everything()[:2]
    assert [one["number"] for one in after[0]] == [1] * len(rows), said.initial(saying.newest(rows[0]))
    assert after[1] == before[1]


def test_a_refusal_is_shown_on_the_form_and_writes_nothing(cast: Cast, tag: Any) -> None:
    admin, before = entered(cast.users["admin"]), everything()
    good = form_of(admin.get(ADD)) | {"name": "N", "kind": "followed", "does": ["addTags"], "add_tags": [tag.pk]}
    wrongs: list[dict[str, Any]] = [{"condition": "{"}, {"condition": '{"version": 9, "where": null}'}]
    wrongs += [{"add_tags": []}, {"does": []}, {"does": ["addTags", "remark"]}, {"does": ["fly"]}]
    for wrong in wrongs:
        answer = admin.post(ADD, good | wrong)
        assert answer.status_code == 200
        assert "errorlist" in answer.content.decode() or "text-red" in answer.content.decode()
    assert everything() == before


def test_what_is_chosen_has_to_be_filled_in(cast: Cast, tag: Any) -> None:
    admin = entered(cast.users["admin"])
    fields = {"addTags": "add_tags", "removeTags": "remove_tags", "setStage": "stage", "remark": "remark"}
    fields |= {"followUp": "follow_up", "warn": "warn"}
    sent = form_of(admin.get(ADD)) | {"name": "N", "kind": "followed", "does": [*fields, "assign"], "warn": ""}
    assert set(admin.post(ADD, sent).context["adminform"].form.errors) == set(fields.values())
    # Experts say it by JSON.
    answer = admin.post(ADD, sent | {"actions_json": '[{"do": "assign"}, {"do": "assign"}]'})
    assert answer.status_code == 302, answer.context["adminform"].form.errors


def test_choices_name_the_fields_that_they_show(cast: Cast, tag: Any) -> None:
    admin = entered(cast.users["admin"])
    shown = page(admin, ADD)
    assert "console/shows.js" in shown
    assert "&quot;keyword&quot;: [&quot;match&quot;, &quot;words&quot;]" in shown
    assert "&quot;addTags&quot;: [&quot;add_tags&quot;, &quot;add_for&quot;, &quot;exclusive&quot;]" in shown
    # Whoever only reads has nothing to choose.
    row = rule(cast.corp, adds(tag))
    assert "data-shows" not in page(entered(cast.users["manager"]), at("tagrule", row.pk))


def test_a_rule_about_segments_is_written_by_fields(cast: Cast, tag: Any) -> None:
    admin = entered(cast.users["admin"])
    named, foreign = crowd.listed(cast.corp, []), crowd.listed(cast.other_corp, [])
    sent = form_of(admin.get(ADD)) | {"name": "N", "kind": "segmentEntered", "does": ["assign"]}
    assert admin.post(ADD, sent | {"segments": [foreign.pk]}).context["adminform"].form.errors["segments"]
    assert admin.post(ADD, sent | {"segments": [named.pk]}).status_code == 302
    row = TagRule.objects.get()
    assert saying.newest(row).trigger == {"kind": "segmentEntered", "segmentIds": [named.pk]}
    assert form_of(admin.get(at("tagrule", row.pk)))["segments"] == [named.pk]


def test_why_not_and_what_gathered_dust_are_pages(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="上海", name="孙小小")
    rule(cast.corp, adds(tag), condition=asks("city", "is", "北京"))
    rule(cast.corp, {"do": "removeTags", "tagIds": [tag.pk]}, name="拿掉")
    followed(customer)
    manager = entered(cast.users["manager"])
    outcomes = page(manager, reverse("admin:segments_ruleoutcome_changelist"))
    assert "孙小小" in outcomes
    assert "拿掉" in page(manager, reverse("admin:segments_tagrule_hygiene"))
    assert manager.get(ADD).status_code == 403
