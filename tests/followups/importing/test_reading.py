"""Files are read line by line, whatever program wrote them: CSV in UTF-8 or GBK, or a workbook."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest

from core.errors import RuleViolation
from followups.importing import reading, workbooks
from tests.followups.importing.files import HEADING, line, text, workbook


def cells(data: bytes) -> list[list[str]]:
    return [list(one.cells.values()) for one in reading.read(data)]


WANTED = [
    ["wmA", "", "2026-03-01 09:01", "第1次", "电话", "", ""],
    ["wmA", "", "2026-03-01 09:02", "第2次", "电话", "", ""],
]


@pytest.mark.parametrize(
    "data",
    [
        text(line(1), line(2)),
        text(line(1), line(2), encoding="utf-8-sig"),
        text(line(1), line(2), encoding="gbk"),
        workbook(line(1), line(2)),
    ],
    ids=["utf-8", "with a mark", "gbk", "xlsx"],
)
def test_each_of_them_says_the_same(data: bytes) -> None:
    found = [
        (one.number, [one.cells[name] for name in reading._HEADINGS if name != "id"]) for one in reading.read(data)
    ]
    order = [0, 1, 2, 3, 4, 5, 6]
    assert found == [(n + 2, [WANTED[n][place] for place in order]) for n in range(2)]


def test_a_workbooks_own_values_are_read_as_people_see_them() -> None:
    data = workbook(
        [12345, 7.0, dt.datetime(2026, 3, 1, 9, 30), True, None, "", dt.datetime(2026, 3, 2)],
        [],
        ["wmB", "", "2026/03/01 09:30", "'=1+1"],
    )
    first, second = reading.read(data)
    assert first.cells["external_userid"] == "12345"
    assert (first.cells["userid"], first.cells["happened_at"]) == ("7", "2026-03-01 09:30:00")
    assert (first.cells["kind"], first.cells["next_at"]) == ("", "2026-03-02 00:00:00")
    # An empty row counts, as it does in the spreadsheet.
    assert (second.number, second.cells["content"]) == (4, "=1+1")


def test_only_the_first_sheet_is_read_and_not_what_it_says_of_its_size() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(line(1), line(2)))) as book, zipfile.ZipFile(packed, "w") as other:
        for part in book.infolist():
            content = book.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = content.replace(b'ref="A1:G3"', b'ref="A1:A1"')
                assert b"A1:A1" in content
            other.writestr(part, content)
    assert len(cells(packed.getvalue())) == 2


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 no archive", workbook(line(1))[:-200], b"\xff\xfe\x00\x00\x81", b'"' + b"x" * 200_000],
    ids=["no archive", "cut off", "no text", "an endless cell"],
)
def test_what_is_no_such_file_is_refused_in_plain_words(data: bytes) -> None:
    with pytest.raises(RuleViolation) as refusal:
        reading.read(data)
    assert (refusal.value.code, refusal.value.errors[0].field) == ("file_unreadable", "file")


def test_an_archive_without_a_sheet_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("readme.txt", "x")
    with pytest.raises(RuleViolation) as refusal:
        reading.read(packed.getvalue())
    assert refusal.value.code == "file_unreadable"


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000)
    monkeypatch.setattr(workbooks, "load_workbook", lambda *_args, **_more: pytest.fail("it was opened"))
    with pytest.raises(RuleViolation) as refusal:
        reading.read(workbook(line(1)))
    assert refusal.value.code == "file_too_big"


@pytest.mark.parametrize("made", [text, workbook])
def test_no_line_is_read_before_it_is_asked_for_and_the_file_stays_open(made: Any) -> None:
    file = io.BytesIO(made(*[line(n) for n in range(9)]))
    found = reading.lines(file, most=3)
    assert [next(found).number for _n in range(3)] == [2, 3, 4]
    with pytest.raises(RuleViolation) as refusal:
        next(found)
    assert refusal.value.code == "file_too_big"
    assert not file.closed


@pytest.mark.parametrize("made", [text, workbook])
def test_how_many_lines_there_are_is_guessed_without_reading_them(made: Any) -> None:
    file = io.BytesIO(made(*[line(n) for n in range(9)]))
    assert reading.guess(file) in (9, 10)
    assert file.tell() == 0


def test_headings_may_have_blanks_around_them() -> None:
    assert len(cells(workbook(line(1), heading=[f" {name} " for name in HEADING]))) == 1
