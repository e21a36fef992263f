"""The rows of an XLSX workbook as text, one at a time. Pure.

openpyxl's reader for reading holds one row; what it holds whole are the texts that cells share, and of those the size
is known before.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from followups.texts import refused

BEGINNING = b"PK\x03\x04"
# A small file may unpack to any size: what is more than this is no sheet that a person filled in.
MOST_UNPACKED = 300 * 2**20
_COLUMNS = 64
_FIRST, _HEAD = "xl/worksheets/sheet1.xml", 4_096
_SIZE = re.compile(rb'<dimension ref="[A-Z]+[0-9]+:[A-Z]+([0-9]{1,7})"')
# What a broken file makes of the reader: it checks little.
_BROKEN = (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError)


def rows(file: BinaryIO) -> Iterator[list[str]]:
    """The rows of the first sheet, empty ones too, so that they count as they do in a spreadsheet.

    Raises:
        RuleViolation: ``file_too_big``, ``file_unreadable``.
    """
    try:
        _check_size(file)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        # What some programs say of a sheet's size is less than there is.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=_COLUMNS, values_only=True):
            yield [_text(value) for value in row]
    except _BROKEN as error:
        raise refused("file", "file_unreadable", _("This workbook can't be read. Save it as XLSX or CSV.")) from error


def height(file: BinaryIO) -> int:
    """How many rows the first sheet says at its beginning that it has; 0 where it says nothing.

    Not by the reader, which would first take all texts in.
    """
    with ZipFile(file) as packed:
        beginning = packed.open(_FIRST).read(_HEAD) if _FIRST in packed.namelist() else b""
    file.seek(0)
    told = _SIZE.search(beginning)
    return int(told[1]) if told else 0


def _check_size(file: BinaryIO) -> None:
    with ZipFile(file) as packed:
        size = sum(part.file_size for part in packed.infolist())
    file.seek(0)
    if size > MOST_UNPACKED:
        message = _("A workbook unpacks to at most %(n)d MB. Split it.") % {"n": MOST_UNPACKED // 2**20}
        raise refused("file", "file_too_big", message)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return f"{value} 00:00"
    # An id that a spreadsheet took for a number.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
