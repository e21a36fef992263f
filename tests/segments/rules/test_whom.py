"""Whom a rule is for is one question, however it comes to them: by an event, a dry run, a backfill, or SQL."""

from typing import Any

import pytest
from django.urls import get_resolver
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.time import now
from corps.checks import patterns
from customers.models import Customer, CustomerTag
from messaging import subscriptions
from scrm_customer.subscriptions import SUBSCRIPTIONS
from segments.conditions import compiled, parsing
from segments.conditions.nodes import Moment
from segments.models import RuleEffect, RuleRun
from segments.rules import books, jobs, working
from segments.rules.triggers import occasions
from segments.rules.triggers.kinds import KINDS
from tests import api, make
from tests.conftest import Cast
from tests.segments import scene, trees
from tests.segments.rules.played import AS, adds, draft, happen, rule
from tests.world import undone

AT_RANDOM = settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=10,
    suppress_health_check=list(HealthCheck),
)
EVERY_DAY = {"kind": "daily"}


def worked(run: RuleRun) -> RuleRun:
    while working.work(run.pk):
        pass
    run.refresh_from_db()
    return run


@pytest.mark.django_db
def test_a_dry_run_a_backfill_and_sql_mean_the_same_customers() -> None:
    world = scene.build(customers=12, seed=11)
    tag = make.tag(make.group(world.corp))

    @AT_RANDOM
    @given(document=trees.documents(world))
    def agree(document: trees.Json) -> None:
        with undone():
            books.forget()
            row = rule(world.corp, adds(tag), condition=document, trigger=EVERY_DAY)
            moment = Moment(now(), world.corp.zone)
            condition = parsing.parse(document, corp=world.corp)
            wanted = set(compiled.rows(condition, moment).values_list("pk", flat=True))
            trial = worked(jobs.begin_trial(rule=row, **AS))
            assert (trial.held, trial.changed) == (len(wanted), len(wanted)), document
            assert {one["customerId"] for one in trial.report["sample"]} <= wanted
            run = worked(jobs.begin_backfill(rule=row, **AS))
            tagged = set(CustomerTag.objects.filter(tag=tag).values_list("customer_id", flat=True))
            assert (tagged, run.changed) == (wanted, len(wanted)), document
            if wanted:
                assert worked(jobs.begin_undo(run=run, **AS)).held == 0
            assert not CustomerTag.objects.filter(tag=tag).exists()

    agree()


@pytest.mark.django_db
def test_an_event_and_a_backfill_mean_the_same_customers() -> None:
    world = scene.build(customers=8, seed=13)
    by_event, by_job = (make.tag(make.group(world.corp)) for _n in range(2))
    trigger = {"kind": "foreign", "event": "order.paid", "customerPath": "c", "customerBy": "customerId"}

    @AT_RANDOM
    @given(document=trees.documents(world))
    def agree(document: trees.Json) -> None:
        with undone():
            books.forget()
            rule(world.corp, adds(by_event), condition=document, trigger=trigger)
            for customer in world.ids:
                happen(world.corp, "order.paid", c=customer)
            live = set(RuleEffect.objects.values_list("customer_id", flat=True))
            other = rule(world.corp, adds(by_job), condition=document, trigger=EVERY_DAY)
            worked(jobs.begin_backfill(rule=other, **AS))
            job = set(RuleEffect.objects.filter(rule=other).values_list("customer_id", flat=True))
            assert live == job, document

    agree()


@given(
    names=st.lists(st.sampled_from(["order.paid", "order.#", "sop.done", "message.received", "x.y", "order"])),
)
@settings(deadline=None, max_examples=10)
def test_whoever_reads_an_event_is_known_by_the_table(names: list[str]) -> None:
    for name in names:
        read = "segments.handlers.set_off_rules" in subscriptions.handlers_of(name)
        assert read is name.startswith(("order", "sop.", "message."))


def test_each_event_that_a_trigger_hears_is_read_and_understood() -> None:
    heard = {name for kind in KINDS.values() for name in kind.events}
    assert heard == set(occasions._READERS)
    for name in heard:
        assert "segments.handlers.set_off_rules" in SUBSCRIPTIONS[name], name


def test_each_kind_of_trigger_and_each_of_its_options_has_a_meaning() -> None:
    for key, kind in KINDS.items():
        assert set(kind.needs) & set(kind.options) == set(), key
        assert bool(kind.events) or key in ("daily", "foreign"), key
        for language in ("en", "zh-hans"):
            with translation.override(language):
                assert str(kind.label), key


def test_the_doors_of_rules_are_where_the_documentation_says() -> None:
    found = {route for route, _pattern in patterns(get_resolver().url_patterns) if "tag-rule" in route}
    for path in (
        "tag-rules/",
        "tag-rule-runs/",
        "tag-rule-effects/",
        "tag-rule-outcomes/",
    ):
        assert any(path in route.replace("?$", "") for route in found), path


# What is wrong with a rule, where, and how it is said.
WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    (
        {"trigger": {"kind": "dreamt"}},
        "trigger.kind",
        "One of: followed, tagged, untagged, joinedGroup, leftGroup, followUpWritten, stageChanged, segmentEntered,"
        " segmentLeft, daily, foreign, keyword.",
        "应为其中之一：followed, tagged, untagged, joinedGroup, leftGroup, followUpWritten, stageChanged,"
        " segmentEntered, segmentLeft, daily, foreign, keyword。",
    ),
    (
        {"trigger": {"kind": "daily", "hour": 99}},
        "trigger.hour",
        "A whole number from 0 to 23.",
        "0 到 23 的整数。",
    ),
    (
        {"trigger": {"kind": "daily", "days": 3}},
        "trigger.days",
        "Say what is reached, and after how many days.",
        "请填写到达什么以及多少天。",
    ),
    (
        {"trigger": {"kind": "tagged", "tagIds": []}},
        "trigger.tagIds",
        "Name 1 to 100 here.",
        "这里应填写 1 到 100 项。",
    ),
    (
        {"trigger": {"kind": "tagged", "tagIds": [987654321]}},
        "trigger.tagIds",
        "There is no such row in this company: 987654321.",
        "本企业没有这一项：987654321。",
    ),
    (
        {"trigger": {"kind": "keyword", "words": [""]}},
        "trigger.words",
        "A text of 1 to 30 characters.",
        "1 到 30 个字符的文本。",
    ),
    (
        {"trigger": {"kind": "foreign", "event": "weather.changed", "customerPath": "x"}},
        "trigger.event",
        "Events of this name aren't read by this service.",
        "本服务不接收此名称的事件。",
    ),
    (
        {"trigger": {"kind": "foreign", "event": "order.paid", "customerPath": "a b"}},
        "trigger.customerPath",
        "Names joined by dots are expected here: order.amount.",
        "这里应为用点连接的名称：order.amount。",
    ),
    (
        {"actions": []},
        "actions",
        "A rule does 1 to 20 things.",
        "一条规则有 1 到 20 个动作。",
    ),
    (
        {"actions": [7]},
        "actions[0]",
        "An object is expected here.",
        "这里应为一个对象。",
    ),
    (
        {"actions": [{"do": "warn", "level": 9}]},
        "actions[0].level",
        "A whole number from 1 to 3.",
        "1 到 3 的整数。",
    ),
    (
        {"actions": [{"do": "remark", "template": "{phone}"}]},
        "actions[0].template",
        "One of: name, city, channel, date.",
        "应为其中之一：name, city, channel, date。",
    ),
    (
        {"name": " \t"},
        "name",
        "This field may not be blank.",
        "该字段不能为空。",
    ),
]


def test_what_is_wrong_is_said_where_it_is_in_the_readers_language(cast: Cast) -> None:
    body = {"name": "N", "trigger": {"kind": "followed"}, "actions": [{"do": "assign"}]}
    for language, place in (("en", 2), ("zh-CN", 3)):
        client = api.client(cast.corp, **{"Accept-Language": language})
        for case in WRONG:
            answer = client.post("/api/v1/tag-rules", body | case[0], format="json")
            (error,) = answer.json()["errors"]
            assert (error["field"], error["message"]) == (case[1], case[place]), case[0]
    assert not Customer.objects.exists()


def test_refusals_of_acts_are_said_in_the_readers_language(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    row = draft(cast.corp, adds(tag))
    over = make.rule_run(rule(cast.corp, adds(tag)), state="done")
    said = {
        f"/api/v1/tag-rules/{row.pk}/activate": (
            "See in a dry run what this version of the rule would do, before it is activated.",
            "启用前请先试运行，查看该版本会做什么。",
        ),
        f"/api/v1/tag-rules/{row.pk}/pause": (
            "This rule has not been activated.",
            "该规则尚未启用。",
        ),
        f"/api/v1/tag-rules/{row.pk}/backfills": (
            "Only an active rule can be run over the customers there are.",
            "只有生效中的规则才能对存量客户执行。",
        ),
        f"/api/v1/tag-rule-runs/{over.pk}/resume": (
            "This run is over.",
            "该执行已结束。",
        ),
        f"/api/v1/tag-rule-runs/{over.pk}/undo": (
            "There is nothing of this run to take back.",
            "该执行没有可撤销的改动。",
        ),
    }
    for url, sentences in said.items():
        for language, sentence in zip(("en", "zh-CN"), sentences, strict=True):
            client = api.client(cast.corp, **{"Accept-Language": language})
            answer = client.post(url)
            assert (answer.status_code, answer.json()["message"]) == (409, sentence), url


def test_a_retired_rules_past_can_be_read_and_taken_back(cast: Cast) -> None:
    tag, customer = make.tag(make.group(cast.corp)), make.customer(cast.corp, cast.owner)
    row = rule(cast.corp, adds(tag), trigger=EVERY_DAY)
    run = worked(jobs.begin_backfill(rule=row, **AS))
    client = api.client(cast.corp)
    assert client.post(f"/api/v1/tag-rules/{row.pk}/retire").json()["state"] == "retired"
    (reason,) = client.get(f"/api/v1/customers/{customer.pk}/tag-reasons").json()["list"]
    assert (reason["tagId"], reason["effect"]["ruleId"]) == (tag.pk, row.pk)
    undo = client.post(f"/api/v1/tag-rule-runs/{run.pk}/undo")
    assert undo.status_code == 201
    worked(RuleRun.objects.get(pk=undo.json()["id"]))
    assert client.get(f"/api/v1/customers/{customer.pk}/tag-reasons").json() == {"list": []}
    listed = client.get(f"/api/v1/tag-rule-effects?runId={run.pk}").json()["list"]
    assert [(one["customerId"], bool(one["undoneAt"])) for one in listed] == [(customer.pk, True)]


@pytest.mark.parametrize(
    ("acts", "states"),
    [
        (["dry-runs", "activate"], ["draft", "active"]),
        (["dry-runs", "activate", "pause", "activate"], ["draft", "active", "paused", "active"]),
        (["dry-runs", "activate", "pause", "retire"], ["draft", "active", "paused", "retired"]),
        (["retire"], ["retired"]),
    ],
)
def test_a_rules_life_over_the_api(cast: Cast, acts: list[str], states: list[str]) -> None:
    client = api.client(cast.corp)
    body = {"name": "N", "trigger": {"kind": "followed"}, "actions": [{"do": "assign"}]}
    url = client.post("/api/v1/tag-rules", body, format="json").headers["Location"]
    for act, state in zip(acts, states, strict=True):
        answer = client.post(f"{url}/{act}")
        assert answer.status_code in (200, 201), act
        for run in RuleRun.objects.filter(state="running"):
            worked(run)
        assert client.get(url).json()["state"] == state
