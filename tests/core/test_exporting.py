"""Tables of any length as files: line by line, in one language, and nothing that a spreadsheet would reckon out."""

import csv
import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext, override
from openpyxl import load_workbook

from core import exporting


def read(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-x", "-1+2", "-1\n", "@sum", "\tx", "\rx", '=HYPERLINK("http://x")'])
def test_what_a_spreadsheet_takes_for_a_formula_is_told_to_be_text(cell: str) -> None:
    assert read(exporting.as_csv([["x", cell]], "x.csv")) == [["x", f"'{cell}"]]


@pytest.mark.parametrize("cell", ["张三", "a=b", "x-y", "1", "-1", "-0.5", "'quoted", "", "含,逗号", '引"号', "两\n行"])
def test_anything_else_is_as_it_is(cell: str) -> None:
    assert read(exporting.as_csv([[cell, "x"]], "x.csv")) == [[cell, "x"]]


def test_it_downloads_under_its_name_in_utf_8_with_the_mark_that_spreadsheets_need() -> None:
    answer = exporting.as_csv([["x"]], "members.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="members.csv"'
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")  # type: ignore[arg-type]


def test_no_line_is_asked_for_before_the_one_ahead_of_it_is_sent() -> None:
    asked: list[str] = []

    def lines() -> Any:
        for n in range(3):
            asked.append(str(n))
            yield [str(n)]

    answer = exporting.as_csv(lines(), "x.csv")
    assert asked == []
    parts: Any = iter(answer.streaming_content)
    next(parts)
    next(parts)
    assert asked == ["0"]
    assert b"".join(parts).decode() == "1\r\n2\r\n"


def test_words_of_the_lines_are_of_the_requests_language_and_the_threads_stays() -> None:
    with override("en"):
        answer = exporting.as_csv(([gettext("yes")] for _n in range(1)), "x.csv")
    with override("zh-hans"):
        assert read(answer) == [["yes"]]
        assert gettext("yes") == "是"


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [("Asia/Shanghai", "2026-03-01 08:05"), ("UTC", "2026-03-01 00:05"), ("America/New_York", "2026-02-28 19:05")],
)
def test_a_moment_is_read_on_the_wall_of_the_zone(zone: str, wanted: str) -> None:
    moment = dt.datetime(2026, 3, 1, 0, 5, 59, tzinfo=dt.UTC)
    assert exporting.local(moment, ZoneInfo(zone)) == wanted
    assert exporting.local(None, ZoneInfo(zone)) == ""


def cells(*written: str) -> list[Any]:
    answer = exporting.as_xlsx([[*written]], "x.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet is not None
    return list(next(sheet.iter_rows(values_only=True)))


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-x", "-1+2", "@sum", "\tx", '=HYPERLINK("http://x")'])
def test_a_workbook_has_no_formula_either(cell: str) -> None:
    assert cells("x", cell) == ["x", f"'{cell}"]


@pytest.mark.parametrize(
    ("written", "held"),
    [("1", 1), ("-12", -12), ("0.25", 0.25), ("0", 0), ("007", "007"), ("12345678901234567", "12345678901234567")],
)
def test_what_is_a_number_without_loss_is_one_in_a_workbook(written: str, held: Any) -> None:
    assert cells(written, "x") == [held, "x"]


def test_control_characters_are_left_out_of_a_workbook_that_could_not_hold_them() -> None:
    assert cells("张\x00\x1f三", "x") == ["张三", "x"]


@pytest.mark.parametrize("cell", ["1", "1.10", "13800138000", "007"])
def test_words_that_look_like_numbers_stay_words_where_they_are_to_come_back(cell: str) -> None:
    answer = exporting.as_file([[cell, "x"]], "x", "xlsx", numbers=False)
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[arg-type]
    assert sheet is not None
    assert list(next(sheet.iter_rows(values_only=True))) == [cell, "x"]


@pytest.mark.parametrize(("params", "kind"), [({}, "csv"), ({"format": "xlsx"}, "xlsx"), ({"format": "csv"}, "csv")])
def test_a_file_is_csv_where_nothing_else_is_asked(params: dict[str, str], kind: str) -> None:
    assert exporting.asked_kind(params) == kind


@pytest.mark.parametrize("kind", exporting.KINDS)
def test_a_file_has_the_name_of_its_kind(kind: str) -> None:
    answer = exporting.as_file([["x"]], "growth", kind)
    assert answer["Content-Disposition"] == f'attachment; filename="growth.{kind}"'


def test_a_workbook_that_outgrows_memory_is_whole(monkeypatch: Any) -> None:
    monkeypatch.setattr(exporting, "_SPOOL", 100)
    answer = exporting.as_xlsx([[str(n), "行"] for n in range(1000)], "x.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet is not None
    assert sheet.max_row == 1000
