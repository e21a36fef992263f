"""What the document promises of the answers is what they are, and what the console says it says in both languages."""

from typing import Any

import jsonschema
import pytest
from django.utils import translation

from customers.api import blacklist_schema
from insights.api import loss_schema, risk_schema
from insights.choices import Delivery, Kind, Level, Outcome, State
from insights.console.words import facts_of
from insights.models import RiskAlert
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page

CHOICES = [Kind, Level, State, Outcome, Delivery]


def schema_of(operation: dict[str, Any]) -> Any:
    return operation["responses"][200].response


def examples_of(operation: dict[str, Any]) -> list[Any]:
    return [example.value for example in operation["responses"][200].examples]


@pytest.mark.parametrize(
    "operation",
    [
        loss_schema.LIST,
        risk_schema.LIST,
        risk_schema.DETAIL,
        risk_schema.HANDLE,
        blacklist_schema.HISTORY,
        blacklist_schema.PUT,
    ],
    ids=lambda operation: operation["operation_id"],
)
def test_an_example_is_what_the_schema_says(operation: dict[str, Any]) -> None:
    assert examples_of(operation)
    for example in examples_of(operation):
        jsonschema.validate(example, schema_of(operation))


def strict(schema: Any) -> Any:
    """The same schema that takes nothing beside what it names."""
    if not isinstance(schema, dict):
        return schema
    tightened = {name: strict(part) for name, part in schema.items()}
    if schema.get("properties"):
        tightened["properties"] = {name: strict(part) for name, part in schema["properties"].items()}
        tightened["additionalProperties"] = False
    return tightened


class TestAnswers:
    @pytest.mark.parametrize("query", ["", "?cursor="])
    def test_losses(self, cast: Cast, query: str) -> None:
        customer = make.customer(cast.corp, cast.owner)
        make.loss(customer, cast.owner, tags=[[1, "甲"]], ended_by=None)
        make.loss(customer, cast.colleague, tags=None, add_way=16)
        answer = api.client(cast.corp).get(f"/api/v1/losses{query}").json()
        assert len(answer["list"]) == 2
        jsonschema.validate(answer, strict(schema_of(loss_schema.LIST)))

    @pytest.mark.parametrize("query", ["", "?cursor="])
    def test_risks(self, cast: Cast, query: str) -> None:
        make.alert(make.customer(cast.corp), cast.owner)
        make.alert(make.customer(cast.corp), None, kind="bulk_deletion", facts={"deleted": 12})
        answer = api.client(cast.corp).get(f"/api/v1/risks{query}").json()
        assert len(answer["list"]) == 2
        jsonschema.validate(answer, strict(schema_of(risk_schema.LIST)))

    def test_one_risk_before_and_after_it_was_handled(self, cast: Cast) -> None:
        alert = make.alert(make.customer(cast.corp), cast.owner)
        client, url = api.client(cast.corp), f"/api/v1/risks/{alert.pk}"
        jsonschema.validate(client.get(url).json(), strict(schema_of(risk_schema.DETAIL)))
        done = client.post(f"{url}/handle", {"outcome": "other", "note": "已沟通"}).json()
        jsonschema.validate(done, strict(schema_of(risk_schema.HANDLE)))

    def test_entries_of_the_blacklist(self, cast: Cast) -> None:
        customer = make.blacklisted(make.customer(cast.corp))
        client, url = api.client(cast.corp), f"/api/v1/customers/{customer.pk}/blacklist"
        again = client.put(url, {"reason": "又来了", "until": "2999-01-01T00:00:00Z"}).json()
        jsonschema.validate(again, strict(schema_of(blacklist_schema.PUT)))
        history = client.get(url).json()
        assert [entry["ending"] for entry in history["list"]] == ["", "renewed"]
        jsonschema.validate(history, strict(schema_of(blacklist_schema.HISTORY)))


class TestWords:
    @pytest.mark.parametrize("choices", CHOICES, ids=lambda choices: choices.__name__)
    def test_every_choice_has_a_word_of_its_own_in_both_languages(self, choices: Any) -> None:
        for language in ("zh-hans", "en"):
            with translation.override(language):
                words = [str(label) for label in choices.labels]
            assert len(set(words)) == len(words)
            assert all(word.isascii() == (language == "en") for word in words), words

    @pytest.mark.parametrize("kind", Kind.values)
    def test_facts_that_are_missing_are_no_error(self, kind: str) -> None:
        assert isinstance(facts_of(RiskAlert(kind=kind, facts={})), str)

    @pytest.mark.parametrize(("days", "words"), [(1, "after 1 day"), (2, "after 2 days")])
    def test_one_day_is_one_day(self, days: int, words: str) -> None:
        with translation.override("en"):
            assert facts_of(RiskAlert(kind="customer_deleted", facts={"days": days})) == words

    def test_where_nothing_waits_the_page_says_so(self, cast: Cast) -> None:
        client = entered(cast.users["admin"])
        content = client.get(page(RiskAlert, "changelist")).content.decode()
        assert "没有待处理的预警" in content
        make.alert(make.customer(cast.corp), cast.owner)
        assert "没有待处理的预警" not in client.get(page(RiskAlert, "changelist")).content.decode()
