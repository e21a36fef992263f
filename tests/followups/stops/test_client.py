"""The client says what became of a call, and lets neither token nor address out."""

import json
from typing import Any

import httpx
import pytest

from followups.operation_errors import BREAKER_OPEN, Broken, Refused, Unreachable
from tests.followups.stops.service import client

ASK: dict[str, Any] = {"corp_id": 1, "enrolment_id": "en/1", "customer_id": 7, "reason": "lost", "key": "k-1"}


def test_a_stop_is_one_request_with_its_key_its_token_and_an_id_that_stays_in_its_place() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    assert client(answer).stop(**ASK) is True
    (request,) = seen
    assert (request.method, str(request.url)) == (
        "POST",
        "http://operation.test/base/api/v1/enrolments/en%2F1/stop",
    )
    assert (request.headers["Authorization"], request.headers["Idempotency-Key"]) == ("Bearer t0ken", "k-1")
    assert json.loads(request.content) == {"corpId": 1, "customerId": 7, "reason": "lost"}


def test_each_answer_is_what_it_means() -> None:
    own = {"json": {"code": "not_running"}}
    table: list[tuple[int, dict[str, Any], Any]] = [
        (204, {}, True),
        (202, {"text": "later"}, True),
        (404, own, False),
        (409, own, False),
        (410, own, False),
        (404, {"text": "<html>"}, Unreachable),
        (409, {"json": ["code"]}, Refused),
        (401, own, Unreachable),
        (403, own, Unreachable),
        (429, own, Unreachable),
        (503, own, Unreachable),
        (302, {"headers": {"Location": "http://evil.test/"}}, Unreachable),
        (500, own, Broken),
        (400, own, Refused),
        (422, own, Refused),
    ]
    for status, content, want in table:
        asking = client(lambda request, s=status, c=content: httpx.Response(s, **c))
        if isinstance(want, bool):
            assert asking.stop(**ASK) is want, status
        else:
            with pytest.raises(want) as failure:
                asking.stop(**ASK)
            assert type(failure.value) is want, status
            assert str(failure.value) == f"status {status}"


def test_after_five_failures_nobody_waits_for_it_and_the_token_is_nowhere_to_be_read() -> None:
    calls: list[int] = []

    def away(request: httpx.Request) -> httpx.Response:
        calls.append(1)
        raise httpx.ConnectTimeout("t0ken http://operation.test", request=request)

    asking, told = client(away), []
    for _n in range(7):
        with pytest.raises(Unreachable) as failure:
            asking.stop(**ASK)
        told.append(str(failure.value))
        assert "t0ken" not in repr(failure.value)
    assert len(calls) == 5
    assert told == ["ConnectTimeout"] * 5 + [BREAKER_OPEN] * 2
