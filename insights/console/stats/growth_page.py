"""Growth: span by span how many there were, came and went, their sum, and as many before; and what may follow."""

from django.utils.translation import gettext as _

from insights.console.stats import charts, forecast_parts, series
from insights.console.stats.asking import Asked
from insights.console.stats.coming import coming
from insights.console.stats.content import Content, Part
from insights.stats.reports import forecast, growth

_COLOURS = {"new": charts.BLUE, "lost": charts.RED, "transferred": charts.GREY}
_COMING = {"new": (charts.BLUE, charts.PALE_BLUE), "lost": (charts.RED, charts.PALE_RED)}
_TOTAL = {"total": (charts.BLUE, charts.PALE_BLUE)}


def content(asked: Asked) -> Content:
    answer, ahead = growth.growth(asked.scope, asked.period), forecast.forecast(asked.scope)
    moves = series.moves(asked, answer, _COLOURS, "net", coming(asked, answer, ahead, _COMING))
    stood = coming(asked, answer, ahead, _TOTAL)
    total = series.standing(asked, answer, _("How many there were"), ("total",), stood)
    part = Part(_("Growth"), series.table(asked, answer, growth.NAMES), [moves, total])
    return Content(answer, [part, *forecast_parts.parts(ahead)])
