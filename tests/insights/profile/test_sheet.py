"""A profile in words, as its page shows it."""

import datetime as dt
from typing import Any

import orjson
import pytest
from django.utils import translation

from insights.api.profile_shapes import EXAMPLE
from insights.behaviour.grades import LABELS
from insights.console import portrait, profile_sheet
from insights.console import profile_behaviour as behaviour
from insights.console import profile_words as words
from insights.profile.relations import COMPARED
from tests.insights.profile.test_relations import follow


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def relation(employee: int, **fields: Any) -> dict[str, Any]:
    more: Any = {"employeeName": f"员工{employee}", "channel": None, "origin": {"source": "wecom"}, "provenance": {}}
    return follow(employee, **more | fields)


def shown(*relations: dict[str, Any], differences: Any = ()) -> dict[str, list[Any]]:
    """Label → the cells of a row."""
    beside = {"list": list(relations), "differences": list(differences), "more": False}
    rows = profile_sheet.relations(beside, {3: "重点", 8: "老客户"})["rows"]
    return {str(row["label"]): [str(cell["text"]) for cell in row["cells"]] for row in rows}


class TestValues:
    @pytest.mark.parametrize(
        ("name", "told", "said"),
        [
            ("name", "张三", "张三"),
            ("name", "", "–"),
            ("name", None, "–"),
            ("remarkMobiles", [], "–"),
            ("remarkMobiles", ["138", "139"], "138, 139"),
            ("addWay", 1, "QR code"),
            ("addWay", 0, "unknown"),
            ("addWay", 999, "999"),
            ("gender", 2, "female"),
            ("type", 1, "WeChat user"),
            ("channel", {"id": 4, "name": "展会"}, "展会"),
            ("channel", "展会", "展会"),
            ("origin", {"source": "wecom"}, "WeCom"),
            ("origin", {"source": "here"}, "made here"),
        ],
    )
    def test_each_kind_is_said_as_people_read_it(self, name: str, told: Any, said: str) -> None:
        assert str(words.value(name, told)) == said

    def test_a_time_is_that_of_the_readers_zone_whatever_form_it_comes_in(self) -> None:
        moment = dt.datetime(2026, 9, 30, 4, tzinfo=dt.UTC)
        assert words.when(moment) == words.when("2026-09-30T04:00:00Z") != "–"
        assert words.when(None) == words.when("nonsense") == "–"

    def test_several_are_joined_and_none_is_a_dash(self) -> None:
        assert words.several(["a", "b"]) == "a, b"
        assert words.several([]) == "–"


class TestOrigins:
    TOLD = {"source": "operator", "actorName": "王小明", "at": dt.datetime(2026, 9, 30, 4, tzinfo=dt.UTC)}

    def test_kind_person_and_time_stand_in_a_line(self) -> None:
        source, person, at = words.origin(self.TOLD).split(" · ")
        assert (source, person) == ("operator", "王小明")
        assert "2026" in at

    def test_what_has_no_name_is_left_out(self) -> None:
        assert len(words.origin(self.TOLD | {"actorName": ""}).split(" · ")) == 2

    def test_a_kind_that_is_not_known_is_shown_as_it_is(self) -> None:
        assert words.origin(self.TOLD | {"source": "future"}).startswith("future")

    def test_what_the_record_has_forgotten_is_said_so(self) -> None:
        assert words.origin(None) == "not on record"

    def test_a_note_nobody_has_changed_says_nothing(self) -> None:
        assert words.noted(relation(1), "remark") == ""
        assert "王小明" in words.noted(relation(1, provenance={"remark": self.TOLD}), "remark")


class TestRelations:
    def test_there_is_a_row_for_each_thing_that_anybody_has(self) -> None:
        found = shown(relation(1, description="要报价"), relation(2))
        assert found["description"] == ["要报价", "–"]
        assert "remarked company" not in found
        assert found["remark"] == ["张三", "张三"]

    def test_tags_are_named_and_one_that_is_gone_is_its_number(self) -> None:
        assert shown(relation(1, tagIds=[3, 99]), relation(2, tagIds=[]))["tags"] == ["重点, 99", "–"]

    def test_how_it_stands_is_a_badge(self) -> None:
        first, second = shown(relation(1), relation(2, status=3))["status"]
        assert "following" in first
        assert "deleted by the customer" in second

    def test_all_that_can_differ_has_a_name(self) -> None:
        assert set(COMPARED) <= set(words.NAMES)
        assert set(words.SHOWN_FACTS) <= set(words.NAMES)

    def test_a_difference_is_marked_at_its_row_alone(self) -> None:
        beside = {"list": [relation(1), relation(2, remark="李四")], "differences": ["remark"], "more": False}
        found = profile_sheet.relations(beside, {})
        assert [str(row["label"]) for row in found["rows"] if row["differs"]] == ["remark"]
        assert found["differ"]


class TestBehaviour:
    def test_every_label_kind_and_trend_has_a_word(self) -> None:
        assert set(behaviour.LABELS) == set(LABELS)
        assert set(behaviour.TRENDS) == {"rising", "steady", "falling", "none"}
        assert str(behaviour.kind("group_joined")) == "joined a group chat"
        assert str(behaviour.kind("follow_up")) == "follow-up written"
        assert behaviour.kind("of_a_later_version") == "of_a_later_version"

    def test_the_chart_has_a_bar_of_each_sort_for_each_week(self) -> None:
        weeks = [{"from": dt.date(2026, 9, 17 + 7 * n), "contacts": n, "others": 2 * n} for n in range(2)]
        drawn = orjson.loads(behaviour.chart(weeks))
        assert drawn["labels"] == ["09-17", "09-24"]
        assert [one["data"] for one in drawn["datasets"]] == [[0, 1], [0, 2]]
        assert all(one["backgroundColor"].startswith("var(--color-") for one in drawn["datasets"])

    def test_the_best_time_is_said_and_none_is_a_dash(self) -> None:
        assert behaviour.best({"weekday": 2, "hour": 10}) == "Tuesday, about 10:00"
        assert behaviour.best(None) == "–"


class TestWhole:
    def test_what_the_document_of_the_api_shows_can_be_shown_on_the_page(self) -> None:
        found = profile_sheet.of(_with_dates(EXAMPLE))
        assert found["name"] == "张三"
        assert [one["code"] for one in found["insights"]] == ["silent"]
        assert found["behaviour"]["silent"] == "41 days"
        assert (found["behaviour"]["recency"], found["behaviour"]["ties"]) == ("2 / 5", "3 / 5")
        assert "展会来的" in " ".join(found["tags"]["list"][0]["why"])


class TestPortraitLines:
    @pytest.mark.parametrize(
        ("index", "colour"),
        [
            (120, "success"),
            (300, "success"),
            (119, None),
            (100, None),
            (81, None),
            (80, "warning"),
            (0, "warning"),
            (None, None),
        ],
    )
    def test_what_is_clearly_more_or_less_than_everywhere_is_coloured(
        self, index: int | None, colour: str | None
    ) -> None:
        line = portrait._line({"share": 0.125, "wholeShare": 0.25, "index": index})
        assert (line["percent"], line["wholePercent"], line["colour"]) == (12.5, 25.0, colour)


def _with_dates(told: dict[str, Any]) -> dict[str, Any]:
    weeks = [week | {"from": dt.date.fromisoformat(week["from"])} for week in told["behaviour"]["weeks"]]
    return told | {"behaviour": told["behaviour"] | {"weeks": weeks}}
