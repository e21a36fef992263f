"""Rules that put values into custom fields: what they do, twice and back, what they may say and who sees it."""

from typing import Any

import pytest
from django.urls import reverse

from core.errors import RuleViolation
from customers import custom
from customers.models import CustomChange, Customer, CustomField, CustomOption, CustomValue
from messaging.models import OutboxEvent
from segments.models import RuleEffect, RuleOutcome, RuleRun, TagRule
from segments.rules import jobs, saying, wording, working
from segments.rules.actions import parsing
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of
from tests.customers.custom.common import K, everything, held, ids_of, put
from tests.segments.rules.played import AS, adds, draft, followed, outcome, rule


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三")


@pytest.fixture
def hobbies(cast: Cast) -> CustomField:
    return make.custom_field(cast.corp, "hobbies", "下棋", "钓鱼", "唱歌", kind=K.CHOICES, name="爱好")


def says(field: CustomField, op: str = "set", **more: Any) -> dict[str, Any]:
    return {"do": "setField", "fieldId": field.pk, "op": op} | more


def back(customer: Customer) -> list[tuple[str, str]]:
    """Take back what the last run did. What was left alone, and why."""
    run = RuleRun.objects.filter(kind=RuleRun.Kind.LIVE).latest("pk")
    working.work(jobs.begin_undo(run=run, **AS).pk)
    effect = RuleEffect.objects.get(run=run)
    return [(one["what"], one["why"]) for one in effect.kept or ()]


def test_a_value_is_put_in_with_history_event_and_run_and_only_once(cast: Cast, customer: Customer) -> None:
    level = make.custom_field(cast.corp, "level", "重点", "一般", name="等级")
    ids = ids_of(level)
    put(customer, level=ids["一般"])
    row = rule(cast.corp, says(level, optionIds=[ids["重点"]]))
    followed(customer)
    effect = RuleEffect.objects.get()
    assert held(customer, "level") == (ids["重点"],)
    change = CustomChange.objects.latest("pk")
    assert (change.before, change.after, change.source, change.run_id) == ("一般", "重点", "rule", effect.run_id)
    told = OutboxEvent.objects.filter(name="customer.field.changed").latest("pk")
    # What it sets off is one hop further, and ends after four.
    assert (told.payload["data"]["runId"], told.payload["hops"]) == (effect.run_id, 1)
    ((field_id, before, after),) = effect.changes["fields"]
    assert (field_id, before["value"], before["source"], after["value"]) == (
        level.pk,
        ids["一般"],
        "operator",
        ids["重点"],
    )
    before_again = everything()
    followed(customer)
    assert (outcome(row, customer), everything()) == ("same", before_again)


@pytest.mark.parametrize(
    ("op", "labels", "there"),
    [
        ("set", ["唱歌"], ["唱歌"]),
        ("add", ["唱歌", "下棋"], ["下棋", "唱歌"]),
        ("remove", ["下棋"], []),
        ("remove", ["唱歌"], ["下棋"]),
        ("clear", None, []),
    ],
)
def test_options_are_set_added_taken_away_and_emptied_and_come_back(
    cast: Cast, customer: Customer, hobbies: CustomField, op: str, labels: list[str] | None, there: list[str]
) -> None:
    ids = ids_of(hobbies)
    put(customer, hobbies=[ids["下棋"]])
    before = CustomValue.objects.values("source", "actor", "run_id", "update_time").get()
    rule(cast.corp, says(hobbies, op, **({"optionIds": [ids[x] for x in labels]} if labels else {})))
    followed(customer)
    assert held(customer, "hobbies") == (tuple(ids[label] for label in there) or None)
    if there != ["下棋"]:
        assert back(customer) == []
        assert held(customer, "hobbies") == (ids["下棋"],)
        assert CustomValue.objects.values("source", "actor", "run_id", "update_time").get() == before


def test_what_a_person_changed_since_is_left_alone_though_it_looks_the_same(cast: Cast, customer: Customer) -> None:
    nick, note = make.custom_field(cast.corp, "nick"), make.custom_field(cast.corp, "note")
    put(customer, note="旧")
    rule(cast.corp, says(nick, value="规则"), says(note, "clear"))
    followed(customer)
    put(Customer.objects.get(pk=customer.pk), nick=None)
    put(Customer.objects.get(pk=customer.pk), nick="规则", note="又有")
    put(Customer.objects.get(pk=customer.pk), note=None)
    assert back(customer) == [("field", "changed_since")] * 2
    assert (held(customer, "nick"), held(customer, "note")) == ("规则", None)


def test_what_the_field_can_not_hold_any_more_is_not_put_back(cast: Cast, customer: Customer) -> None:
    nick = make.custom_field(cast.corp, "nick")
    put(customer, nick="旧")
    rule(cast.corp, says(nick, value="新"))
    followed(customer)
    custom.update_field(field=nick, active=False, **AS)
    assert back(customer) == [("field", "field_gone")]
    assert held(customer, "nick") == "新"


def test_a_dry_run_counts_and_shows_and_writes_nothing(cast: Cast, customer: Customer, hobbies: CustomField) -> None:
    ids = ids_of(hobbies)
    other = make.customer(cast.corp, cast.owner)
    put(other, hobbies=[ids["下棋"]])
    row, before = draft(cast.corp, says(hobbies, "add", optionIds=[ids["下棋"]])), everything()[:-1]
    run = jobs.begin_trial(rule=row, **AS)
    while working.work(run.pk):
        pass
    run.refresh_from_db()
    assert (run.changed, run.report["counts"]) == (1, {"changed": 1, "same": 1})
    (shown,) = run.report["sample"]
    names = wording.Names(wording.step_mentions(shown["steps"]))
    assert shown["customerId"] == customer.pk
    assert wording.step_sentence(shown["steps"][0], names).endswith("爱好 +下棋")
    # But for the events of the run.
    assert everything()[:-1] == before


def test_what_can_not_be_any_more_is_refused_with_all_that_the_rule_does(cast: Cast, customer: Customer) -> None:
    level, tag = make.custom_field(cast.corp, "level", "重点", "一般"), make.tag(make.group(cast.corp))
    row = rule(cast.corp, adds(tag), says(level, optionIds=[ids_of(level)["重点"]]))
    CustomOption.objects.filter(label="重点").update(active=False)
    followed(customer)
    ended = RuleOutcome.objects.get(rule=row)
    assert (ended.code, ended.detail) == ("refused", "custom_option_retired")
    assert not customer.tag_rows.exists()
    assert held(customer, "level") is None


def test_what_an_action_may_not_say_is_refused_at_its_place(cast: Cast, hobbies: CustomField) -> None:
    number = make.custom_field(cast.corp, "age", kind=K.NUMBER)
    level = make.custom_field(cast.corp, "level", "重点", "一般")
    old = make.custom_field(cast.corp, "old", active=False)
    ids, levels = ids_of(hobbies), list(ids_of(level).values())
    foreign = make.custom_field(cast.other_corp, "x")
    mood = make.custom_field(cast.corp, "mood", subject="relation")
    wrong: list[tuple[list[dict[str, Any]], str, str]] = [
        ([says(number, value="many")], "actions[0].value", "custom_value_invalid"),
        ([says(number, value="")], "actions[0].value", "rule_invalid"),
        ([says(number)], "actions[0].value", "rule_invalid"),
        ([says(number, "add", value=1)], "actions[0].op", "rule_invalid"),
        ([says(number, "clear", value=1)], "actions[0].value", "rule_invalid"),
        ([says(number, value=1, optionIds=levels[:1])], "actions[0].optionIds", "rule_invalid"),
        ([says(level, optionIds=levels)], "actions[0].optionIds", "custom_value_invalid"),
        ([says(level, optionIds=[10**9])], "actions[0].optionIds", "custom_option_unknown"),
        ([says(hobbies, "remove", optionIds=[10**9])], "actions[0].optionIds", "custom_option_unknown"),
        ([says(hobbies, "twice", optionIds=[1])], "actions[0].op", "rule_invalid"),
        ([says(old, value="x")], "actions[0].fieldId", "custom_field_retired"),
        ([says(foreign, value="x")], "actions[0].fieldId", "row_unknown"),
        ([says(mood, value="x")], "actions[0].fieldId", "row_unknown"),
        ([says(number, value=1), says(number, "clear")], "actions", "field_twice"),
        (
            [says(hobbies, op, optionIds=[ids["下棋"]]) for op in ("add", "remove")],
            "actions",
            "field_twice",
        ),
    ]
    for actions, place, code in wrong:
        with pytest.raises(RuleViolation) as refusal:
            parsing.parse(actions, corp_id=cast.corp.pk)
        assert (refusal.value.errors[0].field, refusal.value.code) == (place, code), actions
    both = [says(hobbies, "add", optionIds=[ids["下棋"]]), says(hobbies, "remove", optionIds=[ids["唱歌"]])]
    assert parsing.parse(both, corp_id=cast.corp.pk) == both
    (kept,) = parsing.parse([says(number, value="12.50")], corp_id=cast.corp.pk)
    assert kept["value"] == 12.5


def test_what_a_personal_field_held_is_starred_out_in_effects(cast: Cast, customer: Customer) -> None:
    secret = make.custom_field(cast.corp, "secret", personal=True, name="病史")
    put(customer, secret="糖尿病史")
    rule(cast.corp, says(secret, value="高血压病"))
    followed(customer)
    told = api.client(cast.corp).get("/api/v1/tag-rule-effects").content.decode()
    assert "****" in told
    assert "糖尿病史" not in told
    changes = RuleEffect.objects.get().changes
    sentence = wording.change_sentence(changes, wording.Names(wording.change_mentions(changes)))
    assert sentence == "病史 → ****"


def test_the_api_takes_and_tells_it(cast: Cast) -> None:
    nick, client = make.custom_field(cast.corp, "nick"), api.client(cast.corp)
    body = {"name": "昵称", "trigger": {"kind": "followed"}, "actions": [{"do": "setField", "fieldId": nick.pk}]}
    refused = client.post("/api/v1/tag-rules", body, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "actions[0].value")
    body["actions"] = [{"do": "setField", "fieldId": nick.pk, "value": "小明"}]
    made = client.post("/api/v1/tag-rules", body, format="json")
    assert made.status_code == 201
    assert made.json()["actions"] == [says(nick, value="小明")]


def test_the_form_says_it_and_shows_it_again(cast: Cast, hobbies: CustomField) -> None:
    day = make.custom_field(cast.corp, "day", kind=K.DATE, name="纪念日")
    client, add = entered(cast.users["admin"]), reverse("admin:segments_tagrule_add")
    shown = client.get(add)
    sent = form_of(shown) | {"name": "字段", "kind": "followed", "does": ["setField"], "field": day.pk}
    wrong = client.post(add, sent | {"field_op": "set", "field_value": ""})
    assert list(wrong.context["adminform"].form.errors) == ["field_value"]
    assert client.post(add, sent | {"field_op": "set", "field_value": "2026年1月31日"}).status_code == 302
    row = TagRule.objects.get()
    assert saying.newest(row).actions == [says(day, value="2026-01-31")]
    page = client.get(reverse("admin:segments_tagrule_change", args=[row.pk]))
    form = page.context["adminform"].form
    assert [form[name].value() for name in ("does", "field", "field_op", "field_value")] == [
        ["setField"],
        day.pk,
        "set",
        "2026-01-31",
    ]
    assert "纪念日 = 2026-01-31" in client.get(reverse("admin:segments_tagrule_changelist")).content.decode()
    options = [str(pk) for pk in ids_of(hobbies).values()][:2]
    sent = form_of(page) | {"field": hobbies.pk, "field_op": "add", "field_options": options}
    assert client.post(reverse("admin:segments_tagrule_change", args=[row.pk]), sent).status_code == 302
    row.refresh_from_db()
    assert saying.newest(row).actions == [says(hobbies, "add", optionIds=[int(one) for one in options])]
