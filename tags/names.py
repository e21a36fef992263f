"""What a tag or a group may be called: WeCom's bounds, so that whatever is named here fits there."""

import unicodedata

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from tags.querysets import TagGroupQuerySet, TagQuerySet

NAME_LENGTH = 30


def clean(name: str) -> str:
    """The name without outer white space.

    Raises:
        RuleViolation: ``name_invalid``: empty, longer than 30 characters, or with a line break or control character.
    """
    text = name.strip()
    if not 1 <= len(text) <= NAME_LENGTH or any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in text):
        message = _("A name has 1 to %(n)d characters and no line breaks.") % {"n": NAME_LENGTH}
        raise RuleViolation("name_invalid", message, [FieldError("name", "name_invalid", message)])
    return text


def check_free(name: str, *, among: TagQuerySet | TagGroupQuerySet, code: str) -> None:
    """Refuse a name that a living row of ``among`` has already. The caller holds the catalogue (holding.py).

    Raises:
        Conflict: ``code``.
    """
    # MySQL compares names without regard to case, so it offers too many; which is the same is decided here.
    if name in among.live().filter(name=name).values_list("name", flat=True):
        message = _("This name is taken.")
        raise Conflict(code, message, [FieldError("name", code, message)])
