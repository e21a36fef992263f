"""The company's set of custom fields: their beginning and end."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from corps.models import Corp
from customers.custom import events, options
from customers.custom.kinds import CHOOSING
from customers.custom.options import Wanted
from customers.models import CustomChange, CustomField
from tags.holding import outdate_copies

NAME_LENGTH, KEY_LENGTH = 40, 40
MOST_FIELDS = 100
_KEY = re.compile(r"[a-z][a-zA-Z0-9_]*")


@atomic
def create_field(
    *,
    corp_id: int,
    subject: str,
    key: str,
    name: str,
    kind: int,
    by: Actor,
    source: str,
    options: Sequence[Wanted] = (),
    **fields: Any,
) -> CustomField:
    """Add a field and record ``custom_field.created``.

    Args:
        subject: one of ``CustomSubject``.
        key: by which programs and conditions name it; it can't be changed.
        options: of a choice, in their order.
        fields: ``required``, ``personal``, ``active``; ``order``, by default behind the others.

    Raises:
        Conflict: ``custom_field_exists``, ``too_many_custom_fields``.
        RuleViolation: ``key_invalid``, ``name_invalid``, ``custom_options_invalid``.
    """
    lock(Corp(pk=corp_id))
    places = list(CustomField.objects.of_corp(corp_id).values_list("order", flat=True))
    if len(places) >= MOST_FIELDS:
        message = _("A company has at most %(n)d custom fields.") % {"n": MOST_FIELDS}
        raise Conflict("too_many_custom_fields", message)
    fields.setdefault("order", max(places, default=-1) + 1)
    field = CustomField(corp_id=corp_id, subject=subject, key=key, kind=kind, **fields)
    _check_key(field)
    field.name = free_name(field, name)
    field.save()
    # That there are none is known by the catalogue's version too.
    outdate_copies(corp_id)
    apply_options(field, options)
    events.tell(events.FIELD_CREATED, field, by=by, source=source)
    return field


@atomic
def delete_field(*, field: CustomField, by: Actor, source: str, if_version: int | None = None) -> None:
    """Take away a field that never held anything, and record ``custom_field.deleted``.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``custom_field_in_use``: it holds values, or held some.
    """
    row = ready(field, if_version)
    if row.values.exists() or CustomChange.objects.filter(field=row).exists():
        message = _("This field holds values, or held some. Mark it as not in use instead.")
        raise Conflict("custom_field_in_use", message)
    row.version += 1
    events.tell(events.FIELD_DELETED, row, by=by, source=source)
    row.options.all().delete()
    row.delete()


def ready(field: CustomField, if_version: int | None) -> CustomField:
    """The field as it is now, held. Raises PreconditionFailed."""
    # One writer at a time in the set, held before anything is inserted, as among the stages.
    lock(Corp(pk=field.corp_id))
    row = lock(field)
    check_version(row, if_version)
    return row


def apply_options(field: CustomField, wanted: Sequence[Wanted]) -> bool:
    """See that a (held) choice offers these, and nothing else any. Returns whether something changed.

    Raises RuleViolation: ``custom_options_invalid``.
    """
    if field.kind in CHOOSING:
        return options.apply(field, wanted)
    if wanted:
        message = _("Only choices have options.")
        raise RuleViolation(
            "custom_options_invalid", message, [FieldError("options", "custom_options_invalid", message)]
        )
    return False


def free_name(field: CustomField, name: str) -> str:
    """The name, if it can be used. Raises RuleViolation: ``name_invalid``; Conflict: ``custom_field_exists``."""
    text = name.strip()
    if not 1 <= len(text) <= NAME_LENGTH or not text.isprintable():
        message = _("A name has 1 to %(n)d characters and no line breaks.") % {"n": NAME_LENGTH}
        raise RuleViolation("name_invalid", message, [FieldError("name", "name_invalid", message)])
    _check_free(field, "name", text, _("This name is taken."))
    return text


def _check_key(field: CustomField) -> None:
    if not _KEY.fullmatch(field.key) or len(field.key) > KEY_LENGTH:
        message = _("A key has 1 to %(n)d letters, digits and underscores, the first a small letter.")
        message %= {"n": KEY_LENGTH}
        raise RuleViolation("key_invalid", message, [FieldError("key", "key_invalid", message)])
    _check_free(field, "key", field.key, _("This key is taken."))


def _check_free(field: CustomField, column: str, value: str, message: str) -> None:
    others = CustomField.objects.of_corp(field.corp_id).filter(subject=field.subject, **{column: value})
    if others.exclude(pk=field.pk or 0).exists():
        raise Conflict("custom_field_exists", message, [FieldError(column, "custom_field_exists", message)])
