"""Questions about times are other questions after midnight, and the segments that ask them are asked anew."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from segments import tasks
from segments.models import SegmentStay
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import asking, hear, ids, last_run, members, run_all, segment, standing

# A quarter to midnight in Shanghai.
EVENING = dt.datetime(2026, 5, 10, 15, 45, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


def added(cast: Cast, *days: int) -> list[Any]:
    return [make.customer(cast.corp, add_time=EVENING - dt.timedelta(days=ago)) for ago in days]


def test_who_was_added_in_the_last_days_falls_out_at_the_companys_midnight(cast: Cast, clock: Any) -> None:
    today, week, older = added(cast, 0, 6, 7)
    row = segment(cast.corp, asking("addTime", "within", {"days": 7}))
    assert members(row) == ids(today, week)
    clock.move_to(EVENING + dt.timedelta(minutes=14))
    tasks.refresh_due()
    assert last_run(row).reason == "created", "it is the same day still"
    clock.move_to(EVENING + dt.timedelta(minutes=15))
    tasks.refresh_due()
    run_all()
    assert (last_run(row).reason, members(row)) == ("day", ids(today))
    stay = SegmentStay.objects.get(customer=week)
    assert (stay.left_by, stay.left_at) == ("day", EVENING + dt.timedelta(minutes=15))
    assert not SegmentStay.objects.filter(customer=older).exists()
    sizes = row.sizes.order_by("day").values_list("day", "size", "entered", "left")
    assert list(sizes) == [(dt.date(2026, 5, 10), 2, 2, 0), (dt.date(2026, 5, 11), 1, 0, 1)]


def test_a_change_after_midnight_is_asked_by_the_new_day(cast: Cast, clock: Any) -> None:
    (week,) = added(cast, 6)
    row = segment(cast.corp, asking("addTime", "within", {"days": 7}))
    hear(cast.corp)
    clock.move_to(EVENING + dt.timedelta(hours=1))
    type(week).objects.get(pk=week.pk)
    make.blacklisted(week)
    hear(cast.corp)
    assert members(row) == set()
    assert standing(row).as_of == EVENING


def test_a_company_elsewhere_has_its_own_midnight(cast: Cast, clock: Any) -> None:
    type(cast.corp).objects.filter(pk=cast.corp.pk).update(time_zone="Europe/London")
    here, there = segment(cast.corp), segment(cast.other_corp)
    clock.move_to(EVENING + dt.timedelta(hours=1))
    tasks.refresh_due()
    assert (last_run(here).reason, last_run(there).reason) == ("created", "day")
    clock.move_to(EVENING + dt.timedelta(hours=8))
    tasks.refresh_due()
    assert last_run(here).reason == "day"
