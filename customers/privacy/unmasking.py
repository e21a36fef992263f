"""Show a number, or what a personal custom field holds, that is starred out, to somebody who says why."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation, TooMany
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers import events, lifecycle
from customers.custom import whole
from customers.custom.whole import Whole
from customers.models import AccessRecord, Customer, CustomField, FollowRelation
from customers.privacy import accesses

# Enough for a morning on the phone, and far from a list of customers.
HOURLY = 60
REASON_LENGTH = 200


def _mobiles(customer: Customer) -> list[str]:
    noted = FollowRelation.objects.filter(customer=customer).order_by("id").values_list("remark_mobiles", flat=True)
    return list(dict.fromkeys(number for numbers in noted for number in numbers))


# Wire name → how its value is read.
FIELDS: dict[str, Callable[[Customer], Any]] = {
    "mobile": lambda customer: customer.mobile,
    "unionid": lambda customer: customer.unionid,
    "remarkMobiles": _mobiles,
}


@atomic
def unmask(*, customer: Customer, field: str, reason: str, by: Actor, source: str, address: str = "") -> Whole:
    """What is there, whole, once: the access is kept with its reason, and ``customer.unmasked`` recorded.

    Args:
        field: a key of ``FIELDS``; ``remarkMobiles`` are all that anybody noted. Or the place of a personal custom
            field, as ``custom.whole`` names it.
        address: where the caller is.

    Raises:
        RuleViolation: ``field_unknown``; ``reason_missing``; ``reason_too_long``.
        TooMany: ``unmasked_too_often``: about ``HOURLY`` of them within an hour.
    """
    own = whole.field_at(customer.corp_id, field)
    _check(own or FIELDS.get(field), reason.strip())
    row = lock(customer)
    if accesses.shown_since(now() - dt.timedelta(hours=1), corp_id=row.corp_id, by=by) >= HOURLY:
        raise TooMany("unmasked_too_often", _("You have looked at many numbers within an hour. Try again later."))
    kept: dict[str, Any] = _named(field, own) | {"reason": reason.strip(), "address": address}
    accesses.record(
        kind=AccessRecord.Kind.UNMASK, corp_id=row.corp_id, customer_id=row.pk, by=by, source=source, **kept
    )
    lifecycle.bump(row)
    events.unmasked(row, field=field, by=by, source=source)
    return whole.of(row, own) if own else _numbers(FIELDS[field](row))


def _named(field: str, own: CustomField | None) -> dict[str, Any]:
    """How the access says what was shown: a custom field by its place, with the key beside it."""
    if own is None:
        return {"what": field}
    place, key = whole.split(field)
    return {"what": place, "facts": {"key": key}}


def _numbers(value: str | list[str] | None) -> Whole:
    return Whole(value, value if isinstance(value, list) else [value] if value else [])


def _check(found: Any, reason: str) -> None:
    if not found:
        raise _wrong("field", "field_unknown", _("No such field is starred out."))
    if not reason:
        raise _wrong("reason", "reason_missing", _("Say why you need it."))
    if len(reason) > REASON_LENGTH:
        raise _wrong("reason", "reason_too_long", _("At most %(most)d characters.") % {"most": REASON_LENGTH})


def _wrong(field: str, code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, [FieldError(field, code, message)])
