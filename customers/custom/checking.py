"""Whether values may be put into custom fields. All that is wrong is told at once, each at its key."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from customers.custom.finding import named, options_of
from customers.custom.kinds import CHOOSING, FORMS
from customers.models import CustomField

# Where values stand in a request, and so in what is told of them.
PLACE = "customFields"


class Refused(ValueError):
    """One value that may not be."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.error = (code, message)


def fields_for(corp_id: int, subject: str, keys: Collection[str]) -> dict[str, CustomField]:
    """Key → field. Raises RuleViolation: ``custom_field_unknown``, ``custom_field_retired``."""
    known, errors = named(corp_id, subject, keys), []
    for key in keys:
        if key not in known:
            errors += field_unknown(key).errors
        elif not known[key].active:
            errors += field_retired(key).errors
    if errors:
        raise RuleViolation(errors[0].code, errors[0].message, errors)
    return known


def field_unknown(key: str) -> RuleViolation:
    """The refusal of a field that the company hasn't."""
    message = _("There is no such custom field in this company.")
    error = FieldError(f"{PLACE}.{key[:50]}", "custom_field_unknown", message)
    return RuleViolation(error.code, message, [error])


def field_retired(key: str) -> RuleViolation:
    """The refusal of a field that takes no values any more."""
    message = _("This field is not in use any more.")
    error = FieldError(f"{PLACE}.{key}", "custom_field_retired", message)
    return RuleViolation(error.code, message, [error])


def read(fields: Mapping[str, CustomField], values: Mapping[str, Any]) -> tuple[dict[str, Any], list[FieldError]]:
    """Key → value, None for none (null, an empty text, an empty list), and what can't be read.

    That options may be retired is not asked here: who has one may keep it.
    """
    found: dict[str, Any] = {}
    errors = []
    for key, raw in values.items():
        try:
            found[key] = None if _is_nothing(raw) else _read(fields[key], raw)
        except Refused as wrong:
            errors.append(_error(key, *wrong.error))
    return found, errors


def retired(fields: Mapping[str, CustomField], chosen: Mapping[str, set[int]]) -> list[FieldError]:
    """An error for each field of which options are chosen that are not in use any more.

    Args:
        chosen: key → the options that were not chosen before.
    """
    errors = []
    for key, options in chosen.items():
        if any(option.pk in options and not option.active for option in options_of(fields[key])):
            errors.append(_error(key, "custom_option_retired", _("An option of it is not in use any more.")))
    return errors


def refuse(errors: list[FieldError]) -> None:
    """Raises RuleViolation, where there are any: ``custom_values_invalid``."""
    if errors:
        raise RuleViolation("custom_values_invalid", _("Some values can't be used."), errors)


def _read(field: CustomField, raw: Any) -> Any:
    try:
        value = FORMS[field.kind].read(raw)
    except ValueError as wrong:
        raise Refused("custom_value_invalid", str(wrong)) from None
    if field.kind in CHOOSING and not set(value) <= {option.pk for option in options_of(field)}:
        raise Refused("custom_option_unknown", _("This field has no such option."))
    return value


def _is_nothing(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip()) or raw == []


def _error(key: str, code: str, message: str) -> FieldError:
    return FieldError(f"{PLACE}.{key}", code, message)
