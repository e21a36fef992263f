"""Tasks that a worker of the fault tests runs: each writes a line into a file, so that runs can be counted."""

import os
import signal
from pathlib import Path

from celery import shared_task


@shared_task
def good(folder: str, name: str) -> None:
    _note(folder, name)


@shared_task
def poison(folder: str) -> None:
    _note(folder, "poison")
    os.kill(os.getpid(), signal.SIGKILL)


def _note(folder: str, line: str) -> None:
    with (Path(folder) / "runs").open("a") as runs:
        runs.write(f"{line}\n")
