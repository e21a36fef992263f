"""Group chats: span by span how many there were and who was in them, joined and left."""

from django.utils.translation import gettext as _

from insights.console.stats import charts, series
from insights.console.stats.asking import Asked
from insights.console.stats.content import Content, Part
from insights.stats.reports import groups
from insights.stats.words import GROUPS, GROUPS_STANDING

_COLOURS = {"groupJoins": charts.BLUE, "groupLeaves": charts.RED}


def content(asked: Asked) -> Content:
    answer = groups.groups(asked.scope, asked.period)
    moves = series.moves(asked, answer, _COLOURS)
    standing = series.standing(asked, answer, _("Group chats, and who is in them"), ("groupMembers", "groups"))
    table = series.table(asked, answer, (*GROUPS_STANDING, *GROUPS))
    return Content(answer, [Part(_("Group chats"), table, [moves, standing])])
