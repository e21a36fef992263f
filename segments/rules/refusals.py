"""How parts of a rule are refused: with the path of what is wrong."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation

MOST_IDS = 100


def wrong(path: str, message: str, code: str = "rule_invalid") -> RuleViolation:
    """The refusal of one part: ``actions[0].tagIds``."""
    return RuleViolation(code, message, [FieldError(path, code, message)])


def known_keys(document: dict[str, Any], known: set[str], path: str) -> None:
    """Raises RuleViolation for the first key that means nothing."""
    for key in document:
        if key not in known:
            raise wrong(f"{path}.{key}", _("There is no such field, or it can't be written."))


def ids(value: Any, path: str, *, least: int = 0) -> list[int]:
    """A list of ids, each once and in order."""
    if not isinstance(value, list) or not all(type(one) is int and 0 < one < 2**63 for one in value):
        raise wrong(path, _("A list of ids is expected here."))
    if not least <= len(set(value)) <= MOST_IDS:
        raise wrong(path, _("Name %(least)d to %(most)d here.") % {"least": least, "most": MOST_IDS})
    return sorted(set(value))


def number(value: Any, path: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise wrong(path, _("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most})
    return value


def text(value: Any, path: str, most: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= most or "\0" in value:
        raise wrong(path, _("A text of 1 to %(n)d characters.") % {"n": most})
    return value.strip()


def one_of(value: Any, path: str, choices: Any) -> Any:
    # A list or an object can't be looked up.
    if not isinstance(value, (str, int)) or value not in choices:
        raise wrong(path, _("One of: %(choices)s.") % {"choices": ", ".join(map(str, choices))})
    return value
