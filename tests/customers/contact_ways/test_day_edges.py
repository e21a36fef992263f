"""Who stands on a code as hours, days and weeks turn over, by the clock of companies in other zones too."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from corps import mirrored
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers import contact_ways
from customers.contact_ways import keeping
from customers.contact_ways.checking import Shift
from customers.models import ContactWay
from messaging.models import Command
from tests import make
from tests.conftest import Cast
from tests.customers.channels.test_figures import came

NINE, SIX, TEN, FOUR = dt.time(9), dt.time(18), dt.time(22), dt.time(4)
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"]


def live_in(cast: Cast, zone: str) -> ZoneInfo:
    cast.corp.time_zone, cast.corp.mirrored = zone, True
    cast.corp.save()
    mirrored.forget()
    return ZoneInfo(zone)


def working(cast: Cast, *shifts: Shift, **fields: Any) -> ContactWay:
    """A code that WeCom has, with those on it who should be now."""
    way = make.contact_way(cast.corp, members=list(shifts), **fields)
    Command.objects.all().delete()
    ContactWay.objects.filter(pk=way.pk).update(status="active", config_id=f"c{way.pk}")
    told(cast, way)
    return way


def told(cast: Cast, way: ContactWay) -> None:
    """WeCom is told who should be on it now, as the daemon does."""
    serving = keeping.serving_now(cast.corp, [way])[way.pk]
    ContactWay.objects.filter(pk=way.pk).update(serving=serving.as_json())
    Command.objects.all().delete()


def on(cast: Cast, way: ContactWay) -> Sequence[int]:
    return keeping.serving_now(cast.corp, [ContactWay.objects.get(pk=way.pk)])[way.pk].employees


def clock(zone: ZoneInfo, text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize("name", ZONES)
def test_a_shift_turns_over_at_its_minute_by_the_companys_clock(cast: Cast, time_machine: Any, name: str) -> None:
    zone = live_in(cast, name)
    time_machine.move_to(clock(zone, "2026-03-02 08:59:59"), tick=False)
    way = working(cast, Shift(cast.owner.pk, start=NINE, end=SIX), Shift(cast.colleague.pk, start=SIX, end=NINE))
    for moment, who, changed in [
        ("2026-03-02 08:59:59", cast.colleague, 0),
        ("2026-03-02 09:00:00", cast.owner, 1),
        ("2026-03-02 17:59:59", cast.owner, 0),
        ("2026-03-02 18:00:00", cast.colleague, 1),
        ("2026-03-03 00:00:00", cast.colleague, 0),
        ("2026-03-03 09:00:00", cast.owner, 1),
    ]:
        time_machine.move_to(clock(zone, moment), tick=False)
        assert on(cast, way) == (who.pk,), moment
        assert contact_ways.keep_duty(corp_id=cast.corp.pk) == changed, moment
        assert Command.objects.count() == changed
        told(cast, way)


@pytest.mark.parametrize("name", ZONES)
def test_a_full_day_ends_at_the_companys_midnight(cast: Cast, time_machine: Any, name: str) -> None:
    zone = live_in(cast, name)
    time_machine.move_to(clock(zone, "2026-03-02 12:00"), tick=False)
    way = working(cast, Shift(cast.owner.pk, day_cap=2), Shift(cast.colleague.pk))
    for hour in ("00:00:00", "23:59:58"):
        began = clock(zone, f"2026-03-02 {hour}").astimezone(dt.UTC)
        came(cast, 0, state=way.state, began_at=began)
    time_machine.move_to(clock(zone, "2026-03-02 23:59:59"), tick=False)
    assert on(cast, way) == (cast.colleague.pk,)
    assert contact_ways.keep_duty(corp_id=cast.corp.pk) == 1
    told(cast, way)
    time_machine.move_to(clock(zone, "2026-03-03 00:00"), tick=False)
    assert on(cast, way) == (cast.owner.pk, cast.colleague.pk)
    assert contact_ways.keep_duty(corp_id=cast.corp.pk) == 1


def test_one_who_left_again_has_filled_a_place_all_the_same(cast: Cast) -> None:
    live_in(cast, "Asia/Shanghai")
    way = working(cast, Shift(cast.owner.pk, day_cap=1), Shift(cast.colleague.pk))
    came(cast, 0, state=way.state, left=0)
    assert on(cast, way) == (cast.colleague.pk,)


@pytest.mark.parametrize(("cap", "number", "full"), [(0, 0, True), (1, 0, False), (1, 1, True), (2, 1, False)])
def test_a_cap_is_what_they_take_and_none_is_none(cast: Cast, cap: int, number: int, full: bool) -> None:
    live_in(cast, "Asia/Shanghai")
    way = working(cast, Shift(cast.owner.pk, day_cap=cap), Shift(cast.colleague.pk))
    for _n in range(number):
        came(cast, 0, state=way.state)
    assert (cast.owner.pk not in on(cast, way)) is full


def test_with_everybody_full_the_spare_serves_and_without_one_all(cast: Cast) -> None:
    live_in(cast, "Asia/Shanghai")
    shifts = [Shift(cast.owner.pk, day_cap=0), Shift(cast.colleague.pk, day_cap=0)]
    spared = working(cast, *shifts, spare_id=cast.manager.pk)
    alone = working(cast, *shifts)
    assert on(cast, spared) == (cast.manager.pk,)
    assert on(cast, alone) == (cast.owner.pk, cast.colleague.pk)
    Employee.objects.filter(pk=cast.manager.pk).update(status=EmployeeStatus.LEFT)
    assert on(cast, spared) == (cast.owner.pk, cast.colleague.pk)


def test_a_weekly_schedule_goes_round_and_a_night_is_of_the_evening(cast: Cast, time_machine: Any) -> None:
    zone = live_in(cast, "Asia/Shanghai")
    weekdays = Shift(cast.owner.pk, weekdays="12345", start=NINE, end=SIX)
    nights = Shift(cast.colleague.pk, weekdays="57", start=TEN, end=FOUR)
    way = working(cast, weekdays, nights, spare_id=cast.manager.pk)
    for moment, who in [
        # A Friday, its night, the weekend, and Monday again.
        ("2026-03-06 09:00", cast.owner),
        ("2026-03-06 18:00", cast.manager),
        ("2026-03-06 22:00", cast.colleague),
        ("2026-03-07 03:59", cast.colleague),
        ("2026-03-07 04:00", cast.manager),
        ("2026-03-07 12:00", cast.manager),
        ("2026-03-07 23:00", cast.manager),
        ("2026-03-08 22:00", cast.colleague),
        ("2026-03-09 03:00", cast.colleague),
        ("2026-03-09 09:00", cast.owner),
    ]:
        time_machine.move_to(clock(zone, moment), tick=False)
        assert on(cast, way) == (who.pk,), moment


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        # In the night of 29 March two o'clock is followed by three; in that of 25 October three by two.
        ("2026-03-29T00:59:00Z", "owner"),
        ("2026-03-29T01:00:00Z", "colleague"),
        ("2026-10-24T23:59:00Z", "owner"),
        ("2026-10-25T00:59:00Z", "colleague"),
        ("2026-10-25T01:00:00Z", "colleague"),
        ("2026-10-25T01:59:00Z", "colleague"),
    ],
)
def test_in_the_nights_in_which_clocks_change_the_wall_is_right(
    cast: Cast, time_machine: Any, moment: str, who: str
) -> None:
    live_in(cast, "Europe/Berlin")
    two = dt.time(2)
    time_machine.move_to(moment, tick=False)
    way = working(cast, Shift(cast.owner.pk, start=SIX, end=two), Shift(cast.colleague.pk, start=two, end=SIX))
    assert on(cast, way) == (getattr(cast, who).pk,)


def test_a_department_serves_beside_people_and_has_no_cap(cast: Cast) -> None:
    live_in(cast, "Asia/Shanghai")
    way = working(cast, Shift(cast.owner.pk, day_cap=0), Shift(department_id=cast.department.pk))
    found = keeping.serving_now(cast.corp, [way])[way.pk]
    assert (found.employees, found.departments) == ((), (cast.department.pk,))
    assert keeping.names_on(ContactWay.objects.get()) == ["销售部"]


def test_one_who_lost_the_permission_is_off_until_it_is_back(cast: Cast) -> None:
    live_in(cast, "Asia/Shanghai")
    way = working(cast, Shift(cast.owner.pk), Shift(cast.colleague.pk))
    for able, wanted in ((False, (cast.colleague.pk,)), (True, (cast.owner.pk, cast.colleague.pk))):
        Employee.objects.filter(pk=cast.owner.pk).update(can_follow=able)
        assert on(cast, way) == wanted
        assert contact_ways.keep_duty(corp_id=cast.corp.pk) == 1
        told(cast, way)
