"""Servers in the background: started as the leader of a group each, known by a file with their number, ended."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path


def spawn(
    home: Path, name: str, options: list[str], *, program: str | None = None, env: dict[str, str] | None = None
) -> None:
    """Start it, with its log and the file of its number in ``home``."""
    with (home / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [program or name, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | (env or {}),
        )
    (home / f"{name}.pid").write_text(str(process.pid))


def alive(pid_file: Path) -> bool:
    """Whether the process of this file runs. A file that is missing or holds no number names none."""
    try:
        os.kill(int(pid_file.read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def end(pid_file: Path) -> None:
    """Ask it to end, with all that it started, and make it after twenty seconds."""
    if not alive(pid_file):
        return
    # Each was started as the leader of a group, so that what it started ends with it.
    group = int(pid_file.read_text())
    os.killpg(group, signal.SIGTERM)
    deadline = time.monotonic() + 20
    while _group_alive(group) and time.monotonic() < deadline:
        time.sleep(0.2)
    if _group_alive(group):
        os.killpg(group, signal.SIGKILL)


def _group_alive(group: int) -> bool:
    # One that this very process started stays in the table, dead, until somebody asks for it.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
