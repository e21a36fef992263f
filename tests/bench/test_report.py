"""The report says plainly what failed, and touches nothing but what stands between its markers."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import gates, load, report, wrk
from bench.database import Traces
from bench.gates import Gate, Verdict
from bench.workloads import BY_NAME, WORKLOADS, Scene


def figures(**changed: float) -> dict[str, Any]:
    """A run in which every workload is good, but for what is ``changed`` in our large list."""
    row = {"rate": 1000.0, "p50": 5.0, "p99": 9.0, "server_ms": 1.0, "database_ms": 0.5, "statements": 2.0}
    row |= {"round_trips": 2.0, "bad": 0}
    slow = row | {"rate": 0.1}
    ours = {w.name: dict(row) for w in WORKLOADS}
    theirs = {w.name: dict(slow) for w in WORKLOADS if w.peer}
    large = {"ours": ours | {"list": row | changed}, "p2": theirs, "p2-plain": theirs}
    return {"customers": {"large": 1_000_000, "small": 100_000}, "large": large, "small": {"ours": ours, "p2": theirs}}


def verdict(found: dict[str, Any], workload: str, what: str) -> Verdict:
    return next(v for v in gates.judge(found) if (v.gate.workload, v.gate.what) == (workload, what))


def test_a_figure_past_its_gate_has_failed_and_one_at_its_aim_has_reached_it() -> None:
    assert verdict(figures(server_ms=2.6), "list", "server CPU ms").word == "FAILED"
    assert verdict(figures(server_ms=2.5), "list", "server CPU ms").word == "gate"
    assert verdict(figures(server_ms=1.2), "list", "server CPU ms").word == "aim"


def test_more_is_better_for_a_ratio() -> None:
    gate = Gate("list", "rate / original", 500, 3000, more=True)
    assert [Verdict(gate, value).word for value in (499, 500, 3000)] == ["FAILED", "gate", "aim"]


def test_the_ratio_is_taken_to_the_best_of_the_originals_variants() -> None:
    found = figures()
    found["large"]["p2"]["cached"]["rate"] = 2000.0
    assert verdict(found, "cached", "rate / original").value == 0.5
    assert verdict(found, "cached", "rate / original").word == "FAILED"


def test_a_creation_is_compared_with_each_variant_by_itself() -> None:
    found = figures()
    found["large"]["p2"] = {"create": {"rate": 100.0}}
    found["large"]["p2-plain"] = {"create": {"rate": 800.0}}
    assert verdict(found, "create", "rate / original").value == 10
    assert verdict(found, "create", "rate / original without validation").value == 1.25


def test_an_original_that_answered_nothing_does_not_make_the_ratio_infinite() -> None:
    found = figures()
    for name in ("p2", "p2-plain"):
        found["large"][name]["list"] = {"rate": 0.0}
    assert verdict(found, "list", "rate / original").value == 1000.0 / 0.02


def test_growth_counts_the_processor_time_of_service_and_database() -> None:
    found = figures(server_ms=1.5, database_ms=0.9)
    assert verdict(found, "list", "growth from 100,000").value == pytest.approx(2.4 / 1.5)
    assert verdict(found, "list", "growth from 100,000").word == "FAILED"


def test_what_was_not_measured_is_not_called_good() -> None:
    found = figures()
    del found["small"]
    assert verdict(found, "list", "growth from 100,000").word == "not measured"
    assert verdict(found, "relay", "events a second").word == "not measured"


def test_every_gate_names_a_workload_or_a_part_and_has_an_aim_no_laxer_than_its_gate() -> None:
    for gate in gates.GATES:
        assert gate.workload in {*BY_NAME, "relay", "memory", "mirror", "callbacks", "segments", "timeline", "stats"}
        assert gate.holds(gate.aim)


def test_the_page_keeps_what_people_wrote_and_shows_the_failure(tmp_path: Path) -> None:
    page, raw = tmp_path / "page.md", tmp_path / "raw" / "bench.json"
    page.write_text(f"# Ours\nbefore\n{report.BEGIN}\nold table\n{report.END}\nafter\n", encoding="utf-8")
    found = figures(p50=21.5)
    report.write(found, page, raw)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Ours\nbefore\n")
    assert text.endswith("\nafter\n")
    assert "old table" not in text
    assert "| list, page 1 | p50 ms | 21.5 | ≤ 20 | ≤ 10 | FAILED |" in text
    assert json.loads(raw.read_text(encoding="utf-8")) == found


@pytest.mark.parametrize(
    "text", ["no markers", report.BEGIN, f"{report.END}{report.BEGIN}", report.BEGIN * 2 + report.END]
)
def test_a_page_without_its_markers_is_refused_and_not_overwritten(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match="needs"):
        report.write(figures(), page, tmp_path / "raw.json")
    assert page.read_text(encoding="utf-8") == text


def test_the_median_of_the_rounds_counts_and_failures_add_up() -> None:
    def sample(rate: float, bad: int) -> load.Sample:
        return load.Sample(rate, 1, 2, 10, bad, 1, 1, 0, 2, 2)

    middle = load.median([sample(10, 1), sample(99, 0), sample(20, 2)])
    assert (middle["rate"], middle["bad"], middle["rounds"]) == (20, 3, 3)


def test_wrks_figures_are_read_and_their_absence_is_an_error() -> None:
    line = '@@{"requests":10,"seconds":2.0,"bytes":5,"p50":1.5,"p99":3.0,"bad":1}'
    seen = wrk.parse(f"noise\n{line}\n")
    assert (seen.rate, seen.p50, seen.bad) == (5.0, 1.5, 1)
    with pytest.raises(SystemExit, match="connect refused"):
        wrk.parse("unable to connect: connect refused")


def test_every_script_is_made_for_its_scene() -> None:
    scene = Scene(customers=100_000, cursor="abc=")
    for workload in WORKLOADS:
        assert "request = function()" in workload.script(scene)
    assert "cursor=abc%3D" in BY_NAME["cursor"].script(scene)
    assert "page=4000" in BY_NAME["deep"].script(scene)
    assert "page=10000" in BY_NAME["deep"].script(Scene(1_000_000))


class _Notes:
    """A schema that remembers what it was asked."""

    name = "scrm"

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    def ask(self, sql: str, *params: Any) -> list[tuple[int]]:
        self.asked.append((sql, params))
        return [(41,)]


def test_a_run_removes_its_rows_and_no_others() -> None:
    schema = _Notes()
    traces = Traces(schema, customers=1000)  # type: ignore[arg-type]
    schema.asked.clear()
    traces.remove()
    assert all(sql.startswith("DELETE FROM") and "> %s" in sql for sql, _params in schema.asked)
    limits = {sql.split()[2].split(".")[-1].strip("`"): params[0] for sql, params in schema.asked}
    of_customers = ("customer", "customer_gram", "relation_episode", "follow_relation")
    assert {limits[table] for table in of_customers} == {1000}
    assert limits["outbox_event"] == limits["customer_tag_relation"] == 41
