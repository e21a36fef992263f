"""The OpenAPI document against the code: valid, complete, and true under thousands of generated requests."""

import os
from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from corps import accounts
from corps.actors import SYSTEM
from tests import make
from tests.conftest import Cast

REQUESTS = int(os.environ.get("SCHEMA_REQUESTS", "5000"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.slow
def test_the_document_is_valid_and_says_nothing_twice(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_the_docs_page_needs_nothing_from_elsewhere() -> None:
    page = Client().get("/api/docs/")
    assert page.status_code == 200
    assert "//cdn" not in page.content.decode()
    assert "script-src 'self'" in page["Content-Security-Policy"]
    document = Client().get("/api/schema/", headers={"Accept": "application/json"}).json()
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/customers/{id}/tags" in {path.rstrip("/?") for path in document["paths"]}


def test_whatever_takes_an_idempotency_key_tells_how_it_refuses_one() -> None:
    document = Client().get("/api/schema/", headers={"Accept": "application/json"}).json()
    keyed = {
        f"{method} {path}": set(operation["responses"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if any(parameter.get("name") == "Idempotency-Key" for parameter in operation.get("parameters", []))
    }
    assert len(keyed) > 30
    assert {name for name, answers in keyed.items() if not {"400", "409", "422"} <= answers} == set()


# Thousands of requests take long on a busy machine; the usual limit would end one of them, and look like its fault.
@pytest.mark.timeout(3600)
@pytest.mark.slow
def test_generated_requests_find_no_server_error_and_no_untold_answer(cast: Cast, one_connection: None) -> None:
    _furnish(cast)
    _row, key = accounts.issue_key(account=make.account(cast.corp, rate=10_000_000), by=SYSTEM)
    schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
    operations = [result.ok() for result in schema.get_all_operations()]
    answers: Counter[int] = Counter()
    untold: dict[str, BaseException] = {}
    for operation in operations:
        try:
            answers += _generate(operation, REQUESTS // len(operations) + 1, {"Authorization": f"Api-Key {key}"})
        except (Exception, FailureGroup) as error:
            untold[operation.label] = error
    assert {name: _told(error) for name, error in untold.items()} == {}
    assert sum(answers.values()) >= REQUESTS
    assert not any(status >= 500 for status in answers)
    # Requests that only ever bounce off the validation would prove little.
    assert answers[200] > REQUESTS / 20


def _told(error: BaseException) -> str:
    return " ".join(
        f"{part.title}: {part.message}" if hasattr(part, "title") else repr(part)
        for part in getattr(error, "exceptions", [error])
    )[:2000]


def _furnish(cast: Cast) -> None:
    """Low ids of everything, so that generated numbers meet rows."""
    for _ in range(3):
        group = make.group(cast.corp)
        customer = make.tagged(make.customer(cast.corp, cast.owner), make.tag(group), make.tag(group))
        make.relation(customer, cast.colleague)


def _generate(operation: Any, times: int, headers: dict[str, str]) -> Counter[int]:
    answers: Counter[int] = Counter()

    @settings(
        max_examples=times,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        answers[answer.status_code] += 1

    send()
    return answers
