"""A CSV file of follow-ups, by its headings: those of the export in both languages, or the wire's names. Pure."""

import csv
import io
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.errors import RuleViolation
from followups.texts import refused

MOST_BYTES, MOST_LINES = 5 * 2**20, 5_000
# What a heading may be called, in small letters and without blanks.
_HEADINGS = {
    "id": ("id",),
    "external_userid": ("externaluserid", "external_userid", "客户id", "外部联系人id"),
    "userid": ("userid", "成员userid", "员工userid", "成员账号"),
    "happened_at": ("happenedat", "happened", "跟进时间", "发生时间"),
    "content": ("content", "内容", "跟进内容"),
    "kind": ("kind", "类型", "跟进方式"),
    "outcome": ("outcome", "结果", "跟进结果"),
    "next_at": ("nextat", "nexttime", "下次跟进时间", "下次跟进"),
}
_NEEDED = ("external_userid", "happened_at", "content")


@dataclass(slots=True)
class Line:
    """One line with something in it; ``cells`` by the names above, empty for a column that isn't there."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)


def read(data: bytes) -> list[Line]:
    """The lines behind the heading, in UTF-8 or GB 18030.

    Raises:
        RuleViolation: ``file_too_big``, ``file_unreadable``, ``columns_missing``.
    """
    if len(data) > MOST_BYTES:
        raise _no("file_too_big", _("A file has at most %(n)d MB.") % {"n": MOST_BYTES // 2**20})
    try:
        rows = list(csv.reader(io.StringIO(_text(data), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _no("file_unreadable", _("This is no CSV file. Save the sheet as CSV, in UTF-8.")) from error
    if len(rows) > MOST_LINES + 1:
        raise _no("file_too_big", _("A file has at most %(n)d lines. Split it.") % {"n": MOST_LINES})
    places = _places(rows[0] if rows else [])
    filled = ((number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row))
    return [Line(number, {name: _cell(row, at) for name, at in places.items()}) for number, row in filled]


def _places(heading: list[str]) -> dict[str, int]:
    found = {cell.lower().replace(" ", ""): at for at, cell in enumerate(heading)}
    known = {name: [found[word] for word in words if word in found] for name, words in _HEADINGS.items()}
    missing = [name for name in _NEEDED if not known[name]]
    if missing:
        message = _("The first line must name these columns: %(columns)s.") % {"columns": ", ".join(missing)}
        raise _no("columns_missing", message)
    return {name: at[0] for name, at in known.items() if at}


def _cell(row: list[str], at: int) -> str:
    text = row[at].strip() if at < len(row) else ""
    # As the export keeps spreadsheets from running it.
    return text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets on a Chinese Windows write.
        return data.decode("gb18030")


def _no(code: str, message: str) -> RuleViolation:
    return refused("file", code, message)
