"""Memory over many requests: what counts as growth, what is asked, and that the one process has nothing of ours."""

import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench import alone, gates, memory, mixed
from bench.workloads import BASE
from bench.wrk import Load


class Started:
    """Stands for a server: how it would have been started."""

    pids = [1]
    last: "Started"

    def __init__(self, command: Sequence[str], **given: Any) -> None:
        self.command, self.given, self.stopped = list(command), given, False
        Started.last = self

    def __enter__(self) -> "Started":
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every run of wrk; each brings 4,000 requests. Each look at the memory shows a megabyte more."""
    runs: list[dict[str, Any]] = []
    looks, shares = iter(range(100, 10_000)), iter(range(50, 10_000))

    def run(url: str, script: str, **given: Any) -> Load:
        runs.append({"url": url, "script": script} | given)
        return Load(requests=4_000, seconds=5.0, bytes=1, p50=1.0, p99=2.0, bad=0)

    for module in (memory, alone):
        monkeypatch.setattr(module, "Server", Started)
        monkeypatch.setattr(module.targets, "issue_key", lambda _env: "prefix.secret")
        monkeypatch.setattr(module.wrk, "run", run)
        monkeypatch.setattr(module.processes, "resident_mb", lambda _pids: float(next(looks)))
        monkeypatch.setattr(module.processes, "memory_mb", lambda _pids: float(next(shares)))
    return runs


SERVER: Any = SimpleNamespace(pids=[1])


def target() -> Any:
    return SimpleNamespace(url="http://127.0.0.1:1", server=SERVER, credentials="Api-Key k")


def test_the_course_has_the_start_and_each_tenth(asked: list[Any]) -> None:
    course = memory._course(target())
    assert course == [100.0 + n for n in range(11)]
    # Ten thousand requests are three runs of four thousand; what is over counts for the next tenth.
    assert len(asked) == 25


def test_a_run_that_brings_nothing_does_not_go_on_for_ever(asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "REQUESTS", 20)
    nothing = Load(requests=0, seconds=5.0, bytes=0, p50=0.0, p99=0.0, bad=0)
    monkeypatch.setattr(memory.wrk, "run", lambda *_, **given: asked.append(given) or nothing)
    assert len(memory._course(target())) == 11
    assert len(asked) == 20


def test_each_run_draws_other_numbers(asked: list[Any]) -> None:
    memory._course(target())
    assert len({run["seed"] for run in asked}) == len(asked)
    assert {run["credentials"] for run in asked} == {"Api-Key k"}
    assert {run["script"] for run in asked} == {mixed.SCRIPT}


@pytest.mark.parametrize(
    ("course", "grown"),
    [
        ([100.0, 110.0] + [110.0] * 9, 0.0),
        ([100.0, 150.0] + [150.5] * 9, 0.5),
        ([100.0, 110.0, 190.0] + [112.25] * 8, 2.25),
        ([100.0, 110.0] + [108.0] * 9, -2.0),
    ],
)
def test_growth_is_what_comes_after_the_first_tenth(
    asked: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, course: list[float], grown: float
) -> None:
    monkeypatch.setattr(memory, "_course", lambda _target: course)
    found = memory.figures(SERVER, {}, tmp_path, port=7180)
    assert found["gates"] == {"growth over 100,000 requests, MB": grown}
    assert found["course"] == course


def test_the_gate_has_its_figure(asked: list[Any], tmp_path: Path) -> None:
    found = memory.figures(SERVER, {}, tmp_path, port=7180)
    assert {gate.what for gate in gates.GATES if gate.workload == "memory"} == set(found["gates"])


def test_the_table_tells_both_ways_to_run_it(asked: list[Any], tmp_path: Path) -> None:
    shown = memory.figures(SERVER, {}, tmp_path, port=7180)["shown"]
    assert list(shown.values()) == [50.0, 51.0, 52.0, 53.0]
    assert "the same after 4,000 requests, MB" in shown


def test_the_worker_is_one_and_is_stopped(asked: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.alone, "figures", lambda _folder, _port: (1.0, 2.0, 3))
    memory.figures(SERVER, {}, tmp_path, port=7180)
    words = Started.last.command
    assert words[words.index("--workers") + 1] == "1"
    assert Started.last.stopped


def test_the_one_process_has_a_folder_of_its_own_and_no_servers(
    asked: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "PRODUCTION"):
        monkeypatch.setenv(name, "something")
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "scrm.sqlite3").write_text("of a run before")
    alone.figures(tmp_path / "alone", 7181)
    env = Started.last.given["env"]
    assert not {"DATABASE_URL", "REDIS_URL", "BROKER_URL", "PRODUCTION"} & env.keys()
    assert (env["DATA_DIR"], env["PORT"]) == (str(tmp_path / "alone"), "7181")
    assert Started.last.command == [sys.executable, "manage.py", "run_service", "--demo"]
    assert list((tmp_path / "alone").iterdir()) == []


def test_the_one_process_is_weighed_before_and_after_its_requests(asked: list[Any], tmp_path: Path) -> None:
    assert alone.figures(tmp_path / "alone", 7181) == (50.0, 51.0, 4_000)
    assert [run["url"] for run in asked] == ["http://127.0.0.1:7181"]


def test_a_day_is_asked_without_writing() -> None:
    assert "'GET'" in mixed.SCRIPT
    assert "'POST'" not in mixed.SCRIPT
    assert mixed.SCRIPT.count(BASE) == 6
