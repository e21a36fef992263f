"""Change a custom field: what it is called, what it offers, and of which kind it is."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.transactions import atomic
from corps.actors import Actor
from customers.custom import converting, events
from customers.custom.keeping import apply_options, free_name, ready
from customers.custom.kinds import CHOOSING
from customers.custom.options import Wanted
from customers.models import CustomField
from tags.holding import outdate_copies

# Column → its name on the wire.
WIRE = {
    "name": "name",
    "kind": "kind",
    "required": "required",
    "personal": "personal",
    "order": "order",
    "active": "active",
}


@atomic
def update_field(
    *,
    field: CustomField,
    by: Actor,
    source: str,
    if_version: int | None = None,
    options: Sequence[Wanted] | None = None,
    leave_old: bool = False,
    **fields: Any,
) -> CustomField:
    """Change what differs and record ``custom_field.updated``; a repeat does nothing. No value is lost.

    Args:
        options: all that a choice shall offer, in their order (``options.apply``); None: as they are.
        leave_old: with another kind, what can't be said in it may stay as it is, of the old kind and flagged.
        fields: any of ``WIRE``.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``custom_field_exists``; ``kind_unlike``: the new kind can't say what the old one says;
            ``values_not_convertible``: some values can't be said in it; ``too_many_values``.
        RuleViolation: ``name_invalid``, ``custom_options_invalid``.
    """
    row = ready(field, if_version)
    if "name" in fields:
        fields["name"] = free_name(row, fields["name"])
    changed = [column for column in WIRE if column in fields and getattr(row, column) != fields[column]]
    before = row.kind
    for column in changed:
        setattr(row, column, fields[column])
    offered = _options(row, before, options)
    if "kind" in changed:
        row.kind = before
        _change_kind(row, fields["kind"], leave_old=leave_old)
    if not (changed or offered):
        return row
    row.version += 1
    row.save(update_fields=[*changed, "version", "update_time"])
    # Cached customers show the field's values.
    outdate_copies(row.corp_id)
    told = [WIRE[column] for column in changed] + (["options"] if offered else [])
    events.tell(events.FIELD_UPDATED, row, by=by, source=source, changed=told)
    return row


def _options(row: CustomField, before: int, options: Sequence[Wanted] | None) -> bool:
    if options is not None:
        return apply_options(row, options)
    if row.kind in CHOOSING and before not in CHOOSING:
        message = _("A choice needs options.")
        raise RuleViolation(
            "custom_options_invalid", message, [FieldError("options", "custom_options_invalid", message)]
        )
    return False


def _change_kind(row: CustomField, kind: int, *, leave_old: bool) -> None:
    found = converting.trial(row, kind)
    if not found.allowed and row.values.exists():
        raise _refused("kind_unlike", _("Values of the present kind can't be said in this one. Make another field."))
    if found.allowed and found.too_many:
        message = _("More than %(n)d values can't be converted at once. Make another field.") % {"n": converting.MOST}
        raise _refused("too_many_values", message)
    if found.staying and not leave_old:
        told = {"n": found.staying, "all": found.values}
        message = _("%(n)d of %(all)d values can't be said in this kind. They would stay as they are, flagged.") % told
        raise _refused("values_not_convertible", message)
    if found.allowed:
        converting.convert(row, kind)
    row.kind = kind


def _refused(code: str, message: str) -> Conflict:
    return Conflict(code, message, [FieldError("kind", code, message)])
