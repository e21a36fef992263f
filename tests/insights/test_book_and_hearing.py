"""Rules as they are read for employees, and what an event costs that concerns nobody."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.time import now
from corps.actors import SYSTEM
from customers import lifecycle
from insights import handlers
from insights.choices import Kind, Level
from insights.models import RiskAlert, RiskRule, RiskSetting, TransferFailure
from insights.risks import delivery, hearing, settling
from insights.risks.book import USUAL, Book
from messaging.inbox import Incoming
from tests import make
from tests.conftest import Cast

UTC = dt.UTC


def event(cast: Cast, name: str, **data: Any) -> Incoming:
    return Incoming(event_id="e-1", name=name, corp_id=cast.corp.pk, data=data, hops=0)


class TestReadingTheBook:
    def test_without_rules_nobody_is_looked_up(self, cast: Cast, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            book = Book.of(cast.corp.pk, [cast.owner.pk])
        assert (book.rules, book.places) == ({}, {})

    def test_where_no_department_has_its_own_places_are_of_no_matter(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        RiskRule.objects.create(corp=cast.corp, kind="silence", threshold=5, level=2)
        with django_assert_num_queries(1):
            book = Book.of(cast.corp.pk, [cast.owner.pk])
        assert book.wanted(Kind.SILENCE, cast.owner.pk).threshold == 5

    def test_the_main_department_is_the_one_that_counts(self, cast: Cast) -> None:
        other = make.department(cast.corp)
        other.memberships.create(corp=cast.corp, employee=cast.owner, is_main=False)
        RiskRule.objects.create(corp=cast.corp, kind="silence", department=other, threshold=5)
        RiskRule.objects.create(corp=cast.corp, kind="silence", department=cast.department, threshold=9)
        book = Book.of(cast.corp.pk, [cast.owner.pk, None])
        assert book.wanted(Kind.SILENCE, cast.owner.pk).threshold == 9

    def test_a_threshold_left_empty_is_the_usual_one(self, cast: Cast) -> None:
        RiskRule.objects.create(corp=cast.corp, kind="bulk_deletion", threshold=None, level=1)
        wanted = Book.of(cast.corp.pk, []).wanted(Kind.BULK_DELETION, None)
        assert (wanted.threshold, wanted.level) == (USUAL[Kind.BULK_DELETION].threshold, Level.NOTICE)

    def test_none_is_a_threshold(self, cast: Cast) -> None:
        RiskRule.objects.create(corp=cast.corp, kind="bulk_deletion", threshold=0)
        assert Book.of(cast.corp.pk, []).wanted(Kind.BULK_DELETION, None).threshold == 0

    def test_another_companys_rules_are_not_read(self, cast: Cast) -> None:
        RiskRule.objects.create(corp=cast.other_corp, kind="silence", threshold=5)
        assert Book.of(cast.corp.pk, []).rules == {}

    def test_every_kind_has_a_usual_rule(self) -> None:
        assert set(USUAL) == set(Kind)


class TestHearing:
    def test_an_adding_that_concerns_nobody_costs_two_look_ups(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        customer = make.customer(cast.corp, cast.owner)
        with django_assert_num_queries(2):
            handlers.customer_heard_of(event(cast, "customer.followed", customerId=customer.pk))

    def test_members_who_are_nobodys_customers_cost_nothing(self, cast: Cast, django_assert_num_queries: Any) -> None:
        members = [{"userid": "wmX", "customerId": None}, {"userid": "lina", "customerId": None}]
        with django_assert_num_queries(0):
            handlers.members_joined(event(cast, "group.member.joined", members=members))

    @pytest.mark.parametrize("concerned", ["listed", "warned"])
    def test_who_is_concerned_is_settled(self, cast: Cast, monkeypatch: Any, concerned: str) -> None:
        customer = make.customer(cast.corp, cast.owner, blacklisted=concerned == "listed")
        other = make.customer(cast.corp, cast.owner)
        if concerned == "warned":
            make.alert(customer, cast.owner)
        settled: list[Any] = []
        monkeypatch.setattr(settling, "settle_customers", lambda **kw: settled.append(kw["customer_ids"]))
        members = [{"userid": c.external_userid, "customerId": c.pk} for c in (customer, other)]
        handlers.members_joined(event(cast, "group.member.joined", members=members))
        assert settled == [{customer.pk}]

    def test_a_warning_that_is_over_concerns_nobody(self, cast: Cast, monkeypatch: Any) -> None:
        customer = make.customer(cast.corp, cast.owner)
        make.alert(customer, cast.owner, closed_at=now(), state="passed")
        monkeypatch.setattr(settling, "settle_customers", lambda **_kw: pytest.fail("nobody is concerned"))
        hearing.settle_if_concerned(corp_id=cast.corp.pk, customer_ids=[customer.pk])

    def test_a_failed_transfer_of_somebody_unknown_is_passed_over(self, cast: Cast) -> None:
        data = {"customerId": 10**9, "takerId": None, "reason": "customer_refused"}
        handlers.transfer_failed(event(cast, "customer.transfer.failed", **data))
        foreign = make.customer(cast.other_corp)
        handlers.transfer_failed(event(cast, "customer.transfer.failed", **data | {"customerId": foreign.pk}))
        assert not TransferFailure.objects.exists()

    def test_a_failed_transfer_is_kept_with_who_would_have_taken_over(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner)
        data = {"customerId": customer.pk, "takerId": cast.colleague.pk, "reason": "customer_limit_exceed"}
        for _time in range(2):
            handlers.transfer_failed(event(cast, "customer.transfer.failed", **data))
        row = TransferFailure.objects.get()
        assert (row.customer, row.taker, row.reason, row.event_id) == (
            customer,
            cast.colleague,
            "customer_limit_exceed",
            "e-1",
        )
        assert RiskAlert.objects.get().kind == "transfer_refused"

    def test_the_main_followers_change_moves_the_matter_at_the_next_settling(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner)
        data = {"customerId": customer.pk, "takerId": None, "reason": "customer_refused"}
        handlers.transfer_failed(event(cast, "customer.transfer.failed", **data))
        lifecycle.update(customer=customer, follow_user_id=cast.colleague.pk, by=SYSTEM, source="api")
        settling.settle_customers(corp_id=cast.corp.pk, customer_ids=[customer.pk])
        assert RiskAlert.objects.get().employee == cast.colleague


HOURS = st.integers(0, 23)
MOMENTS = st.datetimes(min_value=dt.datetime(2026, 1, 1), max_value=dt.datetime(2027, 1, 1))


class TestTimesOfTelling:
    """By any hours and at any moment."""

    def local(self, moment: dt.datetime) -> dt.datetime:
        return moment.replace(tzinfo=UTC)

    @given(HOURS, HOURS, MOMENTS)
    def test_at_once_is_never_early_never_quiet_and_within_a_day(
        self, start: int, end: int, happens: dt.datetime
    ) -> None:
        setting = RiskSetting(deliver="now", quiet_from=start, quiet_until=end)
        moment = self.local(happens)
        told = delivery.due(setting, moment, UTC)  # type: ignore[arg-type]
        assert moment <= told <= moment + dt.timedelta(days=1)
        quiet = {hour % 24 for hour in range(start, end if start <= end else end + 24)}
        assert told.hour not in quiet
        assert (told == moment) == (moment.hour not in quiet)

    @given(HOURS, MOMENTS)
    def test_once_a_day_is_the_next_time_the_clock_shows_the_hour(self, hour: int, happens: dt.datetime) -> None:
        moment = self.local(happens)
        told = delivery.due(RiskSetting(deliver="daily", digest_hour=hour), moment, UTC)  # type: ignore[arg-type]
        assert moment < told <= moment + dt.timedelta(days=1)
        assert (told.hour, told.minute, told.second, told.microsecond) == (hour, 0, 0, 0)

    @given(HOURS, st.lists(MOMENTS, min_size=2, max_size=6))
    def test_what_happens_between_two_of_them_is_told_together(self, hour: int, all_of: list[dt.datetime]) -> None:
        setting = RiskSetting(deliver="daily", digest_hour=hour)
        told = {m: delivery.due(setting, self.local(m), UTC) for m in all_of}  # type: ignore[arg-type]
        for one in all_of:
            for other in all_of:
                if one <= other < told[one].replace(tzinfo=None):
                    assert told[one] == told[other]
