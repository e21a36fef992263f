"""What make test says in the end is what happened, and its exit code agrees."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.conftest import ROOT, Programs

Load = Callable[[str], Any]


def shell(text: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", text)


@pytest.fixture
def run(scripts: Load) -> Any:
    return scripts("steps").Run()


@pytest.mark.parametrize(("codes", "code"), [([], 0), ([0], 0), ([0, 0], 0), ([1], 1), ([0, 3, 0], 1), ([2, 0], 1)])
def test_one_failed_step_fails_the_run_and_the_others_are_run_all_the_same(
    run: Any, codes: list[int], code: int
) -> None:
    for number, each in enumerate(codes):
        run.step(f"step {number}", *shell(f"exit {each}"))
    assert [ok for _name, ok, _seconds, _last in run.done] == [each == 0 for each in codes]
    assert run.close() == code


def test_the_summary_names_each_step_with_its_outcome(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run.step("good", *shell("exit 0"))
    run.step("bad", *shell("exit 1"))
    capsys.readouterr()
    run.close()
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line]
    assert lines[0] == ["==", "Summary"]
    assert [(line[0], line[-1]) for line in lines[1:]] == [("ok", "good"), ("FAIL", "bad")]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("===== 3 passed in 0.12s =====", "3 passed in 0.12s"),
        ("1 failed, 2 passed, 4 skipped in 3.00s", "1 failed, 2 passed, 4 skipped in 3.00s"),
        ("no tests ran in 0.01s", "no tests ran in 0.01s"),
        ("the file was passed", ""),
        ("written in haste", ""),
    ],
)
def test_pytests_closing_line_goes_into_the_summary(
    run: Any, capsys: pytest.CaptureFixture[str], line: str, kept: str
) -> None:
    run.step("tests", *shell(f"echo '{line}'; echo afterwards"))
    capsys.readouterr()
    run.close()
    assert capsys.readouterr().out.rstrip().endswith(f"tests: {kept}" if kept else "tests")


def test_the_output_of_a_step_is_passed_on_whatever_its_bytes(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run.step("noisy", *shell("printf 'out\\n'; printf 'err\\n' >&2; printf '\\377\\n'"))
    said = capsys.readouterr().out
    assert said.startswith("\n== noisy\nout\nerr\n")
    assert run.done[0][1]


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "BROKER_URL", "PRODUCTION", "DATA_DIR", "TASK_QUEUE"])
def test_what_a_developer_has_set_does_not_reach_a_step(
    run: Any, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "the developer's")
    run.step("clean", *shell(f'echo "[${name}]"'))
    run.step("told", *shell(f'echo "[${name}]"'), env={name: "ours"})
    assert [line for line in capsys.readouterr().out.splitlines() if line[:1] == "["] == ["[]", "[ours]"]


def test_other_variables_do(run: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SOME_PROXY", "as it was")
    run.step("inherits", *shell('echo "$SOME_PROXY"'))
    assert "as it was" in capsys.readouterr().out


def test_what_was_left_out_is_said_loudly_and_fails_nothing(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run.step("good", *shell("exit 0"))
    run.left_out.append("the tests on real services.")
    assert run.close() == 0
    assert capsys.readouterr().out.endswith("\n!!!! NOT RUN: the tests on real services.\n")


def test_a_step_beside_others_goes_on_meanwhile_and_is_shown_after_them(
    run: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sign = tmp_path / "sign"
    waiting = f"until [ -e {sign} ]; do sleep 0.01; done; echo seen"
    with run.beside("beside", *shell(waiting)):
        run.step("inside", *shell(f"echo set; touch {sign}"))
    assert capsys.readouterr().out == "\n== inside\nset\n\n== beside\nseen\n\n"
    assert sorted((name, ok) for name, ok, _seconds, _last in run.done) == [("beside", True), ("inside", True)]


def test_a_failed_step_beside_others_fails_the_run(run: Any) -> None:
    with run.beside("beside", *shell("exit 1")):
        run.step("inside", *shell("exit 0"))
    assert run.close() == 1


# --- which steps a mode has ---


class Steps(list[tuple[str, tuple[str, ...], dict[str, str]]]):
    """Stands for the steps: what would have been run, with which variables."""

    def step(self, name: str, *command: str, env: dict[str, str] | None = None) -> None:
        self.append((name, command, env or {}))

    @contextlib.contextmanager
    def beside(self, name: str, *command: str, env: dict[str, str] | None = None) -> Iterator[None]:
        self.step(name, *command, env=env)
        yield

    def __init__(self) -> None:
        super().__init__()
        self.left_out: list[str] = []

    def close(self) -> int:
        return 0

    @property
    def pytest(self) -> list[tuple[str, ...]]:
        return [command[3:] for _name, command, _env in self if command[1:3] == ("-m", "pytest")]


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def suite(scripts: Load, steps: Steps, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Any:
    """scripts/test.py with all three services at hand, and rooms that need none."""
    module = scripts("test")
    programs.add("chromium")
    monkeypatch.setattr(module, "Run", lambda: steps)
    monkeypatch.setattr(module.on_services.probes, "at_hand", lambda: dict(module.on_services.probes.STANDARD))

    @contextlib.contextmanager
    def own_rooms(found: dict[str, str], place: int = 0) -> Iterator[dict[str, str]]:
        yield found | {"TEST_DATABASE_NAME": f"test_room{place}"}

    monkeypatch.setattr(module.on_services.rooms, "own_rooms", own_rooms)
    return module


EMBEDDED, HALF = ("-q", "-m", "not slow and not services"), ("tests/wecom", "tests/core", "tests/bench")
FAST = [(*EMBEDDED, *HALF), (*EMBEDDED, *(f"--ignore={folder}" for folder in HALF))]
SLOW, QUICK = ("-q", "-m", "slow"), ("-q", "-m", "not slow")
LONG = (
    "tests/faults/test_event_faults.py",
    "tests/faults/test_task_faults.py",
    "tests/faults/test_callback_faults.py",
    "tests/faults/test_mirror_daemon_faults.py",
    "tests/wecom/test_convergence.py",
)


@pytest.mark.parametrize(
    ("mode", "lints", "tests"),
    [
        ("", True, [SLOW, QUICK, *FAST]),
        ("--fast", True, FAST),
        ("--lint", True, []),
        ("--chaos", False, [("-q", *LONG)]),
    ],
)
def test_a_mode_runs_its_steps(suite: Any, steps: Steps, mode: str, lints: bool, tests: list[tuple[str, ...]]) -> None:
    assert suite.main(mode) == 0
    assert any(name == "mypy" for name, _command, _env in steps) is lints
    assert steps.pytest == tests
    assert steps.left_out == []


def test_the_full_suite_runs_on_the_rooms_and_the_embedded_one_on_nothing(suite: Any, steps: Steps) -> None:
    suite.main("")
    slow, quick, half, embedded = (env for name, _command, env in steps if "tests" in name)
    assert (slow["TEST_DATABASE_NAME"], quick["TEST_DATABASE_NAME"]) == ("test_room1", "test_room0")
    assert quick["DATABASE_URL"] == slow["DATABASE_URL"] == suite.on_services.probes.STANDARD["DATABASE_URL"]
    assert set(embedded) == set(half) == {"DATA_DIR"}
    assert len({slow["DATA_DIR"], half["DATA_DIR"], quick["DATA_DIR"]}) == 3
    assert quick["DATA_DIR"] == embedded["DATA_DIR"]


def test_chaos_multiplies_the_fault_tests(suite: Any, steps: Steps) -> None:
    suite.main("--chaos")
    (_name, _command, env) = steps[0]
    assert {name: env[name] for name in suite.on_services.CHAOS} == suite.on_services.CHAOS
    assert all(value.isdecimal() for value in suite.on_services.CHAOS.values())


def test_each_figure_of_chaos_is_one_that_a_long_test_reads(suite: Any) -> None:
    read = "".join((ROOT / path).read_text(encoding="utf-8") for path in LONG)
    assert [name for name in suite.on_services.CHAOS if f'"{name}"' not in read] == []


def test_the_data_of_a_run_lies_in_a_folder_that_is_gone_afterwards(suite: Any, steps: Steps) -> None:
    suite.main("--lint")
    folders = {env["DATA_DIR"] for _name, _command, env in steps if "DATA_DIR" in env}
    assert len(folders) == 1
    assert not Path(folders.pop()).exists()


def test_missing_services_are_started_and_stopped_again(
    suite: Any, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(suite.on_services.probes, "at_hand", lambda: suite.on_services.probes.STANDARD if calls else {})
    monkeypatch.setattr(suite.on_services.services, "start", lambda: calls.append("start"))
    monkeypatch.setattr(suite.on_services.services, "stop", lambda: calls.append("stop"))
    suite.main("")
    assert calls == ["start", "stop"]
    assert len(steps.pytest) == 4


def test_services_at_hand_are_neither_started_nor_stopped(suite: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for name in ("start", "stop"):
        monkeypatch.setattr(suite.on_services.services, name, lambda name=name: calls.append(name))
    suite.main("--chaos")
    assert calls == []


def test_where_services_cannot_be_had_the_embedded_tests_run_and_the_rest_is_named(
    suite: Any, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"REDIS_URL": suite.on_services.probes.STANDARD["REDIS_URL"]}
    stopped: list[bool] = []
    monkeypatch.setattr(suite.on_services.probes, "at_hand", lambda: found)
    monkeypatch.setattr(suite.on_services.services, "start", lambda: 1)
    monkeypatch.setattr(suite.on_services.services, "stop", lambda: stopped.append(True))
    suite.main("")
    assert steps.pytest == FAST
    assert len(steps.left_out) == 1
    assert "MariaDB or MySQL, RabbitMQ: no answer" in steps.left_out[0]
    assert stopped == [True]


def test_without_a_browser_its_tests_are_named_as_not_run(
    suite: Any, steps: Steps, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    (programs.folder / "chromium").unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    suite.main("")
    assert len(steps.left_out) == 1
    assert "no chromium" in steps.left_out[0]


def test_as_root_the_browser_is_fetched(
    suite: Any, steps: Steps, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    (programs.folder / "chromium").rename(programs.folder / "later")
    programs.link("mv")
    programs.add("apt-get", body=f'[ "$1" = install ] && mv {programs.folder}/later {programs.folder}/chromium')
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    suite.main("")
    assert steps.left_out == []
    assert programs.calls[-1].endswith("chromium")


# --- what is linted ---


def test_the_lint_covers_style_types_order_migrations_and_both_kinds_of_settings(suite: Any, steps: Steps) -> None:
    suite.main("--lint")
    said = [" ".join(Path(word).name if "/" in word else word for word in command) for _n, command, _e in steps]
    for wanted in (
        "ruff check --quiet .",
        "ruff format --check --quiet .",
        "mypy .",
        "lint-imports",
        "makemigrations --check --dry-run",
        "check --fail-level WARNING",
        "check --deploy --fail-level WARNING",
        "spectacular --validate --fail-on-warn",
    ):
        assert any(wanted in command for command in said), wanted


def test_the_deploy_check_alone_runs_as_production_with_a_fresh_key(suite: Any, steps: Steps) -> None:
    suite.main("--lint")
    suite.main("--lint")
    keys = {env["SECRET_KEY"] for _name, command, env in steps if "--deploy" in command}
    assert len(keys) == 2
    assert all("PRODUCTION" not in env for _name, command, env in steps if "--deploy" not in command)


def test_the_command_ends_with_the_code_of_the_run() -> None:
    called = (
        "import sys; sys.path.insert(0, 'scripts'); import linting, runpy;"
        "linting.lint = lambda run, data: run.step('lint', sys.executable, '-c', 'raise SystemExit(5)');"
        "sys.argv = ['test.py', '--lint']; runpy.run_path('scripts/test.py', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", called], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "FAIL" in done.stdout
