"""The scores in the table: written each night, the same however often, gone with the relation."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from corps.actors import SYSTEM
from corps.models import Corp
from customers import lifecycle
from insights import tasks
from insights.choices import ChurnLevel
from insights.churn import scoring
from insights.churn.levels import Thresholds
from insights.models import ChurnScore, RiskSetting
from insights.risks import sweeping
from messaging.models import OutboxEvent
from tests.customers.mirroring import readings
from tests.insights.scene import Scene

COLUMNS = ("corp_id", "customer_id", "employee_id", "score", "level", "as_of")


def in_full() -> list[tuple[Any, ...]]:
    return sorted((*row, str(reasons)) for *row, reasons in ChurnScore.objects.values_list(*COLUMNS, "reasons"))


def everybody(scene: Scene) -> list[tuple[Any, ...]]:
    after: int | None = 0
    while after is not None:
        after = scoring.score_some(corp_id=scene.cast.corp.pk, after=after)
    return in_full()


@pytest.fixture
def five(scene: Scene) -> Scene:
    """Five customers of the owner, one of whom is the colleague's too; added 60 to 56 days before today."""
    for n in range(5):
        scene.begin(n, f"wm{n}")
    scene.begin(3, "wm0", employee=scene.cast.colleague)
    return scene


class TestRows:
    def test_each_living_relation_has_one_with_its_three_reasons(self, five: Scene) -> None:
        everybody(five)
        assert ChurnScore.objects.count() == 6
        row = ChurnScore.objects.get(customer=readings.the("wm4"))
        # 20 to begin with; 56 days of silence, a friend for 56 days, no follow-up, no group, no tag.
        assert row.score == 20 + 15 + 5 + 10 + 5 + 5
        assert row.reasons == [["silent", 56, 15], ["contacts", 0, 10], ["kept", 56, 5]]
        assert (row.employee, row.corp, row.level) == (five.cast.owner, five.cast.corp, ChurnLevel.WATCH)

    def test_the_day_is_the_companys(self, five: Scene) -> None:
        five.today = 60.4
        everybody(five)
        moment = readings.day(60.4)
        assert moment.date() == dt.date(2026, 4, 30)
        assert set(ChurnScore.objects.values_list("as_of", flat=True)) == {dt.date(2026, 5, 1)}

    def test_a_repeat_and_a_rebuild_give_equal_rows(self, five: Scene) -> None:
        first = everybody(five)
        assert everybody(five) == first
        ChurnScore.objects.all().delete()
        assert everybody(five) == first
        ChurnScore.objects.update(score=1, level="calm", reasons=[], as_of=dt.date(2000, 1, 1))
        assert everybody(five) == first

    @pytest.mark.parametrize("batch", [1, 2, 500])
    def test_pages_of_any_size_give_equal_rows(self, five: Scene, monkeypatch: Any, batch: int) -> None:
        first = everybody(five)
        ChurnScore.objects.all().delete()
        monkeypatch.setattr(scoring, "BATCH", batch)
        monkeypatch.setattr(scoring, "BATCHES", 2)
        assert everybody(five) == first

    def test_a_later_day_overwrites_and_keeps_the_row(self, five: Scene) -> None:
        everybody(five)
        row = ChurnScore.objects.get(customer=readings.the("wm4"))
        five.today = 100
        everybody(five)
        later = ChurnScore.objects.get(customer=readings.the("wm4"))
        assert (later.pk, later.reasons[0]) == (row.pk, ["silent", 96, 30])
        assert (later.score > row.score, later.as_of > row.as_of) == (True, True)

    def test_a_follow_up_lowers_it(self, five: Scene) -> None:
        before = everybody(five)
        five.contact(59, "wm4")
        # It was written down just now, and today is long before that: the record knows it from then on.
        five.today = 400
        everybody(five)
        assert ChurnScore.objects.get(customer=readings.the("wm4")).reasons[0][1] == 341
        assert len(before) == 6

    def test_rows_of_ended_relations_go_and_the_others_stay(self, five: Scene) -> None:
        everybody(five)
        five.end(40, who="wm0")
        everybody(five)
        pairs = set(ChurnScore.objects.values_list("customer__external_userid", "employee_id"))
        assert ("wm0", five.cast.owner.pk) not in pairs
        assert ("wm0", five.cast.colleague.pk) in pairs
        assert len(pairs) == 5

    def test_a_deleted_customer_has_none(self, five: Scene) -> None:
        five.today = 100_000
        everybody(five)
        lifecycle.delete(customer=readings.the("wm1"), by=SYSTEM, source="api")
        everybody(five)
        assert not ChurnScore.objects.filter(customer=readings.the("wm1")).exists()
        assert ChurnScore.objects.count() == 5

    def test_another_companys_rows_are_left_alone(self, five: Scene) -> None:
        everybody(five)
        before = in_full()
        ids = [readings.the(f"wm{n}").pk for n in range(5)]
        assert scoring.score_customers(corp_id=five.cast.other_corp.pk, customer_ids=ids) == 0
        assert in_full() == before

    def test_nobody_is_told(self, five: Scene) -> None:
        before = OutboxEvent.objects.count()
        everybody(five)
        assert OutboxEvent.objects.count() == before

    def test_many_cost_as_much_as_one(self, five: Scene, django_assert_num_queries: Any) -> None:
        ids = [readings.the(f"wm{n}").pk for n in range(5)]
        # Thresholds, company, four of the facts, what is there, the rows; and the transaction's own two.
        for some in (ids[:1], ids):
            with django_assert_num_queries(11):
                scoring.score_customers(corp_id=five.cast.corp.pk, customer_ids=some)


class TestSweep:
    def test_it_goes_on_where_it_was_stopped(self, five: Scene, monkeypatch: Any) -> None:
        first = everybody(five)
        ChurnScore.objects.all().delete()
        monkeypatch.setattr(scoring, "BATCH", 2)
        monkeypatch.setattr(scoring, "BATCHES", 1)
        corp = five.cast.corp.pk
        after = scoring.score_some(corp_id=corp)
        assert after == readings.the("wm1").pk
        assert ChurnScore.objects.count() == 3
        after = scoring.score_some(corp_id=corp, after=after)
        assert scoring.score_some(corp_id=corp, after=after or 0) == readings.the("wm4").pk
        assert scoring.score_some(corp_id=corp, after=readings.the("wm4").pk) is None
        assert in_full() == first

    def test_a_company_that_is_switched_off_is_left_alone(self, five: Scene) -> None:
        Corp.objects.filter(pk=five.cast.corp.pk).update(active=False)
        assert scoring.score_some(corp_id=five.cast.corp.pk) is None
        assert in_full() == []

    def test_the_task_begins_at_the_companys_hour_and_rings_on(self, five: Scene, monkeypatch: Any) -> None:
        rung: list[tuple[int, ...]] = []

        def ring(*args: int) -> None:
            rung.append(args)
            tasks.score_churn_of(*args)

        monkeypatch.setattr(tasks.score_churn_of, "delay", ring)
        monkeypatch.setattr(scoring, "BATCH", 2)
        monkeypatch.setattr(scoring, "BATCHES", 1)
        monkeypatch.setattr(sweeping, "due", lambda: [])
        tasks.score_churn()
        assert rung == []
        monkeypatch.setattr(sweeping, "due", lambda: [five.cast.corp.pk])
        tasks.score_churn()
        corp = five.cast.corp.pk
        assert rung == [(corp,), *((corp, readings.the(who).pk) for who in ("wm1", "wm3", "wm4"))]
        assert ChurnScore.objects.count() == 6

    def test_the_command_scores_one_company_or_all(self, five: Scene, capsys: Any) -> None:
        call_command("score_churn", "--corp", five.cast.other_corp.pk)
        assert in_full() == []
        assert capsys.readouterr().out == f"Company {five.cast.other_corp.pk}: 0 relations have a score.\n"
        call_command("score_churn")
        told = capsys.readouterr().out
        assert f"Company {five.cast.corp.pk}: 6 relations have a score." in told
        assert f"Company {five.cast.other_corp.pk}: 0 relations have a score." in told

    def test_the_command_goes_on_behind_a_customer(self, five: Scene, monkeypatch: Any, capsys: Any) -> None:
        monkeypatch.setattr(scoring, "BATCH", 1)
        monkeypatch.setattr(scoring, "BATCHES", 1)
        call_command("score_churn", "--corp", five.cast.corp.pk, "--after", readings.the("wm2").pk)
        assert f"scored up to customer {readings.the('wm3').pk}." in capsys.readouterr().out
        assert set(ChurnScore.objects.values_list("customer__external_userid", flat=True)) == {"wm3", "wm4"}


class TestEvents:
    def test_who_has_left_loses_the_score_at_once_and_the_colleague_hears_of_it(self, five: Scene) -> None:
        five.hear()
        everybody(five)
        five.end(50, who="wm0")
        five.hear(twice=True)
        rows = ChurnScore.objects.filter(customer=readings.the("wm0"))
        assert [(row.employee, row.reasons[0]) for row in rows] == [(five.cast.colleague, ["silent", 57, 15])]
        assert ["left_before", 1, 15] in rows[0].reasons

    def test_a_deleted_customers_score_goes_at_once(self, five: Scene) -> None:
        five.hear()
        five.today = 100_000
        everybody(five)
        lifecycle.delete(customer=readings.the("wm1"), by=SYSTEM, source="api")
        five.hear()
        assert not ChurnScore.objects.filter(customer=readings.the("wm1")).exists()


class TestThresholds:
    @pytest.mark.parametrize(
        ("score", "level"),
        [(0, "calm"), (49, "calm"), (50, "watch"), (74, "watch"), (75, "high"), (100, "high")],
    )
    def test_the_usual_ones(self, db: None, score: int, level: str) -> None:
        assert Thresholds.of(1).level(score) == level

    def test_a_company_has_its_own_and_they_hold_from_the_next_scoring(self, five: Scene) -> None:
        everybody(five)
        assert set(ChurnScore.objects.values_list("level", flat=True)) == {"watch"}
        RiskSetting.objects.create(corp=five.cast.corp, churn_watch=10, churn_high=20)
        assert set(ChurnScore.objects.values_list("level", flat=True)) == {"watch"}
        everybody(five)
        assert set(ChurnScore.objects.values_list("level", flat=True)) == {"high"}
        assert Thresholds.of(five.cast.other_corp.pk) == (50, 75)

    @pytest.mark.parametrize(("watch", "high"), [(50, 50), (60, 50), (0, 50), (50, 101), (100, 100)])
    def test_those_out_of_order_or_bounds_are_refused(self, scene: Scene, watch: int, high: int) -> None:
        row = RiskSetting(corp=scene.cast.corp, churn_watch=watch, churn_high=high)
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert set(refused.value.message_dict) <= {"churn_watch", "churn_high"}

    def test_those_in_order_are_taken(self, scene: Scene) -> None:
        RiskSetting(corp=scene.cast.corp, churn_watch=1, churn_high=100).full_clean()
