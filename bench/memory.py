"""Memory of a web worker over 100,000 requests, and of the service in one process."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import alone, mixed, processes, targets, wrk
from bench.database import Schema
from bench.processes import Server
from bench.targets import ROOT, Target
from bench.workloads import BASE

REQUESTS = 100_000


def figures(schema: Schema, env: Mapping[str, str], folder: Path, *, port: int) -> dict[str, Any]:
    """``shown`` for the table and ``gates`` for the verdict."""
    url = f"http://127.0.0.1:{port}"
    key = targets.issue_key(env)
    command = targets.granian(port, workers=1)
    with Server(command, env=env, url=f"{url}{BASE}/1", log=folder / "memory.log", cwd=ROOT) as server:
        target = Target("ours", url, schema, server, f"Api-Key {key}")
        started = processes.memory_mb(server.pids)
        course = _course(target)
        after = processes.memory_mb(server.pids)
    in_one = alone.figures(folder / "alone", port)
    shown = {
        "web, one worker with its supervisor, just started, MB": started,
        f"the same after {REQUESTS:,} requests, MB": after,
        "everything in one process, with the demo company, MB": in_one[0],
        f"the same after {in_one[2]:,} requests, MB": in_one[1],
    }
    # The first tenth fills pools and caches of the process; from there on it must not grow.
    grown = course[-1] - course[1]
    return {"shown": shown, "course": course, "gates": {"growth over 100,000 requests, MB": round(grown, 2)}}


def _course(target: Target) -> list[float]:
    """The resident set in MB after each tenth of the requests, the state before first."""
    course, done, turn = [round(processes.resident_mb(target.server.pids), 1)], 0, 0
    while done < REQUESTS:
        turn += 1
        goal = turn * REQUESTS // 10
        while done < goal:
            seen = wrk.run(
                target.url,
                mixed.SCRIPT,
                seconds=5,
                seed=done,
                first_id=0,
                run="memory",
                credentials=target.credentials,
            )
            done += max(seen.requests, 1)
        course.append(round(processes.resident_mb(target.server.pids), 1))
    return course
