"""What the operation service tells becomes the same rows, in whatever order and however often it comes."""

import datetime as dt
import itertools
import random
from typing import Any

import pytest

from core.time import from_wire
from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from followups.models import Reminder, SopEnrolment, SopStop, TimelineEntry
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.followups.operation import event, hear, stood, story


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def test_an_sop_that_runs_its_course_is_an_enrolment_two_reminders_and_five_entries(
    cast: Cast, customer: Customer, recorded: Any
) -> None:
    before = recorded()
    hear(*story(cast.corp.pk, customer.pk))
    row = SopEnrolment.objects.get()
    assert (row.corp_id, row.customer_id, row.enrolment_id, row.sop_id) == (
        cast.corp.pk,
        customer.pk,
        "en-1",
        "welcome",
    )
    assert (row.name, row.step, row.steps, row.owner_id) == ("新客户欢迎", 2, 2, cast.owner.pk)
    assert (row.state, row.why, row.open_mark) == ("ended_early", "opted_out", None)
    assert (row.since, row.until) == (from_wire("2026-11-01T01:00:00Z"), from_wire("2026-11-03T02:00:00Z"))
    first, second = Reminder.objects.order_by("step")
    assert (first.state, first.settled_at, first.settled_by) == ("done", from_wire("2026-11-01T03:00:00Z"), "sop")
    assert (second.state, second.settled_at) == ("cancelled", row.until)
    assert (first.content, first.due_at) == ("发产品手册", dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC))
    assert {(r.employee_id, r.customer_id, r.source) for r in (first, second)} == {(cast.owner.pk, customer.pk, "sop")}
    entries = TimelineEntry.objects.order_by("at")
    assert [e.kind for e in entries] == ["sop_enrolled", "sop_step_due", "sop_step_done", "sop_step_due", "sop_ended"]
    assert entries[1].facts == {"enrolmentId": row.pk, "step": 1, "reminderId": first.pk}
    assert {(e.employee_id, e.source, e.actor) for e in entries} == {(cast.owner.pk, "sop", "system")}
    # What another service has announced isn't announced again.
    assert recorded() == before


def test_whatever_the_order_and_however_often_the_same_rows_stand_in_the_end(cast: Cast, customer: Customer) -> None:
    told = story(cast.corp.pk, customer.pk)
    hear(*told)
    want, dice = stood(), random.Random(7)
    orders = [list(reversed(told))]
    orders += [dice.sample(told * 2, len(told) * 2) for _n in range(8)]
    for order in orders:
        for model in (TimelineEntry, Reminder, SopEnrolment):
            model.objects.all().delete()
        hear(*order)
        assert stood() == want, [e.name for e in order]


def test_a_step_of_which_it_is_told_anew_has_the_latest_word(cast: Cast, customer: Customer) -> None:
    core = {"enrolmentId": "en-1", "customerId": customer.pk, "step": 1}
    early = event("sop.step.due", cast.corp.pk, at="2026-11-01T02:00:00Z", dueAt="2026-11-09T00:00:00Z", **core)
    late = event(
        "sop.step.due",
        cast.corp.pk,
        at="2026-11-01T03:00:00Z",
        dueAt="2026-11-05T00:00:00Z",
        employeeId=cast.colleague.pk,
        **core,
    )
    for order in itertools.permutations([early, late]):
        Reminder.objects.all().delete()
        hear(*order)
        row = Reminder.objects.get()
        assert (row.due_at, row.employee_id) == (from_wire("2026-11-05T00:00:00Z"), cast.colleague.pk)


NOTHING = [
    {},
    {"enrolmentId": None},
    {"enrolmentId": ["en"]},
    {"enrolmentId": "x" * 65, "customerId": 1},
    {"enrolmentId": "../en", "customerId": 1},
    {"enrolmentId": "en-1", "customerId": "1; DROP"},
    {"enrolmentId": "en-1", "customerId": 2**80},
    {"enrolmentId": "en-1", "customerId": -4},
    {"enrolmentId": "en-1", "externalUserid": {"a": 1}},
    {"enrolmentId": "en-1", "externalUserid": "wmNobody"},
]


def test_what_names_no_enrolment_or_no_customer_changes_nothing_and_is_not_tried_again(
    cast: Cast, customer: Customer, recorded: Any
) -> None:
    foreign = make.customer(cast.other_corp, cast.stranger)
    before = recorded()
    wrong = [*NOTHING, {"enrolmentId": "en-1", "customerId": foreign.pk}]
    wrong += [
        {"enrolmentId": "en-1", "customerId": customer.pk, "step": no} for no in (None, "1", 1.5, True, -1, 10_001)
    ]
    for name in ("sop.enrolled", "sop.step.due", "sop.step.done", "sop.ended"):
        # A step is asked of only where there is one.
        hear(*(event(name, cast.corp.pk, **data) for data in wrong if "step" in name or "step" not in data))
    assert stood() == [[], [], []]
    assert recorded() == before


def test_strange_values_are_left_out_and_the_rest_is_taken(cast: Cast, customer: Customer) -> None:
    strange = {
        "sopId": 77,
        "name": "欢\x00迎" + "长" * 200,
        "steps": "two",
        "goalTagId": 10**9,
        "followUserId": cast.stranger.pk,
        "addTagIds": "all",
        "removeTags": [None, {"a": 1}],
        "at": "yesterday",
    }
    external = {"enrolmentId": 12, "externalUserid": customer.external_userid}
    hear(event("sop.enrolled", cast.corp.pk, **external, **strange))
    row = SopEnrolment.objects.get()
    assert (row.enrolment_id, row.sop_id, row.steps, row.goal_tag_id) == ("12", "77", None, None)
    assert (row.name[:3], len(row.name)) == ("欢迎长", 100)
    assert (row.owner_id, row.since) == (cast.owner.pk, from_wire("2026-11-01T08:00:00Z"))


def test_an_enrolment_stays_its_customers(cast: Cast, customer: Customer) -> None:
    other = make.customer(cast.corp, cast.owner)
    hear(event("sop.enrolled", cast.corp.pk, enrolmentId="en-1", customerId=customer.pk))
    want = stood()
    hear(event("sop.ended", cast.corp.pk, enrolmentId="en-1", customerId=other.pk))
    assert stood() == want


def test_the_same_id_is_another_enrolment_in_another_company(cast: Cast, customer: Customer) -> None:
    foreign = make.customer(cast.other_corp, cast.stranger)
    for corp, row in ((cast.corp, customer), (cast.other_corp, foreign)):
        hear(event("sop.enrolled", corp.pk, enrolmentId="en-1", customerId=row.pk, event_id="one-id"))
    assert sorted(SopEnrolment.objects.values_list("corp_id", "customer_id")) == sorted(
        [(cast.corp.pk, customer.pk), (cast.other_corp.pk, foreign.pk)]
    )
    assert TimelineEntry.objects.count() == 2


def test_who_is_enrolled_too_late_is_stopped_at_once_and_nobody_is_reminded(cast: Cast, customer: Customer) -> None:
    lifecycle.delete(customer=customer, by=SYSTEM, source="system")
    events = OutboxEvent.objects.count()
    hear(*story(cast.corp.pk, customer.pk)[:2])
    assert SopStop.objects.get().reason == "lost"
    assert Reminder.objects.get().state == "cancelled"
    assert OutboxEvent.objects.count() == events
