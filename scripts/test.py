"""Everything that CI checks, step by step, with a summary at the end.

test.py          lint, then all tests on real services, the slow ones beside the others, and the embedded ones
test.py --fast   lint and the fast embedded tests
test.py --lint   lint alone
test.py --chaos  the long fault tests alone
"""

import os
import shutil
import subprocess
import sys
import tempfile

import linting
import on_services
from steps import PYTEST, Run

# What takes about half of the embedded tests' time: two processes share them.
_HALF = ("tests/wecom", "tests/core", "tests/bench")


def main(mode: str) -> int:
    run = Run()
    with tempfile.TemporaryDirectory(prefix="scrm-test-") as folder:
        data = {"DATA_DIR": folder}
        if mode != "--chaos":
            linting.lint(run, data)
        if mode == "--chaos":
            on_services.chaos(run, data)
        if mode == "--fast":
            _embedded(run, data)
        if mode == "":
            _browser(run)
            with on_services.tested(run, data):
                _embedded(run, data)
    return run.close()


def _embedded(run: Run, data: dict[str, str]) -> None:
    name, mark = "tests, embedded (SQLite, no broker)", ("-m", "not slow and not services")
    others = [f"--ignore={folder}" for folder in _HALF]
    with (
        tempfile.TemporaryDirectory(dir=data["DATA_DIR"]) as folder,
        run.beside(f"{name}: {', '.join(_HALF)}", *PYTEST, *mark, *_HALF, env={"DATA_DIR": folder}),
    ):
        run.step(f"{name}: the others", *PYTEST, *mark, *others, env=data)


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if sys.argv[1:] else ""))
