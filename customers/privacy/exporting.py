"""Everything that is kept about a person, out of every table that may hold something (docs/personal-data.md)."""

from typing import Any

from core.personal import Mark, Table, of_customers
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers.models import AccessRecord, Customer
from customers.privacy import accesses, person
from customers.privacy.person import Person

# Of one table. Who has more has a history that is asked for otherwise.
MOST = 5_000


@atomic
def export(*, customer: Customer, reason: str, by: Actor, source: str, address: str = "") -> dict[str, Any]:
    """One document of all rows of theirs, without secrets, and the record that it was made.

    A column added to a table, or a table added, is in it as soon as it is marked, which a test sees to.

    Returns: ``{customerId, madeAt, tables: {table: [row, …]}, cut: [table, …]}``.
    """
    whose = person.of(customer)
    accesses.record(
        kind=AccessRecord.Kind.PERSON,
        corp_id=customer.corp_id,
        customer_id=customer.pk,
        reason=reason,
        address=address,
        by=by,
        source=source,
    )
    tables = {model._meta.db_table: _rows(whose, model, table) for model, table in of_customers()}
    return {
        "customerId": customer.pk,
        "madeAt": now(),
        "tables": {name: rows[:MOST] for name, rows in tables.items() if rows},
        "cut": [name for name, rows in tables.items() if len(rows) > MOST],
    }


def _rows(whose: Person, model: Any, table: Table) -> list[dict[str, Any]]:
    """At most one more than are told."""
    columns = [column for column, mark in table.marks() if mark is not Mark.SECRET]
    found: list[dict[str, Any]] = []
    if table.by:
        found += person.rows_of(whose, model, table).order_by("pk").values(*columns)[: MOST + 1]
    if table.within:
        for ids in person.named_in(whose, model, table):
            found += model._default_manager.filter(pk__in=ids).order_by("pk").values(*columns)
            if len(found) > MOST:
                break
    return [{name: _told(value) for name, value in row.items()} for row in found[: MOST + 1]]


def _told(value: Any) -> Any:
    return bytes(value).decode(errors="replace") if isinstance(value, (bytes, memoryview)) else value
