"""Statistics and profiles: what counting.py, reports.py and behind.py found, as a table and for the verdict."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench import parts
from bench.targets import ROOT

Env = Mapping[str, str]
# A rebuild of so many days is what a longer one is compared with.
SHORT = 30
# A console without a second factor; and a year filled at once takes longer than any statement of the service.
SETTINGS = {"OTP_REQUIRED": "0", "DB_READ_TIMEOUT": "900"}
# Of each page the quickest of so many turns of both sizes.
TURNS = 12


def figures(large: Env, small: Env, folder: Path, *, days: int) -> dict[str, Any]:
    """Measure both sizes: one day and the lists at the large one, a rebuild at the small one, answers in turn.

    Args:
        days: how long the longer rebuild is.
    """
    both = {"large": {**large, **SETTINGS}, "small": {**small, **SETTINGS}}
    # The files that the console's pages name.
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, env=both["large"], cwd=ROOT, check=True)
    found: dict[str, Any] = {
        "day": parts.answer("counting", "day", env=both["large"], folder=folder),
        "rebuilds": [
            parts.answer("counting", "rebuild", str(number), env=both["small"], folder=folder)
            for number in (SHORT, days)
        ],
        "answers": in_turn(both, folder),
        "lists": parts.answer("behind", env=both["large"], folder=folder),
    }
    return found | {"shown": _shown(found), "gates": _gates(found)}


def in_turn(both: Mapping[str, Env], folder: Path) -> dict[str, Any]:
    """What each answer costs at the large size, and its milliseconds at both, measured by one and then the other."""
    with ExitStack() as stack:
        sides = {size: stack.enter_context(_side(size, env, folder)) for size, env in both.items()}
        costs = {size: json.loads(_line(side)) for size, side in sides.items()}
        found: dict[str, Any] = costs["large"]
        for name, cost in found.items():
            times: dict[str, list[float]] = {size: [] for size in sides}
            for _n in range(TURNS):
                for size, side in sides.items():
                    times[size].append(float(_asked(side, name)))
            cost |= {size: min(ms) for size, ms in times.items()}
        return found


@contextmanager
def _side(size: str, env: Env, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.within", "reports"]
    with (folder / f"reports-{size}.log").open("w") as log:
        side = subprocess.Popen(
            command, env=dict(env), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            yield side
        finally:
            side.kill()
            side.communicate()


def _asked(side: subprocess.Popen[str], name: str) -> str:
    assert side.stdin
    side.stdin.write(f"{name}\n")
    side.stdin.flush()
    return _line(side)


def _line(side: subprocess.Popen[str]) -> str:
    """Raises SystemExit: it has ended."""
    assert side.stdout
    if not (line := side.stdout.readline()):
        raise SystemExit("reports: ended, see its log")
    return line


def _gates(found: dict[str, Any]) -> dict[str, float]:
    day, (short, long) = found["day"], found["rebuilds"]
    profiles = {name: one for name, one in found["answers"].items() if name.endswith("profile")}
    reports = {name: one for name, one in found["answers"].items() if name not in profiles}
    counted = {name: one for name, one in reports.items() if name != "console home"}
    return {
        "statements of a profile": profiles["REST profile"]["statements"],
        "one day / its queries in raw SQL": max(day["first"], day["again"]) / day["sql"],
        "rebuild, memory it grows by, MB": long["grown_mb"],
        "rebuild, a day of many / a day of 30": (long["s"] / long["days"]) / (short["s"] / short["days"]),
        "statements of an answer, most": max(one["statements"] for one in reports.values()),
        "tables of customers read by a report": max(len(one["tables"]) for one in counted.values()),
        "an answer / at 100,000, most": max(one["large"] / one["small"] for one in reports.values()),
        "lists behind a number that read a table whole": sum(bool(one["whole"]) for one in found["lists"].values()),
    }


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    day, lists = found["day"], found["lists"]
    slowest = sorted(lists, key=lambda name: -float(lists[name]["ms"]))[:3]
    shown: dict[str, Any] = {
        f"one day for the first time ({day['rows']:,} rows, {day['queries']} queries): ms": day["first"],
        "the same again, nothing differs: ms": day["again"],
        "its queries in raw SQL: ms": day["sql"],
    }
    shown |= {
        f"of these, from {name}: ms": ms for name, ms in sorted(day["tables"].items(), key=lambda one: -one[1])[:5]
    }
    shown |= {f"100,000 customers, a rebuild of {one['days']} days: s": one["s"] for one in found["rebuilds"]}
    for name, one in found["answers"].items():
        shown[f"{name} ({one['statements']} statements): ms; at 100,000"] = f"{one['large']:.1f}; {one['small']:.1f}"
    shown |= {f"behind {name} ({lists[name]['rows']:,} rows read): ms": lists[name]["ms"] for name in slowest}
    return shown | {f"read whole behind {name}": ", ".join(one["whole"]) for name, one in lists.items() if one["whole"]}
