import threading

from core.breaker import Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_fresh_breaker_lets_everyone_try() -> None:
    assert all(Breaker(failures=2, rest=10).allows() for _ in range(5))


def test_it_opens_after_so_many_failures_in_a_row_and_says_so_once() -> None:
    breaker = Breaker(failures=3, rest=10)
    assert [breaker.failed() for _ in range(4)] == [False, False, True, False]
    assert not breaker.closed


def test_a_success_between_failures_starts_the_count_anew() -> None:
    breaker = Breaker(failures=2, rest=10)
    breaker.failed()
    assert breaker.succeeded() is False
    breaker.failed()
    assert breaker.closed


def test_an_open_breaker_lets_one_probe_through_after_each_rest() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, rest=10, clock=clock)
    breaker.failed()
    assert not breaker.allows()
    clock.now += 9.9
    assert not breaker.allows()
    clock.now += 0.2
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    clock.now += 10
    assert [breaker.allows() for _ in range(2)] == [True, False]


def test_a_probe_that_fails_keeps_it_open_for_another_rest() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, rest=10, clock=clock)
    breaker.failed()
    clock.now += 10
    assert breaker.allows()
    clock.now += 5
    breaker.failed()
    clock.now += 9
    assert not breaker.allows()


def test_a_probe_that_succeeds_closes_it_and_says_so_once() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, rest=10, clock=clock)
    breaker.failed()
    clock.now += 10
    assert breaker.claim_probe()
    assert [breaker.succeeded() for _ in range(2)] == [True, False]
    assert breaker.closed


def test_a_closed_breaker_has_no_probe_to_claim() -> None:
    assert not Breaker().claim_probe()


def test_of_many_threads_one_has_the_probe() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, rest=10, clock=clock)
    breaker.failed()
    clock.now += 10
    barrier, claimed = threading.Barrier(16), []

    def ask() -> None:
        barrier.wait()
        claimed.append(breaker.allows())

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == [False] * 15 + [True]
