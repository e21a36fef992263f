"""Calls of several threads, done together by one of them."""

import threading
from collections.abc import Callable, Sequence

import pytest

from core.combining import Combined
from tests.startup.process import until


class Work:
    """A function that many ask for: doubles numbers, and notes which came together. Nothing passes its gate while that
    is shut, so that others can come meanwhile."""

    def __init__(self, refuse: Callable[[Sequence[int]], None] = lambda _items: None) -> None:
        self.seen: list[list[int]] = []
        self.gate, self._refuse = threading.Event(), refuse

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.seen.append(list(items))
        assert self.gate.wait(60)
        self._refuse(items)
        return [2 * item for item in items]


def asked(combined: Combined[int, int], work: Work, *items: int) -> dict[int, object]:
    """Each number asked for by a thread of its own, the first one at work while the others come; number → answer."""
    answers: dict[int, object] = {}

    def ask(item: int) -> None:
        try:
            answers[item] = combined(item)
        except Exception as error:
            answers[item] = error

    threads = []
    for place, item in enumerate(items):
        threads.append(threading.Thread(target=ask, args=(item,)))
        threads[-1].start()
        until(lambda place=place: bool(work.seen) if place == 0 else combined.waiting == place)  # type: ignore[misc]
    work.gate.set()
    for thread in threads:
        thread.join(60)
    return answers


def test_who_comes_alone_is_served_alone_and_at_once() -> None:
    work = Work()
    work.gate.set()
    combined = Combined(work, most=9)
    assert [combined(1), combined(2)] == [2, 4]
    assert work.seen == [[1], [2]]


def test_who_comes_meanwhile_is_served_together_in_the_order_of_coming_each_with_their_own_answer() -> None:
    work = Work()
    assert asked(Combined(work, most=9), work, 1, 2, 3, 4) == {1: 2, 2: 4, 3: 6, 4: 8}
    assert work.seen == [[1], [2, 3, 4]]


def test_no_more_than_so_many_go_together_and_nobody_is_left_behind() -> None:
    work = Work()
    combined = Combined(work, most=2)
    assert asked(combined, work, 1, 2, 3, 4, 5, 6) == {n: 2 * n for n in range(1, 7)}
    assert work.seen == [[1], [2, 3], [4, 5], [6]]
    assert combined.waiting == 0


def test_what_goes_wrong_for_some_is_raised_to_each_of_them_and_to_nobody_else() -> None:
    def refuse(items: Sequence[int]) -> None:
        if 3 in items:
            raise ValueError("not three")

    work = Work(refuse)
    combined = Combined(work, most=2)
    answers = asked(combined, work, 1, 2, 3, 4)
    assert (answers[1], answers[4]) == (2, 8)
    assert [type(answers[n]) for n in (2, 3)] == [ValueError, ValueError]
    assert combined(5) == 10


def test_who_comes_alone_is_told_what_went_wrong_and_the_next_one_is_served() -> None:
    def refuse(items: Sequence[int]) -> None:
        if items == [1]:
            raise ValueError

    work = Work(refuse)
    work.gate.set()
    combined = Combined(work, most=9)
    with pytest.raises(ValueError):
        combined(1)
    assert combined(2) == 4


def test_a_thread_that_is_ended_at_work_leaves_the_others_free_to_do_theirs() -> None:
    class Ended(BaseException):
        pass

    def end(items: Sequence[int]) -> None:
        if items == [1]:
            raise Ended

    work, ended = Work(end), []

    def one() -> None:
        try:
            combined(1)
        except Ended:
            ended.append(1)

    combined = Combined(work, most=9)
    first = threading.Thread(target=one)
    first.start()
    until(lambda: bool(work.seen))
    answers: list[int | None] = []
    second = threading.Thread(target=lambda: answers.append(combined(2)))
    second.start()
    until(lambda: combined.waiting == 1)
    work.gate.set()
    first.join(60)
    second.join(60)
    assert (ended, answers) == ([1], [4])


def test_a_function_that_forgets_somebody_is_an_error_for_all() -> None:
    combined: Combined[int, int] = Combined(lambda items: [], most=9)
    with pytest.raises(ValueError):
        combined(1)
