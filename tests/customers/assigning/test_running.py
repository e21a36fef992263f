"""Customers whom nobody follows are given away: rows, events, once."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers import assigning, collaborating, handlers, lifecycle, tasks
from customers.assigning import desks, reasons
from customers.assigning.giving import Report
from customers.choices import CustomerStatus, RelationStatus
from customers.models import Assignment, AssignmentRule, Customer, FollowRelation, RelationEpisode
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

AS: Any = {"by": SYSTEM, "source": "operator"}


def everything() -> list[Any]:
    models = (Customer, FollowRelation, RelationEpisode, Assignment, AssignmentRule, OutboxEvent)
    return [list(model._base_manager.order_by("pk").values()) for model in models]


def ran(cast: Cast, **fields: Any) -> Report:
    return assigning.run(corp=cast.corp, **AS | fields)


def lost(cast: Cast, employee: Employee, **fields: Any) -> Customer:
    """A customer whom this employee followed, until the customer deleted them."""
    row = make.customer(cast.corp, employee, add_time=now() - dt.timedelta(days=90), **fields)
    ended = {"status": RelationStatus.ENDED_BY_CUSTOMER, "ended_at": now()}
    FollowRelation.objects.filter(customer=row).update(**ended)
    RelationEpisode.objects.filter(customer=row).update(ended_at=now(), ended_by=ended["status"])
    Customer.objects.filter(pk=row.pk).update(status=CustomerStatus.LOST)
    row.refresh_from_db()
    return row


@pytest.fixture
def rule(cast: Cast) -> AssignmentRule:
    return make.assignment_rule(cast.corp, cast.owner, cast.colleague, name="新客")


def test_a_customer_gets_a_follower_a_stay_and_a_record_of_why(cast: Cast, rule: AssignmentRule, recorded: Any) -> None:
    customer = make.customer(cast.corp)
    report = ran(cast)
    (row,) = Assignment.objects.all()
    assert report.assigned == [row]
    assert (row.customer_id, row.employee_id, row.corp_id) == (customer.pk, cast.owner.pk, cast.corp.pk)
    assert (row.rule_id, row.rule_name, row.reason) == (rule.pk, "新客", "round_robin")
    assert (row.run_id, row.source, row.actor) == (report.run_id, "operator", "system")
    customer.refresh_from_db()
    assert (customer.follow_user_id, customer.version) == (cast.owner.pk, 3)
    assert FollowRelation.objects.get().employee_id == cast.owner.pk
    assert RelationEpisode.objects.get().ended_at is None
    names = [name for name, subject, _data in recorded() if subject == customer.pk and name.startswith("customer")]
    assert names == ["customer.created", "customer.updated", "customer.assigned"]
    told = {"customerId": customer.pk, "employeeId": cast.owner.pk, "ruleId": rule.pk, "assignmentId": row.pk}
    assert recorded()[-1] == ("customer.assigned", customer.pk, told)
    assert OutboxEvent.objects.last().payload["source"] == "rule"


def test_twice_does_nothing_more(cast: Cast, rule: AssignmentRule) -> None:
    for _n in range(3):
        make.customer(cast.corp)
    assert len(ran(cast).assigned) == 3
    before = everything()
    again = ran(cast)
    assert (again.assigned, again.left, again.next_after) == ([], Counter(), None)
    assert everything() == before


def test_the_turn_goes_on_from_one_run_to_the_next(cast: Cast, rule: AssignmentRule) -> None:
    for _n in range(3):
        make.customer(cast.corp)
        ran(cast)
    given = list(Assignment.objects.order_by("id").values_list("employee_id", flat=True))
    assert given == [cast.owner.pk, cast.colleague.pk, cast.owner.pk]
    rule.refresh_from_db()
    assert (rule.pointer, rule.version) == (cast.owner.pk, 1)


def test_who_is_followed_deleted_blacklisted_or_foreign_is_left_alone(cast: Cast, rule: AssignmentRule) -> None:
    make.customer(cast.corp, cast.manager)
    gone = make.customer(cast.corp)
    lifecycle.delete(customer=gone, **AS)
    make.customer(cast.other_corp)
    make.customer(cast.corp, blacklisted=True)
    # One without a main follower whom somebody follows all the same.
    lifecycle.update(customer=make.customer(cast.corp, cast.owner), follow_user_id=None, **AS)
    before = everything()
    report = ran(cast)
    assert (report.assigned, report.left) == ([], Counter({reasons.BLACKLISTED: 1}))
    assert everything() == before


def test_without_a_rule_in_use_nothing_is_done(cast: Cast) -> None:
    make.assignment_rule(cast.corp, cast.owner, active=False)
    make.customer(cast.corp)
    before = everything()
    assert ran(cast).assigned == []
    assert everything() == before


def test_who_left_or_may_have_no_customers_gets_none(cast: Cast, rule: AssignmentRule) -> None:
    Employee.objects.filter(pk=cast.owner.pk).update(status=EmployeeStatus.LEFT)
    for _n in range(2):
        make.customer(cast.corp)
    assert {row.employee_id for row in ran(cast).assigned} == {cast.colleague.pk}
    Employee.objects.filter(pk=cast.colleague.pk).update(can_follow=False)
    make.customer(cast.corp)
    before = everything()
    assert ran(cast).assigned == []
    assert everything() == before
    assert [d.choice.reason for d in assigning.plan(corp=cast.corp).decisions] == [reasons.NOBODY]


def test_a_department_names_its_people_and_those_below(cast: Cast) -> None:
    below = make.employee(cast.corp, make.department(cast.corp, cast.department))
    make.assignment_rule(cast.corp, department_ids=[cast.department.pk])
    for _n in range(4):
        make.customer(cast.corp)
    wanted = {cast.owner.pk, cast.colleague.pk, cast.manager.pk, below.pk}
    assert {row.employee_id for row in ran(cast).assigned} == wanted


def test_capacity_counts_living_relations(cast: Cast) -> None:
    make.assignment_rule(cast.corp, cast.owner, capacity=2)
    lost(cast, cast.owner)
    make.customer(cast.corp, cast.owner)
    for _n in range(2):
        make.customer(cast.corp)
    report = ran(cast)
    assert len(report.assigned) == 1
    assert report.left == {reasons.ALL_FULL: 1}


def test_who_has_the_fewest_customers_is_given_the_next(cast: Cast) -> None:
    make.assignment_rule(cast.corp, cast.owner, cast.colleague, strategy="least_loaded")
    for _n in range(3):
        make.customer(cast.corp, cast.owner)
    for _n in range(4):
        make.customer(cast.corp)
    given = Counter(row.employee_id for row in ran(cast).assigned)
    assert given == {cast.colleague.pk: 4} or given == {cast.colleague.pk: 3, cast.owner.pk: 1}
    assert {row.reason for row in Assignment.objects.all()} == {"least_loaded"}


def test_a_day_cap_counts_what_was_given_today_by_whatever_run(cast: Cast) -> None:
    make.assignment_rule(cast.corp, cast.owner, day_cap=1)
    for _n in range(2):
        make.customer(cast.corp)
    assert len(ran(cast).assigned) == 1
    assert ran(cast).assigned == []
    Assignment.objects.update(create_time=now() - dt.timedelta(days=2))
    assert len(ran(cast).assigned) == 1


def test_outside_the_hours_the_spare_gets_them(cast: Cast, monkeypatch: Any) -> None:
    hours = {"weekdays": "12345", "start": dt.time(9), "end": dt.time(18)}
    make.assignment_rule(cast.corp, cast.owner, spare_id=cast.colleague.pk, **hours)
    make.customer(cast.corp)
    # A Monday, seven in the evening in Shanghai.
    monkeypatch.setattr(desks, "now", lambda: dt.datetime(2026, 3, 2, 11, tzinfo=dt.UTC))
    (row,) = ran(cast).assigned
    assert (row.employee_id, row.reason) == (cast.colleague.pk, "spare")
    make.customer(cast.corp)
    monkeypatch.setattr(desks, "now", lambda: dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC))
    (row,) = ran(cast).assigned
    assert (row.employee_id, row.reason) == (cast.owner.pk, "round_robin")


def test_a_channel_is_known_by_its_states(cast: Cast) -> None:
    channel = make.channel(cast.corp, "expo")
    make.assignment_rule(cast.corp, cast.owner, channel_id=channel.pk)
    make.assignment_rule(cast.corp, cast.colleague, unnamed_state=True, order=1)
    rows = [make.customer(cast.corp, channel=state) for state in ("expo", "flyer", None)]
    report = ran(cast)
    given = {row.customer_id: row.employee_id for row in report.assigned}
    assert given == {rows[0].pk: cast.owner.pk, rows[1].pk: cast.colleague.pk}
    assert report.left == {reasons.NO_RULE: 1}


class TestLost:
    def test_they_are_given_away_only_by_a_rule_that_takes_them(self, cast: Cast, rule: AssignmentRule) -> None:
        customer = lost(cast, cast.owner)
        assert ran(cast).assigned == []
        AssignmentRule.objects.update(also_lost=True)
        (row,) = ran(cast).assigned
        # Not to who had them before.
        assert row.employee_id == cast.colleague.pk
        customer.refresh_from_db()
        assert (customer.status, customer.follow_user_id) == (CustomerStatus.NORMAL, cast.colleague.pk)
        assert now() - customer.add_time < dt.timedelta(minutes=5)
        assert RelationEpisode.objects.get(customer=customer, ended_at=None).began_at == customer.add_time
        assert FollowRelation.objects.get(customer=customer, employee=cast.owner).status == 3

    def test_where_all_had_them_before_they_wait(self, cast: Cast) -> None:
        make.assignment_rule(cast.corp, cast.owner, also_lost=True)
        lost(cast, cast.owner)
        assert ran(cast).left == {reasons.HAD_BEFORE: 1}


class TestPlan:
    def test_it_is_what_the_run_then_does_and_writes_nothing(self, cast: Cast, rule: AssignmentRule) -> None:
        for _n in range(3):
            make.customer(cast.corp)
        before = everything()
        plan = assigning.plan(corp=cast.corp)
        assert everything() == before
        planned = {d.person.customer_id: d.choice.seat and d.choice.seat.employee_id for d in plan.decisions}
        assert {row.customer_id: row.employee_id for row in ran(cast).assigned} == planned

    def test_it_is_bounded_and_says_where_to_go_on(self, cast: Cast, rule: AssignmentRule) -> None:
        ids = [make.customer(cast.corp).pk for _n in range(3)]
        first = assigning.plan(corp=cast.corp, most=2)
        assert first.next_after == ids[1]
        rest = assigning.plan(corp=cast.corp, most=2, after=ids[1])
        assert [d.person.customer_id for d in (*first.decisions, *rest.decisions)] == ids
        assert rest.next_after is None

    @pytest.mark.parametrize("number", [1, 12])
    def test_it_costs_the_same_however_many_wait(self, cast: Cast, rule: AssignmentRule, number: int) -> None:
        AssignmentRule.objects.update(also_lost=True, capacity=100, day_cap=100)
        for _n in range(number):
            make.customer(cast.corp)
        with CaptureQueriesContext(connection) as seen:
            assert len(assigning.plan(corp=cast.corp).decisions) == number
        # Rules, people, loads, today's; two kinds who wait, their rows, their relations, the channels.
        assert len(seen) == 9, [q["sql"] for q in seen.captured_queries]


class TestParts:
    def test_a_run_goes_on_where_it_stopped_under_one_number(self, cast: Cast, rule: AssignmentRule) -> None:
        for _n in range(5):
            make.customer(cast.corp)
        first = ran(cast, most=2)
        second = ran(cast, most=2, after=first.next_after, run_id=first.run_id)
        third = ran(cast, most=2, after=second.next_after, run_id=first.run_id)
        assert [len(part.assigned) for part in (first, second, third)] == [2, 2, 1]
        assert third.next_after is None
        assert Assignment.objects.filter(run_id=first.run_id).count() == 5

    def test_it_stops_when_nobody_can_be_given_more(self, cast: Cast) -> None:
        make.assignment_rule(cast.corp, cast.owner, capacity=1)
        for _n in range(4):
            make.customer(cast.corp)
        assert ran(cast, most=2).next_after is None

    def test_the_timetable_gives_away_who_waits_in_every_company(
        self, cast: Cast, rule: AssignmentRule, settings: Any, monkeypatch: Any
    ) -> None:
        make.assignment_rule(cast.other_corp, cast.stranger)
        rows = [make.customer(corp) for corp in (cast.corp, cast.corp, cast.other_corp)]
        monkeypatch.setattr(tasks.assign_waiting_of, "delay", tasks.assign_waiting_of)
        tasks.assign_waiting()
        assert set(Assignment.objects.values_list("customer_id", flat=True)) == {row.pk for row in rows}
        assert set(Assignment.objects.values_list("source", "actor")) == {("rule", "system")}

    def test_a_full_batch_rings_for_the_next_one_of_its_run(self, cast: Cast, monkeypatch: Any) -> None:
        rung: list[Any] = []
        monkeypatch.setattr(tasks.assign_waiting_of, "delay", lambda *given: rung.append(given))
        monkeypatch.setattr(assigning, "run", lambda **asked: Report(asked["run_id"] or "r", next_after=7))
        tasks.assign_waiting_of(cast.corp.pk)
        tasks.assign_waiting_of(cast.corp.pk, 7, "other")
        assert rung == [(cast.corp.pk, 7, "r"), (cast.corp.pk, 7, "other")]

    def test_the_timetable_rings_for_each_company_with_a_rule_in_use_once(self, cast: Cast, monkeypatch: Any) -> None:
        rung: list[int] = []
        monkeypatch.setattr(tasks.assign_waiting_of, "delay", rung.append)
        for active in (True, True, False):
            make.assignment_rule(cast.corp, cast.owner, active=active)
        make.assignment_rule(cast.other_corp, cast.stranger, active=False)
        tasks.assign_waiting()
        assert rung == [cast.corp.pk]


def heard(name: str, customer: Customer, **data: Any) -> Incoming:
    return Incoming("e", name, customer.corp_id, {"customerId": customer.pk} | data, 0)


class TestHandlers:
    def test_who_comes_without_a_follower_is_given_one_at_once(self, cast: Cast, rule: AssignmentRule) -> None:
        customer, event = make.customer(cast.corp), None
        for _twice in range(2):
            event = heard("customer.created", customer, followUserId=None)
            handlers.customer_created(event)
        (row,) = Assignment.objects.all()
        assert (row.customer_id, row.employee_id, row.source) == (customer.pk, cast.owner.pk, "rule")

    def test_who_comes_with_one_is_left_alone(self, cast: Cast, rule: AssignmentRule) -> None:
        customer = make.customer(cast.corp, cast.manager)
        before = everything()
        handlers.customer_created(heard("customer.created", customer, followUserId=cast.manager.pk))
        handlers.customer_unfollowed(heard("customer.unfollowed", customer, employeeId=cast.owner.pk))
        assert everything() == before

    def test_who_lost_the_last_one_is_given_another_where_the_rule_says_so(
        self, cast: Cast, rule: AssignmentRule
    ) -> None:
        customer = lost(cast, cast.owner)
        event = heard("customer.unfollowed", customer, employeeId=cast.owner.pk)
        handlers.customer_unfollowed(event)
        assert not Assignment.objects.exists()
        AssignmentRule.objects.update(also_lost=True)
        handlers.customer_unfollowed(event)
        assert Assignment.objects.get().employee_id == cast.colleague.pk

    def test_a_reader_alone_is_no_follower(self, cast: Cast, rule: AssignmentRule) -> None:
        customer = make.customer(cast.corp)
        collaborating.add_collaborators(customer=customer, employee_ids=[cast.manager.pk], **AS)
        assert len(ran(cast).assigned) == 1
