"""Customer lists narrowed by what custom fields hold: ``customField=key:op:value``."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError
from core.pagination import bounded_count
from corps.actors import Actor
from corps.choices import Sight
from customers.choices import CustomKind, CustomSubject
from customers.custom.finding import named
from customers.custom.kinds import CHOOSING, FORMS
from customers.models import CustomChosen, CustomField, CustomValue

PARAMETER = "customField"
MOST_ASKED = 5
# Of what more customers have each customer is asked in turn, as of tags (``customers/selection.py``).
_COMMON = 20_000
# What may be asked of a field that one sees starred out: by more it could be found out value by value.
HARMLESS = ("set", "unset")
_COMPARED = {"gt": "__gt", "gte": "__gte", "lt": "__lt", "lte": "__lte"}
_ORDERED = {CustomKind.NUMBER, CustomKind.DATE, CustomKind.DATE_TIME}
Asked = tuple[str, str, str]


def parse(raw: str) -> Asked:
    """``key:op:value``, of ``set`` and ``unset`` without a value. Raises ValueError."""
    key, _colon, rest = raw.partition(":")
    op, colon, value = rest.partition(":")
    if not key or len(raw) > 600 or "\0" in raw or (op not in {"is", "in", "set", "unset", *_COMPARED}):
        raise ValueError(raw)
    if (op in ("set", "unset")) is bool(colon):
        raise ValueError(raw)
    return key, op, value


def narrowed(rows: Any, asked: list[Asked], actor: Actor) -> Any:
    """Those of the customers to whom all of it applies: a subquery each, along one key.

    Raises:
        BadRequest: ``invalid_parameter``: no such field in use, or not to be asked so; ``number_masked`` at the
            parameter: the actor sees what it holds starred out, and may ask only whether it holds anything.
    """
    fields = named(actor.corp_id or 0, CustomSubject.CUSTOMER, [key for key, _op, _value in asked])
    for key, op, value in asked:
        field = fields.get(key)
        if field is None or not field.active:
            raise _wrong(_("There is no such custom field in use: %(key)s.") % {"key": key[:50]})
        if op not in HARMLESS and field.personal and actor.sight is not Sight.FULL:
            raise _wrong(_("You see this field starred out, so you can't ask what it holds."), "number_masked")
        if op == "unset":
            rows = rows.lacking(_any(field))
            continue
        found = _any(field) if op == "set" else _FINDERS.get(op, _compared)(field, op, value)
        rows = rows.having(found, common=not bounded_count(found, _COMMON)[1])
    return rows


def _any(field: CustomField) -> Any:
    return CustomValue.objects.filter(field=field, kind=field.kind)


def _is(field: CustomField, _op: str, value: str) -> Any:
    return _one_of(field, [value])


def _in(field: CustomField, _op: str, value: str) -> Any:
    return _one_of(field, value.split(",")[:50])


def _one_of(field: CustomField, raw: list[str]) -> Any:
    column = FORMS[field.kind].column
    if field.kind in CHOOSING:
        # A longer number than any id is none.
        ids = [option for one in raw for option in _read(field, int(one) if one.isdecimal() and len(one) < 19 else 0)]
        # What is left of another kind has options too.
        return CustomChosen.objects.filter(option_id__in=ids, value__field=field, value__kind=field.kind)
    if column == "long_text":
        raise _wrong(_("Long texts are not compared."))
    values = [_read(field, one) for one in raw]
    rows = _any(field).filter(**{f"{column}__in": values})
    # The key finds what MySQL holds for the same; this tells letters, accents and blanks apart.
    return rows.filter(**{f"{column}__bytes__in": values}) if column == "text" else rows


def _compared(field: CustomField, op: str, value: str) -> Any:
    if field.kind not in _ORDERED:
        raise _wrong(_("Only numbers and times are more or less than others."))
    return _any(field).filter(**{f"{FORMS[field.kind].column}{_COMPARED[op]}": _read(field, value)})


_FINDERS: dict[str, Callable[[CustomField, str, str], Any]] = {"is": _is, "in": _in}


def _read(field: CustomField, raw: Any) -> Any:
    if field.kind == CustomKind.FLAG:
        raw = {"true": True, "false": False}.get(raw)
    if field.kind == CustomKind.CHOICES:
        raw = [raw]
    if field.kind == CustomKind.DATE_TIME:
        # In a query string the plus of an offset arrives as a blank.
        raw = raw.replace(" ", "+")
    try:
        return FORMS[field.kind].read(raw)
    except ValueError as wrong:
        raise _wrong(str(wrong)) from None


def _wrong(message: str, code: str = "invalid_parameter") -> BadRequest:
    return BadRequest("invalid_parameter", message, [FieldError(PARAMETER, code, message)])
