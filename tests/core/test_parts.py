"""Loops in threads: how several of them end. How one runs is in tests/startup/test_parts.py."""

import threading
from typing import Any

import pytest
from django.db import connection, connections

from core import parts
from core.parts import Part, stop_all


def waiting(name: str, *, hurry: Any = None) -> Part:
    """A part that does nothing until it is asked to end."""
    part = Part(name, lambda asked: asked.wait(), hurry)  # type: ignore[arg-type,return-value]
    part.start()
    return part


def deaf(name: str, release: threading.Event) -> Part:
    part = Part(name, lambda _asked: release.wait())  # type: ignore[arg-type,return-value]
    part.start()
    return part


def test_nobody_is_late_where_all_end() -> None:
    all_of_them = [waiting(f"p{n}") for n in range(5)]
    assert stop_all(all_of_them, patience=10) == []
    assert not any(part.is_alive() for part in all_of_them)


def test_none_is_none() -> None:
    assert stop_all([], patience=10) == []


def test_the_late_are_named_in_order_and_the_others_have_ended() -> None:
    release = threading.Event()
    first, second, third = deaf("first", release), waiting("second"), deaf("third", release)
    assert stop_all([first, second, third], patience=0.02) == ["first", "third"]
    assert not second.is_alive()
    release.set()
    assert stop_all([first, second, third], patience=10) == []


def test_each_is_asked_once_and_hurried_once() -> None:
    hurried: list[str] = []
    some = [waiting(name, hurry=lambda name=name: hurried.append(name)) for name in ("a", "b")]
    stop_all(some, patience=10)
    assert hurried == ["a", "b"]


def test_one_that_falls_over_while_it_ends_is_not_started_again() -> None:
    runs: list[int] = []

    def falls(asked: threading.Event) -> None:
        runs.append(1)
        asked.wait()
        raise RuntimeError("fell over on its way out")

    part = Part("falls", falls)
    part.start()
    assert stop_all([part], patience=10) == []
    assert runs == [1]


def test_one_that_rests_after_a_fall_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fallen = threading.Event()

    def falls(_asked: threading.Event) -> None:
        fallen.set()
        raise RuntimeError("fell over")

    part = Part("falls", falls)
    rested: list[float] = []
    real = part._stopping.wait

    def wait(seconds: float | None = None) -> bool:
        rested.append(seconds or 0)
        # Far longer than anybody would wait for it.
        return real(3_600)

    monkeypatch.setattr(part._stopping, "wait", wait)
    part.start()
    assert fallen.wait(10)
    assert stop_all([part], patience=10) == []
    assert set(rested) <= {1}


def test_a_loop_that_returns_unasked_is_begun_again() -> None:
    runs: list[int] = []

    def short(asked: threading.Event) -> None:
        runs.append(1)
        if len(runs) == 3:
            asked.set()

    part = Part("short", short)
    part.start()
    part.join(10)
    assert runs == [1, 1, 1]


@pytest.mark.parametrize("falls", [False, True])
def test_its_database_connection_is_closed_whenever_the_loop_ends(falls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread has its own: left open, they would fill the server up."""
    closed: list[threading.Thread] = []
    monkeypatch.setattr(parts.connections, "close_all", lambda: closed.append(threading.current_thread()))

    def loop(asked: threading.Event) -> None:
        asked.set()
        if falls:
            raise RuntimeError("fell over")

    part = Part("one", loop)
    part.start()
    part.join(10)
    assert closed == [part]


def test_the_callers_connection_stays_open(db: None) -> None:
    before = connection.connection
    part = waiting("one")
    stop_all([part], patience=10)
    assert connections["default"].connection is before
