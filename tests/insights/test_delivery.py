"""Who is to be told of a warning, and when: plans, by the company's clock."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from corps.choices import EmployeeStatus
from corps.models import Employee
from insights.models import RiskAlert, RiskSetting
from insights.risks import delivery
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.mirroring.readings import day
from tests.insights.scene import Scene

SHANGHAI = ZoneInfo("Asia/Shanghai")


def clock(hour: int, minute: int = 0, date: int = 10) -> dt.datetime:
    """A moment by the wall clock of the company."""
    return dt.datetime(2026, 3, date, hour, minute, tzinfo=SHANGHAI)


def setting(**fields: Any) -> RiskSetting:
    return RiskSetting(**{"deliver": "now", "digest_hour": 9, "quiet_from": 22, "quiet_until": 8} | fields)


def wanted(cast: Cast, **fields: Any) -> RiskSetting:
    return RiskSetting.objects.create(corp=cast.corp, **{"deliver": "now", "quiet_from": 0, "quiet_until": 0} | fields)


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (clock(8), clock(8)),
        (clock(12, 30), clock(12, 30)),
        (clock(21, 59), clock(21, 59)),
        # In the quiet hours it waits for their end, before midnight and after it.
        (clock(22), clock(8, date=11)),
        (clock(23, 59), clock(8, date=11)),
        (clock(0, 1), clock(8)),
        (clock(7, 59), clock(8)),
    ],
)
def test_at_once_but_never_in_the_quiet_hours(happens: dt.datetime, told: dt.datetime) -> None:
    assert delivery.due(setting(), happens.astimezone(dt.UTC), SHANGHAI) == told


@pytest.mark.parametrize(
    ("quiet", "happens", "told"),
    [
        ((12, 14), clock(13), clock(14)),
        ((12, 14), clock(23), clock(23)),
        ((12, 14), clock(14), clock(14)),
        # The same hour twice is never quiet.
        ((0, 0), clock(0), clock(0)),
        ((9, 9), clock(9, 30), clock(9, 30)),
    ],
)
def test_the_quiet_hours_are_the_companys_own(quiet: tuple[int, int], happens: dt.datetime, told: dt.datetime) -> None:
    own = setting(quiet_from=quiet[0], quiet_until=quiet[1])
    assert delivery.due(own, happens.astimezone(dt.UTC), SHANGHAI) == told


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (clock(8, 59), clock(9)),
        (clock(9), clock(9, date=11)),
        (clock(23), clock(9, date=11)),
        (clock(0, 30), clock(9)),
    ],
)
def test_once_a_day_at_its_hour(happens: dt.datetime, told: dt.datetime) -> None:
    assert delivery.due(setting(deliver="daily"), happens.astimezone(dt.UTC), SHANGHAI) == told


def test_the_clock_on_the_wall_is_of_the_companys_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    # The night in which the clocks are put forward: eight by the wall is six in UTC.
    happens = dt.datetime(2026, 3, 29, 0, 30, tzinfo=berlin)
    assert delivery.due(setting(), happens.astimezone(dt.UTC), berlin) == dt.datetime(2026, 3, 29, 6, tzinfo=dt.UTC)


class TestRecipients:
    def plan(self, cast: Cast, employee: Employee | None) -> list[int]:
        alert = make.alert(make.customer(cast.corp), employee)
        (found,) = delivery.plans([alert], clock(12).astimezone(dt.UTC))
        assert (found.at is None) == (not found.recipients)
        return found.recipients

    def test_nobody_until_the_company_wants_it(self, cast: Cast) -> None:
        assert self.plan(cast, cast.owner) == []
        wanted(cast, deliver="none")
        assert self.plan(cast, cast.owner) == []

    def test_the_employee_and_who_leads_the_department(self, cast: Cast) -> None:
        wanted(cast)
        assert self.plan(cast, cast.owner) == [cast.owner.pk, cast.manager.pk]
        assert self.plan(cast, cast.manager) == [cast.manager.pk]
        assert self.plan(cast, None) == []

    def test_the_employee_alone(self, cast: Cast) -> None:
        wanted(cast, tell_managers=False)
        assert self.plan(cast, cast.owner) == [cast.owner.pk]

    def test_a_leaver_is_told_nothing_and_the_leader_is(self, cast: Cast) -> None:
        wanted(cast)
        Employee.objects.filter(pk=cast.owner.pk).update(status=EmployeeStatus.LEFT)
        assert self.plan(cast, cast.owner) == [cast.manager.pk]
        Employee.objects.filter(pk=cast.manager.pk).update(status=EmployeeStatus.LEFT)
        assert self.plan(cast, cast.owner) == []

    def test_one_who_leads_two_departments_is_told_once(self, cast: Cast) -> None:
        wanted(cast)
        other = make.department(cast.corp)
        for employee in (cast.owner, cast.manager):
            other.memberships.create(corp=cast.corp, employee=employee, is_leader=employee == cast.manager)
        assert self.plan(cast, cast.owner) == [cast.owner.pk, cast.manager.pk]

    def test_many_warnings_cost_as_much_as_one(self, cast: Cast, django_assert_num_queries: Any) -> None:
        wanted(cast)
        alerts = [make.alert(make.customer(cast.corp), cast.owner) for _n in range(4)]
        with django_assert_num_queries(5):
            plans = delivery.plans(alerts, clock(12).astimezone(dt.UTC))
        assert len(plans) == 4
        assert delivery.plans([], clock(12)) == []


class TestEvents:
    def test_the_event_names_who_is_told_and_when(self, scene: Scene) -> None:
        wanted(scene.cast, deliver="daily")
        scene.begin(50)
        scene.end(59.5)
        scene.hear()
        data = OutboxEvent.objects.get(name="risk.opened").payload["data"]
        # The sixtieth day begins here at four in the afternoon.
        told_at = day(60).astimezone(SHANGHAI).replace(hour=9) + dt.timedelta(days=1)
        assert data["recipients"] == [scene.cast.owner.pk, scene.cast.manager.pk]
        assert dt.datetime.fromisoformat(data["deliverAt"]) == told_at

    def test_a_muted_one_is_not_told(self, scene: Scene) -> None:
        wanted(scene.cast)
        scene.begin(50)
        scene.end(58.5)
        scene.hear()
        RiskAlert.objects.update(muted_until=day(99))
        scene.begin(59)
        scene.end(59.5)
        scene.hear()
        assert OutboxEvent.objects.filter(name="risk.opened").count() == 1


class TestSetting:
    def test_an_hour_that_no_clock_shows_is_refused(self, cast: Cast) -> None:
        row = wanted(cast)
        client = entered(cast.users["admin"])
        posted = form_of(client.get(page(row, "change")), digest_hour="24")
        answer = client.post(page(row, "change"), posted)
        assert answer.context["adminform"].form.errors["digest_hour"]
        assert RiskSetting.objects.get().digest_hour == 9

    def test_delivery_is_switched_on_by_an_administrator_alone(self, cast: Cast) -> None:
        row = wanted(cast, deliver="none")
        client = entered(cast.users["admin"])
        posted = form_of(client.get(page(row, "change")), deliver="daily")
        assert client.post(page(row, "change"), posted).status_code == 302
        assert RiskSetting.objects.get().deliver == "daily"
        assert entered(cast.users["manager"]).get(page(row, "change")).status_code == 403
