"""The other figures counted by hand: what was done, by whom, for whom, when. Every entry is one row of the record."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.time import day_range
from corps.models import Corp
from customers.models import RelationEpisode, StageChange, TalkFigures, TransferItem
from followups.models import FollowUp, TimelineEntry
from groups.models import GroupChat, GroupMember
from insights.models import RiskAlert
from insights.stats.terms import Dim, Metric, Span
from tests.insights.stats.model import Rows, places, spans

TALK = {
    Metric.TALK_CHATS: "chats",
    Metric.TALK_MESSAGES: "messages",
    Metric.TALK_FEEDBACK: "negative_feedback",
    Metric.TALK_APPLICATIONS: "applications",
    Metric.TALK_NEW: "new_contacts",
}
FAILED = {"refused", "full", "no_record", "failed"}


@dataclass(frozen=True)
class Act:
    """Something that happened at a moment: whose it is, and about whom."""

    metric: Metric
    at: dt.datetime
    employees: tuple[int, ...]
    person: Any
    detail: int = 0


@dataclass(frozen=True)
class Standing:
    """Something that lasts from one moment to another."""

    metric: Metric
    since: dt.datetime
    until: dt.datetime | None
    employees: tuple[int, ...]
    person: Any


def acts(corp: Corp) -> Iterator[Act]:
    """Everything that happened in a company, of the figures other than those of stays."""
    mine = {"corp": corp}
    for wrote in FollowUp.objects.filter(**mine):
        yield Act(Metric.FOLLOWUPS, wrote.happened_at, _one(wrote.employee_id), wrote.customer_id)
    for entry in TimelineEntry.objects.filter(kind__in=["tag_added", "tag_removed"], **mine):
        metric = Metric.TAGS_PUT if entry.kind == "tag_added" else Metric.TAGS_TAKEN
        yield Act(metric, entry.at, _one(entry.employee_id), entry.customer_id)
    for item in TransferItem.objects.filter(**mine):
        yield from _transfer(item)
    for alert in RiskAlert.objects.filter(**mine):
        yield Act(Metric.WARNINGS_OPENED, alert.opened_at, _one(alert.employee_id), alert.customer_id)
        if alert.closed_at:
            yield Act(Metric.WARNINGS_CLOSED, alert.closed_at, _one(alert.employee_id), alert.customer_id)
    for step in StageChange.objects.filter(to_stage__isnull=False, **mine):
        yield Act(Metric.STAGE_ENTERED, step.at, _followers(step), step.customer_id, step.to_stage_id or 0)
    for chat in GroupChat.objects.filter(opened_at__isnull=False, **mine):
        yield Act(Metric.GROUPS_NEW, chat.opened_at or dt.datetime.min, _one(chat.owner_id), None)
    for member in _contacts(corp):
        yield Act(Metric.GROUP_JOINS, member.join_time, _one(member.chat.owner_id), member.userid)
        if member.left_at:
            yield Act(Metric.GROUP_LEAVES, member.left_at, _one(member.chat.owner_id), member.userid)


def standing(corp: Corp) -> Iterator[Standing]:
    for member in _contacts(corp):
        owner = _one(member.chat.owner_id)
        yield Standing(Metric.GROUP_MEMBERS, member.join_time, member.left_at, owner, member.userid)
    for chat in GroupChat.objects.filter(corp=corp, opened_at__isnull=False):
        opened = chat.opened_at or dt.datetime.min
        yield Standing(Metric.GROUPS, opened, chat.dismissed_at, _one(chat.owner_id), None)


def expected(corp: Corp, first: dt.date, last: dt.date) -> Rows:
    """The rows of all of these when the days to ``last`` have been counted."""
    happened, lasting, where = list(acts(corp)), list(standing(corp)), places(corp)
    found: Rows = {}
    for span, day, until in spans(first, last):
        start, end = day_range(day, corp.zone)[0], day_range(until, corp.zone)[1]
        _put(found, span, day, [act for act in happened if start <= act.at < end], where)
        if span == Span.DAY:
            _put(found, span, day, [one for one in lasting if _lasts(one, end)], where)
        found |= talk(corp, span, day, until, where)
    return found


def talk(corp: Corp, span: Span, day: dt.date, until: dt.date, where: dict[int, set[int]]) -> Rows:
    """What WeCom counted in a span: sums and of how many employees; of means the sum and of how many days."""
    rows = list(TalkFigures.objects.filter(corp=corp, day__range=(day, until)))
    found: Rows = {}
    for dim, ident, mine in _talking(rows, where):
        for metric, column in TALK.items():
            some = [row for row in mine if getattr(row, column)]
            pair = (sum(getattr(row, column) for row in some), len({row.employee_id for row in some}))
            found[span, day, dim, metric, ident, 0] = pair
        answered = [row for row in mine if row.reply_percentage is not None]
        hundredths = sum(round(float(row.reply_percentage or 0) * 100) for row in answered)
        found[span, day, dim, Metric.TALK_REPLY_PERCENTAGE, ident, 0] = (hundredths, len(answered))
        timed = [row.reply_minutes for row in mine if row.reply_minutes is not None]
        found[span, day, dim, Metric.TALK_REPLY_MINUTES, ident, 0] = (sum(timed), len(timed))
    return {key: pair for key, pair in found.items() if any(pair)}


def _put(found: Rows, span: Span, day: dt.date, some: Iterable[Any], where: dict[int, set[int]]) -> None:
    """Sort what happened into the places that it counts for."""
    heaps: dict[tuple[Any, ...], list[Any]] = {}
    for act in some:
        detail = getattr(act, "detail", 0)
        heaps.setdefault((Dim.CORP, 0, act.metric, detail), []).append(act)
        for employee in act.employees:
            heaps.setdefault((Dim.EMPLOYEE, employee, act.metric, detail), []).append(act)
            for department in where.get(employee, ()):
                heaps.setdefault((Dim.DEPARTMENT, department, act.metric, detail), []).append(act)
    for (dim, ident, metric, detail), heap in heaps.items():
        people = {act.person for act in heap} - {None}
        found[span, day, dim, metric, ident, detail] = (len(heap), len(people))


def _talking(rows: list[TalkFigures], where: dict[int, set[int]]) -> Iterator[tuple[Dim, int, list[TalkFigures]]]:
    yield Dim.CORP, 0, rows
    for employee in {row.employee_id for row in rows}:
        yield Dim.EMPLOYEE, employee, [row for row in rows if row.employee_id == employee]
    for department in {one for row in rows for one in where.get(row.employee_id, ())}:
        mine = [row for row in rows if department in where.get(row.employee_id, ())]
        yield Dim.DEPARTMENT, department, mine


def _transfer(item: TransferItem) -> Iterator[Act]:
    about = ((item.handover_id,), item.customer_id)
    if item.sent_at:
        yield Act(Metric.TRANSFERS_ASKED, item.sent_at, *about)
    if item.settled_at and item.state == "done":
        yield Act(Metric.TRANSFERS_DONE, item.settled_at, *about)
    if item.settled_at and item.state in FAILED:
        yield Act(Metric.TRANSFERS_REFUSED, item.settled_at, *about)


def _followers(step: StageChange) -> tuple[int, ...]:
    stays = RelationEpisode.objects.filter(customer_id=step.customer_id)
    return tuple(
        stay.employee_id
        for stay in stays
        if stay.began_at <= step.at and (stay.ended_at is None or stay.ended_at > step.at)
    )


def _contacts(corp: Corp) -> Iterable[GroupMember]:
    return GroupMember.objects.filter(corp=corp, type=2).select_related("chat")


def _lasts(one: Standing, end: dt.datetime) -> bool:
    return one.since < end and (one.until is None or one.until >= end)


def _one(employee: int | None) -> tuple[int, ...]:
    return () if employee is None else (employee,)
