"""Why two records may be of one person, and the names of it."""

from django.utils.translation import gettext as _

from customers.choices import KeyKind, Reason


def reason_of(kinds: set[int], others: set[int]) -> Reason:
    """Why two customers meet who have one key, by the kinds in which each has it."""
    if KeyKind.UNIONID in kinds:
        return Reason.UNIONID
    if KeyKind.NAMED in kinds:
        return Reason.NAMED
    return Reason.MOBILE if KeyKind.MOBILE in kinds & others else Reason.NOTED


def codes(bits: int) -> list[str]:
    """The single reasons of a sum, as the API calls them."""
    return [reason.name.lower() for reason in Reason if bits & reason]


def sentence(bits: int) -> str:
    """The same for people. What the number is stays out: not everybody who may see the pair may see it."""
    return _(", ").join(str(reason.label) for reason in Reason if bits & reason)


def is_weak(bits: int) -> bool:
    """Whether nothing but names speaks for it: many people share one, even in one city."""
    return bits == Reason.NAMED
