"""Insights about contact, group chats, stages and what may come."""

from typing import Any

import pytest

from groups.choices import QuitScene
from insights.findings import habits
from tests.insights.behaviour.days import NOW, ago
from tests.insights.findings.people import A, B, group, known


def behaved(**fields: Any) -> Any:
    return known(behaviour={"lastAt": ago(41)} | fields)


class TestSilent:
    def test_it_tells_the_days_and_the_usual_gap(self) -> None:
        found = habits.silent(behaved(silentDays=41, usualGapDays=9))
        assert found is not None
        assert (found.numbers, found.evidence) == ({"days": 41, "usual": 9}, {"from": ago(41)})

    def test_without_a_usual_gap_it_tells_the_days_alone(self) -> None:
        found = habits.silent(behaved(silentDays=30, usualGapDays=None))
        assert found is not None
        assert found.numbers == {"days": 30}

    @pytest.mark.parametrize(("days", "usual"), [(None, None), (29, None), (13, 2), (41, 21), (0, 1)])
    def test_what_is_usual_or_short_is_no_silence(self, days: int | None, usual: int | None) -> None:
        assert habits.silent(behaved(silentDays=days, usualGapDays=usual)) is None


class TestPace:
    @pytest.mark.parametrize("trend", ["rising", "falling"])
    def test_a_change_is_told_with_both_figures(self, trend: str) -> None:
        found = habits.pace(behaved(trend=trend, contacts={"days30": 3, "days90": 8}))
        assert found is not None
        assert (found.code, found.numbers) == (f"contact_{trend}", {"recent": 3, "before": 5})

    @pytest.mark.parametrize("trend", ["steady", "none"])
    def test_no_change_is_no_news(self, trend: str) -> None:
        assert habits.pace(behaved(trend=trend, contacts={"days30": 3, "days90": 8})) is None


class TestBestReached:
    def test_weekday_and_hour_come_with_their_basis(self) -> None:
        best = {"weekday": 2, "hour": 10, "onWeekday": 3, "aboutHour": 4, "of": 5}
        found = habits.best_reached(behaved(bestTime=best))
        assert found is not None
        assert found.numbers == {"weekday": 2, "hour": 10, "contacts": 3, "of": 5}

    def test_where_there_is_none_nothing_is_said(self) -> None:
        assert habits.best_reached(behaved(bestTime=None)) is None


class TestGroups:
    def test_being_in_two_at_once_is_told(self) -> None:
        found = habits.in_groups(known(groups=[group(5, 90), group(4, 10), group(6, 90, 80, QuitScene.LEFT)]))
        assert found is not None
        assert (found.numbers, found.evidence) == ({"groups": 2}, {"groupIds": [4, 5]})

    def test_one_group_is_no_news(self) -> None:
        assert habits.in_groups(known(groups=[group(5, 90), group(6, 90, 80, QuitScene.LEFT)])) is None

    def test_walking_out_lately_is_told(self) -> None:
        found = habits.left_groups(known(groups=[group(5, 90, 3, QuitScene.LEFT), group(6, 90)]))
        assert found is not None
        assert (found.numbers, found.evidence) == ({"groups": 1, "days": 30}, {"groupIds": [5]})

    @pytest.mark.parametrize(
        ("left", "scene"), [(31, QuitScene.LEFT), (3, QuitScene.REMOVED), (3, QuitScene.DISMISSED), (3, None)]
    )
    def test_long_ago_or_not_by_themselves_is_no_walking_out(self, left: float, scene: int | None) -> None:
        assert habits.left_groups(known(groups=[group(5, 90, left, scene)])) is None


class TestLikelyToLeave:
    def test_the_worst_of_the_high_scores_is_told(self) -> None:
        found = habits.likely_to_leave(known(churn=[(A, 80, "high"), (B, 91, "high"), (A, 95, "watch")]))
        assert found is not None
        assert (found.numbers, found.evidence) == ({"score": 91}, {"employeeIds": [B]})

    @pytest.mark.parametrize("churn", [[], [(A, 70, "watch")], [(A, 10, "calm")]])
    def test_lower_levels_are_not(self, churn: list[Any]) -> None:
        assert habits.likely_to_leave(known(churn=churn)) is None


class TestStuck:
    def test_long_in_a_stage_on_the_way_is_told(self) -> None:
        found = habits.stuck(known(stage=(3, ago(75), "")))
        assert found is not None
        assert (found.numbers, found.evidence) == ({"days": 75}, {"stageId": 3, "from": ago(75)})

    @pytest.mark.parametrize(
        "stage", [None, (3, ago(59), ""), (3, ago(400), "won"), (3, ago(400), "lost"), (3, NOW, "")]
    )
    def test_an_end_is_no_standstill_nor_is_a_short_stay(self, stage: Any) -> None:
        assert habits.stuck(known(stage=stage)) is None
