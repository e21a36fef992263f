"""The comparison of web servers: which are started, and how their figures stand in the table."""

import statistics
from collections.abc import Sequence
from typing import Any

import pytest

from bench import servers
from bench.wrk import Load

GRANIAN = [f"granian, {threads} threads" for threads in ("default (256)", 1, 2, 4, 8)]


def installed(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(servers.importlib.util, "find_spec", lambda name: object() if name in names else None)


def test_without_gunicorn_the_others_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    assert [name for name, _command in servers.commands(1)] == [*GRANIAN, "waitress, 1 process"]


def test_gunicorn_is_measured_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "gunicorn")
    names = [name for name, _command in servers.commands(1)]
    assert names == [*GRANIAN, "gunicorn sync", "gunicorn gthread, 4 threads", "waitress, 1 process"]


def test_all_serve_the_same_application_on_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "gunicorn")
    for name, command in servers.commands(7185):
        assert command[-1] == "scrm_customer.wsgi:application", name
        said = " ".join(command)
        assert "7185" in said
        assert "127.0.0.1" in said
        assert "0.0.0.0" not in said


@pytest.mark.parametrize("name", ["granian, 4 threads", "gunicorn sync", "gunicorn gthread, 4 threads"])
def test_those_that_can_have_two_processes(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    installed(monkeypatch, "gunicorn")
    command = dict(servers.commands(1))[name]
    assert command[command.index("--workers") + 1] == str(servers.WORKERS) == "2"


def sample(rate: float, cpu: float, p99: float) -> tuple[float, float, float]:
    return rate, cpu, p99


def rows_of(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()]


def test_the_table_has_medians_of_each_figure_by_itself() -> None:
    samples = [sample(100, 1.0, 9), sample(3_000, 0.5, 30), sample(200, 2.0, 10)]
    found = {"granian": dict.fromkeys(servers.scripts(), samples)}
    _head, _line, row = rows_of(servers.shown(found, {"granian": 123.4}))
    assert row == ["granian", *["200 (1.00, 10)"] * 3, "123"]
    assert statistics.median(one[0] for one in samples) == 200


def test_a_server_is_a_row_and_a_workload_a_column() -> None:
    found = {name: {work: [sample(1, 1, 1)] for work in servers.scripts()} for name in ("a", "b")}
    head, _line, *rows = rows_of(servers.shown(found, {"a": 1.0, "b": 2.0}))
    assert [row[0] for row in rows] == ["a", "b"]
    assert len(head) == len(servers.scripts()) + 2 == 5
    assert all(len(row) == len(head) for row in rows)


class Server:
    pids: Sequence[int] = (1,)
    command: Sequence[str] = ("granian",)


def test_a_run_is_warmed_up_and_its_processor_time_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Any] = []
    cpu = iter([10.0, 12.0])

    def run(_url: str, _script: str, **given: Any) -> Load:
        runs.append(given)
        return Load(requests=4_000, seconds=2.0, bytes=1, p50=1.0, p99=7.5, bad=0)

    monkeypatch.setattr(servers.wrk, "run", run)
    monkeypatch.setattr(servers.processes, "cpu_seconds", lambda _pids: next(cpu))
    server: Any = Server()
    assert servers._run(server, "http://h", "script", "key", 5) == (2_000.0, 0.5, 7.5)
    assert [(run["seconds"], run["run"]) for run in runs] == [(2, "w"), (5, "r")]


@pytest.mark.parametrize(("bad", "told"), [(0, ""), (3, "3 of 10 failed: granian\n")])
def test_failed_answers_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: int, told: str
) -> None:
    load = Load(requests=10, seconds=1.0, bytes=1, p50=1.0, p99=1.0, bad=bad)
    monkeypatch.setattr(servers.wrk, "run", lambda *_, **__: load)
    monkeypatch.setattr(servers.processes, "cpu_seconds", lambda _pids: 0.0)
    server: Any = Server()
    servers._run(server, "http://h", "script", "key", 1)
    assert capsys.readouterr().err == told
