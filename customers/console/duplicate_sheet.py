"""Two records side by side: line by line what each has, and where they differ."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from customers.choices import RelationStatus
from customers.duplicates.reasons import sentence
from customers.models import Customer, CustomerTag, DuplicatePair, FollowRelation

# Those of each that are named; more is a number.
_SHOWN = 10
# Shown as "the same" or "differs": not everybody who may see the records may see these.
_HIDDEN = ("mobile", "unionid")
_PLAIN = ("name", "external_userid", "type", "gender", *_HIDDEN, "province", "city", "channel", "status", "stage")


def rows(pair: DuplicatePair) -> dict[str, Any]:
    """The sheet's context."""
    sides = [pair.first, pair.second]
    lines = [_line(column, sides) for column in _PLAIN]
    added = [date_format(localtime(row.add_time), "DATETIME_FORMAT") if row.add_time else "–" for row in sides]
    lines.append((_("added"), added, added[0] != added[1]))
    lines += [(title, words, False) for title, words in (_followers(sides), _tags(sides))]
    return {"sides": sides, "lines": lines, "reasons": sentence(pair.reasons)}


def _line(column: str, sides: list[Customer]) -> tuple[str, list[str], bool]:
    values = [getattr(row, column) for row in sides]
    differs = values[0] != values[1]
    title = str(Customer._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
    if column in _HIDDEN:
        same = _("differs") if differs else _("the same")
        return title, [same if value and all(values) else _("has one") if value else "–" for value in values], differs
    return title, [_word(row, column) for row in sides], differs


def _word(row: Customer, column: str) -> str:
    shown = getattr(row, f"get_{column}_display", None)
    return str((shown() if shown else getattr(row, column)) or "–")


def _followers(sides: list[Customer]) -> tuple[str, list[str]]:
    found = FollowRelation.objects.filter(customer__in=sides, status=RelationStatus.ACTIVE).order_by("id")
    names = found.values_list("customer_id", "employee__name")[: _SHOWN * 10]
    return _("followed by"), [_listed([name for who, name in names if who == row.pk]) for row in sides]


def _tags(sides: list[Customer]) -> tuple[str, list[str]]:
    found = CustomerTag.objects.filter(customer__in=sides, tag__deleted_at=None).order_by("tag_id")
    names = list(found.values_list("customer_id", "tag__name")[: _SHOWN * 10])
    return _("tags"), [_listed(list(dict.fromkeys(n for who, n in names if who == row.pk))) for row in sides]


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" +{more}" if more > 0 else "") or "–"
