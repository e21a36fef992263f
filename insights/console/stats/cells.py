"""How numbers read in the cells of a table."""

from typing import Any

from django.utils.translation import gettext as _

from insights.console.stats.sheets import Cell


def number(value: float | None) -> str:
    """A number with its thousands apart; a dash where it isn't known."""
    return "–" if value is None else f"{value:,}"


def percent(share: float | None, digits: int = 1) -> str:
    """A share as percent; a dash where it is one of nothing."""
    return "–" if share is None else f"{100 * share:.{digits}f}%"


def pair(told: dict[str, Any] | None, link: str = "", share: float | None = None) -> Cell:
    """Relations, and below them people."""
    if told is None:
        return Cell("–")
    if not (told["relations"] or told["people"]):
        # A table of many zeros reads better without their people.
        return Cell("0", share=share)
    # Group chats have no people of their own.
    return Cell(number(told["relations"]), "" if told["people"] == 0 else people(told), link, share)


def people(told: dict[str, Any]) -> str:
    """The second count of a number, in words."""
    return _("%(number)s people") % {"number": number(told["people"])}


def share_of(value: int, most: int) -> float:
    """How long the bar of a value is beside that of the greatest."""
    return value / most if most > 0 else 0.0
