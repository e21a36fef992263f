"""A backtest counts what came of past scores, by what was known then, and says when that is too little to tell."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from customers.models import RelationEpisode
from insights.churn import backtest, telling
from insights.churn.levels import Thresholds
from insights.churn.report import MIN_LOSSES, Report
from insights.models import RiskSetting
from tests import make
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.insights.churn.test_facts import written
from tests.insights.scene import Scene

FIRST = dt.date(2026, 4, 1)


def backtested(scene: Scene, first: dt.date = FIRST, last: dt.date = FIRST, within: int = 30) -> Report:
    return backtest.run(corp_id=scene.cast.corp.pk, first=first, last=last, within=within)


def counted(report: Report) -> dict[int, tuple[int, int]]:
    """Score → how many, how many of them lost."""
    pairs = enumerate(zip(report.seen, report.gone, strict=True))
    return {score: figures for score, figures in pairs if figures[0]}


class TestRun:
    def test_who_was_lost_in_time_is_counted_as_lost(self, scene: Scene) -> None:
        # The first of April in Shanghai begins on day 30.33 here.
        for n, (end, how) in enumerate([(31, "customer"), (60, "employee"), (61, "customer"), (30, "customer")]):
            scene.begin(0, f"wm{n}")
            scene.end(end, how, f"wm{n}")
        scene.begin(0, "wmStays")
        report = backtested(scene)
        # Whom we lost before that day is not looked at, whom we lost later has stayed.
        assert (report.days, report.relations, report.losses) == (1, 4, 2)

    def test_who_was_handed_over_or_ended_unseen_is_left_out(self, scene: Scene) -> None:
        for n in range(3):
            scene.begin(0, f"wm{n}")
        scene.end(40, "transfer", "wm0")
        scene.end(40, "customer", "wm1")
        RelationEpisode.objects.filter(customer=readings.the("wm1")).update(ended_by=None)
        report = backtested(scene)
        assert (report.relations, report.losses) == (1, 0)

    def test_the_score_is_that_of_the_day_without_tags(self, scene: Scene) -> None:
        scene.begin(0)
        make.tagged(readings.the("wmA"), make.tag(make.group(scene.cast.corp)))
        # 20, silent for 30 days 15, a friend for 30 days 10, no follow-up 10, no group 5.
        assert counted(backtested(scene)) == {60: (1, 0)}

    def test_what_came_later_changes_no_score(self, scene: Scene) -> None:
        scene.begin(0)
        scene.in_chat("wrA", ("wmA", 3))
        before = counted(backtested(scene))
        written(scene, 33)
        written(scene, 20, noted=34)
        scene.in_chat("wrB", ("wmA", 35))
        scene.left_chat("wrA", "wmA", 36)
        scene.begin(37, employee=scene.cast.colleague)
        scene.end(70)
        assert counted(backtested(scene)) == before

    def test_each_loss_counts_once_however_many_days_are_scored(self, scene: Scene) -> None:
        scene.begin(0)
        scene.begin(0, "wmStays")
        scene.end(70)
        report = backtested(scene, last=dt.date(2026, 6, 30))
        # 1 April, 1 May, 31 May, 30 June: there at the first two, and lost after the second.
        assert (report.days, report.relations, report.losses) == (4, 6, 1)

    @pytest.mark.parametrize("batch", [1, 2])
    def test_pages_of_any_size_count_the_same(self, scene: Scene, monkeypatch: Any, batch: int) -> None:
        for n in range(5):
            scene.begin(n, f"wm{n}")
        scene.end(40, who="wm3")
        whole = counted(backtested(scene))
        monkeypatch.setattr(backtest, "BATCH", batch)
        assert counted(backtested(scene)) == whole

    def test_another_company_is_not_counted(self, scene: Scene) -> None:
        scene.begin(0)
        report = backtest.run(corp_id=scene.cast.other_corp.pk, first=FIRST, last=FIRST)
        assert report.relations == 0

    def test_the_companys_thresholds_are_judged(self, scene: Scene) -> None:
        RiskSetting.objects.create(corp=scene.cast.corp, churn_watch=33, churn_high=44)
        assert [row.least for row in backtested(scene).by_threshold()] == [33, 44]

    def test_days_are_as_far_apart_as_an_outcome_takes(self) -> None:
        found = list(backtest.days(FIRST, dt.date(2026, 4, 22), 7))
        assert [one.day for one in found] == [1, 8, 15, 22]
        assert list(backtest.days(FIRST, dt.date(2026, 3, 31), 7)) == []

    def test_a_page_costs_five_statements(self, scene: Scene, django_assert_num_queries: Any) -> None:
        for n in range(4):
            scene.begin(0, f"wm{n}")
        # Thresholds, company; the page, three of facts, the ends; and the empty page behind it.
        with django_assert_num_queries(2 + 1 + 4 + 1 + 1):
            backtested(scene)


class TestReport:
    @pytest.fixture
    def report(self) -> Report:
        """10 at 80 with 6 lost, 20 at 55 with 4 lost, 70 at 10 with 2 lost."""
        report = Report(Thresholds(50, 75), days=1)
        for score, seen, gone in [(80, 10, 6), (55, 20, 4), (10, 70, 2)]:
            for n in range(seen):
                report.add(score, lost=n < gone)
        return report

    def test_precision_is_the_share_of_the_flagged_and_recall_that_of_the_lost(self, report: Report) -> None:
        watch, high = report.by_threshold()
        assert (watch.flagged, watch.lost, watch.precision, watch.recall) == (30, 10, 10 / 30, 10 / 12)
        assert (high.flagged, high.lost, high.precision, high.recall) == (10, 6, 0.6, 0.5)

    def test_the_base_rate_is_that_of_all(self, report: Report) -> None:
        assert (report.relations, report.losses, report.base_rate) == (100, 12, 0.12)

    def test_the_bands_hold_everybody_once(self, report: Report) -> None:
        report.add(100, lost=True)
        report.add(90, lost=False)
        bands = list(report.bands())
        assert [(band.least, band.most) for band in bands[:2]] == [(0, 9), (10, 19)]
        assert (bands[-1].least, bands[-1].most, bands[-1].relations) == (90, 100, 2)
        assert sum(band.relations for band in bands) == report.relations
        assert sum(band.lost for band in bands) == report.losses
        assert {band.least: band.rate for band in bands if band.relations} == {10: 2 / 70, 50: 0.2, 80: 0.6, 90: 0.5}

    def test_nothing_has_no_shares(self) -> None:
        empty = Report(Thresholds())
        assert empty.base_rate is None
        assert {(row.precision, row.recall) for row in empty.by_threshold()} == {(None, None)}
        assert {band.rate for band in empty.bands()} == {None}

    def test_too_few_losses_are_said_to_be_too_few(self, report: Report) -> None:
        assert not report.telling
        assert list(telling.lines(report))[-1] == "Too few past losses to tell: 12, and 30 are the least."
        for _n in range(MIN_LOSSES - report.losses):
            report.add(80, lost=True)
        assert report.telling
        assert not any("Too few" in line for line in telling.lines(report))

    def test_it_is_told_in_lines(self, report: Report) -> None:
        told = list(telling.lines(report))
        assert told[0] == "1 days, 100 relations looked at, 12 of them lost"
        assert told[1].startswith("base rate 12.0%")
        assert "watch     50       30      10      33.3%   83.3%" in told
        assert "high      75       10       6      60.0%   50.0%" in told
        assert "80-89          10       6   60.0%" in told
        assert "0-9             0       0       -" in told


class TestCommand:
    @pytest.fixture(autouse=True)
    def today(self, scene: Scene, monkeypatch: Any) -> None:
        monkeypatch.setattr(backtest, "now", lambda: day(100))

    def told(self, scene: Scene, capsys: Any, **options: Any) -> str:
        given = {"corp": scene.cast.corp.pk, "first": FIRST, "last": FIRST}
        call_command("backtest_churn", **given | options)
        return str(capsys.readouterr().out)

    def test_it_tells_the_figures(self, scene: Scene, capsys: Any) -> None:
        scene.begin(0)
        scene.end(40)
        told = self.told(scene, capsys)
        assert told.startswith("1 days, 1 relations looked at, 1 of them lost\nbase rate 100.0%")
        assert "Too few past losses to tell: 1" in told

    def test_it_takes_its_words_from_the_line(self, scene: Scene, capsys: Any) -> None:
        line = ["--corp", str(scene.cast.corp.pk), "--from", "2026-04-01", "--to", "2026-04-15", "--within", "7"]
        call_command("backtest_churn", *line)
        assert capsys.readouterr().out.startswith("3 days, 0 relations")

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            ({"corp": 10**9}, "no company"),
            ({"within": 0}, "1 to 365"),
            ({"within": 366}, "1 to 365"),
            ({"first": dt.date(2026, 4, 2)}, "not be later"),
            # Day 100 is the ninth of June.
            ({"last": dt.date(2026, 5, 11)}, "after 2026-05-10 is not known yet"),
        ],
    )
    def test_what_can_not_be_answered_is_refused(self, scene: Scene, capsys: Any, options: Any, why: str) -> None:
        with pytest.raises(CommandError, match=why):
            self.told(scene, capsys, **options)

    def test_the_last_day_that_is_known_is_taken(self, scene: Scene, capsys: Any) -> None:
        assert self.told(scene, capsys, last=dt.date(2026, 5, 10)).startswith("2 days")
