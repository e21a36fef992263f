"""What a reading says of the customers themselves."""

from typing import Any, cast

import orjson
from django.db.models import Field

from core.rendering import dumps
from customers.facts import PersonFacts
from customers.mirroring.rows import Case, CustomerRow
from customers.models import Customer

# Column → the name by which events tell of it.
_TEXTS = {
    "name": "name",
    "avatar": "avatar",
    "unionid": "unionid",
    "position": "position",
    "corp_name": "corpName",
    "corp_full_name": "corpFullName",
}
_LENGTHS = {column: cast(Field, Customer._meta.get_field(column)).max_length for column in _TEXTS}
_NUMBERS = {"type": "type", "gender": "gender"}
_STRUCTURED = "external_profile"


def compare(case: Case, person: PersonFacts | None, ticket: int) -> None:
    """Take over what differs, unless the row was read later than this."""
    row = case.row
    if person is None or row.fetch_seq > ticket:
        return
    case.shown = True
    for column, wire in _TEXTS.items():
        told = getattr(person, column)
        if told is not None and told != getattr(row, column):
            _take(case, column, wire, told[: _LENGTHS[column]])
    for column, wire in _NUMBERS.items():
        if getattr(person, column) is not None:
            _take(case, column, wire, getattr(person, column))
    if person.external_profile is not None and differs(row.external_profile, person.external_profile):
        _take(case, _STRUCTURED, "externalProfile", dumps(person.external_profile).decode())
    case.renamed |= "name" in case.changed


def differs(stored: str | None, told: Any) -> bool:
    """Whether a stored JSON text says something else than this value. The databases write one value differently."""
    return stored is None or orjson.loads(stored) != told


def plain(stored: str | None) -> Any:
    """The value of a stored JSON text."""
    return None if stored is None else orjson.loads(stored)


def _take(case: Case, column: str, wire: str, value: Any) -> None:
    row: CustomerRow = case.row
    if getattr(row, column) != value:
        before = getattr(row, column)
        setattr(row, column, value)
        case.changed.add(wire)
        case.past.append((None, wire, *(map(plain, (before, value)) if column == _STRUCTURED else (before, value))))
