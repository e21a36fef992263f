"""The page of the figures: what people wrote stays to the letter, what is measured is shown, and twice is once."""

from pathlib import Path
from typing import Any

import pytest

from bench import report
from tests.bench.test_gates import measured, row


def figures(**more: Any) -> dict[str, Any]:
    full = {"p99": 8.0, "round_trips": 3.0, "bad": 0}
    found = measured()
    for size in ("large", "small"):
        found[size] = {
            name: {work: row(**full) | figures for work, figures in rows.items()} for name, rows in found[size].items()
        }
    found["inprocess"]["rows"] = [
        {"title": "ours: list, page 1", "cpu_ms": 0.912, "wall_ms": 1.4, "statements": 2},
        {"title": "best SQL: list, page 1", "cpu_ms": 0.2},
    ]
    found["relay"]["shown"] = {"events": 20_000, "a second": 4321}
    found["memory"]["shown"] = {"web, one worker, MB": 88.25}
    found["mirror"]["shown"] = {"relations": 120_000}
    found["segments"]["shown"] = {"customers": 1_000_000}
    found["timeline"]["shown"] = {"entries": 5_000_000}
    found["stats"]["shown"] = {"one day: ms": 5_000}
    found["callbacks"] |= {"rows": [{"title": "ours: callback", "cpu_ms": 0.6}], "shown": {"callbacks": 6_000}}
    return found | {"customers": {"large": 1_000_000, "small": 100_000}} | more


def page(tmp_path: Path, before: str = "# Figures\n", after: str = "\nWhat we tried\n") -> Path:
    path = tmp_path / "page.md"
    path.write_text(f"{before}{report.BEGIN}{report.END}{after}", encoding="utf-8")
    return path


def write(path: Path, found: dict[str, Any]) -> str:
    report.write(found, path, path.parent / "var" / "raw.json")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("# Figures\n\n", "\n\n## Tried\n- that\n"), ("汉字 | pipes |\n", "\r\n\ttabs\n"), ("x", "y")],
)
def test_what_people_wrote_stays_to_the_letter(tmp_path: Path, before: str, after: str) -> None:
    path = page(tmp_path)
    path.write_bytes(f"{before}{report.BEGIN}old{report.END}{after}".encode())
    write(path, figures())
    text = path.read_bytes().decode()
    assert text.startswith(before + report.BEGIN)
    assert text.endswith(report.END + after.replace("\r\n", "\n")) or text.endswith(report.END + after)


def test_the_same_figures_written_twice_are_the_same_page(tmp_path: Path) -> None:
    path = page(tmp_path)
    assert write(path, figures()) == write(path, figures())


def test_new_figures_take_the_place_of_the_old(tmp_path: Path) -> None:
    path = page(tmp_path)
    write(path, figures(at="2026-01-01"))
    text = write(path, figures(at="2026-02-02"))
    assert "Measured 2026-02-02." in text
    assert "2026-01-01" not in text
    assert text.count("### Gates") == 1


def test_a_part_that_was_not_measured_has_no_table(tmp_path: Path) -> None:
    found = figures()
    for part in ("small", "relay", "memory", "inprocess", "mirror", "callbacks", "segments", "timeline", "stats"):
        del found[part]
    text = write(page(tmp_path), found)
    assert "### 1,000,000 customers over HTTP" in text
    for title in (
        "100,000 customers over HTTP",
        "### Relay",
        "### Memory",
        "### In process",
        "### The mirror",
        "### Callbacks",
        "### Segments",
        "### The timeline",
        "### Statistics",
    ):
        assert title not in text


def test_every_part_that_was_measured_has_one(tmp_path: Path) -> None:
    text = write(page(tmp_path), figures())
    titles = [line for line in text.splitlines() if line.startswith("### ")]
    assert titles == [
        "### Gates",
        "### 1,000,000 customers over HTTP",
        "### 100,000 customers over HTTP",
        "### In process",
        "### Relay",
        "### Memory",
        "### The mirror of WeCom",
        "### Callbacks",
        "### Segments",
        "### The timeline",
        "### Statistics and profiles",
    ]


def test_a_gate_without_a_figure_is_shown_as_not_measured(tmp_path: Path) -> None:
    found = figures()
    del found["relay"]
    text = write(page(tmp_path), found)
    assert "| relay | events a second | – | ≥ 2,000 | ≥ 5,000 | not measured |" in text


def test_the_conditions_stand_before_the_figures(tmp_path: Path) -> None:
    text = write(page(tmp_path), figures(at="2026-03-03", conditions={"Python": "3.12.1", "clients": "16"}))
    assert "Measured 2026-03-03. Python 3.12.1; clients 16." in text


def test_failures_are_in_the_table_beside_the_rate(tmp_path: Path) -> None:
    found = figures()
    found["large"]["ours"]["create"] |= {"bad": 12, "rate": 1234.5}
    lines = write(page(tmp_path), found).splitlines()
    mine = next(line for line in lines if line.startswith("| create | ours | 1,23"))
    assert mine.endswith("| 12 |")


def test_every_table_has_as_many_cells_in_each_line(tmp_path: Path) -> None:
    width: int | None = None
    tables = 0
    for line in write(page(tmp_path), figures()).splitlines():
        if not line.startswith("|"):
            width = None
            continue
        cells = line.count(" | ") + 1
        tables += width is None
        width = width or cells
        assert cells == width, line
    assert tables == 12


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ("text", "text"),
        (0, "0"),
        (4, "4"),
        (4.0, "4"),
        (1234567, "1,234,567"),
        (123.4, "123"),
        (12.34, "12.3"),
        (1.005, "1.00"),
        (0.31249, "0.312"),
        (-0.5, "-0.500"),
        (-123.4, "-123"),
    ],
)
def test_a_number_has_as_many_digits_as_mean_something(value: Any, shown: str) -> None:
    assert report._number(value) == shown


def test_a_table_is_markdown() -> None:
    assert report.table(["a", "b"], [["1", "2"], ["3", "4"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n"


def test_the_projects_own_page_can_be_written(tmp_path: Path) -> None:
    ours = Path(report.__file__).resolve().parents[1] / "docs" / "benchmarks.md"
    if not ours.exists():
        pytest.skip("NOT RUN: the figures have not been taken yet")
    path = tmp_path / "benchmarks.md"
    path.write_text(ours.read_text(encoding="utf-8"), encoding="utf-8")
    assert "### Gates" in write(path, figures())
