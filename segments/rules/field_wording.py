"""What is said of custom fields in the sentences about rules: "level = high", "hobbies +chess", "birthday → –"."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from customers.custom.altering import ADD, CLEAR, REMOVE
from customers.custom.kinds import CHOOSING
from customers.privacy import masking

FIELD, OPTION = "customers.CustomField", "customers.CustomOption"
_SIGNS = {ADD: "+", REMOVE: "−"}
_MOST = 40


def mentioned(action: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The rows that an action, or a step of a dry run, speaks of."""
    if "fieldId" in action:
        yield FIELD, action["fieldId"]
    yield from ((OPTION, pk) for pk in action.get("optionIds", ()))


def said(action: dict[str, Any], names: Any) -> str:
    """What is done to the field.

    Args:
        names: ``wording.Names``.
    """
    name, op = names.of(FIELD, [action["fieldId"]]), action["op"]
    if op == CLEAR:
        return _("%(field)s is emptied") % {"field": name}
    value = names.of(OPTION, action["optionIds"]) if "optionIds" in action else _plain(action["value"])
    return f"{name} {_SIGNS[op]}{value}" if op in _SIGNS else f"{name} = {value}"


def change_mentions(changes: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for field_id, _before, after in changes.get("fields", ()):
        yield FIELD, field_id
        yield from ((OPTION, pk) for pk in _options(after))


def changed(field_id: int, after: dict[str, Any] | None, names: Any) -> str:
    """What an effect left in the field; of a personal one only that there is something."""
    name = names.of(FIELD, [field_id])
    if after is None:
        return f"{name} → –"
    if names.hides(field_id):
        return f"{name} → {masking.STARS}"
    options = _options(after)
    return f"{name} → {names.of(OPTION, options) if options else _plain(after['value'])}"


def _options(kept: dict[str, Any] | None) -> list[int]:
    if kept is None or kept["kind"] not in CHOOSING:
        return []
    return kept["value"] if isinstance(kept["value"], list) else [kept["value"]]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)[:_MOST]
