"""Charts for the theme's own Chart.js: data in attributes, so that no page has a script of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

# Shades of the theme, and two that read on light and dark alike.
BLUE, LIGHT, RED, GREY = "var(--color-primary-600)", "var(--color-primary-300)", "#ef4444", "#9ca3af"
# The same behind a curve.
PALE_BLUE, PALE_RED = "rgba(59, 130, 246, 0.18)", "rgba(239, 68, 68, 0.18)"
_WORDS = "#858d9b"


@dataclass(frozen=True, slots=True)
class Chart:
    """Attributes: ``label``, what is drawn, for who can't see it: the table beside it has the numbers."""

    kind: str
    label: str
    data: str
    options: str


def line(label: Any, values: Sequence[Any], colour: str) -> dict[str, Any]:
    """A curve; where nothing is known it has a gap."""
    look = {"borderColor": colour, "backgroundColor": colour, "borderWidth": 2, "pointRadius": 2, "tension": 0}
    return {"type": "line", "label": str(label), "data": list(values)} | look


def bars(label: Any, values: Sequence[Any], colour: str) -> dict[str, Any]:
    """Bars beside those of other numbers."""
    look = {"backgroundColor": colour, "borderRadius": 2, "maxBarThickness": 18}
    return {"type": "bar", "label": str(label), "data": list(values)} | look


def dashed(label: Any, values: Sequence[Any], colour: str) -> dict[str, Any]:
    """A curve of what is only expected."""
    return line(label, values, colour) | {"borderDash": [6, 4], "pointRadius": 0}


def band(label: Any, ranges: Sequence[Any], colour: str) -> dict[str, Any]:
    """Between which bounds a curve lies: for each place a pair or nothing, drawn without gaps and behind the rest."""
    wide = {"grouped": False, "barPercentage": 1.0, "categoryPercentage": 1.0}
    return {"type": "bar", "label": str(label), "data": list(ranges), "backgroundColor": colour, "order": 9} | wide


def drawn(label: str, places: Sequence[str], *sets: dict[str, Any], percent: bool = False, zero: bool = True) -> Chart:
    """The sets over the same places of the x axis."""
    data = orjson.dumps({"labels": list(places), "datasets": list(sets)}).decode()
    return Chart(str(sets[0]["type"]), label, data, orjson.dumps(_options(percent, zero)).decode())


def _options(percent: bool, zero: bool) -> dict[str, Any]:
    words = {"color": _WORDS}
    legend = {"boxHeight": 6, "boxWidth": 6, "usePointStyle": True, "pointStyle": "circle"} | words
    y = {"beginAtZero": zero, "border": {"width": 0}, "ticks": {"precision": 0, "maxTicksLimit": 6} | words}
    across = {"grid": {"display": False}, "ticks": {"maxRotation": 0, "autoSkipPadding": 16} | words}
    return {
        "animation": False,
        "responsive": True,
        "maintainAspectRatio": False,
        "interaction": {"mode": "index", "intersect": False},
        "plugins": {"legend": {"display": True, "align": "end", "labels": legend}},
        "scales": {"x": across, "y": y | ({"max": 100} if percent else {})},
    }
