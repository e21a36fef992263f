"""Who stands on a code at a moment: hours, weekdays, days that are full, spares."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from corps.choices import EmployeeStatus
from corps.models import Employee
from customers import contact_ways
from customers.contact_ways import keeping
from customers.contact_ways.checking import Shift
from customers.contact_ways.duty import Serving, on_duty
from customers.models import ContactWay, ContactWayMember
from messaging.models import Command
from tests import make
from tests.conftest import Cast
from tests.customers.channels.test_figures import came

ZONE = ZoneInfo("Asia/Shanghai")
LINA, WANG, SPARE, SALES = 1, 2, 9, 40
NINE, SIX, TEN, FOUR = dt.time(9), dt.time(18), dt.time(22), dt.time(4)
ALL = {LINA, WANG, SPARE}


def row(employee: int | None = LINA, **fields: Any) -> ContactWayMember:
    return ContactWayMember(employee_id=employee, **fields)


def serving(*rows: ContactWayMember, at: str = "2026-03-02 12:00", **fields: Any) -> Serving:
    """2026-03-02 is a Monday."""
    asked: dict[str, Any] = {"came": {}, "able": ALL} | {k: fields.pop(k) for k in ("came", "able") if k in fields}
    moment = dt.datetime.fromisoformat(at).replace(tzinfo=ZONE)
    return on_duty(ContactWay(**{"type": ContactWay.Type.MULTI} | fields), rows, at=moment, **asked)


def test_whoever_has_no_hours_serves_always() -> None:
    assert serving(row(), row(WANG)).employees == (LINA, WANG)
    assert serving(row(None, department_id=SALES)) == Serving((), (SALES,))


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("2026-03-02 08:59", False),
        ("2026-03-02 09:00", True),
        ("2026-03-02 17:59", True),
        ("2026-03-02 18:00", False),
        ("2026-03-07 12:00", False),
    ],
)
def test_hours_and_weekdays_are_kept(at: str, on: bool) -> None:
    found = serving(row(weekdays="12345", start=NINE, end=SIX), at=at, spare_id=SPARE)
    assert found.employees == ((LINA,) if on else (SPARE,))


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("2026-03-02 21:59", False),
        ("2026-03-02 22:00", True),
        ("2026-03-03 03:59", True),
        ("2026-03-03 04:00", False),
        ("2026-03-02 03:00", False),
        ("2026-03-03 23:00", False),
    ],
)
def test_a_shift_past_midnight_is_of_the_day_on_which_it_began(at: str, on: bool) -> None:
    found = serving(row(weekdays="1", start=TEN, end=FOUR), at=at, spare_id=SPARE)
    assert found.employees == ((LINA,) if on else (SPARE,))


def test_who_has_had_enough_today_is_off() -> None:
    rows = [row(day_cap=2), row(WANG, day_cap=2)]
    assert serving(*rows, came={LINA: 2, WANG: 1}).employees == (WANG,)
    assert serving(*rows, came={LINA: 3, WANG: 2}, spare_id=SPARE).employees == (SPARE,)


def test_two_shifts_of_one_are_one_on_the_code() -> None:
    assert serving(row(), row(start=NINE, end=SIX)).employees == (LINA,)


def test_with_nobody_on_duty_and_no_spare_all_serve() -> None:
    rows = [row(weekdays="7"), row(WANG, weekdays="6")]
    assert serving(*rows).employees == (LINA, WANG)


def test_who_left_or_lost_the_permission_is_passed_over() -> None:
    assert serving(row(), row(WANG), able={WANG}).employees == (WANG,)
    assert serving(row(weekdays="7"), able={LINA}, spare_id=SPARE).employees == (LINA,)
    assert not serving(row(), able=set())


def test_a_code_of_one_leads_to_one() -> None:
    rows = [row(weekdays="7"), row(weekdays="6")]
    assert serving(*rows, type=ContactWay.Type.SINGLE, spare_id=SPARE).employees == (SPARE,)


class TestKeeping:
    @pytest.fixture
    def way(self, cast: Cast) -> ContactWay:
        cast.corp.mirrored = True
        cast.corp.save()
        rows = [Shift(employee_id=cast.owner.pk, day_cap=1), Shift(employee_id=cast.colleague.pk)]
        way = make.contact_way(cast.corp, members=rows)
        Command.objects.all().delete()
        on = {"employees": [cast.owner.pk, cast.colleague.pk], "departments": []}
        ContactWay.objects.update(status="active", config_id="c", serving=on)
        return way

    def test_nothing_is_wanted_while_the_right_people_are_on_it(self, cast: Cast, way: ContactWay) -> None:
        assert contact_ways.keep_duty(corp_id=cast.corp.pk) == 0
        assert not Command.objects.exists()

    def test_a_full_day_takes_one_off(self, cast: Cast, way: ContactWay) -> None:
        came(cast, 0, state=way.state)
        assert contact_ways.keep_duty(corp_id=cast.corp.pk) == 1
        (command,) = Command.objects.all()
        assert (command.kind, command.subject, command.source) == ("contact_way", {"contactWayId": way.pk}, "rule")
        found = keeping.serving_now(cast.corp, [ContactWay.objects.get()])
        assert found[way.pk].employees == (cast.colleague.pk,)

    def test_who_came_yesterday_or_by_another_code_fills_no_day(self, cast: Cast, way: ContactWay) -> None:
        came(cast, 1, state=way.state)
        came(cast, 0, state="other")
        assert contact_ways.keep_duty(corp_id=cast.corp.pk) == 0

    def test_a_leaver_is_taken_off(self, cast: Cast, way: ContactWay) -> None:
        Employee.objects.filter(pk=cast.owner.pk).update(status=EmployeeStatus.LEFT)
        assert contact_ways.keep_duty(corp_id=cast.corp.pk) == 1

    def test_what_waits_already_is_left_to_wait(self, cast: Cast, way: ContactWay) -> None:
        came(cast, 0, state=way.state)
        contact_ways.keep_duty(corp_id=cast.corp.pk)
        before = list(Command.objects.values())
        assert contact_ways.keep_duty(corp_id=cast.corp.pk) == 0
        assert list(Command.objects.values()) == before

    @pytest.mark.parametrize("status", ["draft", "failed", "deleted"])
    def test_only_codes_that_work_are_kept(self, cast: Cast, way: ContactWay, status: str) -> None:
        came(cast, 0, state=way.state)
        ContactWay.objects.update(status=status)
        assert contact_ways.keep_duty(corp_id=cast.corp.pk) == 0
