"""The mirror's loops side by side: none waits for another, and each can be told to end."""

import threading
from functools import partial

import pytest

from core.parts import Part
from tests.logs import captured
from wecom import daemon
from wecom.callbacks import drain
from wecom.group_transfers import loop as group_transfers
from wecom.push import loop as push
from wecom.sync import loop as sync
from wecom.transfers import loop as transfers


class Exits(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The codes that the process would have ended with at once."""
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        raise Exits

    monkeypatch.setattr(daemon.os, "_exit", end)
    return codes


def running(monkeypatch: pytest.MonkeyPatch, *parts: Part) -> None:
    monkeypatch.setattr(daemon, "parts", lambda: list(parts))


def told_to_end() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def test_each_loop_is_the_one_of_its_package() -> None:
    loops = {part.name: part._loop for part in daemon.parts()}
    lanes = [loops["receipts-urgent"], loops["receipts"]]
    assert all(isinstance(lane, partial) and lane.func is drain.run for lane in lanes)
    assert [lane.keywords for lane in lanes] == [{"urgent": True}, {"urgent": False}]
    assert loops["commands"] is push.run
    assert loops["transfers"] is transfers.run
    assert loops["group-transfers"] is group_transfers.run
    assert [loops[f"syncs-{n}"] for n in range(1, daemon.SYNCS + 1)] == [sync.run] * daemon.SYNCS


def test_each_call_makes_parts_of_its_own() -> None:
    first, second = daemon.parts(), daemon.parts()
    assert not {id(part) for part in first} & {id(part) for part in second}
    assert not [part for part in first + second if part.is_alive()]


def test_all_begin_before_any_is_asked_to_end(monkeypatch: pytest.MonkeyPatch, exits: list[int]) -> None:
    begun, all_begun, stopping = set[str](), threading.Event(), threading.Event()

    def run(name: str, asked: threading.Event) -> None:
        begun.add(name)
        if len(begun) == 3:
            all_begun.set()
            stopping.set()
        asked.wait()

    running(monkeypatch, *(Part(name, partial(run, name)) for name in ("one", "two", "three")))
    daemon.run(stopping)
    assert all_begun.is_set()
    assert exits == []


def test_a_loop_that_falls_over_takes_no_other_down(monkeypatch: pytest.MonkeyPatch, exits: list[int]) -> None:
    fallen, worked, stopping = threading.Event(), threading.Event(), threading.Event()

    def falls(asked: threading.Event) -> None:
        fallen.set()
        raise RuntimeError("fell over")

    def works(asked: threading.Event) -> None:
        assert fallen.wait(10)
        worked.set()
        stopping.set()
        asked.wait()

    running(monkeypatch, Part("falls", falls), Part("works", works))
    with captured() as logs:
        daemon.run(stopping)
    assert worked.is_set()
    assert exits == []
    assert {entry["part"] for entry in logs if entry["event"] == "part_failed"} == {"falls"}


def test_who_does_not_end_in_time_is_named_and_the_process_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch, exits: list[int]
) -> None:
    monkeypatch.setattr(daemon, "_PATIENCE", 0.05)
    release = threading.Event()
    deaf = Part("deaf", lambda _asked: release.wait())  # type: ignore[arg-type,return-value]
    good = Part("good", lambda asked: asked.wait())  # type: ignore[arg-type,return-value]
    running(monkeypatch, deaf, good)
    try:
        with captured() as logs, pytest.raises(Exits):
            daemon.run(told_to_end())
    finally:
        release.set()
    assert exits == [1]
    assert [entry["parts"] for entry in logs if entry["event"] == "stopped_hard"] == [["deaf"]]
    deaf.join(10)


def test_an_orderly_end_says_nothing(monkeypatch: pytest.MonkeyPatch, exits: list[int]) -> None:
    running(monkeypatch, Part("good", lambda asked: asked.wait()))  # type: ignore[arg-type,return-value]
    with captured() as logs:
        daemon.run(told_to_end())
    assert (exits, logs) == ([], [])


def test_the_patience_of_the_whole_is_no_shorter_than_that_of_its_parts() -> None:
    """Else the process would end hard while the commands' own workers are still waited for."""
    assert daemon._PATIENCE >= push._PATIENCE


@pytest.mark.parametrize("part", daemon.parts(), ids=lambda part: part.name)
def test_a_loop_that_was_asked_to_end_before_it_began_asks_nobody_anything(part: Part) -> None:
    """Without a database: one that looked for work first would raise here."""
    part._loop(told_to_end())
