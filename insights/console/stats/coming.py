"""How a chart of days goes on: what is expected, dashed, and between which bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from insights.console.stats import charts
from insights.console.stats.asking import Asked
from insights.console.stats.cells import percent
from insights.console.stats.names import NAMES
from insights.stats.terms import Span


@dataclass(frozen=True, slots=True)
class Coming:
    """Attributes: ``places``, the days that follow; ``sets``, their curves and bands."""

    places: list[str] = field(default_factory=list)
    sets: list[dict[str, Any]] = field(default_factory=list)

    def told(self, label: str) -> str:
        """What the chart shows, for who can't see it too."""
        if not self.sets:
            return label
        told = _("%(label)s. Dashed: what is expected, and its range; the table below has the numbers.")
        return told % {"label": label}


NOTHING = Coming()


def coming(
    asked: Asked, answer: dict[str, Any], forecast: dict[str, Any], colours: Mapping[str, tuple[str, str]]
) -> Coming:
    """The forecast of some numbers where it follows upon what is drawn.

    Args:
        colours: number → colours of its curve and of its band.
    """
    told = [name for name in colours if forecast["numbers"][name]["relations"]["shown"]]
    if asked.period.span != Span.DAY or asked.period.last != forecast["to"] or not told:
        return NOTHING
    found = Coming([f"{row['day']:%m-%d}" for row in forecast["list"]])
    before = len(answer["list"])
    for name in told:
        days = [row[name]["relations"] for row in forecast["list"]]
        last = answer["list"][-1][name]
        # The dashes begin where the curve ends.
        lead = [None] * (before - 1) + [last["relations"] if last else None]
        curve, pale = colours[name]
        words = {"number": NAMES[name], "share": percent(forecast["coverage"], 0)}
        found.sets.append(
            charts.dashed(_("%(number)s, expected") % words, [*lead, *(one["value"] for one in days)], curve)
        )
        ranges = [[one["low"], one["high"]] for one in days]
        found.sets.append(charts.band(_("%(number)s, %(share)s range") % words, [*[None] * before, *ranges], pale))
    return found
