"""Write down what values were before they changed."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from core.rendering import dumps
from core.sql import insert_many
from core.time import now, to_wire
from corps.actors import Actor
from customers.history.fields import FACTS, NOTES
from customers.models import Customer, FollowRelation

_COLUMNS = (
    *("corp_id", "customer_id", "employee_id", "field", "before", "after"),
    *("at", "actor", "source", "run_id"),
)
# Texts that were never filled in are empty here and NULL there: both mean that there was no value.
_NOTHING: tuple[Any, ...] = (None, "", [], {})


class Change(NamedTuple):
    """One value that has changed.

    Attributes:
        employee_id: whose note it is; None for a fact of the customer.
        field: its name on the wire.
        before, after: as columns hold them: times, numbers, texts, lists.
    """

    customer_id: int
    employee_id: int | None
    field: str
    before: Any
    after: Any
    run_id: int | None = None


def keep(corp_id: int, changes: Sequence[Change], *, actor: str, source: str, at: dt.datetime) -> None:
    """Add the changes to the history by one statement, or by none where there are none."""
    moment = str(at.astimezone(dt.UTC).replace(tzinfo=None) if at.tzinfo else at)
    rows = []
    for change in changes:
        whose, before, after = change[:3], _json(change.before), _json(change.after)
        if before != after:
            rows.append((corp_id, *whose, before, after, moment, actor, source, change.run_id))
    # Nobody waits for it: it goes along with the next statement where that can be.
    # To MySQL "before" is a word of its own.
    insert_many("value_change", list(map(connection.ops.quote_name, _COLUMNS)), rows, waited_for=False)


def of_customers(changed: Iterable[tuple[Customer, Mapping[str, Any]]], *, by: Actor, source: str) -> None:
    """Keep what facts of (locked) customers were before.

    Args:
        changed: each customer as it is now, and column → what it held; what is no fact is left out.
    """
    rows = list(changed)
    found = [
        Change(row.pk, None, FACTS[column], value, getattr(row, column))
        for row, before in rows
        for column, value in before.items()
        if column in FACTS
    ]
    if found:
        keep(rows[0][0].corp_id, found, actor=by.label, source=source, at=now())


def of_relation(
    relation: FollowRelation, before: Mapping[str, Any], *, by: Actor, source: str, run_id: int | None = None
) -> None:
    """Keep what notes of a relation were before: column → what it held."""
    pair = (relation.customer_id, relation.employee_id)
    found = [Change(*pair, NOTES[column], value, getattr(relation, column), run_id) for column, value in before.items()]
    keep(relation.corp_id, found, actor=by.label, source=source, at=now())


def _json(value: Any) -> str | None:
    if value in _NOTHING:
        return None
    return dumps(to_wire(value) if isinstance(value, dt.datetime) else value).decode()
