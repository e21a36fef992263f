"""Steps of a run of checks: each shown as it goes, all of them in the summary."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PY = sys.executable
PYTEST = (PY, "-m", "pytest", "-q")
# A run must not be bent by what a developer has set for their own server.
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "BROKER_URL",
    "PRODUCTION",
    "DATA_DIR",
    "TEST_DATABASE_NAME",
    "EVENT_QUEUE",
    "TASK_QUEUE",
    # Each of hundreds of processes would compile the service anew, and each pytest rewrite all tests.
    "PYTHONDONTWRITEBYTECODE",
)


@dataclass
class Run:
    """The steps so far, and what could not be run."""

    done: list[tuple[str, bool, float, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def step(self, name: str, *command: str, env: dict[str, str] | None = None) -> None:
        print(f"\n== {name}", flush=True)
        self._run(name, command, env, lambda line: print(line, end="", flush=True))

    @contextlib.contextmanager
    def beside(self, name: str, *command: str, env: dict[str, str] | None = None) -> Iterator[None]:
        """A step that goes on while the block does; the block waits for it, and then shows what it printed."""
        said: list[str] = []
        thread = threading.Thread(target=self._run, args=(name, command, env, said.append))
        thread.start()
        try:
            yield
        finally:
            thread.join()
            print(f"\n== {name}\n{''.join(said)}", flush=True)

    def _run(
        self, name: str, command: tuple[str, ...], env: dict[str, str] | None, show: Callable[[str], object]
    ) -> None:
        started = time.monotonic()
        ok, last = _watch(command, _clean_environment() | (env or {}), show)
        self.done.append((name, ok, time.monotonic() - started, last))

    def close(self) -> int:
        """Print the summary. Returns the exit code."""
        print("\n== Summary")
        for name, ok, seconds, last in self.done:
            print(f"{'ok  ' if ok else 'FAIL'} {seconds:6.1f} s  {name}" + (f": {last.strip('= ')}" if last else ""))
        for what in self.left_out:
            print(f"\n!!!! NOT RUN: {what}")
        sys.stdout.flush()
        return 0 if all(ok for _, ok, _, _ in self.done) else 1


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS}


def _watch(command: tuple[str, ...], env: dict[str, str], show: Callable[[str], object]) -> tuple[bool, str]:
    """Run it, pass its output on line by line, and keep pytest's closing line."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    closing = ""
    assert process.stdout
    for line in process.stdout:
        show(line)
        if " in " in line and (" passed" in line or " failed" in line or "no tests ran" in line):
            closing = line.strip()
    return process.wait() == 0, closing
