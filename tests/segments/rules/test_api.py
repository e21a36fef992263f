"""Rules over the API: written, tried, put into force, run, explained and taken back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from customers import tagging
from segments.models import RuleRun, TagRule
from segments.rules import working
from tests import api, make
from tests.conftest import Cast
from tests.doors import refused
from tests.segments.rules.played import adds, asks, everything, followed, rule

RULES, RUNS = "/api/v1/tag-rules", "/api/v1/tag-rule-runs"


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp))


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def body(tag: Any, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"name": "北京新客", "order": 3, "hourlyLimit": 50, "trigger": {"kind": "followed"}}
    return (
        given
        | {"condition": asks("city", "in", ["北京"]), "actions": [adds(tag, **{"for": "main"}, exclusive=False)]}
        | fields
    )


def ended(client: Any, run: dict[str, Any]) -> dict[str, Any]:
    """The run as it is once the workers have brought it to its end."""
    while working.work(run["id"]):
        pass
    return client.get(f"{RUNS}/{run['id']}").json()


def test_from_a_draft_to_customers_and_back(cast: Cast, client: Any, tag: Any) -> None:
    customers = [make.customer(cast.corp, cast.owner, city=city) for city in ("北京", "上海", "北京")]
    made = client.post(RULES, body(tag), format="json")
    told, url = made.json(), made.headers["Location"]
    assert (made.status_code, made.headers["ETag"], told["state"], told["number"]) == (201, '"1"', "draft", 1)
    assert told | body(tag) == told
    assert client.get(RULES).json()["list"] == [client.get(url).json()]
    refused(client.post(f"{url}/activate"), 409, "tag_rule_untried")
    trial = ended(client, client.post(f"{url}/dry-runs").json())
    assert (trial["state"], trial["held"], trial["changed"], len(trial["sample"])) == ("done", 2, 2, 2)
    assert client.post(f"{url}/activate").json()["state"] == "active"
    run = ended(client, client.post(f"{url}/backfills").json())
    assert (run["counts"], run["total"], run["seen"]) == ({"changed": 2}, 3, 3)
    effects = client.get(f"/api/v1/tag-rule-effects?runId={run['id']}").json()
    assert {row["customerId"] for row in effects["list"]} == {customers[0].pk, customers[2].pk}
    undo = client.post(f"{RUNS}/{run['id']}/undo")
    assert undo.status_code == 201
    assert ended(client, undo.json())["counts"] == {"restored": 2}
    refused(client.post(f"{RUNS}/{run['id']}/undo"), 409, "nothing_to_undo")
    assert client.get(f"/api/v1/customers/{customers[0].pk}/tag-reasons").json() == {"list": []}


def test_why_a_tag_is_there_is_told_with_rule_version_facts_event_and_time(cast: Cast, client: Any, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="北京")
    by_hand = make.tag(tag.group)
    tagging.add_tags(customer=customer, tag_ids=[by_hand.pk], by=cast.actor("owner"), source="operator")
    row = rule(cast.corp, adds(tag), name="北京新客", condition=asks("city", "in", ["北京"]))
    event = followed(customer)
    whys = {why["tagId"]: why for why in client.get(f"/api/v1/customers/{customer.pk}/tag-reasons").json()["list"]}
    effect = whys[tag.pk]["effect"]
    assert (effect["ruleId"], effect["ruleName"], effect["number"]) == (row.pk, "北京新客", 1)
    assert (effect["eventName"], effect["eventId"], effect["facts"]["city"]) == ("customer.followed", event, "北京")
    assert effect["at"].endswith("Z")
    by = whys[by_hand.pk]
    assert (by["effect"], by["source"], by["actor"]) == (None, "operator", cast.actor("owner").label)


def test_why_not_is_told_from_what_was_and_what_is(cast: Cast, client: Any, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="上海")
    row = rule(cast.corp, adds(tag), condition=asks("city", "in", ["北京"]))
    url = f"{RULES}/{row.pk}/customers/{customer.pk}"
    before = client.get(url).json()
    assert (before["last"], before["holds"], before["facts"]["city"]) == (None, False, "上海")
    followed(customer)
    last = client.get(url).json()["last"]
    assert (last["code"], last["eventName"], bool(last["message"])) == ("no", "customer.followed", True)
    type(customer).objects.update(city="北京")
    now = client.get(url).json()
    assert (now["last"]["code"], now["holds"], now["wouldChange"]) == ("no", True, True)
    listed = client.get(f"/api/v1/tag-rule-outcomes?customerId={customer.pk}&code=no").json()
    assert [(one["ruleId"], one["customerId"]) for one in listed["list"]] == [(row.pk, customer.pk)]
    assert client.get("/api/v1/tag-rule-outcomes?code=changed").json()["total"] == 0


def test_a_change_is_another_version_and_all_of_them_can_be_read(cast: Cast, client: Any, tag: Any) -> None:
    row = rule(cast.corp, adds(tag))
    url = f"{RULES}/{row.pk}"
    changed = client.patch(url, {"condition": asks("city", "is", "北京")}, format="json", HTTP_IF_MATCH='"1"')
    assert (changed.json()["number"], changed.json()["liveNumber"]) == (2, 1)
    refused(client.patch(url, {"order": 9}, format="json", HTTP_IF_MATCH='"1"'), 412, "version_passed")
    assert [said["number"] for said in client.get(f"{url}/versions").json()["list"]] == [2, 1]
    for act, state in (("pause", "paused"), ("retire", "retired")):
        assert client.post(f"{url}/{act}").json()["state"] == state
    assert [one["id"] for one in client.get(f"{RULES}?state=retired").json()["list"]] == [row.pk]


def test_what_is_wrong_is_named_where_it_is(cast: Cast, client: Any, tag: Any) -> None:
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"trigger": {"kind": "x"}}, 422, "trigger.kind"),
        ({"actions": []}, 422, "actions"),
        ({"condition": {"version": 1, "where": {"field": "x", "op": "is"}}}, 422, "condition.where"),
        ({"condition": 7}, 422, "condition."),
        ({"name": ""}, 400, "name"),
        ({"hourlyLimit": 0}, 400, "hourlyLimit"),
        ({"colour": 1}, 400, "colour"),
    ]
    before = everything()
    for fields, status, field in wrong:
        answer = client.post(RULES, body(tag, **fields), format="json")
        assert (answer.status_code, answer.json()["errors"][0]["field"].startswith(field)) == (status, True), fields
    assert everything() == before


def test_runs_are_held_resumed_and_called_off(cast: Cast, client: Any, tag: Any) -> None:
    make.customer(cast.corp, cast.owner)
    run = client.post(f"{RULES}/{rule(cast.corp, adds(tag)).pk}/backfills").json()
    url = f"{RUNS}/{run['id']}"
    states = [client.post(f"{url}/{act}").json()["state"] for act in ("pause", "resume", "cancel")]
    assert states == ["paused", "running", "cancelled"]
    refused(client.post(f"{url}/resume"), 409, "run_over")
    assert [one["id"] for one in client.get(f"{RUNS}?state=cancelled&kind=backfill").json()["list"]] == [run["id"]]
    assert RuleRun.objects.get().changed == 0


def test_a_manager_sees_rules_and_only_their_own_customers_in_what_they_did(cast: Cast, tag: Any) -> None:
    elsewhere = make.employee(cast.corp, make.department(cast.corp))
    mine, other = make.customer(cast.corp, cast.owner), make.customer(cast.corp, elsewhere)
    row = rule(cast.corp, adds(tag))
    for customer in (mine, other):
        followed(customer)
    manager = APIClient()
    manager.force_authenticate(cast.actor("manager"))
    for name in ("effects", "outcomes"):
        found = manager.get(f"/api/v1/tag-rule-{name}").json()["list"]
        assert [one["customerId"] for one in found] == [mine.pk]
    assert manager.get(f"{RULES}/{row.pk}/customers/{mine.pk}").status_code == 200
    assert manager.get(f"{RULES}/{row.pk}/customers/{other.pk}").status_code == 404
    trial = make.rule_run(row, kind="trial", state="done", report={"sample": [{"customerId": other.pk}]})
    assert manager.get(f"{RUNS}/{trial.pk}").json()["sample"] == []
    assert api.client(cast.corp).get(f"{RUNS}/{trial.pk}").json()["sample"] == [{"customerId": other.pk}]
    assert manager.post(f"{RULES}/{row.pk}/pause").status_code == 403


def test_lists_cost_the_same_for_one_row_and_for_many(cast: Cast, client: Any, tag: Any) -> None:
    def statements(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    customer = make.customer(cast.corp, cast.owner)
    urls = [RULES, RUNS, "/api/v1/tag-rule-effects", "/api/v1/tag-rule-outcomes"]
    urls += [f"/api/v1/customers/{customer.pk}/tag-reasons"]
    counts = []
    for _n in range(2):
        for _more in range(2):
            rule(cast.corp, adds(make.tag(tag.group)))
        followed(customer)
        client.get(RULES)
        counts.append([statements(url) for url in urls])
    assert counts[0] == counts[1]


def test_what_has_gathered_dust_is_found(cast: Cast, client: Any, tag: Any) -> None:
    same = make.tag(make.group(cast.corp), name=f" {tag.name.upper()}")
    make.tag(make.group(cast.other_corp), name=tag.name)
    type(tag).objects.filter(pk=tag.pk).update(counted_at=tag.create_time)
    adding = rule(cast.corp, adds(tag))
    removing = rule(cast.corp, {"do": "removeTags", "tagIds": [tag.pk]}, trigger={"kind": "tagged", "tagIds": [tag.pk]})
    TagRule.objects.filter(pk=adding.pk).update(create_time="2020-01-01T00:00:00Z")
    found = client.get("/api/v1/tag-hygiene").json()
    assert (found["tags"], found["nearLimit"], found["unusedCount"]) == (2, False, 1)
    assert [one["id"] for one in found["unused"]] == [tag.pk]
    assert [{one["id"] for one in pair} for pair in found["sameName"]] == [{tag.pk, same.pk}]
    assert [one["id"] for one in found["silentRules"]] == [adding.pk]
    odds = {"addsRuleId": adding.pk, "removesRuleId": removing.pk, "tagId": tag.pk, "customers": 0}
    assert found["atOdds"] == [odds]
    followed(make.customer(cast.corp, cast.owner))
    again = client.get("/api/v1/tag-hygiene").json()
    assert (again["silentRules"], again["atOdds"]) == ([], [odds])
