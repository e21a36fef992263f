"""Show a number, a text with numbers in it, or what a personal custom field holds, that is starred out, to somebody who
says why."""

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


def _texts(column: str) -> Callable[[Customer], list[str]]:
    """What anybody noted there."""

    def read(customer: Customer) -> list[str]:
        noted = FollowRelation.objects.filter(customer=customer).exclude(**{column: ""}).order_by("id")
        return list(dict.fromkeys(noted.values_list(column, flat=True)))

    return read


# Wire name → how its value is read.
FIELDS: dict[str, Callable[[Customer], Any]] = {
    "mobile": lambda customer: customer.mobile,
    "unionid": lambda customer: customer.unionid,
    "remarkMobiles": _mobiles,
    "remark": _texts("remark"),
    "description": _texts("description"),
    "remarkCorpName": _texts("remark_corp_name"),
}


@atomic
def unmask(*, customer: Customer, field: str, reason: str, by: Actor, source: str, address: str = "") -> Whole:
    """What is there, whole, once: the access is kept with its reason, and ``customer.unmasked`` recorded.

    Args:
        field: a key of ``FIELDS``; ``remarkMobiles`` and the texts are all that anybody noted. Or the place of a
            personal custom field, as ``custom.whole`` names it.
        address: where the caller is.

    Raises:
        RuleViolation: ``field_unknown``; ``reason_missing``; ``reason_too_long``.
        TooMany: ``unmasked_too_often``: about ``HOURLY`` of them within an hour.
    """
    own = whole.field_at(customer.corp_id, field)
    if not (own or field in FIELDS):
        raise _wrong("field", "field_unknown", _("No such field is starred out."))
    how: Any = {"reason": reason, "by": by, "source": source, "address": address}
    row = look(customer=customer, field=field, kept=_named(field, own), **how)
    return whole.of(row, own) if own else _numbers(FIELDS[field](row))


@atomic
def look(
    *, customer: Customer, field: str, kept: dict[str, Any], reason: str, by: Actor, source: str, address: str
) -> Customer:
    """Keep that somebody looks at what is starred out, and record ``customer.unmasked``.

    Args:
        field: as the event tells it.
        kept: how the access says what was shown.

    Returns: the customer, locked.
    Raises: as ``unmask``.
    """
    _check(reason.strip())
    row = lock(customer)
    if accesses.shown_since(now() - dt.timedelta(hours=1), corp_id=row.corp_id, by=by) >= HOURLY:
        raise TooMany("unmasked_too_often", _("You have looked at many numbers within an hour. Try again later."))
    told: dict[str, Any] = kept | {"reason": reason.strip(), "address": address, "source": source}
    accesses.record(kind=AccessRecord.Kind.UNMASK, corp_id=row.corp_id, customer_id=row.pk, by=by, **told)
    lifecycle.bump(row)
    events.unmasked(row, field=field, by=by, source=source)
    return row


def _named(field: str, own: CustomField | None) -> dict[str, Any]:
    """How the access says what was shown: a custom field by its place, with the key beside it."""
    if own is None:
        return {"what": field}
    place, key = whole.split(field)
    return {"what": place, "facts": {"key": key}}


def _numbers(value: str | list[str] | None) -> Whole:
    return Whole(value, value if isinstance(value, list) else [value] if value else [])


def _check(reason: str) -> None:
    if not reason:
        raise _wrong("reason", "reason_missing", _("Say why you need it."))
    if len(reason) > REASON_LENGTH:
        raise _wrong("reason", "reason_too_long", _("At most %(most)d characters.") % {"most": REASON_LENGTH})


def _wrong(field: str, code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, [FieldError(field, code, message)])
