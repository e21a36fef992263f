"""All that a table holds of one customer is found along a key, however many customers there are."""

from typing import Any

from core.personal import of_customers

# Searched through instead. Grams are the index of the search, and a key for this alone would double what each creation
# writes; receipts and commands are kept for days.
THROUGH = {"CustomerGram", "CallbackReceipt", "Command"}


def leading(model: Any) -> set[str]:
    """The columns by which rows can be looked up, also behind the company."""
    starts = [[name.lstrip("-") for name in index.fields] for index in model._meta.indexes]
    starts += [list(constraint.fields) for constraint in model._meta.constraints if getattr(constraint, "fields", ())]
    found = {names[1] if names[0] == "corp" and names[1:] else names[0] for names in starts}
    return found | {field.name for field in model._meta.fields if field.primary_key or field.unique or field.db_index}


def test_a_persons_rows_are_found_along_a_key_in_every_table() -> None:
    unkeyed = {model.__name__ for model, table in of_customers() if set(table.by) - leading(model)}
    assert unkeyed == THROUGH
