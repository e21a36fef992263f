"""What is, or was, to be done on some days: reminders by the day of a zone."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from core.time import day_range, now
from corps.actors import Actor
from customers.privacy import wording
from followups.choices import ReminderState
from followups.models import Reminder

# Of one page; who has more to do in a month looks at weeks.
MOST = 1_000
WEEK, MONTH = "week", "month"


@dataclass(frozen=True, slots=True)
class Day:
    day: dt.date
    reminders: list[Any]
    # Whether it lies in the month that is looked at, and not before or behind it.
    inside: bool


@dataclass(frozen=True, slots=True)
class Page:
    """``whole``: whether everything is on it."""

    days: list[Day]
    whole: bool


def page(actor: Actor, *, day: dt.date, span: str, zone: ZoneInfo, employee_id: int | None = None) -> Page:
    """The week or the month around a day, in whole weeks from Monday: open and done reminders whose customers the actor
    may see, of one employee or of all."""
    days = days_of(day, span)
    start, end = day_range(days[0], zone)[0], day_range(days[-1], zone)[1]
    states = [ReminderState.OPEN, ReminderState.DONE]
    rows = Reminder.objects.visible_to(actor).filter(state__in=states, due_at__gte=start, due_at__lt=end)
    rows = rows.filter(employee_id=employee_id) if employee_id else rows
    found = list(rows.select_related("customer", "employee").order_by("due_at", "id")[: MOST + 1])
    by_day, moment = defaultdict(list), now()
    for row in found[:MOST]:
        row.late = row.state == ReminderState.OPEN and row.due_at < moment  # type: ignore[attr-defined, operator]
        row.said = wording.shown(row, row.content)  # type: ignore[attr-defined]
        by_day[row.due_at.astimezone(zone).date()].append(row)  # type: ignore[union-attr]
    inside = [span == WEEK or one.month == day.month for one in days]
    return Page([Day(one, by_day[one], within) for one, within in zip(days, inside, strict=True)], len(found) <= MOST)


def days_of(day: dt.date, span: str) -> list[dt.date]:
    """The days of the page, from a Monday to a Sunday."""
    first = day if span == WEEK else day.replace(day=1)
    last = day if span == WEEK else beside(day, MONTH, 1).replace(day=1) - dt.timedelta(days=1)
    first -= dt.timedelta(days=first.weekday())
    last += dt.timedelta(days=6 - last.weekday())
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def beside(day: dt.date, span: str, step: int) -> dt.date:
    """A day of the span before (-1) or behind (1)."""
    if span == WEEK:
        return day + dt.timedelta(days=7 * step)
    return day.replace(day=15) + dt.timedelta(days=30 * step)
