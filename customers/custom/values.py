"""The stored values of custom fields, as what they hold."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from customers.custom.kinds import CHOSEN, COLUMNS, FORMS
from customers.models import CustomChosen, CustomValue


def with_chosen(rows: Any) -> Any:
    """Rows whose ``held`` costs no statement of its own."""
    return rows.prefetch_related("chosen")


def held(row: CustomValue) -> Any:
    """What the row holds, by its own kind."""
    column = FORMS[row.kind].column
    if column == CHOSEN:
        return tuple(sorted(one.option_id for one in row.chosen.all()))
    return getattr(row, column)


def told(row: CustomValue) -> Any:
    """The same as the wire has it."""
    return FORMS[row.kind].tell(held(row))


def filled(row: CustomValue, value: Any) -> CustomValue:
    """The row, holding this value of its kind and nothing of another."""
    for column in COLUMNS:
        setattr(row, column, None)
    if column := FORMS[row.kind].column:
        setattr(row, column, value)
    return row


def choose(values: Mapping[int, CustomValue], chosen: Mapping[int, Iterable[int]]) -> None:
    """Store which options the values have.

    Args:
        values: by any key; they are stored.
        chosen: key → ids of options.
    """
    CustomChosen.objects.bulk_create(
        CustomChosen(
            corp_id=values[key].corp_id,
            value=values[key],
            option_id=option,
            customer_id=values[key].customer_id,
            relation_id=values[key].relation_id,
        )
        for key, options in chosen.items()
        for option in options
    )


def of(customer_id: int, relation_id: int | None, field_ids: Collection[int]) -> dict[int, CustomValue]:
    """Field → the row of one customer's own values, or of those of a relation of theirs."""
    rows = CustomValue.objects.filter(customer_id=customer_id, relation_key=relation_id or 0, field_id__in=field_ids)
    return {row.field_id: row for row in with_chosen(rows)}
