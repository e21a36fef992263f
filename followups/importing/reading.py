"""A file of follow-ups, CSV or XLSX, by its headings: those of the export in both languages, or the wire's names. Pure.

It is read one line at a time, so that a long file takes no more room than a short one.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.errors import RuleViolation
from followups.importing import workbooks
from followups.texts import refused

# Of a file that is brought in while its sender waits.
MOST_BYTES, MOST_LINES = 5 * 2**20, 5_000
# What a heading may be called, in small letters and without blanks.
_HEADINGS = {
    "id": ("id",),
    "external_userid": ("externaluserid", "external_userid", "客户id", "外部联系人id"),
    "userid": ("userid", "employeeuserid", "成员userid", "员工userid", "成员账号"),
    "happened_at": ("happenedat", "happened", "跟进时间", "发生时间"),
    "content": ("content", "内容", "跟进内容"),
    "kind": ("kind", "类型", "跟进方式"),
    "outcome": ("outcome", "结果", "跟进结果"),
    "next_at": ("nextat", "nexttime", "下次跟进时间", "下次跟进"),
}
_NEEDED = ("external_userid", "happened_at", "content")
# In Windows' Chinese, spreadsheets write the second.
_ENCODINGS = ("utf-8-sig", "gb18030")
_AT_ONCE = 2**16


@dataclass(slots=True)
class Line:
    """One line with something in it; ``cells`` by the names above, empty for a column that isn't there."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)


def read(data: bytes) -> list[Line]:
    """The lines behind the heading.

    Raises:
        RuleViolation: ``file_too_big``, and as ``lines`` does.
    """
    if len(data) > MOST_BYTES:
        raise refused("file", "file_too_big", _("A file has at most %(n)d MB.") % {"n": MOST_BYTES // 2**20})
    return list(lines(io.BytesIO(data), most=MOST_LINES))


def lines(file: BinaryIO, *, most: int) -> Iterator[Line]:
    """The lines with something in them behind the heading, at most so many, read as they are asked for.

    Raises:
        RuleViolation: ``file_too_big``, ``file_unreadable``, ``columns_missing``.
    """
    rows = _rows(file)
    places = places_of(next(rows, []))
    filled = ((number, row) for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row))
    for found, (number, row) in enumerate(filled, start=1):
        if found > most:
            raise refused("file", "file_too_big", _("A file has at most %(n)d lines. Split it.") % {"n": most})
        yield Line(number, {name: _cell(row, at) for name, at in places.items()})


def guess(file: BinaryIO) -> int:
    """About how many lines there are, to say how far it is; 0 where nobody can tell without reading it all."""
    if _is_workbook(file):
        return max(workbooks.height(file) - 1, 0)
    ends = sum(data.count(b"\n") for data in iter(lambda: file.read(_AT_ONCE), b""))
    file.seek(0)
    return ends


def places_of(heading: list[str]) -> dict[str, int]:
    """Where each column stands. Raises RuleViolation: ``columns_missing``."""
    found = {cell.strip().lower().replace(" ", ""): at for at, cell in enumerate(heading)}
    known = {name: [found[word] for word in words if word in found] for name, words in _HEADINGS.items()}
    missing = [name for name in _NEEDED if not known[name]]
    if missing:
        message = _("The first line must name these columns: %(columns)s.") % {"columns": ", ".join(missing)}
        raise refused("file", "columns_missing", message)
    return {name: at[0] for name, at in known.items() if at}


def _rows(file: BinaryIO) -> Iterator[list[str]]:
    return workbooks.rows(file) if _is_workbook(file) else _csv_rows(file)


def _is_workbook(file: BinaryIO) -> bool:
    beginning = file.read(len(workbooks.BEGINNING))
    file.seek(0)
    return beginning == workbooks.BEGINNING


def _csv_rows(file: BinaryIO) -> Iterator[list[str]]:
    text = io.TextIOWrapper(file, _encoding(file), newline="")
    try:
        yield from csv.reader(text)
    except csv.Error as error:
        raise _unreadable() from error
    finally:
        # The file is its owner's to close, who may have done so.
        if not file.closed:
            text.detach()


def _encoding(file: BinaryIO) -> str:
    """The one in which the whole file can be read. Raises RuleViolation: ``file_unreadable``."""
    for encoding in _ENCODINGS:
        decoder, fits = codecs.getincrementaldecoder(encoding)(), True
        try:
            while data := file.read(_AT_ONCE):
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            fits = False
        file.seek(0)
        if fits:
            return encoding
    raise _unreadable()


def _cell(row: list[str], at: int) -> str:
    text = row[at].strip() if at < len(row) else ""
    # As the export keeps spreadsheets from running it.
    return text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text


def _unreadable() -> RuleViolation:
    return refused("file", "file_unreadable", _("This is no CSV file. Save the sheet as CSV, in UTF-8."))
