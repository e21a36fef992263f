"""The doors' way to a stage: what the actor may not see is not there."""

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from corps.actors import Actor
from customers.models import Stage


def named(stage_id: int | None, actor: Actor) -> Stage | None:
    """The stage that a request names as ``stageId``; None for none. Raises RuleViolation: ``stage_unknown``."""
    if stage_id is None:
        return None
    found = Stage.objects.visible_to(actor).filter(pk=stage_id).first()
    if found is None:
        message = _("There is no such stage in this company.")
        raise RuleViolation("stage_unknown", message, [FieldError("stageId", "stage_unknown", message)])
    return found
