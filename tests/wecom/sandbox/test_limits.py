"""Rates and concurrency as WeCom counts them."""

import threading

import pytest

from tests.wecom.sandbox.conftest import Api
from wecom.sandbox.codes import Failure
from wecom.sandbox.limits import Limits
from wecom.sandbox.server import Server

NOW = 1_772_416_800


@pytest.fixture
def limits(server: Server) -> Limits:
    server.limits.counting, server.limits.per_minute, server.limits.per_hour = True, 5, 12
    return server.limits


def codes(api: Api, calls: int, address: str = "department/list") -> list[int]:
    return [api.get(address)["errcode"] for _ in range(calls)]


def test_nothing_is_counted_until_it_is_switched_on(api: Api, server: Server) -> None:
    server.limits.per_minute = 1
    assert codes(api, 5) == [0] * 5


def test_a_minutes_limit_closes_the_api_for_sixty_seconds(api: Api, limits: Limits) -> None:
    assert codes(api, 7) == [0] * 5 + [45009] * 2
    api.company.advance(59)
    assert codes(api, 1) == [45009]
    api.company.advance(1)
    assert codes(api, 1) == [0]
    assert limits.refused == {45009: 3}


def test_each_api_is_counted_for_itself(api: Api, limits: Limits) -> None:
    assert codes(api, 5) == [0] * 5
    assert codes(api, 5, "department/simplelist") == [0] * 5


def test_an_hours_limit_closes_the_api_for_an_hour(api: Api, limits: Limits) -> None:
    for _ in range(2):
        assert codes(api, 5) == [0] * 5
        api.company.advance(60)
    assert codes(api, 3) == [0, 0, 45009]
    api.company.advance(3599)
    assert codes(api, 1) == [45009]
    api.company.advance(1)
    assert codes(api, 1) == [0]


def test_an_api_can_be_closed_by_hand(api: Api, server: Server) -> None:
    server.limits.close("department/list", api.company.clock.now() + 30)
    assert codes(api, 1) == [45009]
    api.company.advance(30)
    assert codes(api, 1) == [0]


def test_five_marks_at_once_are_enough() -> None:
    limits = Limits(counting=True)
    for _ in range(5):
        limits.enter("externalcontact/mark_tag", NOW)
    with pytest.raises(Failure) as refused:
        limits.enter("externalcontact/mark_tag", NOW)
    assert refused.value.code == 45033
    for _ in range(2):
        limits.leave("externalcontact/mark_tag")
    limits.enter("externalcontact/mark_tag", NOW)
    assert limits.refused == {45033: 1}


def test_other_calls_run_as_many_at_once_as_they_like() -> None:
    limits = Limits(counting=True)
    for _ in range(50):
        limits.enter("externalcontact/get", NOW)
    assert limits.refused == {}


def test_a_refused_call_leaves_no_trace_of_running(api: Api, server: Server, limits: Limits) -> None:
    limits.at_once = {"department/list": 1}
    codes(api, 9)
    assert not +server.limits._running


def test_counting_holds_with_many_threads() -> None:
    limits = Limits(counting=True, per_minute=100)
    passed: list[int] = []

    def call() -> None:
        for _ in range(50):
            try:
                limits.enter("x", NOW)
                passed.append(1)
            except Failure:
                pass
            finally:
                limits.leave("x")

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 100
