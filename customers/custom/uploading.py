"""Put a file into a custom field, and take one out of it."""

from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from core import kept_files
from core.errors import FieldError, RuleViolation
from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from customers.choices import CustomKind, CustomSubject
from customers.custom import checking, values
from customers.custom.entries import MOST_FILES, Entries
from customers.custom.setting import set_values
from customers.models import Customer, CustomField, CustomFile
from customers.models.custom_file import place_of
from customers.remarks import own_relation


def upload(
    *, customer: Customer, key: str, file: File, by: Actor, source: str, employee_id: int | None = None
) -> CustomFile:
    """Keep a file in a field and record ``customer.field.changed``. Not within a transaction.

    Args:
        employee_id: as ``set_values`` takes it.

    Raises:
        Conflict: ``customer_deleted``, ``relation_ended``.
        RuleViolation: ``file_too_big``, ``file_empty``, ``file_type_refused``, ``too_many_files``;
            ``custom_field_unknown``, ``custom_field_retired``, ``not_a_field_of_files``, ``not_a_follower``.
    """
    _check(customer, key, employee_id)
    found = kept_files.checked(file)
    row = CustomFile(corp_id=customer.corp_id, customer=customer, actor=by.label, **found._asdict())
    row.save()
    kept_files.store(row, file, place_of)
    return _join(row, customer, key, employee_id, by=by, source=source)


@atomic
def _join(
    row: CustomFile, customer: Customer, key: str, employee_id: int | None, *, by: Actor, source: str
) -> CustomFile:
    home = lock(customer)
    field, there, relation_id = _check(home, key, employee_id)
    entries = Entries((*there, (row.pk, row.name, row.size)))
    set_values(customer=home, values={key: entries}, by=by, source=source, employee_id=employee_id)
    row.field, row.relation_id = field, relation_id
    row.save(update_fields=["field", "relation"])
    return row


@atomic
def take_out(*, customer: Customer, row: CustomFile, by: Actor, source: str) -> None:
    """Take a file out of its field and record ``customer.field.changed``; the file itself is swept.

    Raises:
        Conflict: ``customer_deleted``, ``relation_ended``.
        RuleViolation: ``custom_field_retired``.
    """
    if row.field is None:
        return
    held = values.of(customer.pk, row.relation_id, [row.field.pk]).get(row.field.pk)
    there = Entries.of(held.long_text) if held and held.kind == CustomKind.FILES else Entries()
    stays: Any = sorted(there.ids - {row.pk})
    whose = row.relation and row.relation.employee_id
    set_values(customer=customer, values={row.field.key: stays}, by=by, source=source, employee_id=whose)


def _check(customer: Customer, key: str, employee_id: int | None) -> tuple[CustomField, Entries, int | None]:
    """The field, what it holds, and of which relation. Raises RuleViolation, Conflict."""
    subject = CustomSubject.CUSTOMER if employee_id is None else CustomSubject.RELATION
    field = checking.fields_for(customer.corp_id, subject, [key])[key]
    if field.kind != CustomKind.FILES:
        message = _("This field doesn't hold files.")
        error = FieldError(f"{checking.PLACE}.{key}", "not_a_field_of_files", message)
        raise RuleViolation(error.code, message, [error])
    relation_id = None if employee_id is None else own_relation(customer, employee_id).pk
    held = values.of(customer.pk, relation_id, [field.pk]).get(field.pk)
    there = Entries.of(held.long_text) if held and held.kind == CustomKind.FILES else Entries()
    if len(there) >= MOST_FILES:
        raise kept_files.refused("too_many_files", _("A field has at most %(n)d files.") % {"n": MOST_FILES})
    return field, there, relation_id
