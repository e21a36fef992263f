"""When colleagues are told, in zones whose clocks are put forward and back: against a model."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.time import now
from insights.choices import Kind
from insights.models import RiskAlert, RiskSetting
from insights.risks import delivery, settling, sweeping
from insights.risks.book import Book, Wanted
from insights.risks.kinds import of_employee
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page

# Half hours, quarters, both sides of the date line, and clocks that change in spring and autumn.
ZONES = [
    "Asia/Shanghai",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Pacific/Marquesas",
]
HOURS = st.integers(0, 23)
MINUTE, STEP = dt.timedelta(minutes=1), dt.timedelta(minutes=15)
# Around the nights in which clocks change, and any others; whole quarters, so that the model needs few steps.
NIGHTS = [dt.datetime(2026, *day, tzinfo=dt.UTC) for day in ((3, 8), (3, 29), (4, 4), (10, 3), (10, 25), (11, 1))]
MOMENTS = st.one_of(
    st.builds(lambda night, n: night + n * STEP, st.sampled_from(NIGHTS), st.integers(-100, 200)),
    st.builds(lambda n: NIGHTS[0] + n * STEP, st.integers(0, 30_000)),
)


def first(moment: dt.datetime, zone: ZoneInfo, fits: Callable[[dt.datetime], bool]) -> dt.datetime:
    """The first quarter of an hour from this moment on at which the clock on the wall fits."""
    while not fits(moment.astimezone(zone)):
        moment += STEP
    return moment


def is_quiet(local: dt.datetime, start: int, end: int) -> bool:
    return local.hour in {hour % 24 for hour in range(start, end if start <= end else end + 24)}


@pytest.mark.parametrize("name", ZONES)
@given(HOURS, HOURS, MOMENTS)
@settings(max_examples=40, deadline=None)
def test_at_once_is_the_first_moment_that_is_not_quiet(name: str, start: int, end: int, moment: dt.datetime) -> None:
    zone = ZoneInfo(name)
    told = delivery.due(RiskSetting(deliver="now", quiet_from=start, quiet_until=end), moment, zone)
    assert told >= moment
    assert not is_quiet(told.astimezone(zone), start, end)
    found = first(moment, zone, lambda local: not is_quiet(local, start, end))
    # Where a clock is put back into the quiet hours or over their end, an hour more is waited and no more.
    assert abs(told - found) <= dt.timedelta(hours=1)
    if moment.astimezone(zone).utcoffset() == told.astimezone(zone).utcoffset():
        assert told == found


@pytest.mark.parametrize("name", ZONES)
@given(HOURS, MOMENTS)
@settings(max_examples=40, deadline=None)
def test_once_a_day_is_once_in_each_day_of_the_company(name: str, hour: int, moment: dt.datetime) -> None:
    zone, setting = ZoneInfo(name), RiskSetting(deliver="daily", digest_hour=hour)
    told = delivery.due(setting, moment, zone)
    assert moment < told <= moment + dt.timedelta(hours=25)
    # What happens a little later, but before it is told, is told with it.
    assert delivery.due(setting, told - MINUTE, zone) == told
    following = delivery.due(setting, told, zone)
    assert following.astimezone(zone).date() - told.astimezone(zone).date() == dt.timedelta(days=1)
    assert dt.timedelta(hours=23) <= following - told <= dt.timedelta(hours=25)


@pytest.mark.parametrize("name", ZONES)
def test_many_in_a_day_are_counted_by_the_companys_midnight(name: str) -> None:
    zone = ZoneInfo(name)
    book = Book({(Kind.BULK_DELETION, ""): Wanted(True, 1, 3)}, {})  # type: ignore[arg-type]
    midnight = dt.datetime(2026, 3, 29, tzinfo=zone).astimezone(dt.UTC)
    following = dt.datetime(2026, 3, 30, tzinfo=zone).astimezone(dt.UTC)
    later = following + dt.timedelta(days=2)

    def days(*moments: dt.datetime) -> list[str]:
        return [cause.subject for cause in of_employee(7, list(moments), zone, book, later)]

    # A day of 23 or 25 hours is one day too.
    assert days(midnight, following - MINUTE) == ["e7:2026-03-29"]
    assert days(midnight - MINUTE, midnight) == []
    assert days(following - MINUTE, following) == []


@pytest.mark.parametrize("name", ZONES)
def test_every_company_is_swept_in_one_hour_of_its_day(cast: Cast, name: str) -> None:
    cast.corp.time_zone = name
    cast.corp.save()
    type(cast.corp).objects.filter(pk=cast.other_corp.pk).update(active=False)
    start = dt.datetime(2026, 6, 10, tzinfo=dt.UTC)
    hours = [n for n in range(24) if sweeping.due(start + n * dt.timedelta(hours=1)) == [cast.corp.pk]]
    assert len(hours) == 1
    assert (start + hours[0] * dt.timedelta(hours=1)).astimezone(ZoneInfo(name)).hour == sweeping.HOUR


class TestOfACompany:
    """The zone is the company's, wherever the plan is asked for."""

    def plans(self, cast: Cast, zone: str, **fields: Any) -> list[delivery.Plan]:
        cast.corp.time_zone = zone
        cast.corp.save()
        RiskSetting.objects.create(corp=cast.corp, **{"deliver": "daily", "digest_hour": 9} | fields)
        alert = make.alert(make.customer(cast.corp), cast.owner)
        return delivery.plans([alert], dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC))

    @pytest.mark.parametrize(
        ("zone", "utc"),
        [
            ("Asia/Shanghai", "2026-07-02T01:00"),
            ("Europe/Berlin", "2026-07-02T07:00"),
            ("America/New_York", "2026-07-01T13:00"),
            ("Pacific/Kiritimati", "2026-07-01T19:00"),
            ("Asia/Kathmandu", "2026-07-02T03:15"),
        ],
    )
    def test_nine_in_the_morning_is_nine_where_they_work(self, cast: Cast, zone: str, utc: str) -> None:
        (plan,) = self.plans(cast, zone)
        assert plan.at == dt.datetime.fromisoformat(f"{utc}:00+00:00")
        assert plan.recipients == [cast.owner.pk, cast.manager.pk]

    def test_another_companys_hours_are_of_no_matter(self, cast: Cast) -> None:
        RiskSetting.objects.create(corp=cast.other_corp, deliver="now", quiet_from=0, quiet_until=0)
        (plan,) = self.plans(cast, "Asia/Shanghai", deliver="none")
        assert plan == delivery.Plan()

    def test_a_warning_that_is_nobodys_is_told_to_nobody(self, cast: Cast) -> None:
        self.plans(cast, "Asia/Shanghai")
        orphan, own = make.alert(make.customer(cast.corp), None), make.alert(make.customer(cast.corp), cast.colleague)
        found = delivery.plans([orphan, own], now())
        assert [plan.recipients for plan in found] == [[], [cast.colleague.pk, cast.manager.pk]]
        assert found[0].at is None

    def test_no_more_leaders_are_told_than_the_bound(self, cast: Cast) -> None:
        for _n in range(delivery.MOST + 5):
            make.employee(cast.corp, cast.department, leads=True)
        (plan,) = self.plans(cast, "Asia/Shanghai")
        assert len(plan.recipients) == len(set(plan.recipients)) == delivery.MOST
        assert plan.recipients[0] == cast.owner.pk


class TestSetting:
    @pytest.mark.parametrize("field", ["digest_hour", "quiet_from", "quiet_until"])
    @pytest.mark.parametrize("hour", ["24", "-1", "x", "", "9.5", "٩x"])
    def test_an_hour_that_no_clock_shows_is_refused_beside_its_field(self, cast: Cast, field: str, hour: str) -> None:
        row = RiskSetting.objects.create(corp=cast.corp)
        before = RiskSetting.objects.values().get()
        client = entered(cast.users["admin"])
        answer = client.post(page(row, "change"), form_of(client.get(page(row, "change")), **{field: hour}))
        assert list(answer.context["adminform"].form.errors) == [field]
        assert RiskSetting.objects.values().get() == before

    @pytest.mark.parametrize("role", ["owner", "manager", "stranger"])
    def test_whom_it_is_not_for_changes_nothing(self, cast: Cast, role: str) -> None:
        row = RiskSetting.objects.create(corp=cast.corp)
        before = RiskSetting.objects.values().get()
        answer = entered(cast.users[role]).post(page(row, "change"), {"deliver": "now"})
        # Another company's administrator is led away as from a row that isn't there.
        assert answer.status_code == (302 if role == "stranger" else 403)
        assert RiskSetting.objects.values().get() == before

    def test_changed_hours_hold_for_what_opens_from_then_on(self, cast: Cast) -> None:
        setting = RiskSetting.objects.create(corp=cast.corp, deliver="daily", digest_hour=9)
        customers = [make.customer(cast.corp, cast.owner) for _n in range(2)]
        told = []
        for customer, hour in zip(customers, (9, 15), strict=True):
            RiskSetting.objects.filter(pk=setting.pk).update(digest_hour=hour)
            make.blacklisted(customer)
            make.relation(customer, cast.colleague)
            customer.episodes.create(corp=cast.corp, employee=cast.colleague, began_at=now())
            settling.settle_customers(corp_id=cast.corp.pk, customer_ids=[customer.pk])
            event = OutboxEvent.objects.filter(name="risk.opened").latest("id")
            told.append(dt.datetime.fromisoformat(event.payload["data"]["deliverAt"]).astimezone(cast.corp.zone).hour)
        assert told == [9, 15]
        assert set(RiskAlert.objects.values_list("kind", flat=True)) == {"blacklisted_added"}
