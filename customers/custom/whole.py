"""What a personal custom field holds, whole, for who says why: named by its place in a customer's detail."""

from typing import Any, NamedTuple

from customers.choices import CustomSubject
from customers.custom import history, values
from customers.custom.finding import fields_of, named
from customers.custom.starring import NAME
from customers.custom.tells import words
from customers.models import Customer, CustomField, CustomValue

PLACES = {CustomSubject.CUSTOMER: NAME, CustomSubject.RELATION: f"follows.{NAME}"}
_SUBJECTS = {place: subject for subject, place in PLACES.items()}
PATTERN = r"(follows\.)?customFields\.[a-z][a-zA-Z0-9_]{0,39}"


class Whole(NamedTuple):
    """Attributes:
    value: as JSON; of relations ``[{"employeeId": …, "value": …}]``, one for each that holds something.
    said: the same for people to read.
    """

    value: Any
    said: list[str]


def place_of(field: CustomField) -> str:
    """``customFields.birthday``, or ``follows.customFields.mood``."""
    return f"{PLACES[CustomSubject(field.subject)]}.{field.key}"


def split(name: str) -> tuple[str, str]:
    """(place, key)."""
    place, _dot, key = name.rpartition(".")
    return place, key


def field_at(corp_id: int, name: str) -> CustomField | None:
    """The personal field of this name; None: there is none, or it is shown to everybody anyway."""
    place, key = split(name)
    field = named(corp_id, _SUBJECTS[place], [key]).get(key) if place in _SUBJECTS else None
    return field if field and field.personal else None


def offered(corp_id: int) -> list[tuple[str, str]]:
    """Name and label of each personal field of the company."""
    return [(place_of(field), field.name) for field in fields_of(corp_id).filter(personal=True)]


def of(customer: Customer, field: CustomField) -> Whole:
    """What the customer, or each of the relations, has there; also of a field that is not in use any more, and what is
    left of a former kind."""
    rows = CustomValue.objects.filter(customer=customer, field=field).select_related("relation__employee")
    held = list(values.with_chosen(rows.order_by("relation_key")))
    labels = history.labels_of(customer.corp_id) if held else {}
    said = [words(row.kind, values.held(row), labels, customer.corp.zone) for row in held]
    if field.subject == CustomSubject.CUSTOMER:
        return Whole(values.told(held[0]) if held else None, said)
    pairs = [(row.relation, row) for row in held]
    return Whole(
        [{"employeeId": relation.employee_id, "value": values.told(row)} for relation, row in pairs if relation],
        [f"{row.relation.employee}: {text}" for row, text in zip(held, said, strict=True) if row.relation],
    )
