"""A table of any length as a file, line by line: nothing of it is held in memory."""

import codecs
import csv
import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from core.errors import BadRequest, FieldError

# Somebody who wants more narrows the days, or reads on by cursor.
MOST_ROWS = 100_000
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# What a workbook holds as a number without losing a digit; what begins with a needless zero is a name.
_EXACT = re.compile(r"-?(0|[1-9][0-9]{0,10})(\.[0-9]{1,4})?")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("csv", "xlsx")
# Up to here a workbook is put together in memory, beyond it on disk.
_SPOOL = 1_000_000


class _Echo:
    """A file for the csv module that hands back what is written."""

    def write(self, line: str) -> str:
        return line


def local(moment: dt.datetime | None, zone: ZoneInfo) -> str:
    """A moment as people of a zone read it; nothing for none."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""


def asked_kind(params: Mapping[str, str]) -> str:
    """Which of ``KINDS`` the parameter ``format`` asks for; CSV where there is none. Raises BadRequest: ``invalid``."""
    kind = params.get("format", KINDS[0])
    if kind not in KINDS:
        message = _("A file is one of these: %(kinds)s.") % {"kinds": ", ".join(KINDS)}
        raise BadRequest("invalid", message, [FieldError("format", "invalid_choice", message)])
    return kind


def as_file(lines: Iterable[list[str]], name: str, kind: str, *, numbers: bool = True) -> StreamingHttpResponse:
    """An answer that downloads the lines as ``name``.``kind``, one of ``KINDS``.

    Args:
        numbers: whether what looks like a number is one in a workbook; not so where people's own words are to come
            back letter by letter.
    """
    return as_xlsx(lines, f"{name}.xlsx", numbers=numbers) if kind == "xlsx" else as_csv(lines, f"{name}.csv")


def as_xlsx(lines: Iterable[list[str]], name: str, *, numbers: bool = True) -> FileResponse:
    """The same as a workbook of one sheet, whose first line stays in sight. It is written line by line into a file
    beside the answer: nothing of it is held in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for line in lines:
        sheet.append([_value(cell, numbers) for cell in line])
    # The answer closes it, and with it the file is gone.
    written = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115
    book.save(written)
    written.seek(0)
    return FileResponse(written, as_attachment=True, filename=name, content_type=XLSX)


def as_csv(lines: Iterable[list[str]], name: str) -> StreamingHttpResponse:
    """An answer that downloads the lines as ``name``; the mark at its beginning makes spreadsheets read UTF-8."""
    answer = StreamingHttpResponse(_written(lines, get_language() or "en"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(lines: Iterable[list[str]], language: str) -> Iterator[bytes]:
    writer, rest = csv.writer(_Echo()), iter(lines)
    yield codecs.BOM_UTF8
    # Written after the view has ended, and its language with it; between two lines the thread may do something else.
    while (line := _next(rest, language)) is not None:
        yield writer.writerow([_harmless(cell) for cell in line]).encode()


def _next(lines: Iterator[list[str]], language: str) -> list[str] | None:
    with override(language):
        return next(lines, None)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def _value(cell: str, numbers: bool) -> str | int | float | None:
    if numbers and _EXACT.fullmatch(cell):
        return float(cell) if "." in cell else int(cell)
    # A workbook can't hold control characters at all.
    return ILLEGAL_CHARACTERS_RE.sub("", _harmless(cell)) or None
