"""Segments and rules: what bitmaps.py and rules.py found at each size, as a table and as figures for the verdict."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import parts


def add(size: str, figures: dict[str, Any], env: Mapping[str, str], folder: Path) -> None:
    """Measure at this size, and put what is known of all sizes so far among the figures."""
    found = parts.answer("bitmaps", env=env, folder=folder)
    found |= parts.answer("bitmaps", "memory", env=env, folder=folder)
    # Bitmaps answer these too, so they come after them.
    found |= parts.answer("rules", env=env, folder=folder)
    found |= parts.answer("rules", "backfill", env=env, folder=folder)
    runs = figures.get("segments", {}).get("runs", {}) | {size: found}
    figures["segments"] = {"runs": runs, "shown": _shown(runs), "gates": _gates(runs)}


def _gates(runs: dict[str, Any]) -> dict[str, float]:
    gates = {}
    if large := runs.get("large"):
        # Of the three pairs of tags the one that the bitmaps beat least.
        ratios = [one["bitmaps"] / min(one["sql"].values()) for one in large["previews"].values()]
        gates = {"preview by bitmaps / best SQL": max(ratios), "200 random trees, p95 ms": large["trees"]["p95"]}
        common = large["refresh"]["common"]
        gates |= {
            "event with 1,000 rules / with one": large["event"]["many"] / large["event"]["one"],
            "refresh of one segment / best SQL": common["again"] / common["sql"],
            "backfill of a rule, memory it grows by, MB": large["backfill"]["grown_mb"],
        }
    if len(runs) == 2:
        many = [runs[size]["update_many"] for size in ("large", "small")]
        gates["bringing one change into step / at 100,000"] = many[0] / many[1]
    return gates


def _shown(runs: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for run in runs.values():
        shown |= {f"{run['customers']:,} customers, {name}": value for name, value in _of(run).items()}
    if "large" in runs:
        for fame, one in runs["large"]["previews"].items():
            shown |= {f"preview, {fame} tags, {name}: ms": ms for name, ms in one["sql"].items()}
    return shown


def _of(run: dict[str, Any]) -> dict[str, Any]:
    previews = {f"preview, {fame} tags ({one['count']:,}): ms": one["bitmaps"] for fame, one in run["previews"].items()}
    return (
        previews
        | _of_rules(run)
        | {
            "best SQL for them: ms": ", ".join(f"{min(one['sql'].values()):.1f}" for one in run["previews"].values()),
            "200 trees of depth 3, p50: ms": run["trees"]["p50"],
            "200 trees of depth 3, p95: ms": run["trees"]["p95"],
            "the same, bitmaps not read yet, p95: ms": run["trees_first"]["p95"],
            "one change brought into step, of 500 at once: ms": run["update_many"],
            "one change brought into step, alone: ms": run["update_one"],
            "building all bitmaps: s": run["build_s"],
            "most memory of that process: MB": run["build_mb"],
            "bitmaps in the database: MB": run["bytes"] / 2**20,
            "memory of a process that has read all: MB": run["mb"],
        }
    )


def _of_rules(run: dict[str, Any]) -> dict[str, Any]:
    event, backfill = run["event"], run["backfill"]
    shown: dict[str, Any] = {
        f"{told}, {fame} tags ({one['members']:,} members): ms": one[key]
        for fame, one in run["refresh"].items()
        for key, told in (("first", "first run of a segment"), ("again", "refresh of it"), ("sql", "best SQL for it"))
    }
    return shown | {
        "an event that one rule hears: ms": event["one"],
        "an event that 1,000 rules hear: ms": event["many"],
        "the first of those after a rule has changed: ms": event["first"],
        f"backfill of a rule ({backfill['changed']:,} changed), customers a second": backfill["a_second"],
        "most memory that it grew by: MB": backfill["grown_mb"],
    }
