"""Whose rules, runs and effects somebody sees: each door for each caller, and what bodies and queries are refused."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from customers.models import Customer
from segments.models import RuleEffect, RuleOutcome, RuleRun, TagRule
from tests import api, make
from tests.conftest import Cast
from tests.doors import BAD_PAGES, UNREADABLE, refused
from tests.segments.rules.played import adds, draft, everything, followed, rule

V1 = "/api/v1"
LISTS = [
    f"{V1}/tag-rules",
    f"{V1}/tag-rule-runs",
    f"{V1}/tag-rule-effects",
    f"{V1}/tag-rule-outcomes",
]


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp))


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def person(cast: Cast, name: str) -> Any:
    """The API as somebody of the cast sees it."""
    caller = APIClient()
    caller.force_authenticate(cast.actor(name))
    return caller


def done(cast: Cast, tag: Any, customer: Customer) -> tuple[TagRule, RuleRun, RuleEffect]:
    """A rule that has changed this customer."""
    row = rule(cast.corp, adds(tag))
    followed(customer)
    return row, RuleRun.objects.get(rule=row), RuleEffect.objects.get(rule=row)


def test_another_companys_rows_are_not_there(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    row, run, _effect = done(cast, tag, customer)
    strange = person(cast, "stranger")
    for url in LISTS:
        assert strange.get(url).json()["list"] == []
    reading = [
        f"{V1}/tag-rules/{row.pk}",
        f"{V1}/tag-rules/{row.pk}/versions",
        f"{V1}/tag-rules/{row.pk}/customers/{customer.pk}",
        f"{V1}/tag-rule-runs/{run.pk}",
        f"{V1}/customers/{customer.pk}/tag-reasons",
    ]
    for url in reading:
        refused(strange.get(url), 404, "not_found")
    writing = [
        *(f"{V1}/tag-rules/{row.pk}/{act}" for act in ("activate", "pause", "retire", "dry-runs", "backfills")),
        *(f"{V1}/tag-rule-runs/{run.pk}/{act}" for act in ("pause", "resume", "cancel", "undo")),
    ]
    before = everything()
    for url in writing:
        refused(strange.post(url), 404, "not_found")
    refused(strange.patch(f"{V1}/tag-rules/{row.pk}", {"order": 1}, format="json"), 404, "not_found")
    assert everything() == before


def test_another_companys_rows_can_not_be_named(cast: Cast, tag: Any) -> None:
    strange = person(cast, "stranger")
    own = make.tag(make.group(cast.other_corp))
    bodies: list[dict[str, Any]] = [
        {"trigger": {"kind": "tagged", "tagIds": [tag.pk]}, "actions": [adds(own)]},
        {"trigger": {"kind": "followed", "employeeIds": [cast.owner.pk]}, "actions": [adds(own)]},
        {"trigger": {"kind": "followed"}, "actions": [adds(tag)]},
        {"trigger": {"kind": "followed"}, "actions": [{"do": "setStage", "stageId": make.stage(cast.corp).pk}]},
        {
            "trigger": {"kind": "followed"},
            "actions": [adds(own)],
            "condition": {"version": 1, "where": {"field": "tags", "op": "any", "value": [tag.pk]}},
        },
    ]
    for body in bodies:
        answer = strange.post(f"{V1}/tag-rules", {"name": "N"} | body, format="json")
        assert answer.status_code == 422, body
    assert not TagRule.objects.exists()


def test_staff_know_why_their_customers_tags_are_there_and_no_more(cast: Cast, tag: Any) -> None:
    mine, other = make.customer(cast.corp, cast.owner), make.customer(cast.corp, cast.colleague)
    row, run, effect = done(cast, tag, mine)
    staff = person(cast, "owner")
    (reason,) = staff.get(f"{V1}/customers/{mine.pk}/tag-reasons").json()["list"]
    assert (reason["tagId"], reason["effect"]["id"]) == (tag.pk, effect.pk)
    refused(staff.get(f"{V1}/customers/{other.pk}/tag-reasons"), 404, "not_found")
    for url in [*LISTS, f"{V1}/tag-rules/{row.pk}", f"{V1}/tag-rule-runs/{run.pk}", f"{V1}/tag-hygiene"]:
        assert staff.get(url).status_code == 403, url


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        (("read",), True, False),
        (("read", "write"), True, True),
        (("read", "tags"), True, False),
        (("write",), False, True),
        (("tags",), False, False),
    ],
)
def test_an_account_may_what_its_scopes_say(
    cast: Cast, tag: Any, scopes: tuple[str, ...], reads: bool, writes: bool
) -> None:
    row = rule(cast.corp, adds(tag))
    caller = api.client(cast.corp, *scopes)
    for url in [*LISTS, f"{V1}/tag-rules/{row.pk}", f"{V1}/tag-hygiene"]:
        assert caller.get(url).status_code == (200 if reads else 403), url
    assert caller.post(f"{V1}/tag-rules/{row.pk}/pause").status_code == (200 if writes else 403)
    row.refresh_from_db()
    assert row.state == ("paused" if writes else "active")


def test_nobody_is_answered_without_a_key(cast: Cast) -> None:
    for url in [*LISTS, f"{V1}/tag-hygiene", f"{V1}/customers/1/tag-reasons"]:
        assert APIClient().get(url).status_code == 401


def test_a_body_that_can_not_be_read_writes_nothing(cast: Cast, client: Any, tag: Any) -> None:
    row = draft(cast.corp, adds(tag))
    before = everything()
    for body, content_type, status, code in UNREADABLE:
        for method, url in (("POST", f"{V1}/tag-rules"), ("PATCH", f"{V1}/tag-rules/{row.pk}")):
            answer = client.generic(method, url, body, content_type=content_type)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (body[:40], content_type)
    assert everything() == before


def test_pages_and_parameters_that_mean_nothing_are_refused(cast: Cast, client: Any) -> None:
    for url in LISTS[1:]:
        for query in BAD_PAGES:
            assert client.get(f"{url}?{query}").status_code == 400, (url, query)
    wrong = {
        f"{V1}/tag-rules": ["state=on", "colour=red"],
        f"{V1}/tag-rule-runs": ["kind=x", "state=x", "ruleId=x", "ruleId=0", "ruleId=-1", "rule=1"],
        f"{V1}/tag-rule-effects": ["runId=x", "customerId=x", "ruleId=99999999999999999999", "tagId=1"],
        f"{V1}/tag-rule-outcomes": ["code=x", "customerId=x", "ruleId=x", "why=1"],
        f"{V1}/tag-hygiene": ["x=1"],
    }
    for url, queries in wrong.items():
        for query in queries:
            assert client.get(f"{url}?{query}").status_code == 400, (url, query)


def test_numbers_that_no_row_has_are_not_found(cast: Cast, client: Any) -> None:
    for number in ("0", "999999999", "9223372036854775807", "9999999999999999999"):
        for url in (
            f"{V1}/tag-rules/{number}",
            f"{V1}/tag-rules/{number}/versions",
            f"{V1}/tag-rule-runs/{number}",
            f"{V1}/customers/{number}/tag-reasons",
        ):
            refused(client.get(url), 404, "not_found")
        refused(client.post(f"{V1}/tag-rules/{number}/pause"), 404, "not_found")
        refused(client.post(f"{V1}/tag-rule-runs/{number}/undo"), 404, "not_found")


def test_lists_are_narrowed_by_what_they_are_asked(cast: Cast, client: Any, tag: Any) -> None:
    customers = [make.customer(cast.corp, cast.owner) for _n in range(2)]
    first, second = rule(cast.corp, adds(tag)), rule(cast.corp, adds(make.tag(tag.group)))
    for customer in customers:
        followed(customer)
    runs = {run.rule_id: run.pk for run in RuleRun.objects.all()}

    def found(name: str, query: str, key: str) -> list[Any]:
        return sorted(row[key] for row in client.get(f"{V1}/{name}?{query}").json()["list"])

    ids = sorted(customer.pk for customer in customers)
    assert found("tag-rule-effects", f"ruleId={first.pk}", "customerId") == ids
    assert found("tag-rule-effects", f"runId={runs[second.pk]}", "ruleId") == [second.pk] * 2
    assert found("tag-rule-effects", f"customerId={ids[0]}", "ruleId") == [first.pk, second.pk]
    assert found("tag-rule-effects", f"customerId={ids[0]}&ruleId={first.pk}", "customerId") == [ids[0]]
    assert found("tag-rule-outcomes", f"ruleId={second.pk}&code=changed", "customerId") == ids
    assert found("tag-rule-outcomes", "code=refused", "customerId") == []
    assert found("tag-rule-runs", f"ruleId={first.pk}", "id") == [runs[first.pk]]
    assert found("tag-rule-runs", "kind=backfill", "id") == []
    assert found("tag-rules", "state=active", "id") == [first.pk, second.pk]
    assert found("tag-rules", "state=draft", "id") == []


def test_pages_follow_each_other_newest_first(cast: Cast, client: Any, tag: Any) -> None:
    rule(cast.corp, adds(tag))
    customers = [make.customer(cast.corp, cast.owner) for _n in range(5)]
    for customer in customers:
        followed(customer)
    seen: list[int] = []
    for number in (1, 2, 3):
        page = client.get(f"{V1}/tag-rule-effects?size=2&page={number}").json()
        assert (page["total"], page["page"], page["size"]) == (5, number, 2)
        seen += [row["customerId"] for row in page["list"]]
    assert seen == [customer.pk for customer in reversed(customers)]


def test_a_repeat_by_the_same_key_makes_one(cast: Cast, client: Any, tag: Any) -> None:
    make.customer(cast.corp, cast.owner)
    body = {"name": "N", "trigger": {"kind": "followed"}, "actions": [adds(tag)]}
    answers = [client.post(f"{V1}/tag-rules", body, format="json", HTTP_IDEMPOTENCY_KEY="a") for _n in range(2)]
    assert answers[0].json() == answers[1].json()
    assert TagRule.objects.count() == 1
    url = answers[0].headers["Location"]
    runs = [client.post(f"{url}/dry-runs", HTTP_IDEMPOTENCY_KEY="b").json()["id"] for _n in range(2)]
    assert runs[0] == runs[1]
    assert RuleRun.objects.count() == 1


def test_an_answer_is_in_the_callers_language(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, blacklisted=True)
    rule(cast.corp, adds(tag))
    followed(customer)
    told = {
        "zh-CN": "已删除或在黑名单中",
        "en": "deleted, or on the blacklist",
    }
    for language, message in told.items():
        caller = api.client(cast.corp, **{"Accept-Language": language})
        (row,) = caller.get(f"{V1}/tag-rule-outcomes").json()["list"]
        assert (row["code"], row["message"]) == ("barred", message)
    assert RuleOutcome.objects.count() == 1


def test_no_secret_of_a_customer_is_in_the_events_of_rules(cast: Cast, tag: Any, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, name="钱多多", mobile="13800138000", city="北京")
    rule(cast.corp, adds(tag), {"do": "warn", "level": 1}, {"do": "remark", "template": "{name}"})
    followed(customer)
    told = repr(recorded())
    assert "钱多多" not in told
    assert "13800138000" not in told
    assert "北京" not in told
