"""Yesterday's numbers and the thirty days behind them, from what was counted at night: no customer is read for them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from insights.console.stats.charts import BLUE, RED, Chart, drawn, line
from insights.stats import periods, scopes
from insights.stats.reports import growth
from insights.stats.terms import Span
from insights.stats.words import definitions

_SHOWN = ("total", "new", "lost", "net")


def of(user: Any, actor: Any) -> dict[str, Any] | None:
    """``day``, ``cards``, ``days``, ``chart`` and ``more`` of whom the user sees; None before the first night, and for
    those who belong to no company."""
    if not (user.has_perm("customers.view_customer") and actor.corp_id):
        return None
    found = growth.growth(scopes.asked(actor), periods.period(user.corp, Span.DAY, None, None))
    last = found["list"][-1]
    if last["total"] is None:
        return None
    meant = definitions(_SHOWN)
    cards = [
        {"title": title, "pair": last[name], "meant": meant[name]}
        for name, title in zip(_SHOWN, (_("Relations"), _("New"), _("Lost"), _("Net")), strict=True)
    ]
    more = reverse("admin:insights_dailystat_changelist")
    return {"day": last["day"], "cards": cards, "days": found["list"], "chart": _chart(found["list"]), "more": more}


def _chart(days: list[dict[str, Any]]) -> Chart:
    about = _("New and lost relations of the last 30 days; the table below has the numbers.")
    sets = (("new", _("New"), BLUE), ("lost", _("Lost"), RED))
    curves = [line(title, [day[name]["relations"] for day in days], colour) for name, title, colour in sets]
    return drawn(about, [day["day"].strftime("%m-%d") for day in days], *curves)
