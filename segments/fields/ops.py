"""The questions. A negative one is nowhere answered by itself: it is true exactly where its positive one is not."""

import operator
from collections.abc import Callable
from typing import Any

from django.db.models import Q

from segments.conditions.nodes import Moment
from segments.fields import days, texts
from segments.fields.field import Asking, Field, Op, Test

# Negative → what it is the opposite of.
NEGATIVE = {"isNot": "is", "notIn": "in", "none": "any", "notContains": "contains", "unset": "set"}


def _lookup(suffix: str) -> Callable[[Field, Any, Asking], Q]:
    """The column compared by one of Django's lookups."""
    return lambda field, value, _asking: Q((f"{field.column}{suffix}", value))


def _is(value: Any, _moment: Moment) -> Test:
    return lambda held: held == value


def _is_in(values: tuple[Any, ...], _moment: Moment) -> Test:
    return frozenset(values).__contains__


def _is_set(_value: None, _moment: Moment) -> Test:
    return lambda held: held is not None


IS = Op("is", "one", _lookup(""), _is)
IN = Op("in", "many", _lookup("__in"), _is_in)
SET = Op("set", "nothing", lambda field, _value, _asking: Q((f"{field.column}__isnull", False)), _is_set)


def _contains(text: str, _moment: Moment) -> Test:
    wanted = texts.folded(text)
    return lambda held: held is not None and wanted in texts.folded(held)


def _starts(text: str, _moment: Moment) -> Test:
    wanted = texts.folded(text)
    return lambda held: held is not None and texts.folded(held).startswith(wanted)


TEXT_IS = Op("is", "one", lambda field, text, _asking: texts.same(field.column, [text]), _is)
TEXT_IN = Op("in", "many", lambda field, some, _asking: texts.same(field.column, some), _is_in)
TEXT_SET = Op("set", "nothing", lambda field, _value, _asking: texts.filled(field.column), lambda _v, _m: bool)
CONTAINS = Op("contains", "one", lambda field, text, _asking: texts.part(field.column, text), _contains)
STARTS = Op("startsWith", "one", lambda field, text, _asking: texts.part(field.column, text, start=True), _starts)


def _compared(key: str, how: Callable[[Any, Any], bool]) -> Op:
    def test(value: Any, _moment: Moment) -> Test:
        return lambda held: held is not None and how(held, value)

    return Op(key, "one", _lookup(f"__{key}"), test)


def _between(pair: tuple[Any, Any], _moment: Moment) -> Test:
    low, high = pair
    return lambda held: held is not None and low <= held <= high


COMPARED = (
    _compared("gt", operator.gt),
    _compared("gte", operator.ge),
    _compared("lt", operator.lt),
    _compared("lte", operator.le),
)
BETWEEN = Op("between", "pair", _lookup("__range"), _between)


def _spanning(key: str, takes: str, span: Callable[[str, Any, Moment], tuple[Any, Any]]) -> Op:
    """What lies in a span: at its start or behind it, and before what is behind the span."""

    def q(field: Field, value: Any, asking: Asking) -> Q:
        start, behind = span(key, value, asking.moment)
        # Of a column that was worked out Django doesn't know that it may be missing, and NOT of nothing is nothing.
        found = Q((f"{field.column}__isnull", False))
        found &= Q() if start is None else Q((f"{field.column}__gte", start))
        return found if behind is None else found & Q((f"{field.column}__lt", behind))

    def test(value: Any, moment: Moment) -> Test:
        start, behind = span(key, value, moment)
        return lambda at: at is not None and (start is None or start <= at) and (behind is None or at < behind)

    return Op(key, takes, q, test)


DATED = (
    *(_spanning(key, "days", days.span) for key in ("within", "earlierThan")),
    *(_spanning(key, "one", days.span) for key in ("on", "after", "before")),
    _spanning("between", "pair", days.span),
    _spanning("this", "period", days.span),
)
NEXT = _spanning("next", "days", days.span)
LASTED = (
    *(_spanning(key, "one", days.length) for key in ("is", "gt", "gte", "lt", "lte")),
    _spanning("between", "pair", days.length),
    SET,
)


def _linked(field: Field, ids: tuple[int, ...], asking: Asking) -> Q:
    assert field.link
    return field.link.q(asking, ids)


def _linked_to_all(field: Field, ids: tuple[int, ...], asking: Asking) -> Q:
    assert field.link
    assert field.link.q_all
    return field.link.q_all(asking, ids)


def _holds_any(ids: tuple[int, ...], _moment: Moment) -> Test:
    return lambda held: not held.isdisjoint(ids)


def _holds_all(ids: tuple[int, ...], _moment: Moment) -> Test:
    wanted = frozenset(ids)
    return lambda held: wanted <= held


ANY = Op("any", "many", _linked, _holds_any)
ALL = Op("all", "many", _linked_to_all, _holds_all)
