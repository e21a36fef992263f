"""The kinds of custom fields as conditions ask them: the questions of other fields, asked of the values' table."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Q

from customers.choices import CustomKind
from customers.custom import reads, tells
from segments.conditions.nodes import Moment
from segments.fields import days, kinds, ops
from segments.fields.field import Asking, Field, Kind, Op, Test, table
from segments.fields.shapes import Wrong


def _through(op: Op) -> Op:
    """The question asked of values, and so of whose they are."""

    def q(field: Field, value: Any, asking: Asking) -> Q:
        assert field.link
        assert field.link.through
        return field.link.through(op.q(field, value, asking))

    return replace(op, q=q)


def _of_days(key: str, takes: str) -> Op:
    """A date is the same in every zone; which day is today is the company's zone's to say."""

    def q(field: Field, value: Any, asking: Asking) -> Q:
        first, last = days.dates(key, value, asking.moment)
        found = Q((f"{field.column}__isnull", False))
        found &= Q() if first is None else Q((f"{field.column}__gte", _midnight(first)))
        return found if last is None else found & Q((f"{field.column}__lte", _midnight(last)))

    def test(value: Any, moment: Moment) -> Test:
        first, last = days.dates(key, value, moment)
        return lambda day: day is not None and (first is None or first <= day) and (last is None or day <= last)

    return Op(key, takes, q, test)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _number(_field: Field, raw: Any) -> Decimal:
    try:
        # A text is a number only where people type it.
        return reads.number(raw if type(raw) in (int, float) else None)
    except ValueError as wrong:
        raise Wrong(str(wrong)) from None


def _chosen(option: int, _moment: Moment) -> Test:
    return lambda held: option in held


def _one(field: Field, option: int, asking: Asking) -> Q:
    return ops.ANY.q(field, (option,), asking)


def _asked(kind: Kind, some: Iterable[Op]) -> Kind:
    return Kind(kind.key, table(map(_through, some)), kind.read, kind.write)


_WHOLE = (ops.IS, ops.IN, ops.SET)
_DATES = tuple(_of_days(op.key, op.takes) for op in (*ops.DATED, ops.NEXT))
_HAS = _through(Op("set", "nothing", lambda _field, _value, _asking: Q(chosen__isnull=False), lambda _v, _m: bool))
_DECIMAL = Kind("decimal", {}, _number, tells.number)
_CHOICE = (Op("is", "one", _one, _chosen), Op("in", "many", ops.ANY.q, ops.ANY.test), _HAS)

_TEXT = _asked(kinds.TEXT, kinds.TEXT.ops.values())
# Custom kind → the column that holds it, and how it is asked.
KINDS: dict[int, tuple[str, Kind]] = {
    CustomKind.TEXT: ("text", _TEXT),
    # Too long to be compared as a whole.
    CustomKind.LONG_TEXT: ("long_text", _asked(kinds.TEXT, (ops.CONTAINS, ops.TEXT_SET))),
    CustomKind.NUMBER: ("number", _asked(_DECIMAL, (*_WHOLE, *ops.COMPARED, ops.BETWEEN))),
    CustomKind.DATE: ("time", _asked(kinds.TIME, (*_DATES, ops.SET))),
    CustomKind.DATE_TIME: ("time", _asked(kinds.TIME, (*ops.DATED, ops.NEXT, ops.SET))),
    CustomKind.FLAG: ("number", _asked(kinds.FLAG, (ops.IS,))),
    CustomKind.CHOICE: ("", Kind("choice", table(_CHOICE), kinds.CHOICE.read)),
    CustomKind.CHOICES: ("", Kind("choices", table((ops.ANY, ops.ALL, _HAS)), kinds.CHOICE.read)),
    CustomKind.PHONE: ("text", _TEXT),
    CustomKind.LINK: ("text", _TEXT),
    CustomKind.EMAIL: ("text", _TEXT),
    CustomKind.FILES: ("long_text", _asked(Kind("files", {}, kinds.TEXT.read), (ops.TEXT_SET,))),
}
