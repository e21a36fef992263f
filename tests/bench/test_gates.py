"""Each gate of the table fails just past its bound, holds at it, and says so when nothing was measured."""

import math
from collections import Counter
from typing import Any

import pytest

from bench import gates
from bench.gates import GATES, Gate, Verdict
from bench.workloads import BY_NAME

ALL = [pytest.param(gate, id=f"{gate.workload}: {gate.what}") for gate in GATES]


def past(value: float, *, more: bool) -> float:
    """The next worse number there is."""
    return math.nextafter(value, -math.inf if more else math.inf)


@pytest.mark.parametrize("gate", ALL)
def test_at_its_bound_a_gate_holds_and_just_past_it_fails(gate: Gate) -> None:
    assert gate.holds(gate.gate)
    assert not gate.holds(past(gate.gate, more=gate.more))


@pytest.mark.parametrize("gate", ALL)
def test_at_its_aim_it_is_reached_and_just_past_it_only_the_gate_counts(gate: Gate) -> None:
    assert Verdict(gate, gate.aim).word == "aim"
    worse = past(gate.aim, more=gate.more)
    assert Verdict(gate, worse).word == ("gate" if gate.holds(worse) else "FAILED")


@pytest.mark.parametrize("gate", ALL)
def test_the_verdict_on_the_bounds_themselves(gate: Gate) -> None:
    assert Verdict(gate, past(gate.gate, more=gate.more)).word == "FAILED"
    assert Verdict(gate, gate.gate).word == ("aim" if gate.gate == gate.aim else "gate")
    assert Verdict(gate, None).word == "not measured"


@pytest.mark.parametrize("gate", ALL)
def test_nothing_measured_is_no_figure_of_any_gate(gate: Gate) -> None:
    assert gates.value_of(gate, {}) is None
    empty: dict[str, Any] = {"large": {"ours": {}}, "small": {"ours": {}}, "inprocess": {"gates": {}}}
    assert gates.value_of(gate, empty | {"relay": {"gates": {}}, "memory": {"gates": {}}}) is None


def row(**changed: float) -> dict[str, float]:
    return {"rate": 900.0, "p50": 3.0, "server_ms": 0.6, "database_ms": 0.3, "statements": 2.0} | changed


OF_MIRROR = {
    "database / plain upsert of the same rows": 1.7,
    "repeat, times faster": 8.0,
    "memory from 10,000 to 100,000, MB": 25.0,
}
OF_CALLBACKS = {
    "CPU / plain view": 1.1,
    "receipt to event, p95 s": 2.5,
    "answered, p99 ms": 90.0,
    "answered without Redis and RabbitMQ, p99 ms": 80.0,
}

OF_SEGMENTS = {
    "preview by bitmaps / best SQL": 0.04,
    "200 random trees, p95 ms": 7.0,
    "bringing one change into step / at 100,000": 1.3,
    "event with 1,000 rules / with one": 6.0,
    "refresh of one segment / best SQL": 1.7,
    "backfill of a rule, memory it grows by, MB": 12.0,
}


OF_TIMELINE = {"page / best SQL": 1.7, "page at any depth / first": 1.1}


OF_STATS = {
    "statements of a profile": 3,
    "one day / its queries in raw SQL": 1.3,
    "rebuild, memory it grows by, MB": 11.0,
    "rebuild, a day of many / a day of 30": 1.2,
    "statements of an answer, most": 7,
    "tables of customers read by a report": 0,
    "an answer / at 100,000, most": 1.15,
    "lists behind a number that read a table whole": 0,
}


def measured() -> dict[str, Any]:
    """A run with a figure for every gate, each size and part with numbers of its own."""
    ours = {name: row() for name in BY_NAME}
    theirs = {name: row(rate=90.0) for name, work in BY_NAME.items() if work.peer}
    in_process = {"CPU / ModelViewSet": 0.31, "SQL ms of the total": 1.5, "full scans in EXPLAIN": 0}
    return {
        "large": {"ours": ours, "p2": theirs, "p2-plain": theirs},
        "small": {"ours": {name: row(server_ms=0.4, database_ms=0.2) for name in BY_NAME}, "p2": theirs},
        "inprocess": {"gates": in_process},
        "relay": {"gates": {"events a second": 4321.0}},
        "memory": {"gates": {"growth over 100,000 requests, MB": 3.5}},
        "mirror": {"gates": OF_MIRROR},
        "callbacks": {"gates": OF_CALLBACKS},
        "segments": {"gates": OF_SEGMENTS},
        "timeline": {"gates": OF_TIMELINE},
        "stats": {"gates": OF_STATS},
    }


EXPECTED = {
    **OF_TIMELINE,
    **OF_STATS,
    "rate / original": 10.0,
    "rate / original at 100,000": 10.0,
    "rate / original without validation": 10.0,
    "server CPU ms": 0.6,
    "p50 ms": 3.0,
    "statements": 2.0,
    "cost / page 1": 1.0,
    "growth from 100,000": 1.5,
    "CPU / ModelViewSet": 0.31,
    "SQL ms of the total": 1.5,
    "full scans in EXPLAIN": 0,
    "events a second": 4321.0,
    "growth over 100,000 requests, MB": 3.5,
    **OF_MIRROR,
    **OF_CALLBACKS,
    **OF_SEGMENTS,
}


@pytest.mark.parametrize("gate", ALL)
def test_a_full_run_has_the_right_figure_for_every_gate(gate: Gate) -> None:
    assert gates.value_of(gate, measured()) == pytest.approx(EXPECTED[gate.what])


def test_the_verdicts_stand_in_the_order_of_the_table() -> None:
    assert [v.gate for v in gates.judge(measured())] == GATES


def test_no_gate_stands_twice() -> None:
    assert set(Counter((g.workload, g.what) for g in GATES).values()) == {1}


def test_the_cursor_is_compared_with_the_originals_page_of_the_same_depth() -> None:
    found = measured()
    found["large"]["p2"] = found["large"]["p2-plain"] = {"deep": row(rate=0.5), "list": row(rate=800.0)}
    gate = next(g for g in GATES if (g.workload, g.what) == ("cursor", "rate / original"))
    assert gates.value_of(gate, found) == 1800


def test_without_the_original_a_ratio_is_not_measured_and_not_called_good() -> None:
    found = measured()
    found["large"] = {"ours": found["large"]["ours"]}
    gate = next(g for g in GATES if (g.workload, g.what) == ("list", "rate / original"))
    assert gates.value_of(gate, found) is None


def test_growth_from_nothing_is_no_figure() -> None:
    found = measured()
    found["small"]["ours"]["list"] = row(server_ms=0, database_ms=0)
    gate = next(g for g in GATES if (g.workload, g.what) == ("list", "growth from 100,000"))
    assert gates.value_of(gate, found) is None


@pytest.mark.parametrize("workload", ["list", "filter", "keyword", "rare", "cached", "detail", "create", "tags"])
def test_every_workload_of_the_day_has_a_bound_on_cpu_latency_and_ratio(workload: str) -> None:
    assert {"rate / original", "server CPU ms", "p50 ms"} <= {g.what for g in GATES if g.workload == workload}


@pytest.mark.parametrize(("workload", "most"), [("list", 4), ("detail", 2), ("create", 4), ("tags", 5)])
def test_a_statement_too_many_fails(workload: str, most: int) -> None:
    gate = next(g for g in GATES if (g.workload, g.what) == (workload, "statements"))
    assert Verdict(gate, most).word == "aim"
    assert Verdict(gate, most + 0.01).word == "FAILED"
