import threading

import pytest
import time_machine
from rest_framework.test import APIClient

from core import safe_cache
from core.throttling import HANDFULS, WINDOW, Meter
from core.time import now
from corps import accounts
from corps.actors import SYSTEM
from tests import make
from tests.conftest import Cast

ME = "/api/v1/me"


@pytest.fixture
def clock():
    """The clock stands at the beginning of a minute."""
    with time_machine.travel(now().replace(second=0, microsecond=0), tick=False) as clock:
        yield clock


def spent(meter: Meter, limit: int, tries: int, name: str = "api:1") -> int:
    return sum(meter.spend(name, limit) is None for _ in range(tries))


@pytest.mark.parametrize("limit", [1, 7, 49, 50, 600])
def test_one_process_spends_exactly_the_limit(clock, limit: int) -> None:
    assert spent(Meter(), limit, limit + 50) == limit


@pytest.mark.parametrize("limit", [1, 7, 600])
def test_processes_together_never_exceed_the_limit(clock, limit: int) -> None:
    processes = [Meter() for _ in range(4)]
    passed = sum(spent(processes[turn % 4], limit, 1) for turn in range(limit * 5))
    most_left_unspent = 3 * max(1, limit // HANDFULS)
    assert max(0, limit - most_left_unspent) <= passed <= limit


def test_a_refusal_says_how_long_to_wait_and_the_next_minute_is_new(clock) -> None:
    meter = Meter()
    spent(meter, 5, 5)
    clock.shift(20)
    assert meter.spend("api:1", 5) == pytest.approx(WINDOW - 20)
    clock.shift(40)
    assert meter.spend("api:1", 5) is None


def test_accounts_do_not_share_a_limit(clock) -> None:
    meter = Meter()
    assert spent(meter, 3, 10, "api:1") == 3
    assert spent(meter, 3, 10, "api:2") == 3


def test_most_requests_ask_nobody(clock, monkeypatch) -> None:
    asked = []
    real = safe_cache.increment
    monkeypatch.setattr(safe_cache, "increment", lambda *args: asked.append(args) or real(*args))
    assert spent(Meter(), 600, 600 + 100) == 600
    assert len(asked) <= HANDFULS + 1


def test_with_the_cache_away_each_process_counts_for_itself(clock, monkeypatch) -> None:
    monkeypatch.setattr(safe_cache, "increment", lambda *args: None)
    assert [spent(Meter(), 10, 30) for _ in range(2)] == [10, 10]


def test_threads_of_a_process_never_exceed_the_limit_together(clock) -> None:
    meter, passed = Meter(), []
    threads = [threading.Thread(target=lambda: passed.append(spent(meter, 100, 60))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 100


def test_a_million_names_do_not_fill_the_memory(clock) -> None:
    meter = Meter()
    for n in range(25_000):
        meter.spend(f"ip:{n}", 5)
    assert len(meter._buckets) <= 10_000


def test_an_account_past_its_rate_gets_429_and_the_time_to_wait(clock, cast: Cast) -> None:
    _row, key = accounts.issue_key(account=make.account(cast.corp, rate=3), by=SYSTEM)
    client = APIClient(headers={"X-Api-Key": key})
    assert [client.get(ME).status_code for _ in range(3)] == [200, 200, 200]
    answer = client.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert answer.headers["Retry-After"] == "60"
    clock.shift(60)
    assert client.get(ME).status_code == 200


def test_without_a_rate_of_its_own_an_account_has_the_default(clock, cast: Cast, settings) -> None:
    settings.API_RATE = 2
    _row, key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
    client = APIClient(headers={"X-Api-Key": key})
    assert [client.get(ME).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, {"Authorization": "Bearer wrong"}])
def test_an_address_that_keeps_failing_is_slowed_and_good_keys_from_it_are_not(
    clock, cast: Cast, settings, headers: dict[str, str]
) -> None:
    settings.API_ANONYMOUS_RATE = 3
    _row, key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
    assert [APIClient(headers=headers).get(ME).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert APIClient(headers={"X-Api-Key": key}).get(ME).status_code == 200
    assert APIClient(REMOTE_ADDR="10.9.9.9").get(ME).status_code == 401


def test_an_address_claimed_in_a_header_is_not_believed(clock, db: None, settings) -> None:
    settings.API_ANONYMOUS_RATE = 2
    codes = [APIClient(headers={"X-Forwarded-For": f"10.0.0.{n}"}).get(ME).status_code for n in range(3)]
    assert codes == [401, 401, 429]
