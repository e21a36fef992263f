"""The queue of calls: never more than 95 % of the limit in any minute, and at least 85 % of it used."""

import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings

from core.safe_cache import RedisStore
from tests.faults.private import PrivateRedis, free_port
from wecom.client import errors, house, limits, transport
from wecom.client.limits import QUOTAS, Limits, LocalTurns, Quota
from wecom.client.transport import Client

# Small figures of the same shape, so that a test runs through minutes in moments.
SMALL = (Quota(1_000, 60), Quota(15_000, 3_600))
_serial = itertools.count()


class Clock:
    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def flat_out(takers: list[LocalTurns], clock: Clock, seconds: float) -> list[float]:
    """The moments at which calls were made by takers who all ask again as soon as they may."""
    sent: list[float] = []
    ends = clock.at + seconds
    ready = dict.fromkeys(range(len(takers)), clock.at)
    while True:
        who = min(ready, key=lambda n: ready[n])
        clock.at = max(clock.at, ready[who])
        if clock.at >= ends:
            return sent
        wait = takers[who].take("x", 5.0)
        if wait >= 0:
            sent.append(clock.at + wait)
        ready[who] = clock.at + abs(wait)


def most_in(seconds: float, moments: list[float]) -> int:
    """The largest number of moments within any span so long."""
    moments, first, most = sorted(moments), 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("processes", [1, 4, 16])
def test_flat_out_the_minute_is_kept_and_used(processes: int) -> None:
    clock = Clock()
    only_minute = tuple(q.part(processes) for q in SMALL[:1])
    takers = [LocalTurns(only_minute, clock=clock, ahead=True) for _n in range(processes)]
    sent = flat_out(takers, clock, 300)
    assert most_in(60, sent) <= 950
    assert len([m for m in sent if m >= 1_240]) >= 850


def test_flat_out_the_hour_is_kept_and_used() -> None:
    clock = Clock()
    sent = flat_out([LocalTurns(SMALL, clock=clock, ahead=True)], clock, 7_200)
    assert most_in(3_600, sent) <= 0.95 * 15_000
    assert len([m for m in sent if m >= 4_600]) >= 0.85 * 15_000


def test_calls_under_way_do_not_wait_while_there_is_room() -> None:
    taken = Limits(processes=1, shared=None)
    assert [taken.take(1, "x") for _n in range(400)] == [0.0] * 400


def test_a_wait_that_would_be_too_long_takes_no_turn() -> None:
    clock = Clock()
    turns = LocalTurns((Quota(10, 60),), clock=clock, ahead=False)
    assert turns.take("x", 5.0) == 0.0
    refused = turns.take("x", 5.0)
    assert refused == pytest.approx(-60 / 9)
    assert turns.take("x", 5.0) == refused
    clock.at -= refused
    assert turns.take("x", 5.0) == 0.0


def test_companies_and_calls_have_queues_of_their_own() -> None:
    one = Limits(quotas=(Quota(10, 60),), processes=1, shared=None)
    assert one.take(1, "x") >= 0
    assert one.take(1, "x") < 0
    assert one.take(1, "y") >= 0
    assert one.take(2, "x") >= 0


def test_the_documented_limits_are_the_ones_that_are_kept() -> None:
    assert [(q.calls, q.seconds) for q in QUOTAS] == [(10_000, 60), (150_000, 3_600)]
    for quota in QUOTAS:
        burst, steady = quota.slack / quota.gap + 1, quota.seconds / quota.gap
        assert burst + steady == pytest.approx(0.95 * quota.calls)


class TestWithoutRedis:
    def test_each_process_keeps_to_its_part_and_begins_without_a_burst(self) -> None:
        clock = Clock()
        gone = [Limits(quotas=SMALL[:1], processes=16, shared=lambda *_asked: None, clock=clock) for _n in range(16)]
        sent = flat_out([each._local for each in gone], clock, 120)
        assert most_in(60, sent) <= 950
        assert sum(1 for moment in sent if moment < 1_001) <= 16 + 15

    def test_one_process_alone_has_the_whole_limit(self) -> None:
        alone = Limits(quotas=SMALL, processes=16, shared=None)
        assert alone._local._quotas == SMALL

    def test_redis_nobody_answers_at_falls_back_at_once(self) -> None:
        store = RedisStore(f"redis://127.0.0.1:{free_port()}/0", "x:")
        taken = Limits(quotas=(Quota(160, 60),), processes=16, shared=store.run_script)
        assert taken.take(1, "x") == 0.0
        assert taken.take(1, "x") < 0

    def test_what_was_used_up_beside_redis_is_forgotten_when_it_is_back(self) -> None:
        answers: list[Any] = [None, 0, None]
        taken = Limits(quotas=(Quota(160, 60),), processes=16, shared=lambda *_asked: answers.pop(0))
        assert [taken.take(1, "x") for _n in range(3)] == [0.0, 0.0, 0.0]


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateRedis]:
    private = PrivateRedis()
    private.start()
    yield private
    private.remove()


class TestWithRedis:
    @pytest.fixture
    def shared(self, server: PrivateRedis) -> RedisStore:
        return RedisStore(server.url, f"limits{next(_serial)}:")

    def test_eight_callers_together_have_one_queue(self, server: PrivateRedis) -> None:
        prefix = f"limits{next(_serial)}:"
        waits: list[float] = []

        def work() -> None:
            mine = Limits(quotas=(Quota(600, 60),), processes=8, shared=RedisStore(server.url, prefix).run_script)
            waits.extend(mine.take(1, "x", most=60.0) for _n in range(50))

        threads = [threading.Thread(target=work) for _n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(waits) == 400
        # 30 at once, then nine a second: the last of 400 waits for 41 seconds less the little that the test took.
        gap = 60 / 540
        assert 370 * gap - 10 <= max(waits) <= 370 * gap
        assert sum(1 for wait in waits if wait == 0) < 130

    def test_the_script_and_its_twin_say_the_same(self, shared: RedisStore) -> None:
        both = Limits(quotas=(Quota(10, 6_000),), processes=1, shared=shared.run_script)
        turns = LocalTurns((Quota(10, 6_000),), clock=Clock(), ahead=True)
        for _n in range(3):
            assert both.take(1, "x", most=1_000.0) == pytest.approx(turns.take("x", 1_000.0), abs=1.0)

    def test_a_queue_leaves_nothing_behind(self, server: PrivateRedis, shared: RedisStore) -> None:
        Limits(processes=1, shared=shared.run_script).take(1, "externalcontact/get")
        with redis.Redis.from_url(server.url) as raw:
            keys = [key for key in raw.scan_iter() if b"turn.1." in key and key.startswith(shared._prefix.encode())]
            assert len(keys) == 2
            assert all(0 < raw.pttl(key) < 3_000 for key in keys)


def test_a_call_waits_for_its_turn(client: Client, wecom: Any, slept: list[float], monkeypatch: Any) -> None:
    monkeypatch.setattr(transport, "_LIMITS", Limits(quotas=(Quota(60, 60),), processes=1, shared=None))
    for _n in range(5):
        house.follow_users(client)
    assert 0 < slept[-1] <= limits.MOST_WAIT
    assert slept == sorted(slept)


def test_a_call_that_would_wait_too_long_is_told_when_to_come_back(
    client: Client, wecom: Any, slept: list[float], monkeypatch: Any
) -> None:
    monkeypatch.setattr(transport, "_LIMITS", Limits(quotas=(Quota(6, 60),), processes=1, shared=None))
    house.follow_users(client)
    with pytest.raises(errors.Closed) as closed:
        house.follow_users(client)
    assert closed.value.passes
    assert wecom.count("externalcontact/get_follow_user_list") == 1


def test_the_installation_shares_its_limits_where_it_has_redis() -> None:
    assert (limits.of_settings()._shared is not None) == bool(settings.REDIS_URL)
