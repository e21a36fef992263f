"""``python -m bench.servers``: the same service behind each web server (docs/decisions/0002-web-server.md).

gunicorn is no requirement of the service: install it beside it to have it measured.
"""

import argparse
import importlib.util
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import processes, targets, wrk
from bench.database import Schema
from bench.processes import Server
from bench.report import table
from bench.targets import ROOT, WORKERS
from bench.workloads import BASE, BY_NAME, Scene

PORT = 7185
_APP = "scrm_customer.wsgi:application"


def commands(port: int) -> Iterator[tuple[str, list[str]]]:
    """(name, command) of each server that is installed, with two processes."""
    python = [sys.executable, "-m"]
    for threads in (None, 1, 2, 4, 8):
        yield f"granian, {threads or 'default (256)'} threads", targets.granian(port, threads=threads)
    if importlib.util.find_spec("gunicorn"):
        base = [*python, "gunicorn", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
        yield "gunicorn sync", [*base, _APP]
        yield (
            "gunicorn gthread, 4 threads",
            [*base, "--worker-class", "gthread", "--threads", "4", "--keep-alive", "30", _APP],
        )
    # Waitress has one process: it is what a machine without wheels for granian would run.
    yield "waitress, 1 process", [*python, "waitress", f"--listen=127.0.0.1:{port}", "--threads=8", _APP]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="mysql://root@127.0.0.1:3306/bench_100k")
    parser.add_argument("--redis-db", type=int, default=9)
    parser.add_argument("--vhost", default="%2F")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench")
    options = parser.parse_args()
    env = targets.production(Schema(options.database), options.folder, redis_db=options.redis_db, vhost=options.vhost)
    key = f"Api-Key {targets.issue_key(env)}"
    found: dict[str, dict[str, list[tuple[float, float, float]]]] = {}
    memory: dict[str, float] = {}
    for _ in range(options.rounds):
        for name, command in commands(PORT):
            url = f"http://127.0.0.1:{PORT}"
            log = options.folder / "server.log"
            with Server(command, env=env, url=f"{url}{BASE}/1", log=log, cwd=ROOT) as server:
                for work, script in scripts().items():
                    found.setdefault(name, {}).setdefault(work, []).append(
                        _run(server, url, script, key, options.seconds)
                    )
                memory[name] = processes.memory_mb(server.pids)
    print(shown(found, memory))


def scripts() -> dict[str, str]:
    """A view that does nothing, the cached detail, the list."""
    scene = Scene(100_000)
    return {
        "bare": "request = function() return wrk.format('GET', '/health/live', HEADERS) end",
        "cached detail": BY_NAME["cached"].script(scene),
        "list": BY_NAME["list"].script(scene),
    }


def _run(server: Server, url: str, script: str, key: str, seconds: float) -> tuple[float, float, float]:
    """(requests a second, CPU ms a request, p99 ms)."""
    wrk.run(url, script, seconds=2, seed=1, first_id=0, run="w", credentials=key)
    before = processes.cpu_seconds(server.pids)
    seen = wrk.run(url, script, seconds=seconds, seed=2, first_id=0, run="r", credentials=key)
    if seen.bad:
        print(f"{seen.bad} of {seen.requests} failed: {' '.join(server.command)}", file=sys.stderr)
    return seen.rate, (processes.cpu_seconds(server.pids) - before) * 1000 / max(seen.requests, 1), seen.p99


def shown(found: dict[str, dict[str, list[tuple[float, float, float]]]], memory: dict[str, float]) -> str:
    """A Markdown table of medians: requests a second, CPU and p99."""
    works = list(scripts())
    heads = ["server", *(f"{w}: req/s (CPU ms, p99 ms)" for w in works), "memory MB"]
    rows = []
    for name, samples in found.items():
        cells = [tuple(statistics.median(s[i] for s in samples[w]) for i in range(3)) for w in works]
        rows.append([name, *(f"{r:,.0f} ({c:.2f}, {p:.0f})" for r, c, p in cells), f"{memory[name]:.0f}"])
    return table(heads, rows)


if __name__ == "__main__":
    main()
