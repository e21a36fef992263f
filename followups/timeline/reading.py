"""Pages of a customer's timeline: one statement each, that reads as many rows of an index as it shows, at any depth."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.utils.dateparse import parse_datetime

from core import newest
from core.sql import by_index, fetched

# The name is looked up for what is shown: for a join MariaDB would read and sort all of a person's last thousand.
_ENTRIES = """
SELECT t.id, t.customer_id, t.kind, t.at, t.employee_id,
(SELECT e.name FROM employee e WHERE e.id = t.employee_id AND e.corp_id = t.corp_id), t.facts, t.source, t.actor
FROM timeline_entry t{index} WHERE t.customer_id = %s{narrowed} ORDER BY t.at DESC, t.id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a timeline is narrowed by; nothing: all of it."""

    kind: str = ""
    employee_id: int | None = None
    since: dt.datetime | None = None
    before: dt.datetime | None = None


@dataclass(slots=True)
class Entry:
    """A row of the timeline. ``employee_name`` is empty for a person of another company: an event is another's word."""

    id: int
    customer_id: int
    kind: str
    at: dt.datetime
    employee_id: int | None
    employee_name: str | None
    facts: dict[str, Any]
    source: str
    actor: str


def page(
    customer_id: int, wanted: Wanted, *, cursor: str = "", size: int, beside: Sequence[int] = ()
) -> tuple[list[Entry], str | None]:
    """The entries after a cursor, the newest first, and the next cursor: None ends.

    Args:
        beside: other records of the same person, each read by a statement of its own: of several at once the index
            has no order.

    Raises:
        BadRequest: ``invalid_cursor``.
    """
    conditions, params = _conditions(wanted, cursor)
    narrowed = "".join(f" AND {condition}" for condition in conditions)
    sql = _ENTRIES.format(index=_index(wanted), narrowed=narrowed)
    found = [_entry(row) for one in (customer_id, *beside) for row in fetched(sql, [one, *params, size + 1])]
    rows = sorted(found, key=lambda entry: (entry.at, entry.id), reverse=True) if beside else found
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], newest.cursor_at(last.at, last.id) if last else None


def _index(wanted: Wanted) -> str:
    """MariaDB would else, for a cursor in the middle, walk there from the top. By kind and person it knows best itself
    which of the two is rare."""
    if wanted.kind and wanted.employee_id:
        return ""
    narrowest = "kind" if wanted.kind else "employee" if wanted.employee_id else "customer"
    return by_index(f"ix_timeline_{narrowest}")


def _conditions(wanted: Wanted, cursor: str) -> tuple[list[str], list[Any]]:
    told: list[tuple[str, Any]] = [
        ("t.kind = %s", wanted.kind or None),
        ("t.employee_id = %s", wanted.employee_id),
        ("t.at >= %s", _given(wanted.since)),
        ("t.at < %s", _given(wanted.before)),
    ]
    given = [(condition, value) for condition, value in told if value is not None]
    conditions, params = [condition for condition, _value in given], [value for _condition, value in given]
    if cursor:
        at, pk = newest.position(cursor)
        # The first bounds the range of the index; the second leaves out what was shown of that moment.
        conditions += ["t.at <= %s", "(t.at < %s OR t.id < %s)"]
        params += [_given(at), _given(at), pk]
    return conditions, params


def _given(moment: dt.datetime | None) -> Any:
    return None if moment is None else connection.ops.adapt_datetimefield_value(moment)


def _entry(row: Any) -> Entry:
    pk, customer, kind, at, employee, name, facts, source, actor = row
    # SQLite tells it as text.
    moment: Any = at if isinstance(at, dt.datetime) else parse_datetime(at)
    return Entry(pk, customer, kind, moment.replace(tzinfo=dt.UTC), employee, name, orjson.loads(facts), source, actor)
