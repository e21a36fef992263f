"""What a server has loaded no longer puts off the freeing of what its answers leave behind."""

import gc
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import get_resolver

from core import rings

# As many things as the modules, classes and models of a web worker make, at the least.
LOADED = 150_000
# So many answers are still being written when their generation is looked through.
AT_WORK = 1_000


class Ring:
    """What an answer leaves behind: an object that knows itself."""

    living = 0

    def __init__(self) -> None:
        self.myself = self
        Ring.living += 1

    def __del__(self) -> None:
        Ring.living -= 1


@pytest.fixture
def apart() -> Iterator[Callable[[], None]]:
    """``keep_apart``, with the collector's paces known; both are put back."""
    paces = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield rings.keep_apart
    gc.unfreeze()
    gc.set_threshold(*paces)


def most_at_once(answers: int) -> int:
    """The most rings that were there at one time."""
    at_work: deque[Ring] = deque(maxlen=AT_WORK)
    most = 0
    for _ in range(answers):
        at_work.append(Ring())
        most = max(most, Ring.living)
    return most


def test_old_answers_go_long_before_they_are_a_quarter_of_all(apart: Callable[[], None]) -> None:
    loaded: list[Any] = [[n] for n in range(LOADED)]
    apart()
    # With all of it watched they come to more than a quarter.
    assert most_at_once(400_000) < LOADED / 6
    assert len(loaded) == LOADED


def test_what_was_loaded_is_watched_no_more_and_what_comes_later_is(apart: Callable[[], None]) -> None:
    before: list[Any] = [[]]
    apart()
    after: list[Any] = [[]]
    watched = {id(thing) for thing in gc.get_objects()}
    assert id(before) not in watched
    assert id(after) in watched


def test_the_addresses_are_loaded_before_the_first_request(apart: Callable[[], None]) -> None:
    resolver = get_resolver()
    vars(resolver).pop("url_patterns", None)
    apart()
    assert "url_patterns" in vars(resolver)


def test_a_web_worker_starts_with_its_views_loaded_and_little_to_watch() -> None:
    program = (
        "import gc, sys; import scrm_customer.wsgi;"
        "print(gc.get_freeze_count() > 50_000, len(gc.get_objects()) < 5_000, 'customers.api.views' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, cwd=settings.BASE_DIR
    )
    assert (ran.stdout.split(), ran.returncode) == (["True"] * 3, 0), ran.stderr
