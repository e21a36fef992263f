"""A file of customers, as people export it from elsewhere: external userids, one a line. Pure."""

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation

MOST_BYTES = 1_048_576
MOST_LINES = 10_000
_LONGEST_ID = 100
_HEADERS = {"external_userid", "externaluserid", "userid", "客户id", "外部联系人id"}


@dataclass(slots=True)
class Listed:
    """Attributes:
    ids: (line, external userid), each id once.
    bad: {"line", "code"} of what can't be used: ``line_malformed``, ``line_double``.
    """

    ids: list[tuple[int, str]] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)


def read(data: bytes) -> Listed:
    """The first column of a CSV file, in UTF-8 or GB 18030; a heading and empty lines are passed over.

    Raises:
        RuleViolation: ``file_too_big``, ``file_unreadable``.
    """
    if len(data) > MOST_BYTES:
        raise _refused("file_too_big", _("The file is larger than one megabyte. Split it."))
    try:
        rows = list(csv.reader(io.StringIO(_text(data))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused("file_unreadable", _("This is no CSV file. Save the sheet as CSV, in UTF-8.")) from error
    cells = [(number, row[0].strip()) for number, row in enumerate(rows, start=1) if row and row[0].strip()]
    if cells and cells[0][1].lower().replace(" ", "") in _HEADERS:
        cells = cells[1:]
    return listed(cells)


def listed(cells: list[tuple[int, str]]) -> Listed:
    """External userids by their places, the doubled and the malformed set apart.

    Raises:
        RuleViolation: ``file_too_big``: more than ``MOST_LINES``.
    """
    if len(cells) > MOST_LINES:
        message = _("More than %(most)d customers at once. Split the list.") % {"most": MOST_LINES}
        raise _refused("file_too_big", message)
    found, seen = Listed(), set()
    for line, ident in cells:
        if len(ident) > _LONGEST_ID or not ident.isprintable() or not ident.isascii() or " " in ident:
            found.bad.append({"line": line, "code": "line_malformed"})
        elif ident in seen:
            found.bad.append({"line": line, "code": "line_double"})
        else:
            seen.add(ident)
            found.ids.append((line, ident))
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets on a Chinese Windows write.
        return data.decode("gb18030")


def _refused(code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, [FieldError("file", code, message)])
