"""Group chats, counted for the owner of today: how many, and the external contacts in them."""

from groups.choices import MemberType
from insights.stats.families.family import LASTING, OF, WITHIN, Count, Family, rows
from insights.stats.terms import Metric, Span

_MEMBERS = "group_member m JOIN group_chat g ON g.id = m.chat_id"
_CONTACTS = f"m.corp_id = %(corp)s AND m.type = {int(MemberType.CUSTOMER)} AND "

OPENED = Family(
    "group_chat g",
    OF.format("g") + WITHIN.format("g.opened_at"),
    (Count(Metric.GROUPS_NEW, "COUNT(*)", "0"),),
    employee="g.owner_id",
)
CHATS = Family(
    "group_chat g",
    OF.format("g") + LASTING.format("g.opened_at", "g.dismissed_at"),
    (Count(Metric.GROUPS, "COUNT(*)", "0"),),
    employee="g.owner_id",
    spans=(Span.DAY,),
)
JOINED, LEFT = (
    Family(_MEMBERS, _CONTACTS + WITHIN.format(column), (rows(metric, "m.userid"),), employee="g.owner_id")
    for metric, column in ((Metric.GROUP_JOINS, "m.join_time"), (Metric.GROUP_LEAVES, "m.left_at"))
)
MEMBERS = Family(
    _MEMBERS,
    _CONTACTS + LASTING.format("m.join_time", "m.left_at"),
    (rows(Metric.GROUP_MEMBERS, "m.userid"),),
    employee="g.owner_id",
    spans=(Span.DAY,),
)
