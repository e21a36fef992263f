"""The values of custom fields as the wire carries them: for many customers by one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F

from core.time import to_wire
from corps.actors import Actor
from customers.custom import history, values
from customers.custom.kinds import COLUMNS, FORMS
from customers.custom.marking import Personal
from customers.custom.starring import NAME, hides, star, starred
from customers.custom.tells import words
from customers.models import CustomChange, Customer, CustomValue
from customers.privacy import masking

__all__ = ["NAME", "changes", "in_full", "include", "state"]

# Key, whose, kind, what it holds.
_READ = (
    "customer_id",
    "relation__employee_id",
    "field__subject",
    "field__key",
    "field__personal",
    "kind",
    *COLUMNS,
    "chosen__option_id",
)


def include(customers: Sequence[dict[str, Any]], *, actor: Actor, any_fields: bool = True) -> None:
    """Add ``customFields`` to customers as the wire has them, and to those who follow them: key → value, of the fields
    in use in the company's order. What is left of another kind is not among them.

    Args:
        actor: who sees it; what is to be cached is the system's.
        any_fields: whether their company may have fields; without any, nothing is read.
    """
    ids = [customer["id"] for customer in customers]
    found, personal = _told(ids) if ids and any_fields else ({}, {})
    for customer in customers:
        customer[NAME] = found.get((customer["id"], None), {})
        for follow in customer.get("follows", ()):
            follow[NAME] = found.get((customer["id"], follow["employeeId"]), {})
        if personal and not masking.shows(customer, actor):
            star(customer, personal)


def _told(customer_ids: Sequence[int]) -> tuple[dict[tuple[int, int | None], dict[str, Any]], Personal]:
    """(customer, employee or None) → key → value; and which of the fields are personal."""
    rows = CustomValue.objects.filter(customer_id__in=customer_ids, field__active=True, kind=F("field__kind"))
    found: dict[tuple[int, int | None], dict[str, Any]] = {}
    marked: dict[tuple[str, str], int] = {}
    ordered = rows.order_by("field__order", "field_id", "chosen__option__order", "chosen__option_id")
    for customer, employee, subject, key, personal, kind, *columns, option in ordered.values_list(*_READ):
        theirs, form = found.setdefault((customer, employee), {}), FORMS[kind]
        if personal:
            marked[subject, key] = kind
        if form.column:
            theirs[key] = form.tell(columns[COLUMNS.index(form.column)])
        else:
            # A row for each option.
            theirs[key] = form.tell([*_listed(theirs.get(key)), option])
    return found, marked


def _listed(told: Any) -> list[int]:
    return [] if told is None else told if isinstance(told, list) else [told]


def in_full(customer: Customer, *, actor: Actor, employee_id: int | None = None) -> list[dict[str, Any]]:
    """Every value that there is, also of fields that are not in use any more and of kinds that they had before, in
    words too, and where each came from; as the actor may see them."""
    rows = CustomValue.objects.filter(customer=customer).select_related("field")
    rows = rows.filter(relation=None) if employee_id is None else rows.filter(relation__employee_id=employee_id)
    zone, labels = customer.corp.zone, history.labels_of(customer.corp_id)
    ordered = list(values.with_chosen(rows.order_by("field__order", "field_id")))
    told = [_in_full(row, words(row.kind, values.held(row), labels, zone)) for row in ordered]
    if hides(customer.pk, actor, [row.field for row in ordered]):
        for row, shown in zip(ordered, told, strict=True):
            if row.field.personal:
                shown["value"] = shown["text"] = starred(row.kind, shown["value"])
    return told


def _in_full(row: CustomValue, said: str) -> dict[str, Any]:
    field, form = row.field, FORMS[row.kind]
    return {
        "key": field.key,
        "name": field.name,
        "kind": form.wire,
        "value": values.told(row),
        "text": said,
        "state": state(row),
        "updateTime": to_wire(row.update_time),
        "actor": row.actor,
        "source": row.source,
        "runId": row.run_id,
    }


def state(row: CustomValue) -> str:
    """``current``; ``otherKind``: the field is of another kind by now; ``retired``: it is not in use any more."""
    if row.kind != row.field.kind:
        return "otherKind"
    return "current" if row.field.active else "retired"


def changes(rows: Iterable[CustomChange], customer: Customer, *, actor: Actor) -> list[dict[str, Any]]:
    """Changes of one customer from ``history.of``, as the actor may see them."""
    told = list(rows)
    hidden = hides(customer.pk, actor, [row.field for row in told])
    return [
        {
            "id": row.pk,
            "key": row.field.key,
            "employeeId": row.relation and row.relation.employee_id,
            "before": history.shown(row, row.before, hidden=hidden),
            "after": history.shown(row, row.after, hidden=hidden),
            "at": to_wire(row.at),
            "actor": row.actor,
            "source": row.source,
            "runId": row.run_id,
        }
        for row in told
    ]
