"""What the tests of custom fields share."""

import datetime as dt
from typing import Any

from corps.actors import SYSTEM
from corps.models import Corp
from customers import custom
from customers.choices import CustomKind
from customers.custom import values as stored
from customers.models import (
    CustomChange,
    CustomChosen,
    Customer,
    CustomField,
    CustomOption,
    CustomValue,
    FollowRelation,
)
from messaging.models import OutboxEvent
from tests import make

AS: Any = {"by": SYSTEM, "source": "operator"}
K = CustomKind
TABLES = (CustomField, CustomOption, CustomValue, CustomChosen, CustomChange, Customer, FollowRelation, OutboxEvent)


def everything() -> list[list[Any]]:
    """All that a rule of custom fields could have written."""
    return [list(table._default_manager.order_by("pk").values()) for table in TABLES]


def put(customer: Customer, employee_id: int | None = None, /, **values: Any) -> list[str]:
    return custom.set_values(customer=customer, values=values, employee_id=employee_id, **AS)


def held(customer: Customer, key: str, employee_id: int | None = None) -> Any:
    """What a field holds of the customer, by the tables alone; None for nothing."""
    rows = CustomValue.objects.filter(customer=customer, field__key=key, relation__employee_id=employee_id)
    row = rows.first()
    return stored.held(row) if row else None


def ids_of(field: CustomField) -> dict[str, int]:
    """Label → id of a choice's options."""
    return {option.label: option.pk for option in CustomOption.objects.filter(field=field)}


def one_of_each(corp: Corp, subject: str = "customer") -> dict[int, CustomField]:
    """A field of each kind, by its kind."""
    found = {}
    for kind in K:
        options = ("甲", "乙", "丙") if kind in (K.CHOICE, K.CHOICES) else ()
        found[kind] = make.custom_field(corp, f"f{kind}", *options, kind=kind, subject=subject)
    return found


def midnight(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, tzinfo=dt.UTC)
