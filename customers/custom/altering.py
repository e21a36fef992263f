"""What one change of a field comes to: put in, emptied, or of several options some put to it or taken from it."""

from typing import Any

from core.errors import RuleViolation
from customers.choices import CustomKind
from customers.custom import checking
from customers.custom.kinds import CHOOSING
from customers.models import CustomField

SET, CLEAR, ADD, REMOVE = "set", "clear", "add", "remove"
OPS = (SET, CLEAR, ADD, REMOVE)


def ops_of(kind: int) -> tuple[str, ...]:
    """What can be done to a field of this kind."""
    if kind == CustomKind.FILES:
        # A file is one customer's.
        return (CLEAR,)
    return OPS if kind == CustomKind.CHOICES else (SET, CLEAR)


def altered(field: CustomField, held: Any, op: str, said: Any = None) -> Any:
    """What the field holds afterwards, by its kind; None for nothing.

    Args:
        held: what it holds, by its kind; None for nothing.
        said: as JSON has it; of ``add`` and ``remove`` a list of options' ids.

    Raises:
        RuleViolation: ``custom_field_retired``, ``custom_value_invalid``, ``custom_option_unknown``,
            ``custom_option_retired``.
    """
    if not field.active:
        raise checking.field_retired(field.key)
    if op == CLEAR:
        return None
    if op in (ADD, REMOVE):
        there = set(held or ())
        said = sorted(there | set(said) if op == ADD else there - set(said))
    own = {field.key: field}
    found, errors = checking.read(own, {field.key: said})
    after = found.get(field.key)
    fresh = {field.key: set(after or ()) - set(held or ())} if field.kind in CHOOSING else {}
    if wrong := errors + checking.retired(own, fresh):
        raise RuleViolation(wrong[0].code, wrong[0].message, wrong)
    return after
