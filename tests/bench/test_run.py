"""The bench's command: what is kept, what is measured anew, and that a failed gate is a failed run."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench import report, run
from tests.bench.test_report_page import figures, page


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call it with the command's words; the measuring itself takes what ``found`` says. Gives the exit's word."""
    found: dict[str, Any] = figures()

    def one_size(size: str, _options: Any, kept: dict[str, Any]) -> None:
        run._merge(kept.setdefault(size, {}), found[size])
        if size == "large":
            kept.update({part: found[part] for part in ("inprocess", "relay", "memory") if part in found})

    monkeypatch.setattr(run, "_one_size", one_size)
    monkeypatch.setattr(run, "_of_both", lambda _options: found["stats"])
    monkeypatch.setattr(run, "_conditions", lambda _options: {"Python": "3"})
    monkeypatch.setattr(run.signal, "signal", lambda *_: None)
    path = page(tmp_path)

    def call(*words: str) -> Any:
        argv = ["bench", "--page", str(path), "--raw", str(tmp_path / "raw.json"), *words]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit) as ended:
            run.main()
        return ended.value.code

    return SimpleNamespace(call=call, found=found, page=path, raw=tmp_path / "raw.json")


def failing(found: dict[str, Any]) -> None:
    found["relay"]["gates"]["events a second"] = 1.0


def test_a_failed_gate_is_counted_in_the_exit(bench: Any) -> None:
    before = bench.call()
    failing(bench.found)
    after = bench.call()
    count = int(str(before).split()[0]) if before else 0
    assert after == f"{count + 1} gates failed"


def test_the_page_is_written_also_when_gates_failed(bench: Any) -> None:
    failing(bench.found)
    bench.call()
    assert "| relay | events a second | 1 | ≥ 2,000 | ≥ 5,000 | FAILED |" in bench.page.read_text()


def test_one_size_alone_leaves_the_other_unmeasured(bench: Any) -> None:
    bench.call("--sizes", "large")
    assert "small" not in json.loads(bench.raw.read_text())


def test_what_is_kept_stands_beside_what_is_new(bench: Any) -> None:
    bench.call()
    bench.found["small"]["ours"]["list"]["rate"] = 77.0
    bench.call("--sizes", "small", "--keep")
    kept = json.loads(bench.raw.read_text())
    assert kept["small"]["ours"]["list"]["rate"] == 77.0
    assert kept["large"] == bench.found["large"]
    assert kept["customers"] == {"large": 1_000_000, "small": 100_000}


def test_without_keep_earlier_figures_are_forgotten(bench: Any) -> None:
    bench.call()
    bench.call("--sizes", "small")
    assert "large" not in json.loads(bench.raw.read_text())


def test_to_keep_what_is_not_there_is_no_error(bench: Any) -> None:
    bench.call("--keep")
    assert bench.raw.exists()


@pytest.mark.parametrize(
    ("kept", "found", "merged"),
    [
        ({}, {"ours": {"list": {"rate": 1}}}, {"ours": {"list": {"rate": 1}}}),
        ({"ours": {"list": {"rate": 1}}}, {"ours": {"list": {"rate": 2}}}, {"ours": {"list": {"rate": 2}}}),
        (
            {"ours": {"list": {"rate": 1}}, "p2": {"list": {"rate": 3}}},
            {"ours": {"tags": {"rate": 2}}},
            {"ours": {"list": {"rate": 1}, "tags": {"rate": 2}}, "p2": {"list": {"rate": 3}}},
        ),
    ],
)
def test_a_workload_measured_anew_takes_the_place_of_itself_alone(kept: Any, found: Any, merged: Any) -> None:
    run._merge(kept, found)
    assert kept == merged


def test_the_sizes_are_those_that_the_gates_name() -> None:
    assert {size: customers for size, (_ours, _theirs, customers) in run.SIZES.items()} == {
        "large": 1_000_000,
        "small": 100_000,
    }
    assert report.BEGIN != report.END


def test_traces_are_removed_also_when_the_measuring_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    removed: list[str] = []
    schema = SimpleNamespace(sibling=lambda name: name)
    monkeypatch.setattr(run, "ensure_filled", lambda _url, _customers: schema)
    monkeypatch.setattr(
        run, "Traces", lambda _schema, _customers: SimpleNamespace(remove=lambda: removed.append("all"))
    )

    def breaks(*_: Any) -> None:
        raise SystemExit("a server fell over")

    monkeypatch.setattr(run, "_over_http", breaks)
    options: Any = SimpleNamespace(server="mysql://root@h/", parts="http")
    with pytest.raises(SystemExit, match="fell over"):
        run._one_size("large", options, {})
    assert removed == ["all"]
