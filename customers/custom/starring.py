"""Values of personal custom fields as they are shown to who sees numbers starred out: as a text, whatever the kind."""

from collections.abc import Iterable
from typing import Any

from corps.actors import Actor
from customers.choices import CustomKind, CustomSubject
from customers.custom import values
from customers.custom.marking import Personal, marks
from customers.models import CustomField, CustomValue
from customers.privacy import masking

NAME = "customFields"
# Of these the ends of a long one are left, as of numbers: they tell which it is, and not what it says.
_BY_THEIR_ENDS = frozenset({CustomKind.TEXT, CustomKind.PHONE, CustomKind.EMAIL})


def starred(kind: int, told: Any) -> str:
    """What stands in the place of a value: ``440****1234`` of a long text, phone or e-mail, else the stars alone."""
    return masking.hidden(told) or masking.STARS if kind in _BY_THEIR_ENDS else masking.STARS


def stars_of(row: CustomValue) -> str:
    """What stands in the place of what a row holds."""
    return starred(row.kind, values.told(row))


def star(customer: dict[str, Any], personal: Personal) -> None:
    """Star out, in place, what a customer as the wire has it and those who follow them hold of these fields."""
    _star(customer[NAME], CustomSubject.CUSTOMER, personal)
    for follow in customer.get("follows", ()):
        _star(follow[NAME], CustomSubject.RELATION, personal)


def star_detail(customer: dict[str, Any], corp_id: int, catalogue: int) -> None:
    """The same for a detail at this version of its company's catalogue. Where no field holds anything, nothing is
    asked."""
    if customer[NAME] or any(follow[NAME] for follow in customer["follows"]):
        star(customer, marks(corp_id, catalogue).personal)


def hides(customer_id: int, actor: Actor, fields: Iterable[CustomField]) -> bool:
    """Whether the actor sees the personal ones among these starred out. Without one nothing is asked."""
    return any(field.personal for field in fields) and masking.hides(customer_id, actor)


def _star(held: dict[str, Any], subject: str, personal: Personal) -> None:
    for key, told in held.items():
        kind = personal.get((subject, key))
        if kind is not None:
            held[key] = starred(kind, told)
