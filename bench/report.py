"""docs/benchmarks.md: the tables between the markers are written here, what people found stands outside them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.gates import Verdict, judge
from bench.workloads import WORKLOADS

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def write(figures: dict[str, Any], page: Path, raw: Path) -> list[Verdict]:
    """Write the page's tables and the raw figures; return the verdicts."""
    verdicts = judge(figures)
    keep(figures, raw)
    before, _old, after = _split(page.read_text(encoding="utf-8"))
    page.write_text(f"{before}{BEGIN}\n\n{_body(figures, verdicts)}\n{END}{after}", encoding="utf-8")
    return verdicts


def keep(figures: dict[str, Any], raw: Path) -> None:
    """Write the raw figures."""
    raw.parent.mkdir(parents=True, exist_ok=True)
    raw.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")


def _split(text: str) -> tuple[str, str, str]:
    """What stands before, between and after the markers. Raises SystemExit when the page has none."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise SystemExit(f"The page needs {BEGIN} and {END}, each once and in this order.")
    before, rest = text.split(BEGIN)
    between, after = rest.split(END)
    return before, between, after


def _body(figures: dict[str, Any], verdicts: Sequence[Verdict]) -> str:
    sections = [_conditions(figures), "### Gates\n", _gates(verdicts)]
    for size in ("large", "small"):
        if size in figures:
            sections += [f"### {figures['customers'][size]:,} customers over HTTP\n", _loads(figures[size])]
    if "inprocess" in figures:
        sections += ["### In process\n", _inprocess(figures["inprocess"])]
    for part, title in (
        ("relay", "Relay"),
        ("memory", "Memory"),
        ("mirror", "The mirror of WeCom"),
        ("callbacks", "Callbacks"),
        ("segments", "Segments"),
        ("timeline", "The timeline"),
        ("stats", "Statistics and profiles"),
    ):
        if part in figures:
            sections += [f"### {title}\n", _plain(figures[part]["shown"])]
    if "callbacks" in figures:
        sections += ["Acknowledging one, through Django's handler without HTTP:\n", _inprocess(figures["callbacks"])]
    return "\n".join(sections)


def _conditions(figures: dict[str, Any]) -> str:
    told = "; ".join(f"{name} {value}" for name, value in figures.get("conditions", {}).items())
    return f"Measured {figures.get('at', '')}. {told}.\n"


def _gates(verdicts: Iterable[Verdict]) -> str:
    titles = {w.name: w.title for w in WORKLOADS}
    rows = [
        [titles.get(v.gate.workload, v.gate.workload), v.gate.what, _number(v.value), *_bounds(v), v.word]
        for v in verdicts
    ]
    return table(["workload", "what", "measured", "gate", "aim", "verdict"], rows)


def _bounds(v: Verdict) -> list[str]:
    sign = "≥" if v.gate.more else "≤"
    return [f"{sign} {_number(v.gate.gate)}", f"{sign} {_number(v.gate.aim)}"]


def _loads(results: dict[str, Any]) -> str:
    columns = ["rate", "p50", "p99", "server_ms", "database_ms", "statements", "round_trips", "bad"]
    heads = [
        "workload",
        "service",
        "req/s",
        "p50 ms",
        "p99 ms",
        "CPU ms",
        "database CPU ms",
        "statements",
        "round trips",
        "failed",
    ]
    rows = [
        [w.title, name, *(_number(found[w.name][c]) for c in columns)]
        for w in WORKLOADS
        for name, found in results.items()
        if w.name in found
    ]
    return table(heads, rows)


def _inprocess(found: dict[str, Any]) -> str:
    heads = ["what", "CPU ms", "wall ms", "statements"]
    rows = [[r["title"], *(_number(r.get(c)) for c in ("cpu_ms", "wall_ms", "statements"))] for r in found["rows"]]
    return table(heads, rows)


def _plain(shown: dict[str, Any]) -> str:
    return table(["what", "figure"], [[name, _number(value)] for name, value in shown.items()])


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _number(value: Any) -> str:
    """As many digits as mean something."""
    if value is None:
        return "–"
    if not isinstance(value, (int, float)):
        return str(value)
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}"
