"""The custom fields of a company, by their keys."""

from collections.abc import Iterable

from django.db.models import QuerySet

from customers.models import CustomField, CustomOption


def fields_of(corp_id: int, subject: str = "") -> QuerySet[CustomField]:
    """In the company's order, those that are not in use any more too; of one subject or of both."""
    rows = CustomField.objects.of_corp(corp_id).order_by("order", "id")
    return rows.filter(subject=subject) if subject else rows


def named(corp_id: int, subject: str, keys: Iterable[str]) -> dict[str, CustomField]:
    """Key → the field, with its options. Keys that there are not are missing."""
    rows = fields_of(corp_id, subject).filter(key__in=list(keys)).prefetch_related("options")
    return {row.key: row for row in rows}


def options_of(field: CustomField) -> list[CustomOption]:
    """In their order. One statement, or none for a field from ``named``."""
    return list(field.options.all())
