"""Customers who left an employee, as WeCom counts them: when a day is one to look at, and for how long."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command

from corps import hours
from customers import talk_figures
from customers.models import TalkFigures
from customers.talk_figures import Figures
from insights import tasks
from insights.choices import Kind
from insights.console import words
from insights.models import RiskAlert, RiskRule, RiskSetting
from insights.risks import feedback, settling, sweeping
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.insights.scene import in_full

DAY = dt.date(2026, 3, 20)
ONE = dt.timedelta(days=1)
# Midnight in Shanghai, when the twentieth is over.
OVER = dt.datetime(2026, 3, 20, 16, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, dt.datetime]:
    """The moment of settling; a test moves it."""
    moment = {"now": OVER + dt.timedelta(hours=8)}
    for module in (settling, hours):
        monkeypatch.setattr(module, "now", lambda: moment["now"])
    return moment


def counts(today: int, *before: int) -> dict[dt.date, int]:
    """So many on the day, and on the days before it, the nearest first."""
    return {DAY - n * ONE: count for n, count in enumerate((today, *before))}


def told(cast: Cast, days: dict[dt.date, int], employee: Any = None) -> None:
    figures = {day: Figures(negative_feedback=count) for day, count in days.items()}
    who = employee or cast.owner
    talk_figures.store(corp_id=who.corp_id, employee_id=who.pk, days=figures, today=DAY + ONE)


def settle(cast: Cast) -> None:
    settling.settle_employees(corp_id=cast.corp.pk, employee_ids=[cast.owner.pk, cast.colleague.pk])


def warnings() -> list[tuple[str, str]]:
    return list(RiskAlert.objects.filter(kind=Kind.NEGATIVE_FEEDBACK).order_by("cause").values_list("cause", "state"))


@pytest.mark.parametrize(
    ("days", "least", "warned"),
    [
        (counts(5, *[0] * 14), 5, True),
        (counts(4, *[0] * 14), 5, False),
        # Twice the mean of the days before, no less.
        (counts(6, *[3] * 14), 5, True),
        (counts(5, *[3] * 14), 5, False),
        (counts(20, *[11] * 14), 5, False),
        # Only the fourteen days before count.
        (counts(6, *[3] * 14, 90, 90), 5, True),
        (counts(6, *[0] * 13, 56), 5, False),
        # Where nothing is known of them, nothing is usual; a few are enough to tell.
        (counts(50), 5, False),
        (counts(5, 1), 5, True),
        ({DAY: 9, DAY - 15 * ONE: 0}, 5, False),
        # Nobody is no day to look at, whatever a rule says.
        (counts(0, *[0] * 14), 0, False),
        (counts(1, *[0] * 14), 0, True),
    ],
)
def test_a_day_is_up_when_it_is_many_and_twice_the_usual(days: dict[dt.date, int], least: int, warned: bool) -> None:
    found = [cause for cause in feedback.causes(7, days, least) if cause.cause == DAY.isoformat()]
    assert bool(found) is warned
    for cause in found:
        assert (cause.subject, cause.employee, cause.customer, cause.opened_at) == ("e7", 7, None, OVER)
        assert cause.closed_at == OVER + dt.timedelta(days=7)
        assert cause.facts["deleted"] == days[DAY]


def test_a_warning_is_opened_with_its_numbers_and_told_like_the_others(cast: Cast) -> None:
    RiskSetting.objects.create(corp=cast.corp, deliver="now", quiet_from=0, quiet_until=0)
    told(cast, counts(6, *[1] * 14))
    told(cast, counts(1, *[1] * 14), cast.colleague)
    settle(cast)
    alert = RiskAlert.objects.get()
    assert (alert.kind, alert.employee, alert.customer, alert.level) == ("negative_feedback", cast.owner, None, 2)
    assert (alert.facts, alert.opened_at, alert.state) == ({"deleted": 6, "usual": 1.0}, OVER, "open")
    event = OutboxEvent.objects.get(name="risk.opened").payload["data"]
    assert event["recipients"] == sorted([cast.owner.pk, cast.manager.pk])
    assert (event["employeeId"], event["customerId"]) == (cast.owner.pk, None)
    assert words.facts_of(alert) == "6 位客户删除或拉黑，平时 1.0"


def test_settling_again_changes_nothing_and_a_rebuild_finds_the_same(cast: Cast) -> None:
    told(cast, counts(6, *[1] * 14) | {DAY - 4 * ONE: 5})
    settle(cast)
    left, events = in_full(), OutboxEvent.objects.count()
    settle(cast)
    assert (in_full(), OutboxEvent.objects.count()) == (left, events)
    RiskAlert.objects.all().delete()
    call_command("rebuild_risks", verbosity=0)
    assert in_full() == left
    assert warnings() == [("2026-03-16", "passed"), ("2026-03-20", "open")]


def test_it_passes_after_a_week_as_usual(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    told(cast, counts(6, *[1] * 14))
    settle(cast)
    clock["now"] = OVER + dt.timedelta(days=6, hours=23)
    settle(cast)
    assert warnings() == [("2026-03-20", "open")]
    clock["now"] = OVER + dt.timedelta(days=7)
    settle(cast)
    assert warnings() == [("2026-03-20", "passed")]
    assert [e.name for e in OutboxEvent.objects.order_by("id")] == ["risk.opened", "risk.closed"]


def test_figures_that_come_late_open_it_and_corrected_ones_withdraw_it(cast: Cast) -> None:
    told(cast, counts(0, *[0] * 14))
    settle(cast)
    assert warnings() == []
    told(cast, {DAY: 7})
    settle(cast)
    assert warnings() == [("2026-03-20", "open")]
    told(cast, {DAY: 2})
    settle(cast)
    assert warnings() == []
    assert OutboxEvent.objects.get(name="risk.closed").payload["data"]["why"] == "withdrawn"


def test_what_somebody_handled_stays_handled(cast: Cast) -> None:
    told(cast, counts(6, *[1] * 14))
    settle(cast)
    RiskAlert.objects.update(state="handled", closed_at=OVER, outcome="other")
    settle(cast)
    assert warnings() == [("2026-03-20", "handled")]


def test_the_company_and_a_department_have_their_own_thresholds(cast: Cast) -> None:
    aside = make.employee(cast.corp, make.department(cast.corp))
    for who in (cast.owner, aside):
        told(cast, counts(4, *[1] * 14), who)
    RiskRule.objects.create(corp=cast.corp, kind="negative_feedback", threshold=4, level=3)
    RiskRule.objects.create(corp=cast.corp, kind="negative_feedback", department=cast.department, threshold=9)
    sweeping.sweep_employees(cast.corp.pk)
    assert [(row.employee, row.level) for row in RiskAlert.objects.all()] == [(aside, 3)]
    RiskRule.objects.filter(department=None).update(active=False)
    sweeping.sweep_employees(cast.corp.pk)
    assert not RiskAlert.objects.exists()


def test_the_look_at_eight_finds_what_was_read_since_six(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    told(cast, counts(6, *[1] * 14))
    # Eight in the morning of the company is midnight in UTC.
    for hour, found in ((23, []), (0, [("2026-03-20", "open")])):
        clock["now"] = dt.datetime(2026, 3, 20 if hour else 21, hour, 30, tzinfo=dt.UTC)
        tasks.sweep_employees()
        assert warnings() == found


def test_another_company_s_figures_warn_nobody_here(cast: Cast) -> None:
    told(cast, counts(6, *[1] * 14), cast.stranger)
    settle(cast)
    assert (warnings(), TalkFigures.objects.count()) == ([], 15)
