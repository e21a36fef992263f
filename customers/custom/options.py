"""The options of a choice: named anew, put in order, retired, and taken away where nobody ever chose them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from customers.models import CustomChosen, CustomField, CustomOption

MOST_OPTIONS, LABEL_LENGTH = 200, 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """An option as it shall be. ``id``: of one that there is; None for a new one."""

    label: str
    id: int | None = None
    active: bool = True


def apply(field: CustomField, wanted: Sequence[Wanted]) -> bool:
    """See that a held field has these, in this order; one that is left out is retired, or goes if nobody has it.

    Returns: whether something changed.

    Raises:
        RuleViolation: ``custom_options_invalid``.
    """
    known = {option.pk: option for option in CustomOption.objects.filter(field=field)}
    wanted = [replace(want, label=want.label.strip()) for want in wanted]
    _check(wanted, known)
    named = _named(known, wanted)
    left = [option for option in known.values() if option not in named]
    if {option.label for option in left} & {want.label for want in wanted}:
        _refuse(_("Two options have the same name."))
    # Their names may be swapped: what is renamed steps aside before, as each name is there once.
    moved = [option for option, want in zip(named, wanted, strict=True) if option and option.label != want.label]
    for option in moved:
        CustomOption.objects.filter(pk=option.pk).update(label=f"\x1f{option.pk}")
    changed = _leave(left, len(wanted))
    for place, (old, want) in enumerate(zip(named, wanted, strict=True)):
        changed |= _put(field, old, want, place)
    return changed


def _named(known: dict[int, CustomOption], wanted: Sequence[Wanted]) -> list[CustomOption | None]:
    """Which of those that there are each means: by its id, or by its name, so that the same names sent twice make none
    twice."""
    free = {option.label: option for pk, option in known.items() if pk not in {want.id for want in wanted}}
    return [known[want.id] if want.id else free.get(want.label) for want in wanted]


def _put(field: CustomField, option: CustomOption | None, want: Wanted, place: int) -> bool:
    before = (option.label, option.order, option.active) if option else None
    after = (want.label, place, want.active)
    if before == after:
        return False
    option = option or CustomOption(corp_id=field.corp_id, field=field)
    option.label, option.order, option.active = after
    option.save()
    return True


def _leave(left: Sequence[CustomOption], behind: int) -> bool:
    """Retire these, behind the others; such as nobody has go."""
    changed = False
    for place, option in enumerate(sorted(left, key=lambda one: (one.order, one.pk)), start=behind):
        if not CustomChosen.objects.filter(option=option).exists():
            option.delete()
            changed = True
        elif option.active or option.order != place:
            option.active, option.order, changed = False, place, True
            option.save()
    return changed


def _check(wanted: Sequence[Wanted], known: dict[int, CustomOption]) -> None:
    labels = [want.label for want in wanted]
    ids = [want.id for want in wanted if want.id]
    if not 1 <= len(wanted) <= MOST_OPTIONS:
        _refuse(_("A choice has 1 to %(n)d options.") % {"n": MOST_OPTIONS})
    if any(not 1 <= len(label) <= LABEL_LENGTH or not label.isprintable() for label in labels):
        _refuse(_("An option has 1 to %(n)d characters and no line breaks.") % {"n": LABEL_LENGTH})
    if len(set(labels)) < len(labels):
        _refuse(_("Two options have the same name."))
    if len(set(ids)) < len(ids) or not set(ids) <= set(known):
        _refuse(_("This field has no such option."))


def _refuse(message: str) -> None:
    raise RuleViolation("custom_options_invalid", message, [FieldError("options", "custom_options_invalid", message)])
