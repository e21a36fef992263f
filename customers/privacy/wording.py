"""What was written of a customer, as its reader may see it: whole, or with the numbers in it starred out."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from corps.actors import Actor
from customers.privacy import masking
from customers.privacy.stars import in_words, stars_in


def shown(row: Any, text: str) -> str:
    """A text of a row. Of one that neither ``visible_to`` nor ``mark`` has told whose eyes it is for, the numbers are
    hidden."""
    return in_words(text) if getattr(row, "hides_numbers", True) else text


def mark(row: Any, actor: Actor) -> Any:
    """The row, just written, told whether the actor sees its numbers."""
    row.hides_numbers = masking.hides(row.customer_id, actor)
    return row


def meant(text: str, *, stored: str, customer_id: int, by: Actor, field: str) -> str:
    """The text to store: who sends back what they were shown means what is there.

    Raises:
        RuleViolation: ``number_masked``: the stars of one of its numbers stand in another text.
    """
    stars = stars_in(stored)
    if not any(one in text for one in stars) or not masking.hides(customer_id, by):
        return text
    if text == in_words(stored):
        return stored
    message = _("Numbers are starred out in this text. Write them whole, or leave the text as it is.")
    raise RuleViolation("number_masked", message, [FieldError(field, "number_masked", message)])
