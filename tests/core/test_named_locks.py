import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from core.named_locks import NamedLocks


@pytest.fixture
def holders(db: None) -> Iterator[Any]:
    """Makes holders, each on a database connection of its own."""
    made: list[tuple[NamedLocks, Any]] = []

    def _make() -> NamedLocks:
        line = connections.create_connection("default")
        # The test's own database, not the one it was copied from.
        line.settings_dict = {**line.settings_dict, "NAME": connections["default"].settings_dict["NAME"]}
        line.inc_thread_sharing()
        made.append((NamedLocks(line), line))
        return made[-1][0]

    yield _make
    for locks, line in made:
        locks.release()
        line.close()


def test_a_name_has_one_holder(holders: Any) -> None:
    one, two = holders(), holders()
    assert one.take(["a", "b"]) == {"a", "b"}
    assert two.take(["b", "c"]) == {"c"}
    assert (one.held, two.held) == ({"a", "b"}, {"c"})


def test_what_is_dropped_is_free_and_the_rest_is_not(holders: Any) -> None:
    one, two = holders(), holders()
    one.take(["a", "b"])
    one.drop(["a"])
    assert two.take(["a", "b"]) == {"a"}
    assert one.held == {"b"}


def test_taking_twice_needs_dropping_once(holders: Any) -> None:
    one, two = holders(), holders()
    one.take(["a"])
    assert one.take(["a"]) == set()
    one.drop(["a"])
    assert two.take(["a"]) == {"a"}


def test_nobody_drops_what_another_holds(holders: Any) -> None:
    one, two = holders(), holders()
    one.take(["a"])
    two.drop(["a"])
    two.release()
    assert one.held == {"a"}
    assert two.take(["a"]) == set()


def test_anybody_sees_which_names_are_taken(holders: Any) -> None:
    one, two = holders(), holders()
    one.take(["a"])
    assert two.taken(["a", "b"]) == {"a"}
    assert one.taken([]) == set()


def test_all_is_free_after_a_release(holders: Any) -> None:
    one, two = holders(), holders()
    one.take(["a", "b"])
    one.release()
    assert one.held == frozenset()
    assert two.take(["a", "b"]) == {"a", "b"}


def test_one_of_several_is_the_first_that_is_free(holders: Any) -> None:
    one, two = holders(), holders()
    one.take(["a"])
    assert two.take_one(["a", "b", "c"]) == "b"
    assert two.held == {"b"}
    assert one.take(["c"]) == {"c"}
    assert one.take_one(["b"]) is None
    two.release()
    assert one.take_one(["b"]) == "b"


def test_what_one_holder_has_it_gets_again(holders: Any) -> None:
    one = holders()
    assert [one.take_one(["a"]), one.take_one(["a"])] == ["a", "a"]
    assert one.held == {"a"}


def test_whoever_waits_gets_the_name_when_it_is_dropped(holders: Any) -> None:
    one, two, got = holders(), holders(), []
    one.take(["a"])
    waiting = threading.Thread(target=lambda: got.append(two.take_one(["a"], wait=30)))
    waiting.start()
    one.drop(["a"])
    waiting.join()
    assert got == ["a"]


@pytest.mark.services
def test_a_lost_connection_frees_the_names_and_its_holder_knows(holders: Any) -> None:
    one, two = holders(), holders()
    one.take(["a"])
    one._connection.close()
    assert one.held == frozenset()
    assert two.take(["a"]) == {"a"}
    assert one.take(["a"]) == set()
