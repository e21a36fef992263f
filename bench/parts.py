"""Run a part of the bench that lives inside Django (within.py) in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.targets import ROOT


def answer(part: str, *arguments: str, env: Mapping[str, str], folder: Path) -> Any:
    """What the part printed last, as JSON. Its log goes to ``folder``. Raises CalledProcessError."""
    command = [sys.executable, "-m", "bench.within", part, *arguments]
    with (folder / f"{part}.log").open("w") as log:
        done = subprocess.run(
            command, env=dict(env), cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, check=True
        )
    return json.loads(done.stdout.splitlines()[-1])
