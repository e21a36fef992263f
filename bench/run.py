"""``python -m bench.run`` (``make bench``): measure, judge, and write docs/benchmarks.md.

Needs MariaDB or MySQL, Redis, RabbitMQ and wrk; the original service (``--peer-dir``) is optional, and without it the
ratios are left out. The databases are made and filled at the first run.
"""

import argparse
import json
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import load, memory, mirror, pipeline, report, segments, stats, targets, timeline
from bench import parts as within
from bench.database import Schema, Traces, ensure_filled
from bench.targets import ROOT
from bench.workloads import BY_NAME, Scene

SIZES = {"large": ("bench_1m", "perf", 1_000_000), "small": ("bench_100k", "perf_100k", 100_000)}
PEERS = "p2-plain,p2"
PORT, PEER_PORT = 7180, 7181


def main() -> None:
    options = _options()
    # Stopped from outside, it still stops its servers and removes its rows.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    figures: dict[str, Any] = {"customers": {size: SIZES[size][2] for size in SIZES}}
    if options.keep and options.raw.exists():
        figures |= json.loads(options.raw.read_text(encoding="utf-8"))
    for size in options.sizes.split(","):
        _one_size(size, options, figures)
    if "stats" in options.parts.split(","):
        figures["stats"] = _of_both(options)
    figures |= {"at": time.strftime("%Y-%m-%d"), "conditions": _conditions(options)}
    verdicts = report.write(figures, options.page, options.raw)
    for v in verdicts:
        print(f"{v.word:13} {v.gate.workload:9} {v.gate.what:36} {v.value if v.value is None else round(v.value, 3)}")
    failed = [v for v in verdicts if v.word == "FAILED"]
    sys.exit(f"{len(failed)} gates failed" if failed else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--server", default="mysql://root@127.0.0.1:3306/", help="the database server, as a DATABASE_URL"
    )
    parser.add_argument("--peer-dir", type=Path, help="the original service's folder, built, its databases filled")
    parser.add_argument("--peers", default=PEERS, help="its variants: p1, p2, p1-plain, p2-plain")
    parser.add_argument("--sizes", default="large,small")
    parser.add_argument("--only", default=",".join(BY_NAME), help="workloads")
    parser.add_argument("--parts", default="http,inprocess,relay,memory,mirror,callbacks,segments,timeline,stats")
    parser.add_argument("--days", type=int, default=365, help="days of statistics that are rebuilt")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--slow-seconds", type=float, default=20)
    parser.add_argument("--redis-db", type=int, default=9)
    parser.add_argument("--vhost", default="%2F")
    parser.add_argument("--peer-vhost", default="perf")
    parser.add_argument("--keep", action="store_true", help="keep the earlier figures of what is not measured now")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--raw", type=Path, default=ROOT / "var" / "bench.json")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench", help="logs")
    return parser.parse_args()


def _one_size(size: str, options: argparse.Namespace, figures: dict[str, Any]) -> None:
    name, peer_name, customers = SIZES[size]
    schema = ensure_filled(options.server.rstrip("/") + f"/{name}", customers)
    parts = set(options.parts.split(","))
    traces = Traces(schema, customers)
    try:
        if "http" in parts:
            found = _over_http(schema, schema.sibling(peer_name), customers, options)
            _merge(figures.setdefault(size, {}), found)
            # Hours of measuring are not lost to what goes wrong after them; and the relay has only its own to carry.
            report.keep(figures, options.raw)
            traces.remove()
        if "segments" in parts:
            env = targets.production(schema, options.folder, redis_db=options.redis_db, vhost=options.vhost)
            segments.add(size, figures, env, options.folder)
        if size == "large":
            _inside(schema, parts, options, figures)
    finally:
        traces.remove()


def _merge(kept: dict[str, Any], found: load.Results) -> None:
    for target, rows in found.items():
        kept.setdefault(target, {}).update(rows)


def _over_http(schema: Schema, peers: Schema, customers: int, options: argparse.Namespace) -> load.Results:
    with ExitStack() as stack:
        mine = stack.enter_context(
            targets.ours(schema, options.folder, port=PORT, redis_db=options.redis_db, vhost=options.vhost)
        )
        rivals = [
            stack.enter_context(
                targets.original(
                    name, peers, options.folder, options.peer_dir, port=PEER_PORT + number, vhost=options.peer_vhost
                )
            )
            for number, name in enumerate(options.peers.split(","))
            if options.peer_dir
        ]
        scene = Scene(customers)
        workloads = [BY_NAME[name] for name in options.only.split(",")]
        if BY_NAME["cursor"] in workloads:
            scene = Scene(customers, load.deep_cursor(mine, (scene.deep - 1) * 20))
        plan = load.Plan(options.rounds, options.seconds, options.slow_seconds)
        # The original's new rows go too, and its old ones keep what tags they were given.
        last = peers.ask(f"SELECT MAX(id) FROM `{peers.name}`.customer")[0][0] if rivals else 0
        found = load.measure([mine, *rivals], workloads, scene, plan)
        if rivals:
            peers.ask(f"DELETE FROM `{peers.name}`.customer WHERE id > %s", last)
        return found


def _inside(schema: Schema, parts: set[str], options: argparse.Namespace, figures: dict[str, Any]) -> None:
    env = targets.production(schema, options.folder, redis_db=options.redis_db, vhost=options.vhost)
    for part in ("inprocess", "relay"):
        if part in parts:
            figures[part] = within.answer(part, env=env, folder=options.folder)
    if "timeline" in parts:
        figures["timeline"] = timeline.figures(env, options.folder)
    if "memory" in parts:
        figures["memory"] = memory.figures(schema, env, options.folder, port=PORT)
    if "mirror" in parts:
        figures["mirror"] = mirror.figures(options.server.rstrip("/"), env, options.folder, port=PORT)
    if "callbacks" in parts:
        figures["callbacks"] = pipeline.figures(options.server.rstrip("/"), env, options.folder, port=PORT)


def _of_both(options: argparse.Namespace) -> dict[str, Any]:
    """What is measured at both sizes in turn."""
    schemas = [ensure_filled(options.server.rstrip("/") + f"/{name}", count) for name, _peer, count in SIZES.values()]
    large, small = (
        targets.production(schema, options.folder, redis_db=options.redis_db, vhost=options.vhost) for schema in schemas
    )
    return stats.figures(large, small, options.folder, days=options.days)


def _conditions(options: argparse.Namespace) -> dict[str, str]:
    """What the figures depend on besides the code."""
    database = Schema(options.server.rstrip("/") + "/").settings()
    python = ".".join(map(str, sys.version_info[:3]))
    return {
        "clients": "16, two server processes",
        "rounds": f"{options.rounds} of {options.seconds:g} s in turn, medians",
        "Python": python,
        **database,
    }


if __name__ == "__main__":
    main()
