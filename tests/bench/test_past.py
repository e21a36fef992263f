"""The past that the bench makes up: what is written hangs together as what the service writes does."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db.models import F, Q

from bench import clock, fill, past, past_chats, past_stays, past_work, spread
from core.time import now
from corps.models import Corp, Employee
from customers.choices import RelationStatus
from customers.models import ChannelKey, Customer, RelationEpisode, StageChange, TalkFigures, TransferItem
from followups.models import FollowUp
from groups.models import GroupChat, GroupMember
from insights.models import Loss, RiskAlert
from insights.risks import kinds
from insights.stats import windows

CUSTOMERS = 400


@pytest.fixture
def corp(db: None, monkeypatch: pytest.MonkeyPatch) -> Corp:
    monkeypatch.setattr(past_chats, "TALKED", 2)
    made = fill.fill(CUSTOMERS, say=lambda _text: None)
    past.fill(made)
    return made


def test_the_clock_stands_at_the_morning_after_the_last_day_and_goes_on(db: None) -> None:
    with clock.stands():
        first = now()
        assert clock.MOMENT <= first < clock.MOMENT + dt.timedelta(minutes=1)
        assert now() >= first
    assert now() > clock.MOMENT + dt.timedelta(days=1)


def test_yesterday_is_the_datasets_last_day_in_the_companys_zone(corp: Corp) -> None:
    with clock.stands():
        assert windows.today_of(corp) - windows.DAY == (clock.END - dt.timedelta(days=1)).date()


@pytest.mark.parametrize("number", [0, 1, 729, 730, 1_000_000])
def test_what_happens_happens_in_working_hours_of_the_last_years(number: int) -> None:
    at = spread.ago(number)
    assert at == spread.ago(number)
    assert clock.END - (spread.DAYS + 1) * spread.DAY < at < clock.END
    assert 7 <= (at + dt.timedelta(hours=8)).hour <= 17


def test_the_days_of_neighbours_differ() -> None:
    assert len({spread.ago(number).date() for number in range(spread.DAYS)}) > 0.9 * spread.DAYS


def test_stays_end_as_those_of_the_service_do(corp: Corp) -> None:
    over = RelationEpisode.objects.exclude(ended_at=None)
    assert {stay.ended_by for stay in over} <= {*past_stays.HOW}
    assert not over.filter(Q(ended_at__lte=F("began_at")) | Q(ended_at__gte=clock.END)).exists()
    # Where nobody told how, it was noticed.
    assert all(stay.noticed is (stay.ended_by is None) for stay in over)
    assert not RelationEpisode.objects.filter(ended_at=None).exclude(ended_by=None).exists()
    assert RelationStatus.ENDED_BY_CUSTOMER in {stay.ended_by for stay in over}


def test_a_deletion_record_is_that_of_its_stay(corp: Corp) -> None:
    same = ("customer", "employee", "began_at", "ended_at", "ended_by", "noticed", "add_way", "state")
    over = RelationEpisode.objects.exclude(ended_at=None).order_by("pk")
    assert list(Loss.objects.order_by("pk").values_list(*same)) == list(over.values_list(*same))
    assert [loss.days for loss in Loss.objects.order_by("pk")] == [stay.days for stay in over]


def test_some_who_left_came_back_to_the_same_employee(corp: Corp) -> None:
    pairs = list(RelationEpisode.objects.values_list("customer", "employee"))
    twice = {pair for pair in pairs if pairs.count(pair) > 1}
    assert twice
    for customer, employee in twice:
        first, second = RelationEpisode.objects.filter(customer=customer, employee=employee).order_by("began_at")
        assert first.ended_at and first.ended_at < second.began_at
        assert second.ended_at is None


def test_half_of_the_codes_and_some_ways_have_a_channel(corp: Corp) -> None:
    keys = list(ChannelKey.objects.values_list("state", "add_way"))
    assert {way for _state, way in keys if way is not None} == set(past_stays.WAYS)
    states = {state for state, _way in keys if state}
    assert len(states) == past_stays.CODES / 2
    met = set(RelationEpisode.objects.exclude(state="").values_list("state", flat=True))
    assert met & states
    assert met - states


def test_work_is_done_for_as_many_as_it_says(corp: Corp) -> None:
    for model, every in (
        (FollowUp, past_work.WRITTEN),
        (TransferItem, past_work.HANDED),
        (RiskAlert, past_work.WARNED),
        (GroupMember, past_chats.INSIDE),
    ):
        rows: Any = model
        assert rows.objects.filter(corp=corp).count() == CUSTOMERS / every, model
    assert StageChange.objects.values("customer").distinct().count() == CUSTOMERS / past_work.STAGED


def test_steps_lead_from_stage_to_stage_one_after_the_other(corp: Corp) -> None:
    reached: dict[int, int | None] = {}
    for step in StageChange.objects.order_by("customer", "at"):
        assert step.from_stage_id == reached.get(step.customer_id)
        reached[step.customer_id] = step.to_stage_id
    assert len(set(reached.values())) == 3
    # Whoever lists customers by stage finds them as the other parts of the bench filled them.
    assert not Customer.objects.exclude(stage=None).exists()


def test_warnings_are_of_a_kind_that_there_is_and_some_are_over(corp: Corp) -> None:
    assert {alert.kind for alert in RiskAlert.objects.all()} <= {str(kind) for kind in kinds.Kind}
    states = {(alert.state, alert.closed_at is None) for alert in RiskAlert.objects.all()}
    assert states == {("open", True), ("handled", False)}
    assert RiskAlert.objects.waiting().count() == RiskAlert.objects.filter(closed_at=None).count()


def test_members_are_external_contacts_in_chats_that_are_open(corp: Corp) -> None:
    chats = GroupChat.objects.filter(corp=corp, alive=1)
    assert GroupMember.objects.filter(chat__in=chats).count() == GroupMember.objects.count()
    left = GroupMember.objects.exclude(left_at=None)
    assert 0 < left.count() < GroupMember.objects.count()
    assert not left.filter(left_at__lt=F("join_time")).exists()


def test_everybody_has_figures_of_every_day(corp: Corp) -> None:
    people = Employee.objects.filter(corp=corp).count()
    rows = TalkFigures.objects.filter(corp=corp)
    assert rows.count() == people * past_chats.TALKED
    assert rows.latest("day").day == (clock.END - dt.timedelta(days=1)).date()
    assert not rows.filter(final=False).exists()


def test_the_tables_whose_plans_are_looked_after_are_those_that_are_written(corp: Corp) -> None:
    written = {model._meta.db_table for model in apps.get_models() if model._default_manager.exists()}
    assert set(past.TABLES) <= written
