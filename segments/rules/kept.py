"""From facts as ``judging.plain`` keeps them back to what they were."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date, parse_duration

from core.time import from_wire


def fact(kind: str, kept: Any) -> Any:
    """The fact of a field of this kind (its key)."""
    return _AS_IT_WAS[kind](kept) if kind in _AS_IT_WAS and kept is not None else kept


def _time(kept: str) -> dt.datetime | dt.date | None:
    # A custom date is a day, in whatever zone.
    return parse_date(kept) if len(kept) == len("2026-01-31") else from_wire(kept)


def _options(kept: Any) -> Any:
    # A custom choice is a set of options; a field of our own holds one code.
    return frozenset(kept) if isinstance(kept, list) else kept


_AS_IT_WAS: dict[str, Callable[[Any], Any]] = {
    "time": _time,
    "days": parse_duration,
    "membership": frozenset,
    "decimal": Decimal,
    "choice": _options,
    "choices": _options,
}
