"""What is meant by values that come back as they were shown, with stars."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from corps.actors import Actor
from customers.choices import CustomSubject
from customers.custom import values as stored
from customers.custom.checking import PLACE
from customers.custom.finding import named
from customers.custom.starring import stars_of
from customers.models import Customer, FollowRelation
from customers.privacy import masking


def meant(
    values: Mapping[str, Any], *, customer: Customer, by: Actor, employee_id: int | None = None
) -> Mapping[str, Any]:
    """The values to write, without those that come back as this actor was shown them.

    Args:
        values, employee_id: as ``set_values`` takes them.

    Raises:
        RuleViolation: ``number_masked``: the stars of another value are no value.
    """
    with_stars = [key for key, value in values.items() if isinstance(value, str) and masking.STARS in value]
    if not with_stars or not masking.hides(customer.pk, by):
        return values
    shown = _shown(customer, employee_id, with_stars)
    for key in with_stars:
        if key in shown and shown[key] != values[key]:
            message = _("This value is starred out. Leave it out, or give all of it.")
            raise RuleViolation("number_masked", message, [FieldError(f"{PLACE}.{key}", "number_masked", message)])
    return {key: value for key, value in values.items() if key not in shown}


def _shown(customer: Customer, employee_id: int | None, keys: list[str]) -> dict[str, str]:
    """Key → what the actor sees of each personal field; of an empty one nothing."""
    subject = CustomSubject.CUSTOMER if employee_id is None else CustomSubject.RELATION
    fields = {field.pk: field for field in named(customer.corp_id, subject, keys).values() if field.personal}
    rows = stored.of(customer.pk, _relation(customer, employee_id), list(fields)) if fields else {}
    return {field.key: stars_of(rows[pk]) if pk in rows else "" for pk, field in fields.items()}


def _relation(customer: Customer, employee_id: int | None) -> int | None:
    if employee_id is None:
        return None
    rows = FollowRelation.objects.filter(customer_id=customer.pk, employee_id=employee_id)
    # Of who doesn't follow the rule says so.
    return rows.values_list("pk", flat=True).first() or -1
