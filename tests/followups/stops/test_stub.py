"""The stand-in behaves as the real service promises: a key is answered once, an end is told once."""

from typing import Any

import httpx
import pytest

from followups.operation_stub import Enrolment, OperationStub


@pytest.fixture
def told() -> list[tuple[str, dict[str, Any]]]:
    return []


@pytest.fixture
def there(told: list[tuple[str, dict[str, Any]]]) -> OperationStub:
    return OperationStub(lambda name, envelope: told.append((name, envelope)))


def ask(there: OperationStub, ident: str, key: str = "") -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    url = f"http://operation.test/api/v1/enrolments/{ident}/stop"
    return there.answer(httpx.Request("POST", url, headers=headers, json={"reason": "lost"}))


def test_each_event_has_an_id_of_its_own_and_names_company_customer_and_enrolment(
    there: OperationStub, told: list[tuple[str, dict[str, Any]]]
) -> None:
    row = there.enrol(3, 7, sop_id="welcome", name="欢迎")
    there.due(row, 1)
    there.done(row, 1)
    there.end(row)
    assert [name for name, _ in told] == ["sop.enrolled", "sop.step.due", "sop.step.done", "sop.ended"]
    assert len({envelope["eventId"] for _, envelope in told}) == 4
    for _name, envelope in told:
        assert (envelope["corpId"], envelope["source"], envelope["hops"]) == (3, "sop", 0)
        named = {key: envelope["data"][key] for key in ("enrolmentId", "customerId", "sopId")}
        assert named == {"enrolmentId": row.ident, "customerId": 7, "sopId": "welcome"}


def test_a_stop_ends_it_with_the_reason_and_its_repeat_is_answered_alike_without_effect(
    there: OperationStub, told: list[tuple[str, dict[str, Any]]]
) -> None:
    row: Enrolment = there.enrol(3, 7)
    first, again = ask(there, row.ident, "k"), ask(there, row.ident, "k")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.status_code == 200
    assert [envelope["data"]["reason"] for name, envelope in told if name == "sop.ended"] == ["lost"]
    assert row.running is False


def test_what_runs_no_more_or_is_unknown_can_not_be_stopped(there: OperationStub) -> None:
    row = there.enrol(3, 7)
    there.end(row)
    assert (ask(there, row.ident, "k1").status_code, ask(there, "en-none", "k2").status_code) == (409, 404)
    # Without a key each request is a new one.
    assert ask(there, row.ident).json() == {"code": "not_running"}
