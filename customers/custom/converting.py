"""Another kind for a field that holds values already: only where values of the old kind say the same in the new one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.pagination import bounded_count
from core.sql import rewrite
from core.time import day_range
from core.transactions import atomic
from customers.choices import CustomKind
from customers.custom import values
from customers.custom.finding import options_of
from customers.custom.kinds import CHOOSING, COLUMNS, FORMS
from customers.custom.tells import words
from customers.models import CustomChosen, CustomField, CustomOption, CustomValue

K = CustomKind
# Kind → those that can say the same.
WAYS: dict[int, frozenset[int]] = {
    K.TEXT: frozenset({K.LONG_TEXT, K.NUMBER, K.DATE, K.PHONE, K.LINK, K.EMAIL, K.CHOICE}),
    K.LONG_TEXT: frozenset({K.TEXT}),
    K.NUMBER: frozenset({K.TEXT, K.LONG_TEXT}),
    K.DATE: frozenset({K.TEXT, K.DATE_TIME}),
    K.DATE_TIME: frozenset({K.TEXT}),
    K.FLAG: frozenset(),
    K.CHOICE: frozenset({K.CHOICES, K.TEXT}),
    K.CHOICES: frozenset({K.CHOICE}),
    K.PHONE: frozenset({K.TEXT, K.LONG_TEXT}),
    K.LINK: frozenset({K.TEXT, K.LONG_TEXT}),
    K.EMAIL: frozenset({K.TEXT, K.LONG_TEXT}),
    K.FILES: frozenset(),
}
# Every value is one of the new kind as it stands, so one statement does.
_AS_THEY_ARE = {(K.CHOICE, K.CHOICES), (K.PHONE, K.TEXT), (K.LINK, K.TEXT), (K.EMAIL, K.TEXT)}
# Read one by one, and rewritten in the request's transaction: a minute at the most.
MOST = 100_000
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change of kind would come to.

    Attributes:
        allowed: whether the new kind can say what the old one says.
        values: how many there are; ``exact``: and no more.
        staying: how many can't be said in the new kind, and would stay as they are, flagged.
        too_many: there are more than can be converted.
    """

    allowed: bool
    values: int = 0
    exact: bool = True
    staying: int = 0

    @property
    def too_many(self) -> bool:
        return not self.exact


def trial(field: CustomField, kind: int, options: list[CustomOption] | None = None) -> Trial:
    """Count what would become of the field's values, and change nothing.

    Args:
        options: those that there will be; by default those that there are.
    """
    if kind not in WAYS[field.kind]:
        return Trial(allowed=False)
    number, exact = bounded_count(_rows(field), MOST)
    if (field.kind, kind) in _AS_THEY_ARE:
        return Trial(True, number)
    if not exact:
        return Trial(True, number, exact)
    convert = partial(_converted, field, kind, options_of(field) if options is None else options)
    return Trial(True, number, staying=sum(convert(row) is None for batch in _batches(field) for row in batch))


@atomic
def convert(field: CustomField, kind: int) -> None:
    """Say the values of a held field in the new kind. What can't be said so stays as it is, of the old kind."""
    if (field.kind, kind) in _AS_THEY_ARE:
        _rows(field).update(kind=kind)
        return
    convert = partial(_converted, field, kind, options_of(field))
    # Held: what somebody writes in between must not be overwritten.
    for batch in _batches(field, held=True):
        said = {row.pk: value for row in batch if (value := convert(row)) is not None}
        _store(field, kind, {row.pk: row for row in batch if row.pk in said}, said)


def _store(field: CustomField, kind: int, rows: dict[int, CustomValue], said: dict[int, Any]) -> None:
    if field.kind in CHOOSING:
        CustomChosen.objects.filter(value__in=list(rows)).delete()
    for pk, row in rows.items():
        row.kind = kind
        values.filled(row, said[pk])
    rewrite(list(rows.values()), ["kind", *COLUMNS])
    if kind in CHOOSING:
        values.choose(rows, said)


def _rows(field: CustomField) -> Any:
    return CustomValue.objects.filter(field=field, kind=field.kind)


def _batches(field: CustomField, *, held: bool = False) -> Iterator[list[CustomValue]]:
    rows, last = _rows(field).order_by("pk"), 0
    rows = values.with_chosen(rows.select_for_update() if held else rows)
    while batch := list(rows.filter(pk__gt=last)[:_BATCH]):
        yield batch
        last = batch[-1].pk


def _converted(field: CustomField, kind: int, options: list[CustomOption], row: CustomValue) -> Any:
    """The value in the new kind; None where it can't be said."""
    held, zone = values.held(row), field.corp.zone
    if (field.kind, kind) == (K.CHOICES, K.CHOICE):
        return held if len(held) == 1 else None
    if (field.kind, kind) == (K.DATE, K.DATE_TIME):
        return day_range(held.date(), zone)[0]
    said = words(field.kind, held, {option.pk: option.label for option in options}, zone)
    if kind == K.CHOICE:
        return next(((option.pk,) for option in options if option.label == said), None)
    try:
        return FORMS[kind].read(said)
    except ValueError:
        return None
