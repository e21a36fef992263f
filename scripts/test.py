"""Everything that CI checks, step by step, with a summary at the end.

test.py          lint, then all tests on real services, then the embedded ones
test.py --fast   lint and the fast embedded tests
test.py --lint   lint alone
test.py --chaos  the long fault tests alone
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import linting
import probes
import rooms
import services
from steps import PY, Run

# What the fault tests are multiplied to.
CHAOS = {
    "CHAOS_EVENTS": "100000",
    "CHAOS_KILLS": "20",
    "CHAOS_OUTAGE": "60",
    "CHAOS_WRITES": "10000",
    "CHAOS_HANGS": "5",
    "CONVERGENCE_SEEDS": "50",
    "CONVERGENCE_MUTATIONS": "10000",
}


def main(mode: str) -> int:
    run = Run()
    with tempfile.TemporaryDirectory(prefix="scrm-test-") as folder:
        data = {"DATA_DIR": folder}
        if mode != "--chaos":
            linting.lint(run, data)
        if mode == "":
            _browser(run)
        if mode in ("", "--chaos"):
            _on_services(run, data, chaos=mode == "--chaos")
        if mode in ("", "--fast"):
            _pytest(run, "tests, embedded (SQLite, no broker)", data, "-m", "not slow and not services")
    return run.close()


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
                    "tests/wecom/test_convergence.py",
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if sys.argv[1:] else ""))
