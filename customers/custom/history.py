"""What became of the values of custom fields: who changed which, when, from what to what."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from customers.custom import values
from customers.custom.finding import options_of
from customers.custom.tells import words
from customers.models import CustomChange, Customer, CustomField, CustomOption, CustomValue
from customers.privacy import masking

PAGE = 50


class Change(NamedTuple):
    """One value that is about to change.

    Attributes:
        before: as it is stored; None where there is none.
        after: by the field's kind; None for none.
    """

    field: CustomField
    before: CustomValue | None
    after: Any


def add(row: Customer, relation_id: int | None, changes: Sequence[Change], act: dict[str, Any]) -> None:
    """Keep what is about to change, in words: options may be called otherwise later."""
    zone = row.corp.zone
    CustomChange.objects.bulk_create(
        CustomChange(
            corp_id=row.corp_id,
            customer_id=row.pk,
            relation_id=relation_id,
            field=change.field,
            before=_before(change, zone),
            after="" if change.after is None else words(change.field.kind, change.after, _labels(change), zone),
            **act,
        )
        for change in changes
    )


def _before(change: Change, zone: Any) -> str:
    row = change.before
    return words(row.kind, values.held(row), _labels(change), zone) if row else ""


def _labels(change: Change) -> dict[int, str]:
    return {option.pk: option.label for option in options_of(change.field)}


def labels_of(corp_id: int) -> dict[int, str]:
    """What each option of the company is called."""
    return dict(CustomOption.objects.of_corp(corp_id).values_list("pk", "label"))


def of(customer: Customer, *, before: int | None = None, key: str = "") -> QuerySet[CustomChange]:
    """The next page of a customer's changes, the latest first.

    Args:
        before: the id at which the last page ended.
        key: of one field only.
    """
    rows = CustomChange.objects.filter(customer=customer).select_related("field", "relation").order_by("-id")
    rows = rows.filter(pk__lt=before) if before else rows
    return (rows.filter(field__key=key) if key else rows)[:PAGE]


def shown(change: CustomChange, said: str, *, hidden: bool) -> str:
    """What was there before or after a change, for somebody from whom personal values are hidden or aren't.

    Of which kind it was then is not kept, so nothing is left of it; that there was none is told.
    """
    return masking.STARS if said and hidden and change.field.personal else said
