"""The demo's SOPs and reminders: for every employee something overdue, due today and tomorrow; one stop that failed."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from core.time import now
from corps.models import Corp, Employee
from customers.models import Customer
from followups.models import Reminder, SopEnrolment, SopStop, TimelineEntry
from followups.stops import retrying, sending
from scrm_customer import demo_sops
from scrm_customer import demo_words as words
from tests import make


@pytest.fixture
def corp(db: None) -> Corp:
    """Two employees with six customers each, of whom the first has a tag."""
    corp = make.corp()
    tag = make.tag(make.group(corp))
    for employee in (make.employee(corp, userid="s001"), make.employee(corp, userid="s002")):
        for number in range(6):
            make.customer(corp, employee, external_userid=f"wm{employee.userid}{number}")
    first = Customer.objects.order_by("external_userid").first()
    assert first
    make.tagged(first, tag)
    return corp


def furnished(corp: Corp) -> None:
    demo_sops.add(corp, Employee.objects.of_corp(corp.pk).order_by("userid"))


def days(corp: Corp, moment: dt.datetime) -> int:
    """From today, in the company's zone."""
    return (moment.astimezone(corp.zone).date() - now().astimezone(corp.zone).date()).days


def test_each_employee_has_something_overdue_due_today_and_due_tomorrow(corp: Corp) -> None:
    furnished(corp)
    for employee in Employee.objects.of_corp(corp.pk):
        due = [days(corp, row.due_at) for row in Reminder.objects.open().filter(employee=employee) if row.due_at]
        assert sorted(due) == [-1, 0, 1, 1]


def test_sops_run_and_one_of_each_employee_is_over(corp: Corp) -> None:
    furnished(corp)
    of_employees = SopEnrolment.objects.filter(goal_tag_id=None)
    assert Counter(of_employees.values_list("state", flat=True)) == {"running": 6, "ended": 2}
    for row in of_employees:
        assert (row.name, row.steps) == (words.SOP, len(words.SOP_STEPS))
        assert row.step == (2 if row.state == "running" else len(words.SOP_STEPS))
        assert row.reminders.filter(state="done").count() == (1 if row.state == "running" else len(words.SOP_STEPS))


def test_their_timelines_tell_of_it(corp: Corp) -> None:
    furnished(corp)
    kinds = Counter(TimelineEntry.objects.values_list("kind", flat=True))
    assert kinds == {"sop_enrolled": 9, "sop_step_due": 18, "sop_step_done": 12, "sop_ended": 2}


def test_one_stop_has_failed_and_can_be_tried_again(corp: Corp, settings: Any) -> None:
    furnished(corp)
    stop = SopStop.objects.get()
    assert (stop.state, stop.reason, stop.tries, stop.last_error) == ("dead", "goal", 1, "status 422")
    retrying.retry(stop=stop, by=make.service(corp), source="operator")
    settings.OPERATION_SERVICE = settings.OPERATION_SERVICE | {"URL": ""}
    assert sending.send_due() == 0
    stop.refresh_from_db()
    assert stop.state == "waiting"


def test_a_second_start_adds_nothing(corp: Corp) -> None:
    furnished(corp)
    before = list(SopEnrolment.objects.values_list("enrolment_id", flat=True)), Reminder.objects.count()
    furnished(corp)
    assert (list(SopEnrolment.objects.values_list("enrolment_id", flat=True)), Reminder.objects.count()) == before


def test_it_is_the_same_for_the_same_company(corp: Corp) -> None:
    def told() -> list[Any]:
        rows = Reminder.objects.order_by("customer__external_userid", "step", "due_at")
        return list(rows.values_list("customer__external_userid", "step", "content", "state", "due_at"))

    furnished(corp)
    first = told()
    for model in (SopStop, Reminder, SopEnrolment):
        model.objects.all().delete()
    furnished(corp)
    assert told() == first


def test_another_companys_customers_are_left_alone(corp: Corp) -> None:
    other = make.corp()
    stranger = make.customer(other, make.employee(other))
    furnished(corp)
    assert not SopEnrolment.objects.filter(customer=stranger).exists()


def test_a_company_of_nobody_gets_none(db: None) -> None:
    furnished(make.corp())
    assert not SopEnrolment.objects.exists()
    assert not SopStop.objects.exists()
