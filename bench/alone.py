"""Memory of the service in one process."""

import os
import shutil
import sys
from pathlib import Path

from bench import mixed, processes, targets, wrk
from bench.processes import Server
from bench.targets import ROOT


def figures(folder: Path, port: int) -> tuple[float, float, int]:
    """What ``make run`` starts, on SQLite: (MB at its start, MB after some requests, how many)."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    away = ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "PRODUCTION")
    env = {k: v for k, v in os.environ.items() if k not in away} | {"DATA_DIR": str(folder), "PORT": str(port)}
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "manage.py", "run_service", "--demo"]
    with Server(command, env=env, url=f"{url}/health/live", log=folder / "alone.log", cwd=ROOT, patience=180) as server:
        key = f"Api-Key {targets.issue_key(env)}"
        started = processes.memory_mb(server.pids)
        seen = wrk.run(url, mixed.SCRIPT, seconds=20, seed=1, first_id=0, run="alone", credentials=key)
        return round(started, 1), round(processes.memory_mb(server.pids), 1), seen.requests
