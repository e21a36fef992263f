"""Values of custom fields as JSON, and in words."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.time import to_wire
from customers.choices import CustomKind
from customers.custom.entries import Entries


def same(held: str) -> str:
    return held


def number(held: Decimal) -> int | float:
    """Fifteen digits are what a float keeps."""
    return int(held) if held == held.to_integral_value() else float(held)


def date(held: dt.datetime) -> str:
    return f"{held:%Y-%m-%d}"


def instant(held: dt.datetime) -> str | None:
    return to_wire(held)


def chosen(held: tuple[int, ...]) -> int:
    """The one option of a choice."""
    return held[0]


def files(held: str) -> list[dict[str, Any]]:
    """Id, name and size of each."""
    return Entries.of(held).told()


def words(kind: int, held: Any, labels: Mapping[int, str], zone: ZoneInfo) -> str:
    """A value as people read it.

    Args:
        labels: what the options are called.
    """
    match kind:
        case CustomKind.NUMBER:
            return str(number(held))
        case CustomKind.DATE:
            return date(held)
        case CustomKind.DATE_TIME:
            return f"{held.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case CustomKind.FLAG:
            return _("yes") if held else _("no")
        case CustomKind.CHOICE | CustomKind.CHOICES:
            return pgettext("between values", ", ").join(labels.get(one, f"#{one}") for one in held)
        case CustomKind.FILES:
            return pgettext("between values", ", ").join(name for _pk, name, _size in Entries.of(held))
    return str(held)
