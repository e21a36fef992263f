"""Growth: span by span how many there were, came and went, their sum, and as many before."""

from django.utils.translation import gettext as _

from insights.console.stats import charts, series
from insights.console.stats.asking import Asked
from insights.console.stats.content import Content, Part
from insights.stats.reports import growth

_COLOURS = {"new": charts.BLUE, "lost": charts.RED, "transferred": charts.GREY}


def content(asked: Asked) -> Content:
    answer = growth.growth(asked.scope, asked.period)
    moves = series.moves(asked, answer, _COLOURS, "net")
    total = series.standing(asked, answer, _("How many there were"), ("total",))
    return Content(answer, [Part(_("Growth"), series.table(asked, answer, growth.NAMES), [moves, total])])
