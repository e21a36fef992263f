"""What a process remembers for seconds, how it is told to stop, and what its transactions promise."""

import signal
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import memory, transactions
from core.daemons import stop_on_signals
from core.memory import BriefCopies, ShortMemory
from core.transactions import all_or_nothing, atomic
from corps.models import Corp
from tests import make


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def time(self) -> float:
        return self.now

    monotonic = time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    fake = Clock()
    monkeypatch.setattr(memory, "time", fake)
    return fake


class TestShortMemory:
    def test_a_value_is_there_until_its_time_is_over_to_the_tick(self, clock: Clock) -> None:
        held = ShortMemory[str](seconds=5)
        held.put(b"k", "v")
        clock.now += 4.999
        assert held.get(b"k") == "v"
        clock.now += 0.001
        assert held.get(b"k") is None

    @pytest.mark.parametrize(("at_most", "lasts"), [(2, 2), (9, 5), (0, 0), (-3, 0)])
    def test_a_shorter_life_may_be_asked_for_and_a_longer_one_not(
        self, clock: Clock, at_most: float, lasts: float
    ) -> None:
        held = ShortMemory[int](seconds=5)
        held.put(b"k", 1, at_most=at_most)
        assert held.get(b"k") == (1 if lasts else None)
        clock.now += lasts
        assert held.get(b"k") is None

    def test_a_clock_that_is_set_back_ends_it(self, clock: Clock) -> None:
        held = ShortMemory[int](seconds=5)
        held.put(b"k", 1)
        clock.now -= 1
        assert held.get(b"k") is None

    def test_full_it_forgets_everything_and_goes_on(self, clock: Clock) -> None:
        held = ShortMemory[int](seconds=5, limit=3)
        for n in range(4):
            held.put(bytes([n]), n)
        assert [held.get(bytes([n])) for n in range(4)] == [None, None, None, 3]

    def test_what_is_put_again_is_the_new_value_and_cleared_is_gone(self, clock: Clock) -> None:
        held = ShortMemory[int](seconds=5)
        held.put(b"k", 1)
        held.put(b"k", 2)
        assert held.get(b"k") == 2
        held.clear()
        assert held.get(b"k") is None


class TestBriefCopies:
    def test_all_go_together_when_the_first_has_had_its_time(self, clock: Clock) -> None:
        held = BriefCopies(seconds=10, limit=9, longest=9)
        held.put(1, b"first")
        clock.now += 9.5
        held.put(2, b"second")
        assert (held.get(1), held.get(2)) == (b"first", b"second")
        clock.now += 0.5
        assert (held.get(2), held.get(1)) == (None, None)
        assert held._held == {}

    def test_those_after_them_have_a_time_of_their_own(self, clock: Clock) -> None:
        held = BriefCopies(seconds=10, limit=9, longest=9)
        held.put(1, b"first")
        clock.now += 10
        assert held.get(1) is None
        held.put(2, b"second")
        clock.now += 9.9
        assert held.get(2) == b"second"
        clock.now += 0.1
        assert held.get(2) is None

    def test_one_that_is_put_after_the_time_is_found_by_nobody(self, clock: Clock) -> None:
        held = BriefCopies(seconds=10, limit=9, longest=9)
        held.put(1, b"first")
        clock.now += 10
        held.put(2, b"late")
        assert (held.get(2), held._held) == (None, {})

    def test_there_are_never_more_than_its_limit(self, clock: Clock) -> None:
        held = BriefCopies(seconds=10, limit=3, longest=9)
        for n in range(4):
            held.put(n, b"x")
        assert [held.get(n) for n in range(4)] == [None, None, None, b"x"]

    def test_a_long_one_is_not_kept(self, clock: Clock) -> None:
        held = BriefCopies(seconds=10, limit=3, longest=4)
        held.put(1, b"12345")
        held.put(2, b"1234")
        assert (held.get(1), held.get(2)) == (None, b"1234")

    def test_cleared_it_holds_nothing(self, clock: Clock) -> None:
        held = BriefCopies(seconds=10, limit=3, longest=4)
        held.put(1, b"x")
        held.clear()
        assert held.get(1) is None


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_sets_the_stop_and_ends_nothing_by_itself(sent: signal.Signals) -> None:
    program = (
        "import os, sys; from core.daemons import stop_on_signals; stop = stop_on_signals();"
        "assert not stop.is_set(); os.kill(os.getpid(), int(sys.argv[1])); print(stop.wait(10), flush=True)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(int(sent))],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=settings.BASE_DIR,
    )
    assert (ran.stdout.strip(), ran.returncode) == ("True", 0), ran.stderr


def test_signals_are_heard_by_the_main_thread_alone() -> None:
    raised: list[BaseException] = []

    def listen() -> None:
        try:
            stop_on_signals()
        except ValueError as error:
            raised.append(error)

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert len(raised) == 1


@atomic
def found(name: str, *, fails: bool = False) -> Corp:
    row = make.corp(name=name)
    if fails:
        raise KeyError(name)
    return row


def savepoints(act) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return sum(q["sql"].startswith("SAVEPOINT") for q in queries)


class TestTransactionsOfRules:
    def test_a_rule_that_fails_undoes_itself_and_its_caller_goes_on(self, db: None) -> None:
        with transaction.atomic():
            found("先")
            with pytest.raises(KeyError):
                found("败", fails=True)
            found("后")
        assert list(Corp.objects.order_by("pk").values_list("name", flat=True)) == ["先", "后"]

    def test_under_a_promise_it_saves_the_savepoint_and_the_promiser_undoes_all(self, db: None) -> None:
        def kept() -> None:
            with transaction.atomic(), all_or_nothing():
                found("一")

        plain = savepoints(lambda: found("零"))
        assert savepoints(kept) == plain

        def broken() -> None:
            with transaction.atomic(), all_or_nothing():
                found("二")
                found("三", fails=True)

        with pytest.raises(KeyError):
            broken()
        assert set(Corp.objects.values_list("name", flat=True)) == {"零", "一"}

    def test_a_promise_ends_with_its_block_even_when_that_failed(self, db: None) -> None:
        with pytest.raises(RuntimeError), transaction.atomic(), all_or_nothing():
            raise RuntimeError
        with transaction.atomic():
            with pytest.raises(KeyError):
                found("败", fails=True)
            found("后")
        assert Corp.objects.get().name == "后"

    def test_a_promise_holds_in_its_own_thread_alone(self) -> None:
        inside: list[bool] = []
        with all_or_nothing():
            thread = threading.Thread(target=lambda: inside.append(_promise()))
            thread.start()
            thread.join()
        assert inside == [False]

    def test_it_keeps_the_name_and_the_words_of_what_it_wraps(self) -> None:
        assert (found.__name__, found.__wrapped__.__name__) == ("found", "found")  # type: ignore[attr-defined]

    def test_an_error_of_the_database_is_the_callers_to_hear(self, db: None) -> None:
        row = make.corp()

        @atomic
        def twice() -> None:
            Corp.objects.create(pk=row.pk, name="又", wecom_corpid="ww-twice")

        with pytest.raises(IntegrityError):
            twice()
        assert Corp.objects.count() == 1


def _promise() -> bool:
    return transactions._promised.get()
