"""The pre-flight sheet: who can go and to whom, who can't and why, before anything is sent."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Conflict, RuleViolation
from core.time import now
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers import lifecycle
from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation, RelationEpisode, TransferItem, TransferJob
from customers.transfers import sheet
from tests import make
from tests.customers.transfers.conftest import BY, Bench

READY = ("ready", "")


def excluded(reason: str) -> tuple[str, str]:
    return "excluded", reason


def change(row: Any, **fields: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


def relation(bench: Bench, n: int = 0, **fields: Any) -> None:
    FollowRelation.objects.filter(customer=bench.customers[n], employee=bench.cast.owner).update(**fields)


def leave(employee: Employee, days: int = 1) -> None:
    change(employee, status=EmployeeStatus.LEFT, left_at=now() - dt.timedelta(days=days), can_follow=False)


def attempt(bench: Bench, n: int = 0, **fields: Any) -> TransferItem:
    """An attempt of before."""
    given = {"handover": bench.cast.owner, "taker": bench.cast.colleague, "kind": "onjob"} | fields
    job = TransferJob.objects.create(corp=bench.cast.corp, handover=given["handover"], kind=given.pop("kind"))
    return TransferItem.objects.create(corp=bench.cast.corp, job=job, customer=bench.customers[n], **given)


def test_a_transfer_is_drawn_up_with_a_line_for_each_customer_and_waits(bench: Bench, recorded: Any) -> None:
    before = recorded()
    job = bench.draw(message="以后由小红为您服务")
    assert (job.state, job.kind, job.message, job.due_at) == ("checked", "onjob", "以后由小红为您服务", None)
    assert (job.actor, job.source, job.takers) == (bench.by.label, "operator", [bench.cast.colleague.pk])
    assert bench.told(job) == [READY] * 3
    assert set(job.items.values_list("taker", flat=True)) == {bench.cast.colleague.pk}
    # Nothing has happened to anybody yet.
    assert recorded() == before
    assert not TransferItem.objects.under_way().exists()


class TestTheCustomer:
    def told(self, bench: Bench) -> tuple[str, str]:
        first, *others = bench.told(bench.draw())
        assert others == [READY] * 2
        return first

    def test_on_the_blacklist_can_not_go(self, bench: Bench) -> None:
        change(bench.customers[0], blacklisted=True)
        assert self.told(bench) == excluded("blacklisted")

    def test_deleted_here_can_not_go(self, bench: Bench) -> None:
        lifecycle.delete(customer=bench.customers[0], by=bench.by, source="api")
        assert self.told(bench) == excluded("customer_deleted")

    def test_whom_the_employee_does_not_follow_can_not_go(self, bench: Bench) -> None:
        relation(bench, status=RelationStatus.ENDED_BY_EMPLOYEE)
        assert self.told(bench) == excluded("not_followed")

    def test_who_has_deleted_the_employee_can_not_go(self, bench: Bench) -> None:
        relation(bench, status=RelationStatus.ENDED_BY_CUSTOMER)
        assert self.told(bench) == excluded("customer_left")

    def test_of_somebody_else_can_not_go(self, bench: Bench) -> None:
        FollowRelation.objects.filter(customer=bench.customers[0]).delete()
        assert self.told(bench) == excluded("not_followed")

    @pytest.mark.parametrize("state", ["queued", "sending", "waiting"])
    def test_on_the_way_already_can_not_go(self, bench: Bench, state: str) -> None:
        attempt(bench, state=state, handover=bench.cast.manager)
        assert self.told(bench) == excluded("transferring")

    @pytest.mark.parametrize("state", ["excluded", "ready", "refused", "failed", "cancelled", "no_record", "full"])
    def test_whose_attempt_came_to_nothing_can_go(self, bench: Bench, state: str) -> None:
        attempt(bench, state=state, sent_at=now())
        assert self.told(bench) == READY

    def test_a_friend_of_the_taker_can_not_go(self, bench: Bench) -> None:
        make.relation(bench.customers[0], bench.cast.colleague)
        assert self.told(bench) == excluded("already_friend")

    def test_a_former_friend_of_the_taker_can_go(self, bench: Bench) -> None:
        make.relation(bench.customers[0], bench.cast.colleague, status=RelationStatus.ENDED_BY_EMPLOYEE)
        assert self.told(bench) == READY


class TestTwiceInNinetyDays:
    def stay(self, bench: Bench, days: float, employee: Employee | None = None) -> None:
        ended = now() - dt.timedelta(days=days)
        RelationEpisode.objects.create(
            corp=bench.cast.corp,
            customer=bench.customers[0],
            employee=employee or bench.cast.manager,
            began_at=ended - dt.timedelta(days=1),
            ended_at=ended,
            ended_by=RelationStatus.ENDED_BY_TRANSFER,
        )

    def told(self, bench: Bench) -> tuple[str, str]:
        return bench.told(bench.draw())[0]

    def test_stays_that_ended_by_a_transfer_are_counted_whoever_began_it(self, bench: Bench) -> None:
        self.stay(bench, 80)
        assert self.told(bench) == READY
        self.stay(bench, 10)
        assert self.told(bench) == excluded("too_often")

    def test_what_is_longer_ago_does_not_count(self, bench: Bench) -> None:
        self.stay(bench, 92)
        self.stay(bench, 10)
        assert self.told(bench) == READY

    def test_what_a_leaver_handed_over_does_not_count(self, bench: Bench) -> None:
        leave(bench.cast.manager, days=30)
        self.stay(bench, 10)
        self.stay(bench, 20)
        assert self.told(bench) == READY

    def test_an_attempt_and_the_stay_that_it_ended_are_one(self, bench: Bench) -> None:
        self.stay(bench, 10)
        attempt(bench, state="done", sent_at=now() - dt.timedelta(days=11), handover=bench.cast.manager)
        assert self.told(bench) == READY

    def test_attempts_that_were_done_count_by_themselves(self, bench: Bench) -> None:
        for days in (3, 60):
            attempt(bench, state="done", sent_at=now() - dt.timedelta(days=days))
        assert self.told(bench) == excluded("too_often")

    def test_those_of_a_leaver_have_no_such_limit(self, bench: Bench) -> None:
        self.stay(bench, 10)
        self.stay(bench, 20)
        leave(bench.cast.owner)
        assert self.told(bench) == READY


class TestTheTaker:
    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"status": EmployeeStatus.LEFT}, "taker_left"),
            ({"status": EmployeeStatus.DISABLED}, "taker_disabled"),
            ({"status": EmployeeStatus.INACTIVE}, "taker_disabled"),
            ({"can_follow": False}, "taker_not_allowed"),
        ],
    )
    def test_who_may_not_take_over_is_told_for_each_customer(self, bench: Bench, fields: Any, reason: str) -> None:
        change(bench.cast.colleague, **fields)
        assert bench.told(bench.draw()) == [excluded(reason)] * 3

    def test_who_is_full_takes_no_more_than_fit(self, bench: Bench, settings: Any) -> None:
        settings.CUSTOMERS_PER_EMPLOYEE = 3
        make.customer(bench.cast.corp, bench.cast.colleague)
        assert bench.told(bench.draw()) == [READY, READY, excluded("taker_full")]

    def test_who_is_on_the_way_to_them_counts_as_theirs(self, bench: Bench, settings: Any) -> None:
        settings.CUSTOMERS_PER_EMPLOYEE = 2
        bench.start(bench.draw(some=bench.customers[:1]))
        assert bench.told(bench.draw(some=bench.customers[1:])) == [READY, excluded("taker_full")]

    def test_a_login_that_wecom_missed_today_is_remembered(self, bench: Bench) -> None:
        attempt(bench, state="failed", error_code=40205, settled_at=now())
        assert bench.told(bench.draw()) == [excluded("login_expired")] * 3
        TransferItem.objects.filter(error_code=40205).update(settled_at=now() - dt.timedelta(days=2))
        assert bench.told(bench.draw()) == [READY] * 3

    def test_several_share_evenly(self, bench: Bench) -> None:
        takers = [bench.cast.colleague, bench.cast.manager]
        bench.customers += [make.customer(bench.cast.corp, bench.cast.owner) for _n in range(4)]
        job = bench.draw(*takers)
        assert sorted(Counter(job.items.values_list("taker_id", flat=True)).values()) == [3, 4]

    def test_a_customer_goes_to_the_one_who_does_not_know_them(self, bench: Bench) -> None:
        make.relation(bench.customers[0], bench.cast.colleague)
        job = bench.draw(bench.cast.colleague, bench.cast.manager)
        assert bench.first(job).taker == bench.cast.manager
        assert bench.told(job) == [READY] * 3

    def test_one_who_can_not_take_over_is_passed_over(self, bench: Bench) -> None:
        leave(bench.cast.colleague)
        job = bench.draw(bench.cast.colleague, bench.cast.manager)
        assert set(job.items.values_list("taker", flat=True)) == {bench.cast.manager.pk}


class TestLeavers:
    def test_their_transfer_is_of_another_kind(self, bench: Bench) -> None:
        leave(bench.cast.owner)
        assert bench.draw().kind == "leaver"

    def test_after_a_year_wecom_hands_over_nothing(self, bench: Bench) -> None:
        leave(bench.cast.owner, days=366)
        assert bench.told(bench.draw()) == [excluded("left_long_ago")] * 3

    def test_who_has_refused_one_is_lost(self, bench: Bench) -> None:
        leave(bench.cast.owner)
        attempt(bench, state="refused", kind="leaver")
        assert bench.told(bench.draw())[0] == excluded("refused_before")


class TestWhatIsRefused:
    def refused(self, bench: Bench, *takers: Employee, **fields: Any) -> str:
        before = TransferJob.objects.count(), TransferItem.objects.count()
        with pytest.raises(RuleViolation) as refusal:
            bench.draw(*takers, **fields)
        assert (TransferJob.objects.count(), TransferItem.objects.count()) == before
        return refusal.value.code

    def test_whoever_hands_over_can_not_take_over(self, bench: Bench) -> None:
        assert self.refused(bench, bench.cast.owner) == "same_employee"

    def test_a_taker_of_another_company(self, bench: Bench) -> None:
        assert self.refused(bench, bench.cast.stranger) == "taker_unknown"

    def test_nobody_and_too_many(self, bench: Bench) -> None:
        colleague = bench.cast.colleague
        assert self.refused(bench, colleague, colleague) == "too_many_takers"
        assert self.refused(bench, *[make.employee(bench.cast.corp) for _n in range(21)]) == "too_many_takers"
        with pytest.raises(RuleViolation) as refusal:
            sheet.create(handover=bench.cast.owner, takers=[], chosen=sheet.Chosen([1]), by=bench.by, **BY)
        assert refusal.value.code == "no_takers"

    def test_a_message_to_a_leavers_customers(self, bench: Bench) -> None:
        leave(bench.cast.owner)
        assert self.refused(bench, message="你好") == "message_of_leaver"


class TestChecking:
    def test_a_sheet_is_drawn_up_anew(self, bench: Bench) -> None:
        change(bench.customers[0], blacklisted=True)
        job = bench.draw()
        change(bench.customers[0], blacklisted=False)
        change(bench.customers[1], blacklisted=True)
        job = sheet.recheck(job=job, by=bench.by, **BY)
        assert bench.told(job) == [READY, excluded("blacklisted"), READY]
        assert [act["act"] for act in job.report["acts"]] == ["check"]

    def test_where_nothing_has_changed_nothing_is_written(self, bench: Bench) -> None:
        job = bench.draw()
        before = list(TransferItem.objects.values()), TransferJob.objects.values().get()
        sheet.recheck(job=job, by=bench.by, **BY)
        assert (list(TransferItem.objects.values()), TransferJob.objects.values().get()) == before

    def test_one_that_was_started_keeps_its_customers(self, bench: Bench) -> None:
        job = bench.start()
        with pytest.raises(Conflict) as refusal:
            sheet.recheck(job=job, by=bench.by, **BY)
        assert refusal.value.code == "transfer_started"


def test_a_sheet_of_many_takes_no_more_statements_than_one_of_few(bench: Bench) -> None:
    def statements(some: list[Customer]) -> int:
        with CaptureQueriesContext(connection) as seen:
            bench.draw(some=some)
        return len(seen)

    few = statements(bench.customers[:1])
    bench.customers += [make.customer(bench.cast.corp, bench.cast.owner) for _n in range(20)]
    assert statements(bench.customers) == few
    assert few <= 16
