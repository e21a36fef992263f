"""How the values of questions look in JSON, and what they are in the tree: hashable, and written back as they came."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from segments.conditions import bounds
from segments.fields.days import PERIODS
from segments.fields.field import Field


class Wrong(ValueError):
    """A value that is not what the question takes.

    Attributes:
        at: where in the value, as it goes on after its path: ``[3]``; empty for the whole.
        message: for people.
    """

    def __init__(self, message: str, at: str = "") -> None:
        super().__init__(message)
        self.message, self.at = message, at


class Shape(NamedTuple):
    read: Callable[[Field, Any], Any]
    write: Callable[[Field, Any], Any]


def _one(field: Field, raw: Any, at: str = "") -> Any:
    try:
        return field.kind.read(field, raw)
    except Wrong as wrong:
        raise Wrong(wrong.message, at) from None


def _many(field: Field, raw: Any) -> tuple[Any, ...]:
    if not isinstance(raw, list) or not 1 <= len(raw) <= bounds.VALUES:
        raise Wrong(_("A list of 1 to %(n)d values is needed here.") % {"n": bounds.VALUES})
    return tuple(_one(field, value, f"[{place}]") for place, value in enumerate(raw))


def _pair(field: Field, raw: Any) -> tuple[Any, Any]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise Wrong(_("Two values are needed here: the first and the last."))
    low, high = _many(field, raw)
    if low > high:
        raise Wrong(_("The first value is behind the last one."))
    return low, high


def _days(_field: Field, raw: Any) -> int:
    days = raw.get("days") if isinstance(raw, dict) and len(raw) == 1 else None
    if type(days) is not int or not 1 <= days <= bounds.DAYS:
        raise Wrong(_('{"days": n} with n from 1 to %(n)d is needed here.') % {"n": bounds.DAYS})
    return days


def _period(_field: Field, raw: Any) -> str:
    if raw not in PERIODS:
        raise Wrong(_("One of these is needed here: %(names)s.") % {"names": ", ".join(PERIODS)})
    return str(raw)


def _each(field: Field, values: tuple[Any, ...]) -> list[Any]:
    return [field.kind.write(value) for value in values]


SHAPES = {
    "one": Shape(_one, lambda field, value: field.kind.write(value)),
    "many": Shape(_many, _each),
    "pair": Shape(_pair, _each),
    "days": Shape(_days, lambda _field, days: {"days": days}),
    "period": Shape(_period, lambda _field, name: name),
}
