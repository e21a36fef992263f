"""Which relations of a day were active, silent or never contacted, as a condition: as families/engagement.py counts."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from corps.models import Corp
from customers.models import RelationEpisode
from followups.models import Communication, FollowUp
from groups.models import GroupMember
from insights.choices import ContactKind
from insights.engagement import defining
from insights.engagement.definition import Definition
from insights.models import DailyStat
from insights.stats.families.engagement import TALKS
from insights.stats.terms import Dim, Span
from insights.stats.windows import Window, days_before
from insights.stats.words import CONTACT

Rows = QuerySet[RelationEpisode]


def in_state(corp: Corp, rows: Rows, number: str, day: Window) -> Rows:
    """Of the stays that lasted at the end of a day those in one of the three states, by the definition that the day
    was counted by."""
    definition = definition_of(corp.pk, day.last)
    since = days_before(day.last, definition.days, corp.zone)
    lately, ever = _contact(definition, since, day.end), _contact(definition, None, day.end)
    if number == "active":
        return rows.filter(lately)
    return rows.filter(ever & ~lately) if number == "silent" else rows.exclude(ever)


def definition_of(corp_id: int, day: dt.date) -> Definition:
    """What a day was counted by; what holds now where it wasn't counted."""
    counted = DailyStat.objects.of_corp(corp_id).filter(
        span=Span.DAY, day=day, dim=Dim.CORP, metric__in=[int(metric) for metric in CONTACT.values()]
    )
    version = counted.values_list("detail", flat=True).first()
    known = defining.of_versions(corp_id, [version]) if version is not None else []
    return known[0] if known else defining.current(corp_id)


def _contact(definition: Definition, since: dt.datetime | None, end: dt.datetime) -> Q:
    mine = Q(employee=OuterRef("employee")) | Q(employee=None)
    kinds, met = set(definition.kinds), Q(pk=None)
    if ContactKind.FOLLOW_UP in kinds:
        met |= Q(Exists(FollowUp.objects.filter(mine, _between("happened_at", since, end), customer=_PERSON)))
    either = Q(pk=None)
    for kind, direction in (TALKS[kind] for kind in definition.kinds if kind in TALKS):
        either |= Q(kind=kind, direction=direction)
    if kinds & set(TALKS):
        met |= Q(Exists(Communication.objects.filter(either, mine, _between("at", since, end), customer=_PERSON)))
    if ContactKind.GROUP_JOINED in kinds:
        met |= Q(Exists(GroupMember.objects.filter(_between("join_time", since, end), customer=_PERSON)))
    return met


_PERSON = OuterRef("customer")


def _between(column: str, since: dt.datetime | None, end: dt.datetime) -> Q:
    return Q(**{f"{column}__lt": end}) & (Q(**{f"{column}__gte": since}) if since else Q())
