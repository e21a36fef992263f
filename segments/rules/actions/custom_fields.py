"""Custom fields of customers, as actions say what is to be in them and as effects keep what was."""

from typing import Any

from customers.choices import CustomKind
from customers.custom import altering, values
from customers.custom.checking import field_unknown
from customers.models import CustomField, CustomValue
from segments.rules.scene import Person, Scene


def after(action: dict[str, Any], person: Person, scene: Scene) -> Any:
    """What the field of an action will hold of this customer. Raises RuleViolation: it can't hold that any more."""
    field = scene.fields.get(action["fieldId"])
    if field is None:
        raise field_unknown(str(action["fieldId"]))
    return altering.altered(field, _held(person.fields.get(field.pk), field), action["op"], said(action, field.kind))


def differs(field_id: int, after: Any, person: Person, scene: Scene) -> bool:
    """Whether it holds something else now; what is left of a former kind is something else."""
    row, field = person.fields.get(field_id), scene.fields[field_id]
    return _held(row, field) != after or (row is not None and row.kind != field.kind)


def said(action: dict[str, Any], kind: int) -> Any:
    """The value that an action names, as JSON has it."""
    if "optionIds" not in action:
        return action.get("value")
    ids = action["optionIds"]
    return ids[0] if kind == CustomKind.CHOICE and len(ids) == 1 else ids


def kept(row: CustomValue) -> dict[str, Any]:
    """A value as an effect keeps it, with where it came from."""
    how = {"source": row.source, "actor": row.actor, "runId": row.run_id, "at": row.update_time.isoformat()}
    return {"kind": row.kind, "value": values.told(row), **how}


def _held(row: CustomValue | None, field: CustomField) -> Any:
    return values.held(row) if row and row.kind == field.kind else None
