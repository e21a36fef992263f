"""Put values into the custom fields of a customer, or of what one employee has with them."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.time import now
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from customers import lifecycle, remarks
from customers.choices import CustomerStatus, CustomKind, CustomSubject
from customers.custom import checking, events, filing, history, values
from customers.custom.kinds import CHOOSING
from customers.models import Customer, CustomField, CustomValue


@atomic
def set_values(
    *,
    customer: Customer,
    values: Mapping[str, Any],
    by: Actor,
    source: str,
    employee_id: int | None = None,
    run_id: int | None = None,
    if_version: int | None = None,
) -> list[str]:
    """Put values into fields, add each change to the history and record ``customer.field.changed``.

    Args:
        values: the field's key → its value as JSON has it; None, an empty text or an empty list empties it.
        employee_id: the fields are those of this employee's relation; None: the customer's own.
        run_id: the run of a rule or an import that did it.

    Returns:
        The keys of what changed; where all was so already nothing is written or recorded.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``customer_deleted``; ``relation_ended``, by the employee or a transfer; ``custom_field_changed``, by
            somebody at this very moment.
        RuleViolation: ``custom_field_unknown``, ``custom_field_retired``, ``not_a_follower``;
            ``custom_values_invalid``, with ``custom_value_invalid``, ``custom_option_unknown`` or
            ``custom_option_retired`` at each field.
    """
    row = lock(customer)
    check_version(row, if_version)
    if row.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    relation_id = None if employee_id is None else remarks.own_relation(row, employee_id).pk
    subject = CustomSubject.CUSTOMER if employee_id is None else CustomSubject.RELATION
    fields = checking.fields_for(row.corp_id, subject, list(values))
    changed = _changed(row.pk, relation_id, fields, values)
    if not changed:
        return []
    act = {"at": now(), "actor": by.label, "source": source, "run_id": run_id}
    try:
        _store(row, relation_id, changed, act)
    except IntegrityError:
        # The field, or an option of it, was taken away since it was looked at.
        message = _("This has changed since you read it. Read it again and repeat your change.")
        raise Conflict("custom_field_changed", message) from None
    lifecycle.bump(row)
    keys = [change.field.key for change in changed]
    events.changed(row, keys=keys, employee_id=employee_id, by=by, source=source, run_id=run_id)
    return keys


def _changed(
    customer_id: int, relation_id: int | None, fields: Mapping[str, CustomField], sent: Mapping[str, Any]
) -> list[history.Change]:
    """What differs. Raises RuleViolation."""
    wanted, errors = checking.read(fields, sent)
    stored = values.of(customer_id, relation_id, [field.pk for field in fields.values()])
    found, fresh = [], {}
    for key, after in wanted.items():
        field, before = fields[key], stored.get(fields[key].pk)
        # What is left of another kind is none of this one, though it may look the same.
        held = values.held(before) if before and before.kind == field.kind else None
        if field.kind == CustomKind.FILES and after is not None:
            after, wrong = filing.meant(key, held, after, sent[key])
            errors += wrong
        if held != after or (before and before.kind != field.kind):
            found.append(history.Change(field, before, after))
            if field.kind in CHOOSING:
                fresh[key] = set(after or ()) - set(held or ())
    checking.refuse(errors + checking.retired(fields, fresh))
    return found


def _store(row: Customer, relation_id: int | None, changed: list[history.Change], act: dict[str, Any]) -> None:
    history.add(row, relation_id, changed, act)
    filing.let_go(changed)
    CustomValue.objects.filter(pk__in=[change.before.pk for change in changed if change.before]).delete()
    whose = {"corp_id": row.corp_id, "customer_id": row.pk, "relation_id": relation_id}
    how = {"actor": act["actor"], "source": act["source"], "run_id": act["run_id"], "update_time": act["at"]}
    CustomValue.objects.bulk_create(
        values.filled(CustomValue(field=change.field, kind=change.field.kind, **whose, **how), change.after)
        for change in changed
        if change.after is not None
    )
    chosen = {c.field.pk: c.after for c in changed if c.field.kind in CHOOSING and c.after is not None}
    if chosen:
        # Read again: MySQL tells no keys of many rows.
        values.choose(values.of(row.pk, relation_id, list(chosen)), chosen)
