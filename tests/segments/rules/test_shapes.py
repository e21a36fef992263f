"""What the wire carries, field by field, and that the OpenAPI document's examples are what it says they are."""

from typing import Any

import jsonschema
import pytest

from core.time import to_wire
from customers.models import Customer, CustomerTag
from segments.api.rules import forms, run_schema, schema, shapes, why_schema
from segments.models import RuleEffect, RuleOutcome, RuleRun
from segments.rules import jobs, whys, working
from tests import api, make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, asks, draft, followed, rule

BEIJING = asks("city", "in", ["北京"])


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp), name="北京客户")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, city="北京")


def fits(document: Any, form: dict[str, Any]) -> None:
    """The document is of this form, and has no field more."""
    jsonschema.validate(document, form)
    assert set(document) == set(form["properties"])


EXAMPLES: dict[str, tuple[Any, Any]] = {
    "a run": (forms.RUN, forms.RUN_EXAMPLE),
    "an effect": (forms.EFFECT, forms.EFFECT_EXAMPLE),
    "an outcome": (forms.OUTCOME, forms.OUTCOME_EXAMPLE),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_it_is_an_example_of(name: str) -> None:
    form, example = EXAMPLES[name]
    fits(example, form)


OPERATIONS = [
    *(value for value in vars(schema).values() if isinstance(value, dict) and "operation_id" in value),
    *(value for value in vars(run_schema).values() if isinstance(value, dict) and "operation_id" in value),
    *(value for value in vars(why_schema).values() if isinstance(value, dict) and "operation_id" in value),
]


def test_each_operation_has_a_name_of_its_own_and_tells_its_refusals() -> None:
    names = [operation["operation_id"] for operation in OPERATIONS]
    assert len(names) == len(set(names)) == 21
    for operation in OPERATIONS:
        assert {401, 403, 429, 503} <= set(operation["responses"]), operation["operation_id"]
        assert operation["summary"][0].isupper()
        assert operation["tags"] == ["tag rules"]


def test_the_examples_of_answers_are_of_their_form() -> None:
    looked_at = 0
    for operation in OPERATIONS:
        for status, answer in operation["responses"].items():
            form = getattr(answer, "response", None)
            if status >= 300 or not isinstance(form, dict):
                continue
            for example in answer.examples or ():
                jsonschema.validate(example.value, form)
                looked_at += 1
    assert looked_at >= 12


def test_a_draft_on_the_wire(cast: Cast, tag: Any) -> None:
    row = draft(cast.corp, adds(tag), name="北京", condition=BEIJING)
    told = api.client(cast.corp).get(f"/api/v1/tag-rules/{row.pk}").json()
    assert told == {
        "id": row.pk,
        "name": "北京",
        "order": 0,
        "hourlyLimit": 1000,
        "state": "draft",
        "stopped": "",
        "number": 1,
        "liveNumber": None,
        "trigger": {
            "kind": "followed",
        },
        "condition": {
            "version": 1,
            "where": {
                "field": "city",
                "op": "in",
                "value": ["北京"],
            },
        },
        "actions": [
            {
                "do": "addTags",
                "tagIds": [tag.pk],
                "for": "main",
                "exclusive": False,
            },
        ],
        "version": 1,
        "createTime": to_wire(row.create_time),
        "updateTime": to_wire(row.update_time),
    }


def test_a_version_on_the_wire(cast: Cast, tag: Any) -> None:
    row = draft(cast.corp, adds(tag))
    said = row.versions.get()
    told = shapes.version(said)
    fits(told, forms.VERSION)
    assert told == {
        "number": 1,
        "trigger": {
            "kind": "followed",
        },
        "condition": {
            "version": 1,
            "where": None,
        },
        "actions": [
            {
                "do": "addTags",
                "tagIds": [tag.pk],
                "for": "main",
                "exclusive": False,
            },
        ],
        "actor": "system",
        "createTime": to_wire(said.create_time),
    }


def test_a_dry_run_on_the_wire(cast: Cast, tag: Any, customer: Customer) -> None:
    run = jobs.begin_trial(rule=draft(cast.corp, adds(tag), {"do": "warn", "level": 2}), **AS)
    fits(shapes.run(run), forms.RUN)
    while working.work(run.pk):
        pass
    run = RuleRun.objects.get()
    told = shapes.run(run)
    fits(told, forms.RUN)
    assert told == {
        "id": run.pk,
        "ruleId": run.rule_id,
        "number": 1,
        "kind": "trial",
        "state": "done",
        "undoesRunId": None,
        "total": 1,
        "seen": 1,
        "held": 1,
        "changed": 1,
        "counts": {
            "changed": 1,
        },
        "sample": [
            {
                "customerId": customer.pk,
                "steps": [
                    {
                        "do": "tags",
                        "followerId": cast.owner.pk,
                        "addTagIds": [tag.pk],
                        "removeTagIds": [],
                        "value": None,
                    },
                    {
                        "do": "warn",
                        "followerId": cast.owner.pk,
                        "addTagIds": [],
                        "removeTagIds": [],
                        "value": 2,
                    },
                ],
            },
        ],
        "failed": None,
        "actor": "system",
        "version": 2,
        "startedAt": to_wire(run.started_at),
        "finishedAt": to_wire(run.finished_at),
    }
    assert shapes.run(run, sample=False) == told | {"sample": []}


def test_an_effect_and_its_undo_on_the_wire(cast: Cast, tag: Any, customer: Customer) -> None:
    row = rule(cast.corp, adds(tag), name="北京", condition=BEIJING)
    event = followed(customer)
    effect = RuleEffect.objects.select_related("rule", "rule_version").get()
    told = shapes.effect(effect)
    fits(told, forms.EFFECT)
    assert told == {
        "id": effect.pk,
        "runId": effect.run_id,
        "ruleId": row.pk,
        "ruleName": "北京",
        "number": 1,
        "customerId": customer.pk,
        "eventName": "customer.followed",
        "eventId": event,
        "changes": {
            "added": [
                [tag.pk, cast.owner.pk],
            ],
        },
        "facts": {
            "status": 1,
            "blacklisted": False,
            "city": "北京",
        },
        "at": to_wire(effect.at),
        "undoneAt": None,
        "kept": [],
    }
    undo = jobs.begin_undo(run=effect.run, **AS)
    working.work(undo.pk)
    effect = RuleEffect.objects.select_related("rule", "rule_version").get()
    assert shapes.effect(effect) == told | {"undoneAt": to_wire(effect.undone_at)}
    assert shapes.run(RuleRun.objects.get(pk=undo.pk))["undoesRunId"] == effect.run_id


def test_an_outcome_on_the_wire(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, city="上海")
    row = rule(cast.corp, adds(tag), name="北京", condition=BEIJING)
    event = followed(customer)
    outcome = RuleOutcome.objects.select_related("rule").get()
    told = shapes.outcome(outcome)
    fits(told, forms.OUTCOME)
    assert told == {
        "ruleId": row.pk,
        "ruleName": "北京",
        "number": 1,
        "customerId": customer.pk,
        "code": "no",
        "message": "不符合条件",
        "detail": "",
        "runId": None,
        "eventName": "customer.followed",
        "eventId": event,
        "at": to_wire(outcome.at),
    }


def test_reasons_of_tags_on_the_wire(cast: Cast, tag: Any, customer: Customer) -> None:
    make.tagged(customer, by_hand := make.tag(tag.group, name="手工", order=5))
    rule(cast.corp, adds(tag))
    followed(Customer.objects.get())
    first, second = whys.of_tags(Customer.objects.get())
    effect = RuleEffect.objects.select_related("rule", "rule_version").get()
    put = dict(CustomerTag.objects.values_list("tag_id", "create_time"))
    assert shapes.tag_why(first) == {
        "tagId": tag.pk,
        "tagName": "北京客户",
        "followUserId": cast.owner.pk,
        "source": "rule",
        "actor": "system",
        "at": to_wire(put[tag.pk]),
        "effect": shapes.effect(effect),
    }
    assert shapes.tag_why(second) == {
        "tagId": by_hand.pk,
        "tagName": "手工",
        "followUserId": cast.owner.pk,
        "source": "system",
        "actor": "system",
        "at": to_wire(put[by_hand.pk]),
        "effect": None,
    }


def test_how_a_rule_stands_to_a_customer_on_the_wire(cast: Cast, tag: Any, customer: Customer) -> None:
    row = rule(cast.corp, adds(tag), condition=BEIJING)
    told = shapes.rule_why(whys.of_rule(row, Customer.objects.get()))
    part = {"sentence": "城市是“北京”", "holds": True, "held": "“北京”", "parts": ()}
    explained = part | {"held": "", "parts": (part,)}
    assert told == {
        "ruleId": row.pk,
        "number": 1,
        "state": "active",
        "last": None,
        "effect": None,
        "explainedThen": None,
        "holds": True,
        "outside": "",
        "explained": explained,
        "facts": {
            "status": 1,
            "blacklisted": False,
            "city": "北京",
        },
        "wouldChange": True,
    }
    followed(customer)
    after = shapes.rule_why(whys.of_rule(row, Customer.objects.get()))
    last = RuleOutcome.objects.select_related("rule").get()
    effect = RuleEffect.objects.select_related("rule", "rule_version").get()
    then = {"last": shapes.outcome(last), "effect": shapes.effect(effect), "explainedThen": explained}
    assert after == told | then | {"wouldChange": False}


def test_what_gathered_dust_on_the_wire(cast: Cast, tag: Any) -> None:
    removing = {"do": "removeTags", "tagIds": [tag.pk]}
    adder, remover = rule(cast.corp, adds(tag), name="打上"), rule(cast.corp, removing, name="拿掉")
    type(tag).objects.update(counted_at=adder.create_time)
    named = {
        "id": tag.pk,
        "name": "北京客户",
        "groupId": tag.group_id,
        "groupName": tag.group.name,
    }
    assert api.client(cast.corp).get("/api/v1/tag-hygiene").json() == {
        "tags": 1,
        "limit": 3000,
        "nearLimit": False,
        "unusedCount": 1,
        "unused": [named],
        "sameName": [],
        "silentRules": [],
        "atOdds": [
            {
                "addsRuleId": adder.pk,
                "removesRuleId": remover.pk,
                "tagId": tag.pk,
                "customers": 0,
            },
        ],
    }


def test_a_list_has_no_samples(cast: Cast, tag: Any, customer: Customer) -> None:
    run = jobs.begin_trial(rule=draft(cast.corp, adds(tag)), **AS)
    while working.work(run.pk):
        pass
    client = api.client(cast.corp)
    (listed,) = client.get("/api/v1/tag-rule-runs").json()["list"]
    single = client.get(f"/api/v1/tag-rule-runs/{run.pk}").json()
    assert (listed["sample"], len(single["sample"])) == ([], 1)
    assert listed | {"sample": single["sample"]} == single
