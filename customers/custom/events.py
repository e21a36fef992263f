"""The events of custom fields (tests/contracts holds the schemas)."""

from collections.abc import Collection
from typing import Any

from corps.actors import Actor
from customers.models import Customer, CustomField
from messaging import outbox

FIELD_CREATED = "custom_field.created"
FIELD_UPDATED = "custom_field.updated"
FIELD_DELETED = "custom_field.deleted"
CHANGED = "customer.field.changed"


def tell(name: str, field: CustomField, *, by: Actor, source: str, changed: Collection[str] | None = None) -> None:
    """Of a definition. ``changed``: the wire names of what differs."""
    data: dict[str, Any] = {"fieldId": field.pk, "subject": field.subject, "key": field.key}
    data |= {} if changed is None else {"changed": sorted(changed)}
    outbox.record(name, subject=field, data=data, source=source, actor=by.label)


def changed(
    customer: Customer, *, keys: Collection[str], employee_id: int | None, by: Actor, source: str, run_id: int | None
) -> None:
    """Of values: whose and which, and not what they are.

    Args:
        employee_id: of the relation; None where they are the customer's own.
    """
    data = {"customerId": customer.pk, "employeeId": employee_id, "fieldKeys": sorted(keys), "runId": run_id}
    outbox.record(CHANGED, subject=customer, data=data, source=source, actor=by.label)
