"""Who is active, silent or was never contacted, as somebody would find out by hand: loops over plain rows, no SQL."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from core.time import day_range
from corps.models import Corp
from followups.models import Communication, FollowUp
from groups.models import GroupMember
from insights.engagement.definition import Definition
from insights.stats.terms import Metric, Span
from tests.insights.stats import model
from tests.insights.stats.model import DAY, Rows, Stay

STATES = (Metric.ACTIVE, Metric.SILENT, Metric.NEVER_CONTACTED)
# Whose it was (None: nobody's in particular), with whom, when, of what kind.
Contact = tuple[int | None, int | None, dt.datetime, str]


def contacts(corp: Corp) -> Iterator[Contact]:
    """All that may count."""
    for wrote in FollowUp.objects.filter(corp=corp):
        yield wrote.employee_id, wrote.customer_id, wrote.happened_at, "follow_up"
    for talk in Communication.objects.filter(corp=corp):
        yield talk.employee_id, talk.customer_id, talk.at, f"{talk.kind}_{talk.direction}"
    for stay in GroupMember.objects.filter(corp=corp):
        yield None, stay.customer_id, stay.join_time, "group_joined"


def state(stay: Stay, known: Iterable[Contact], since: dt.datetime, end: dt.datetime, by: Definition) -> Metric:
    """In which of the three a relation is at the end of a day."""
    times = [
        at
        for employee, customer, at, kind in known
        if customer == stay.customer and employee in (None, stay.employee) and kind in by.kinds and at < end
    ]
    if not times:
        return Metric.NEVER_CONTACTED
    return Metric.ACTIVE if max(times) >= since else Metric.SILENT


def expected(corp: Corp, first: dt.date, last: dt.date, by: Definition) -> Rows:
    """The rows of the three when all days to ``last`` have been counted by a definition."""
    known, all_stays, where = list(contacts(corp)), model.stays(corp), model.places(corp)
    found: Rows = {}
    for n in range((last - first).days + 1):
        day = first + n * DAY
        end = day_range(day, corp.zone)[1]
        since = day_range(day - (by.days - 1) * DAY, corp.zone)[0]
        lasting = {stay: state(stay, known, since, end, by) for stay in all_stays if stay.lasts(end)}
        for dim, ident, mine in model.grouped(list(lasting), where):
            # People by the best of their relations here.
            people: dict[int, Metric] = {}
            for stay in mine:
                people[stay.customer] = min(lasting[stay], people.get(stay.customer, Metric.NEVER_CONTACTED))
            for metric in STATES:
                relations = sum(lasting[stay] == metric for stay in mine)
                pair = (relations, sum(best == metric for best in people.values()))
                if any(pair):
                    key: Any = (Span.DAY, day, dim, metric, ident, by.version)
                    found[key] = pair
    return found
