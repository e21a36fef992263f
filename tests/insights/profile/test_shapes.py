"""Lists of a profile as the wire carries them."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from insights.profile import shapes
from insights.profile.record import MOST
from tests.insights.behaviour.days import ago

NAMES = {"user:7": "王小明"}
TAG = (12, "重点", 2, "等级", None, 1, "operator", "user:7", None, ago(3), None, None, 1)
GROUP = (5, "华北群", ago(30), None, None, 1, 1)
STAY = (4, "北京重点", ago(30), "customer.tag.added", None, "", 2**31 - 1, 3, 1)
WARNING = (9, "silence", 2, "open", {"days": 41}, 7, "王小明", ago(1), 1)
SCORE = (7, "王小明", 80, "high", [["silent", 95, 30], ["groups", 2, -5]], dt.date(2026, 9, 29), 1)


def of(name: str, *rows: Any) -> Any:
    return {name: list(rows)}


class TestBounds:
    @pytest.mark.parametrize(("rows", "shown", "more"), [(0, 0, False), (2, 2, False), (3, 2, True)])
    def test_one_row_beyond_the_bound_tells_that_there_are_more(
        self, monkeypatch: pytest.MonkeyPatch, rows: int, shown: int, more: bool
    ) -> None:
        monkeypatch.setitem(MOST, "tags", 2)
        found = shapes.bounded("tags", range(rows), lambda row: {"n": row})
        assert found == {"list": [{"n": n} for n in range(shown)], "more": more}


class TestTags:
    def test_all_of_why_it_is_there_is_told(self) -> None:
        assert shapes.tags(of("tags", TAG), NAMES)["list"] == [
            {
                "customerId": 1,
                "tagId": 12,
                "name": "重点",
                "groupId": 2,
                "groupName": "等级",
                "employeeId": None,
                "kind": 1,
                "source": "operator",
                "runId": None,
                "rule": None,
                "at": ago(3),
                "actor": "user:7",
                "actorName": "王小明",
            }
        ]

    @pytest.mark.parametrize(
        ("source", "rule", "told"),
        [
            ("rule", (3, "展会来的"), {"ruleId": 3, "ruleName": "展会来的"}),
            ("sop", (3, "展会来的"), None),
            ("rule", (None, None), None),
        ],
    )
    def test_only_a_rules_run_names_a_rule(self, source: str, rule: tuple[Any, Any], told: Any) -> None:
        row = (*TAG[:6], source, "system", 31, ago(3), *rule, 1)
        (found,) = shapes.tags(of("tags", row), NAMES)["list"]
        assert (found["rule"], found["runId"], found["actorName"]) == (told, 31, "")


class TestGroups:
    def test_those_they_are_in_come_first_and_else_the_last_joined(self) -> None:
        left, older = (6, "b", ago(3), ago(1), 0, 1, 1), (7, "c", ago(90), None, None, 3, 1)
        found = shapes.groups(of("groups", left, GROUP, older))["list"]
        assert [chat["chatId"] for chat in found] == [5, 7, 6]

    @pytest.mark.parametrize(
        ("scene", "said"),
        [
            (0, "left by themselves"),
            (1, "removed from it"),
            (8, "group dismissed"),
            (9, "found gone by a sync"),
            (None, ""),
        ],
    )
    def test_how_they_left_is_said(self, scene: int | None, said: str) -> None:
        with translation.override("en"):
            (found,) = shapes.groups(of("groups", (6, "b", ago(3), ago(1), scene, 1, 1)))["list"]
        assert (found["quitScene"], found["quit"]) == (scene, said)


class TestSegments:
    def test_one_that_lasts_has_no_end(self) -> None:
        (found,) = shapes.segments(of("segments", STAY))["list"]
        assert found == {
            "customerId": 1,
            "segmentId": 4,
            "name": "北京重点",
            "enteredAt": ago(30),
            "enteredBy": "customer.tag.added",
            "leftAt": None,
            "leftBy": "",
        }

    @pytest.mark.parametrize(("left_run", "over"), [(2, True), (3, True), (4, False)])
    def test_an_end_counts_when_readers_see_its_run(self, left_run: int, over: bool) -> None:
        row = (*STAY[:4], ago(2), "day", left_run, 3, 1)
        (found,) = shapes.segments(of("segments", row))["list"]
        assert (found["leftAt"], found["leftBy"]) == ((ago(2), "day") if over else (None, ""))


class TestRisks:
    def test_a_warning_has_its_facts_and_whose_it_is(self) -> None:
        (found,) = shapes.warnings(of("warnings", WARNING))["list"]
        assert (found["id"], found["kind"], found["facts"], found["employeeName"]) == (
            9,
            "silence",
            {"days": 41},
            "王小明",
        )
        assert (found["level"], found["state"], found["openedAt"]) == (2, "open", ago(1))

    def test_a_score_has_its_reasons_in_words_with_their_points(self) -> None:
        with translation.override("en"):
            (found,) = shapes.churn(of("churn", SCORE))["list"]
        assert (found["score"], found["level"], found["asOf"]) == (80, "high", "2026-09-29")
        assert found["reasons"] == [
            {"code": "silent", "number": 95, "points": 30, "text": "last contact 95 days ago"},
            {"code": "groups", "number": 2, "points": -5, "text": "in 2 group chats"},
        ]

    def test_reasons_are_in_the_language_asked_for(self) -> None:
        with translation.override("zh-hans"):
            (found,) = shapes.churn(of("churn", SCORE))["list"]
        assert [reason["text"] for reason in found["reasons"]] == ["95 天没有联系", "在 2 个客户群中"]


class TestStage:
    STEP = (3, "意向明确", "", ago(12), "user:7", "operator", None)

    def test_it_tells_since_when_and_by_whom(self) -> None:
        found = shapes.stage(of("stage", self.STEP), NAMES)
        assert found == {
            "stageId": 3,
            "name": "意向明确",
            "outcome": "",
            "since": ago(12),
            "source": "operator",
            "runId": None,
            "actor": "user:7",
            "actorName": "王小明",
        }

    @pytest.mark.parametrize("rows", [[], [(None, None, None, ago(1), "system", "api", None)]])
    def test_who_never_was_in_one_or_was_put_out_of_all_is_in_none(self, rows: list[Any]) -> None:
        assert shapes.stage({"stage": rows}, NAMES) is None
