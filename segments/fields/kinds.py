"""The kinds of fields: which questions each takes, and what one value of it is."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from segments.conditions import bounds
from segments.fields import ops
from segments.fields.field import Field, Kind, table
from segments.fields.shapes import Wrong


def _text(_field: Field, raw: Any) -> str:
    if isinstance(raw, str) and 1 <= len(raw) <= bounds.TEXT and "\0" not in raw and _is_unicode(raw):
        return raw
    raise Wrong(_("A text of 1 to %(n)d characters is needed here.") % {"n": bounds.TEXT})


def _is_unicode(text: str) -> bool:
    # JSON can spell half a character, which no database takes.
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _number(_field: Field, raw: Any) -> int:
    if type(raw) is int and abs(raw) <= bounds.NUMBER:
        return raw
    raise Wrong(_("A whole number is needed here."))


def _number_of_days(_field: Field, raw: Any) -> int:
    if type(raw) is int and 0 <= raw <= bounds.DAYS:
        return raw
    raise Wrong(_("A number of days is needed here."))


def _choice(field: Field, raw: Any) -> Any:
    values = [value for value, _label in field.options()]
    # True is 1 to Python, and 1.0 too.
    if type(raw) in (int, str) and (raw in values or (field.open and type(raw) is int and 0 <= raw < 2**15)):
        return raw
    names = ", ".join(map(str, values))
    raise Wrong(_("One of these is needed here: %(names)s.") % {"names": names})


def _flag(_field: Field, raw: Any) -> bool:
    if type(raw) is bool:
        return raw
    raise Wrong(_("true or false is needed here."))


def _day(_field: Field, raw: Any) -> dt.date:
    try:
        day = dt.date.fromisoformat(raw)
    except (TypeError, ValueError):
        day = dt.date.min
    first, last = bounds.YEARS
    if first <= day.year <= last and day.isoformat() == raw:
        return day
    raise Wrong(_("A day such as 2026-01-31 is needed here."))


def _id(_field: Field, raw: Any) -> int:
    if type(raw) is int and 0 < raw < 2**63:
        return raw
    raise Wrong(_("A number that is an id is needed here."))


_ONE = (ops.IS, ops.IN, ops.SET)

TEXT = Kind("text", table((ops.TEXT_IS, ops.TEXT_IN, ops.CONTAINS, ops.STARTS, ops.TEXT_SET)), _text)
NUMBER = Kind("number", table((*_ONE, *ops.COMPARED, ops.BETWEEN)), _number)
DURATION = Kind("days", table(ops.LASTED), _number_of_days)
CHOICE = Kind("choice", table(_ONE), _choice)
# The same of a column of words, where an empty one is none.
WORD = Kind("choice", table((ops.IS, ops.IN, ops.TEXT_SET)), _choice)
FLAG = Kind("flag", table((ops.IS,)), _flag)
TIME = Kind("time", table((*ops.DATED, ops.SET)), _day, dt.date.isoformat)
# One that may lie ahead.
DUE = Kind("time", table((*ops.DATED, ops.NEXT, ops.SET)), _day, dt.date.isoformat)
# The id of one row, and of any number of them.
REFERENCE = Kind("reference", table(_ONE), _id)
MEMBERSHIP = Kind("membership", table((ops.ANY,)), _id)
TAGS = Kind("membership", table((ops.ANY, ops.ALL)), _id)
