"""Memory of a web worker over 100,000 requests, and of the service in one process."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import processes, targets, wrk
from bench.database import Schema
from bench.processes import Server
from bench.targets import ROOT, Target
from bench.workloads import BASE

REQUESTS = 100_000
# Lists, filters, details, a missing customer, a refused parameter: what a day brings, without writing.
_MIXED = f"""
local n = 0
request = function()
  n = n + 1
  local kind = n % 10
  local path = '{BASE}/' .. math.random(1, 90000)
  if kind < 2 then path = '{BASE}/?page=' .. math.random(1, 40)
  elseif kind < 3 then path = '{BASE}/?channel=qrcode&status=1&followUserId=' .. math.random(1, 200)
  elseif kind < 4 then path = '{BASE}/?cursor='
  elseif kind == 4 then path = '{BASE}/999999999'
  elseif kind == 5 then path = '{BASE}/?nonsense=1' end
  return wrk.format('GET', path, HEADERS)
end
"""


def figures(schema: Schema, env: Mapping[str, str], folder: Path, *, port: int) -> dict[str, Any]:
    """``shown`` for the table and ``gates`` for the verdict."""
    url = f"http://127.0.0.1:{port}"
    key = targets.issue_key(env)
    command = targets.granian(port, workers=1)
    with Server(command, env=env, url=f"{url}{BASE}/1", log=folder / "memory.log", cwd=ROOT) as server:
        target = Target("ours", url, schema, server, f"Api-Key {key}")
        started = processes.memory_mb(server.pids)
        course = _course(target)
    # The first tenth fills pools and caches of the process; from there on it must not grow.
    settled = course[1:]
    grown = settled[-1] - settled[0]
    alone = one_process(folder / "alone", port)
    shown = {
        "web, one worker with its supervisor, just started, MB": started,
        "the same after 10,000 requests, MB": settled[0],
        f"the same after {REQUESTS:,} requests, MB": settled[-1],
        "everything in one process, with the demo company, MB": alone[0],
        f"the same after {alone[2]:,} requests, MB": alone[1],
    }
    return {"shown": shown, "course": course, "gates": {"growth over 100,000 requests, MB": round(grown, 2)}}


def one_process(folder: Path, port: int) -> tuple[float, float, int]:
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
        seen = wrk.run(url, _MIXED, seconds=20, seed=1, first_id=0, run="alone", credentials=key)
        return round(started, 1), round(processes.memory_mb(server.pids), 1), seen.requests


def _course(target: Target) -> list[float]:
    """The memory after each tenth of the requests, the state before first."""
    course, done, turn = [processes.memory_mb(target.server.pids)], 0, 0
    while done < REQUESTS:
        turn += 1
        goal = turn * REQUESTS // 10
        while done < goal:
            seen = wrk.run(
                target.url,
                _MIXED,
                seconds=5,
                seed=done,
                first_id=0,
                run="memory",
                credentials=target.credentials,
            )
            done += max(seen.requests, 1)
        course.append(round(processes.memory_mb(target.server.pids), 1))
    return course
