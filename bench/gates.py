"""What must hold and what is aimed at, for one million customers; the verdict over a run's figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Gate:
    """One bound of one workload. ``more`` means that more is better."""

    workload: str
    what: str
    gate: float
    aim: float
    more: bool = False

    def holds(self, value: float) -> bool:
        return value >= self.gate if self.more else value <= self.gate

    def reached(self, value: float) -> bool:
        return value >= self.aim if self.more else value <= self.aim


@dataclass(frozen=True, slots=True)
class Verdict:
    gate: Gate
    value: float | None

    @property
    def word(self) -> str:
        """``aim``, ``gate``, ``FAILED``, or ``not measured``."""
        if self.value is None:
            return "not measured"
        if self.gate.reached(self.value):
            return "aim"
        return "gate" if self.gate.holds(self.value) else "FAILED"


def _bounds() -> Iterator[Gate]:
    ratios = {
        "list": (500, 3000),
        "filter": (30, 120),
        "keyword": (50, 200),
        "rare": (50, 200),
        "deep": (50, 250),
        "cursor": (500, 3000),
        "cached": (0.7, 1.0),
        "detail": (0.8, 1.3),
        "create": (2.5, 4),
        "tags": (1.5, 2.3),
    }
    for workload, (gate, aim) in ratios.items():
        yield Gate(workload, "rate / original", gate, aim, more=True)
    yield Gate("list", "rate / original at 100,000", 50, 300, more=True)
    yield Gate("create", "rate / original without validation", 1.0, 1.4, more=True)
    costs = {
        "list": (2.5, 1.2),
        "filter": (2.8, 1.4),
        "keyword": (2.5, 1.3),
        "rare": (2.5, 1.3),
        "cached": (0.45, 0.28),
        "detail": (1.2, 0.7),
        "create": (2.0, 1.2),
        "tags": (1.6, 1.0),
    }
    for workload, (gate, aim) in costs.items():
        yield Gate(workload, "server CPU ms", gate, aim)
    latencies = {
        "list": (20, 10),
        "filter": (30, 15),
        "keyword": (30, 13),
        "rare": (30, 13),
        "deep": (400, 20),
        "cached": (5, 3),
        "detail": (15, 9),
        "create": (25, 13),
        "tags": (30, 16),
    }
    for workload, (gate, aim) in latencies.items():
        yield Gate(workload, "p50 ms", gate, aim)
    for workload, most in {"list": 4, "detail": 2, "create": 4, "tags": 5}.items():
        yield Gate(workload, "statements", most, most)
    yield Gate("cursor", "cost / page 1", 1.3, 1.1)
    for workload in ("list", "filter", "keyword", "rare", "cursor"):
        yield Gate(workload, "growth from 100,000", 1.5, 1.2)
    yield Gate("list", "CPU / ModelViewSet", 1 / 3, 1 / 4)
    yield Gate("list", "SQL ms of the total", 3, 1)
    yield from _of_parts()


def _of_parts() -> Iterator[Gate]:
    """Of what isn't a request over HTTP."""
    yield Gate("relay", "events a second", 2000, 5000, more=True)
    yield Gate("memory", "growth over 100,000 requests, MB", 8, 4)
    yield Gate("keyword", "full scans in EXPLAIN", 0, 0)
    yield Gate("mirror", "database / plain upsert of the same rows", 2.5, 1.5)
    yield Gate("mirror", "repeat, times faster", 5, 10, more=True)
    yield Gate("mirror", "memory from 10,000 to 100,000, MB", 100, 30)
    yield Gate("callbacks", "CPU / plain view", 2, 1.5)
    yield Gate("callbacks", "receipt to event, p95 s", 5, 2)
    yield Gate("segments", "preview by bitmaps / best SQL", 1 / 20, 1 / 100)
    yield Gate("segments", "200 random trees, p95 ms", 20, 5)
    yield Gate("segments", "bringing one change into step / at 100,000", 1.5, 1.2)
    yield Gate("segments", "event with 1,000 rules / with one", 10, 5)
    yield Gate("segments", "refresh of one segment / best SQL", 2, 1)
    yield Gate("segments", "backfill of a rule, memory it grows by, MB", 100, 30)
    yield Gate("timeline", "page / best SQL", 2, 1.3)
    yield Gate("timeline", "page at any depth / first", 1.5, 1.2)
    yield Gate("stats", "statements of a profile", 8, 4)
    yield Gate("stats", "one day / its queries in raw SQL", 2, 1.2)
    yield Gate("stats", "rebuild, memory it grows by, MB", 30, 10)
    yield Gate("stats", "rebuild, a day of many / a day of 30", 1.3, 1.1)
    yield Gate("stats", "statements of an answer, most", 8, 6)
    yield Gate("stats", "tables of customers read by a report", 0, 0)
    yield Gate("stats", "an answer / at 100,000, most", 1.2, 1.1)
    yield Gate("stats", "lists behind a number that read a table whole", 0, 0)
    # WeCom itself waits five seconds.
    yield Gate("callbacks", "answered, p99 ms", 1000, 200)
    yield Gate("callbacks", "answered without Redis and RabbitMQ, p99 ms", 1000, 200)


GATES = list(_bounds())
# A service that answered nothing in the time it was given: one answer in that time would have been this or less.
_NOTHING = 0.02


def judge(figures: dict[str, Any]) -> list[Verdict]:
    """A verdict on each gate, in the order of the table.

    Args:
        figures: ``large`` and ``small``: load results (target → workload → medians) at 1,000,000 and 100,000; and
            what the other parts found, under ``inprocess``, ``relay``, ``memory``.
    """
    return [Verdict(gate, value_of(gate, figures)) for gate in GATES]


def value_of(gate: Gate, figures: dict[str, Any]) -> float | None:
    """What was measured for a gate, or None."""
    try:
        return _value(gate.workload, gate.what, figures)
    except (KeyError, ZeroDivisionError):
        return None


def _value(workload: str, what: str, f: dict[str, Any]) -> float:
    if what.startswith("rate / original"):
        size = "small" if what.endswith("100,000") else "large"
        return _ratio(workload, f[size], plain="without" in what)
    if what == "cost / page 1":
        return _cost(f["large"]["ours"]["cursor"]) / _cost(f["large"]["ours"]["list"])
    if what.startswith("growth from"):
        return _cost(f["large"]["ours"][workload]) / _cost(f["small"]["ours"][workload])
    if what in ("CPU / ModelViewSet", "SQL ms of the total", "full scans in EXPLAIN"):
        return f["inprocess"]["gates"][what]
    if workload in ("relay", "memory", "mirror", "callbacks", "segments", "timeline", "stats"):
        return f[workload]["gates"][what]
    row = f["large"]["ours"][workload]
    if what == "statements":
        # Over HTTP a few more are seen: a key read anew every five seconds, the bench's own questions.
        return round(row["statements"])
    return row[{"server CPU ms": "server_ms", "p50 ms": "p50"}[what]]


def _cost(row: dict[str, float]) -> float:
    """Processor time of the service and the database: steadier than latency on a machine that does other things too."""
    return row["server_ms"] + row["database_ms"]


def _ratio(workload: str, results: dict[str, Any], *, plain: bool) -> float:
    """Ours over the original's best; a creation is compared with each variant by itself.

    Raises:
        KeyError: the original was not asked.
    """
    # The original has no cursor: its page of the same depth is what a cursor spares.
    asked = "deep" if workload == "cursor" else workload
    theirs = [
        rows[asked]["rate"]
        for name, rows in results.items()
        if name != "ours" and asked in rows and (workload != "create" or name.endswith("-plain") == plain)
    ]
    # Nobody to compare with is no figure; somebody who answered nothing is one.
    if not theirs:
        raise KeyError(workload)
    return results["ours"][workload]["rate"] / (max(theirs) or _NOTHING)
