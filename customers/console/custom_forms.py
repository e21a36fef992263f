"""The part of a form that fills in custom fields, the customer's own or a relation's, by what the forms call them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse

from core.errors import FieldError, RuleViolation
from customers.choices import CustomKind
from customers.console import custom_inputs
from customers.custom import checking, filling
from customers.models import CustomField


def name_of(field: CustomField) -> str:
    """What the form calls it."""
    return f"custom_{field.pk}"


def inputs(
    fields: Sequence[CustomField], customer_id: int, relation_id: int | None = None, *, starred: bool
) -> dict[str, forms.Field]:
    """Name → the input of each field, with what is held.

    Args:
        starred: whether the user sees personal values starred out.
    """
    kept = filling.kept(customer_id, fields, relation_id) if fields else {}
    found = {}
    for field in fields:
        row = kept.get(field.pk)
        if starred and field.personal and (row or field.kind == CustomKind.FILES):
            # What holds nothing is filled in by everybody: that there is nothing is told.
            found[name_of(field)] = custom_inputs.starred(field, row)
        elif field.kind == CustomKind.FILES:
            address = _page_of_files(field, customer_id, relation_id)
            found[name_of(field)] = custom_inputs.filed(field, row, customer_id, address)
        else:
            found[name_of(field)] = custom_inputs.made(field, row)
    return found


def sent(fields: Sequence[CustomField], form: Any) -> dict[str, Any]:
    """Key → what was changed on a valid form, as JSON has it."""
    named = {name_of(field): field for field in fields}
    return {
        named[name].key: custom_inputs.sent(named[name], form.cleaned_data[name])
        for name in form.changed_data
        if name in named
    }


def renamed(refusal: RuleViolation, fields: Sequence[CustomField]) -> list[FieldError]:
    """What was refused, at the form's names of the fields."""
    names = {f"{checking.PLACE}.{field.key}": name_of(field) for field in fields}
    return [FieldError(names.get(e.field, e.field), e.code, e.message) for e in refusal.errors]


def _page_of_files(field: CustomField, customer_id: int, relation_id: int | None) -> str:
    page = reverse("admin:customers_customer_custom_files", args=[customer_id])
    return f"{page}?field={field.pk}" + (f"&relation={relation_id}" if relation_id else "")
