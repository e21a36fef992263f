"""Everything that CI checks, step by step, with a summary at the end.

test.py          lint, then all tests on real services, then the embedded ones
test.py --fast   lint and the fast embedded tests
test.py --lint   lint alone
test.py --chaos  the long fault tests alone
"""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import probes
import rooms
import services

ROOT = Path(__file__).resolve().parent.parent
PY = sys.executable
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
)
# What the fault tests are multiplied to.
CHAOS = {
    "CHAOS_EVENTS": "100000",
    "CHAOS_KILLS": "20",
    "CHAOS_OUTAGE": "60",
    "CHAOS_WRITES": "10000",
    "CHAOS_HANGS": "5",
}


@dataclass
class Run:
    """The steps so far, and what could not be run."""

    done: list[tuple[str, bool, float, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def step(self, name: str, *command: str, env: dict[str, str] | None = None) -> None:
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        ok, last = _watch(command, _clean_environment() | (env or {}))
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


def main(mode: str) -> int:
    run = Run()
    with tempfile.TemporaryDirectory(prefix="scrm-test-") as folder:
        data = {"DATA_DIR": folder}
        if mode != "--chaos":
            _lint(run, data)
        if mode == "":
            _browser(run)
        if mode in ("", "--chaos"):
            _on_services(run, data, chaos=mode == "--chaos")
        if mode in ("", "--fast"):
            _pytest(run, "tests, embedded (SQLite, no broker)", data, "-m", "not slow and not services")
    return run.close()


def _lint(run: Run, data: dict[str, str]) -> None:
    tools = Path(PY).parent
    run.step("ruff check", str(tools / "ruff"), "check", "--quiet", ".")
    run.step("ruff format", str(tools / "ruff"), "format", "--check", "--quiet", ".")
    run.step("mypy", str(tools / "mypy"), ".", env=data)
    run.step("import order", str(tools / "lint-imports"), env=data)
    run.step("migrations are complete", PY, "manage.py", "makemigrations", "--check", "--dry-run", env=data)
    run.step("manage.py check", PY, "manage.py", "check", "--fail-level", "WARNING", env=data)
    deploy = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    run.step("manage.py check --deploy, production settings", PY, *deploy, env=data | _production())
    schema = ("manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)
    run.step("OpenAPI schema", PY, *schema, env=data)


def _production() -> dict[str, str]:
    return {
        "PRODUCTION": "1",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "scrm.example.com",
        "DATABASE_URL": "mysql://scrm:secret@db:3306/scrm",
        "REDIS_URL": "redis://redis:6379/0",
        "BROKER_URL": "amqp://scrm:secret@rabbitmq:5672/scrm",
    }


def _on_services(run: Run, data: dict[str, str], *, chaos: bool) -> None:
    """The tests on MariaDB or MySQL, Redis and RabbitMQ: those at hand, else those that we can start."""
    with _services() as found:
        missing = [probes.PRODUCTS[name] for name in probes.STANDARD if name not in found]
        if missing:
            run.left_out.append(
                f"the tests on real services. {', '.join(missing)}: no answer, and make services failed."
            )
            return
        with rooms.own_rooms(found) as environment:
            print("\n".join(f"{name}={value}" for name, value in environment.items()))
            if chaos:
                _pytest(
                    run,
                    "chaos",
                    data | environment | CHAOS,
                    "tests/faults/test_event_faults.py",
                    "tests/faults/test_task_faults.py",
                )
            else:
                _pytest(run, "tests on MariaDB or MySQL, Redis, RabbitMQ", data | environment)


@contextlib.contextmanager
def _services() -> Iterator[dict[str, str]]:
    found = probes.at_hand()
    started = len(found) < len(probes.STANDARD)
    if started:
        services.start()
        found = probes.at_hand()
    try:
        yield found
    finally:
        if started:
            services.stop()


def _browser(run: Run) -> None:
    """The console's tests drive Chromium; as root on Debian or Ubuntu it is fetched."""
    if shutil.which("chromium"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium ...", flush=True)
        subprocess.run(["apt-get", "update"], capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], capture_output=True)
    if not shutil.which("chromium"):
        run.left_out.append("the console's tests in a browser: there is no chromium, and it can't be installed here.")


def _pytest(run: Run, name: str, env: dict[str, str], *words: str) -> None:
    run.step(name, PY, "-m", "pytest", "-q", *words, env=env)


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS}


def _watch(command: tuple[str, ...], env: dict[str, str]) -> tuple[bool, str]:
    """Run it, pass its output on, and keep pytest's closing line."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    closing = ""
    assert process.stdout
    for line in process.stdout:
        print(line, end="", flush=True)
        if " in " in line and (" passed" in line or " failed" in line or "no tests ran" in line):
            closing = line.strip()
    return process.wait() == 0, closing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if sys.argv[1:] else ""))
