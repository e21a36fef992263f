"""The meter over any pattern of requests from several processes, with a clock that moves as hypothesis likes."""

import datetime as dt

import time_machine
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.throttling import HANDFULS, WINDOW, Meter

PROCESSES = 3
# Who asks, and how many seconds pass before that.
REQUESTS = st.lists(st.tuples(st.integers(0, PROCESSES - 1), st.sampled_from([0, 0, 0, 0, 1, 7, 59, 60])), max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.sampled_from([1, 2, 5, 60, 120]), requests=REQUESTS)
def test_in_no_window_do_all_processes_together_let_more_pass_than_the_limit(
    db: None, limit: int, requests: list[tuple[int, int]]
) -> None:
    cache.clear()
    processes = [Meter() for _ in range(PROCESSES)]
    passed: dict[int, int] = {}
    second = 0
    with time_machine.travel(dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC), tick=False) as clock:
        for who, seconds in requests:
            clock.shift(seconds)
            second += seconds
            wait = processes[who].spend("api:1", limit)
            window = second // WINDOW
            if wait is None:
                passed[window] = passed.get(window, 0) + 1
                continue
            assert wait == WINDOW - second % WINDOW
            # What a process was refused, another one may still have in hand; that is all that can be left over.
            assert passed.get(window, 0) >= limit - (PROCESSES - 1) * max(1, limit // HANDFULS)
    assert all(count <= limit for count in passed.values())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 130), tries=st.integers(0, 150))
def test_one_process_spends_exactly_its_limit_and_the_next_window_begins_anew(db: None, limit: int, tries: int) -> None:
    cache.clear()
    meter = Meter()
    with time_machine.travel(dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC), tick=False) as clock:
        for _window in range(2):
            assert sum(meter.spend("api:1", limit) is None for _ in range(tries)) == min(limit, tries)
            clock.shift(WINDOW)
