"""The behaviour of a customer as the page of their profile shows it."""

from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.rendering import dumps
from followups.choices import EntryKind
from insights.behaviour.entries import GROUP_JOINED, GROUP_LEFT

TRENDS = {
    "rising": pgettext_lazy("trend", "rising"),
    "steady": pgettext_lazy("trend", "steady"),
    "falling": pgettext_lazy("trend", "falling"),
    "none": pgettext_lazy("trend", "too little contact"),
}
LABELS = {
    "core": pgettext_lazy("grade", "core"),
    "regular": pgettext_lazy("grade", "regular"),
    "occasional": pgettext_lazy("grade", "occasional"),
    "new": pgettext_lazy("grade", "new"),
    "fading": pgettext_lazy("grade", "fading"),
    "asleep": pgettext_lazy("grade", "asleep"),
}
_OURS = {GROUP_JOINED: gettext_lazy("joined a group chat"), GROUP_LEFT: gettext_lazy("left a group chat")}
# Of the theme: they follow its dark mode.
_CONTACTS, _OTHERS = "var(--color-primary-600)", "var(--color-base-400)"


def behaviour(told: dict[str, Any]) -> dict[str, Any]:
    """The figures in words, and the chart."""
    shown = {
        "label": LABELS[told["grades"]["label"]],
        "trend": TRENDS[told["trend"]],
        "silent": _days(told["silentDays"]),
        "usual": _days(told["usualGapDays"]),
        "best": best(told["bestTime"]),
        "kinds": [count | {"kind": kind(count["kind"])} for count in told["counts"]],
        "chart": chart(told["weeks"]),
        **{name: f"{told['grades'][name]} / 5" for name in ("recency", "frequency", "ties")},
    }
    return told | shown


def kind(code: str) -> Any:
    return EntryKind(code).label if code in EntryKind.values else _OURS.get(code, code)


def best(told: dict[str, Any] | None) -> str:
    if not told:
        return "–"
    return _("%(weekday)s, about %(hour)s:00") % {"weekday": WEEKDAYS[told["weekday"] - 1], "hour": told["hour"]}


def chart(weeks: list[dict[str, Any]]) -> str:
    """What Unfold's bar chart draws."""
    sets = [
        {"label": str(_("contacts")), "data": [week["contacts"] for week in weeks], "backgroundColor": _CONTACTS},
        {"label": str(_("other entries")), "data": [week["others"] for week in weeks], "backgroundColor": _OTHERS},
    ]
    return dumps({"labels": [f"{week['from']:%m-%d}" for week in weeks], "datasets": sets}).decode()


def _days(number: int | None) -> str:
    return "–" if number is None else ngettext("%(n)d day", "%(n)d days", number) % {"n": number}
