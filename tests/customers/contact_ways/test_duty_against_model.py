"""Who is on duty, hour by hour through two weeks, beside a roster written out in full."""

import datetime as dt
import random
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from customers.contact_ways.duty import on_duty
from customers.models import ContactWay, ContactWayMember

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday.
FIRST = dt.date(2026, 3, 2)
DAYS = 14
HOURS = [None, *(dt.time(hour) for hour in range(0, 24, 3)), dt.time(23, 30)]
SPARE = 99


def roster(row: ContactWayMember) -> set[dt.datetime]:
    """Every half hour of the two weeks in which this row serves: each shift is laid out on the day it begins."""
    found: set[dt.datetime] = set()
    for number in range(-1, DAYS):
        day = FIRST + dt.timedelta(days=number)
        if str(day.isoweekday()) not in row.weekdays:
            continue
        begin = dt.datetime.combine(day, row.start or dt.time(), ZONE)
        end = dt.datetime.combine(day, row.end or dt.time(), ZONE)
        if row.start is None or end <= begin:
            end += dt.timedelta(days=1)
        moment = begin
        while moment < end:
            found.add(moment)
            moment += dt.timedelta(minutes=30)
    return found


def half_hours() -> Iterator[dt.datetime]:
    begin = dt.datetime.combine(FIRST, dt.time(), ZONE)
    for number in range(DAYS * 48):
        yield begin + dt.timedelta(minutes=30 * number)


def drawn(dice: random.Random) -> list[ContactWayMember]:
    rows = []
    for employee in range(1, dice.randrange(2, 6)):
        for _shift in range(dice.randrange(1, 3)):
            start = dice.choice(HOURS)
            end = dice.choice([hour for hour in HOURS if hour is not None and hour != start]) if start else None
            days = "".join(day for day in "1234567" if dice.random() < 0.6) or "3"
            rows.append(ContactWayMember(employee_id=employee, weekdays=days, start=start, end=end))
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_whoever_the_roster_names_is_on_the_code_and_nobody_else(seed: int) -> None:
    rows = drawn(random.Random(seed))
    served = {id(row): roster(row) for row in rows}
    way = ContactWay(type=ContactWay.Type.MULTI, spare_id=SPARE)
    able = {*range(1, 10), SPARE}
    for moment in half_hours():
        on = {row.employee_id for row in rows if moment in served[id(row)]} or {SPARE}
        assert set(on_duty(way, rows, at=moment, came={}, able=able).employees) == on, moment


@pytest.mark.parametrize("seed", range(6))
def test_caps_take_off_those_who_are_full_and_no_others(seed: int) -> None:
    dice = random.Random(seed)
    rows = drawn(dice)
    for row in rows:
        row.day_cap = dice.choice([None, 0, 1, 3])
    came = {employee: dice.randrange(4) for employee in range(1, 6)}
    way = ContactWay(type=ContactWay.Type.MULTI, spare_id=SPARE)
    for moment in half_hours():
        on = {
            row.employee_id
            for row in rows
            if moment in roster(row) and (row.day_cap is None or came[row.employee_id or 0] < row.day_cap)
        } or {SPARE}
        found = on_duty(way, rows, at=moment, came=came, able={*range(1, 10), SPARE})
        assert set(found.employees) == on, moment
        if moment.hour > 6:
            # One morning shows it as well as a week.
            break


@pytest.mark.parametrize("seed", range(6))
def test_a_code_leads_to_somebody_as_long_as_anybody_is_able(seed: int) -> None:
    dice = random.Random(seed)
    rows = drawn(dice)
    for able in ({1}, {SPARE}, {2, 3}, {1, SPARE}):
        for kind in ContactWay.Type:
            way = ContactWay(type=kind, spare_id=dice.choice([SPARE, None]))
            named = {row.employee_id for row in rows} | {way.spare_id}
            for moment in list(half_hours())[::29]:
                found = on_duty(way, rows, at=moment, came={}, able=able).employees
                assert set(found) <= able & named
                assert bool(found) == bool(able & named), (able, way.spare_id, moment)
                assert kind == ContactWay.Type.MULTI or len(found) <= 1
