"""What may be asked of numbers, and of personal custom fields, by somebody who sees them starred out."""

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from corps.actors import Actor
from corps.choices import Sight
from customers.custom.filtering import HARMLESS
from customers.privacy import masking
from customers.privacy.stars import PART
from segments.conditions.nodes import Asked, Condition, walk


def check(condition: Condition, by: Actor) -> None:
    """Whoever asks "begins with 138", "with 1380" and so on has it in the end. That there is one may be asked.

    Raises:
        RuleViolation: ``condition_invalid``, the field's code ``number_masked``.
    """
    if by.sight is Sight.FULL:
        return
    asked = [node for node in walk(condition.root) if isinstance(node, Asked) and node.op not in HARMLESS]
    if any(node.field in masking.KEYS for node in asked):
        raise _masked(_("You see mobiles and unionids starred out, so you can't ask what they are."))
    if any(node.field in masking.WORD_KEYS and PART.search(str(node.value)) for node in asked):
        raise _masked(_("You see numbers in notes starred out, so you can't ask for them."))
    if any(node.own and node.own.personal for node in asked):
        raise _masked(_("You see this field starred out, so you can't ask what it holds."))


def _masked(message: str) -> RuleViolation:
    return RuleViolation("condition_invalid", message, [FieldError("condition", "number_masked", message)])
