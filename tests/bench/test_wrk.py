"""wrk as the bench uses it, and a program in its place that writes down how it was called."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from bench import wrk
from bench.workloads import WORKLOADS, Scene
from bench.wrk import Load
from tests.scripts.conftest import listener

FIGURES = {"requests": 120, "seconds": 3.0, "bytes": 4_000, "p50": 1.25, "p99": 9.5, "bad": 0}


def printed(**changed: Any) -> str:
    return "@@" + json.dumps(FIGURES | changed)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wrk that keeps its arguments, its script and its variables, and prints what is in ``figures``."""
    program = tmp_path / "wrk"
    program.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$@" >{tmp_path}/words\n'
        'for last; do case "$last" in *.lua) '
        f"cat <$last >{tmp_path}/script;; esac; done\n"
        f'echo "$SEED $FROM $RUN" >{tmp_path}/variables\n'
        f'echo "$CREDENTIALS" >{tmp_path}/credentials\n'
        f"cat {tmp_path}/figures >&2\n"
    )
    program.chmod(0o755)
    (tmp_path / "figures").write_text(printed() + "\n")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def ask(**changed: Any) -> Load:
    given = {"seconds": 2.6, "seed": 7, "first_id": 104_729, "run": "r1ours", "credentials": "Api-Key a.b"} | changed
    return wrk.run("http://127.0.0.1:7180", "request = function() end", **given)


def test_a_run_gives_the_figures_that_the_script_printed(fake: Path) -> None:
    assert ask() == Load(**FIGURES)


def test_sixteen_clients_ask_for_as_long_as_was_said(fake: Path) -> None:
    ask()
    words = (fake / "words").read_text().split()
    assert {"-t1", "-c16", "-d3s"} <= set(words)
    assert words[words.index("--timeout") + 1] == "300s"
    assert words[-1] == "http://127.0.0.1:7180"


def test_seed_ids_and_names_of_a_run_reach_the_script_and_the_key_is_no_argument(fake: Path) -> None:
    ask()
    assert (fake / "variables").read_text() == "7 104729 r1ours\n"
    assert (fake / "credentials").read_text() == "Api-Key a.b\n"
    assert "a.b" not in (fake / "words").read_text()


def test_the_script_stands_between_what_it_needs_and_what_prints_the_figures(fake: Path) -> None:
    ask()
    script = (fake / "script").read_text()
    assert script.index("HEADERS =") < script.index("request = function() end") < script.index("done = function")


def test_the_script_is_gone_afterwards(fake: Path) -> None:
    ask()
    words = (fake / "words").read_text().split()
    assert not Path(words[words.index("-s") + 1]).exists()


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("unable to connect to 127.0.0.1:7180 Connection refused", "Connection refused"),
        ("PANIC: unprotected error in call to Lua API", "PANIC"),
        ("", "wrk gave no figures"),
    ],
)
def test_a_run_without_figures_ends_the_bench_with_wrks_own_words(fake: Path, shown: str, said: str) -> None:
    (fake / "figures").write_text(shown)
    with pytest.raises(SystemExit, match=said):
        ask()


@pytest.mark.parametrize(
    ("requests", "seconds", "rate"), [(120, 3.0, 40.0), (0, 3.0, 0.0), (5, 0.0, 0.0), (1, 0.5, 2.0)]
)
def test_the_rate_is_requests_over_the_time_that_passed(requests: int, seconds: float, rate: float) -> None:
    assert wrk.parse(printed(requests=requests, seconds=seconds)).rate == rate


def test_failures_of_every_kind_are_counted_in_one_figure(fake: Path) -> None:
    (fake / "figures").write_text("Running 3s test\n" + printed(bad=17) + "\nafterwards\n")
    assert ask().bad == 17


def test_a_figure_too_many_or_too_few_is_not_passed_over() -> None:
    with pytest.raises(TypeError):
        wrk.parse(printed(more=1))
    with pytest.raises(TypeError):
        wrk.parse('@@{"requests":1}')


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NO = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno"
GET = "request = function() return wrk.format('GET', '/x', HEADERS) end"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("wrk"), reason="NOT RUN: needs wrk")
@pytest.mark.parametrize(("answer", "all_bad"), [(OK, False), (NO, True)])
def test_the_real_wrk_prints_what_is_read(answer: bytes, all_bad: bool) -> None:
    asked: list[bytes] = []

    def reply(request: bytes) -> bytes:
        asked.append(request)
        return answer * request.count(b"\r\n\r\n")

    with listener(reply) as port:
        seen = wrk.run(f"http://127.0.0.1:{port}", GET, seconds=1, seed=1, first_id=0, run="r", credentials="Api-Key k")
    assert seen.requests > 0
    assert seen.bad == (seen.requests if all_bad else 0)
    assert 0 < seen.p50 <= seen.p99
    assert all(b"Authorization: Api-Key k\r\n" in request for request in asked)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("wrk"), reason="NOT RUN: needs wrk")
def test_every_workload_is_lua_that_wrk_can_run() -> None:
    with listener(lambda request: OK * request.count(b"\r\n\r\n")) as port:
        for name, (method, script) in _all_scripts().items():
            asked = wrk.run(f"http://127.0.0.1:{port}", script, seconds=1, seed=1, first_id=5, run="r", credentials="k")
            assert asked.requests > 0, (name, method)


def _all_scripts() -> dict[str, tuple[str, str]]:
    scene = Scene(1_000, "abc=")
    return {w.name: ("POST" if not w.probe(scene) else "GET", w.script(scene)) for w in WORKLOADS}
