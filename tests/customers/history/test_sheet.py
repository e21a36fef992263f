"""Former values as people read them."""

from typing import Any

import pytest
from django.utils import translation

from customers.history.fields import FACTS, NAMES, NOTES
from customers.lifecycle import WRITABLE
from customers.models import Customer, FollowRelation
from customers.writeback import NOTED
from insights.console import profile_words as words
from insights.console import value_history_sheet as sheet

AT = "2026-10-01T02:30:00Z"
CHANGE: dict[str, Any] = {
    "id": 31,
    "customerId": 1,
    "employeeId": None,
    "employeeName": "",
    "field": "name",
    "before": "张三",
    "beforeName": "",
    "after": None,
    "afterName": "",
    "at": AT,
    "source": "operator",
    "actor": "user:7",
    "actorName": "王小明",
    "runId": None,
}
RECORD: dict[str, Any] = {
    "customerId": 1,
    "createTime": AT,
    "whole": True,
    "source": "sync",
    "actor": "system",
    "actorName": "",
    "runId": 4,
}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def page(*records: dict[str, Any], older: int | None = None, **change: Any) -> dict[str, Any]:
    return sheet.of({"list": [CHANGE | change], "nextBefore": older, "records": list(records) or [RECORD]})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("name", "张三", "张三"),
        ("name", None, "–"),
        ("status", 0, "deleted"),
        ("status", 9, "9"),
        ("gender", 2, "female"),
        ("addWay", 999, "999"),
        ("remarkMobiles", ["138", "139"], "138, 139"),
        ("personalTags", [["级别", "A"], ["", "B"]], "级别 / A, B"),
        ("externalProfile", {"name": "甲"}, '{"name":"甲"}'),
        ("wechatChannels", {"nickname": "小店"}, '{"nickname":"小店"}'),
    ],
)
def test_each_kind_is_said_as_people_read_it(name: str, value: Any, said: str) -> None:
    assert str(sheet.said(name, value)) == said


def test_an_employee_is_called_by_name() -> None:
    assert sheet.said("followUserId", 7, "王小明") == "王小明"
    assert sheet.said("followUserId", 7) == 7


def test_a_change_says_what_was_what_became_and_who_did_it() -> None:
    (row,) = page()["rows"]
    assert (str(row["label"]), row["was"], row["became"]) == ("name", "张三", "–")
    assert row["how"] == "operator · 王小明"
    assert "2026" in row["when"]


def test_the_beginnings_stand_at_the_end_of_the_list_alone() -> None:
    assert page(older=31)["beginnings"] == []
    (known,) = page()["beginnings"]
    assert known["how"] == "WeCom sync"
    (unknown,) = page(RECORD | {"whole": False, "source": None, "actor": None})["beginnings"]
    assert unknown["how"] == ""


def test_records_are_named_where_there_are_several() -> None:
    assert not page()["several"]
    assert page(RECORD, RECORD | {"customerId": 9})["several"]


def test_every_value_with_a_history_has_a_name_and_a_column() -> None:
    assert set(NAMES) <= set(words.NAMES)
    assert len(set(NAMES)) == len(NAMES)
    for model, columns in ((Customer, FACTS), (FollowRelation, NOTES)):
        assert set(columns) <= {field.attname for field in model._meta.concrete_fields}


def test_whatever_can_be_written_has_a_history() -> None:
    assert WRITABLE.items() <= FACTS.items()
    assert NOTED.items() <= NOTES.items()
