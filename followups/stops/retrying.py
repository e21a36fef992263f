"""What a person does about a stop that was not taken."""

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from followups.choices import StopState
from followups.models import SopStop

OPEN = (StopState.WAITING, StopState.DEAD)


@atomic
def retry(*, stop: SopStop, by: Actor, source: str) -> SopStop:
    """Have it sent again now, under the same key, with the tries counted on. No event tells of it.

    Raises:
        Conflict: ``stop_settled``: the service has taken it, or there was nothing to stop.
    """
    row = lock(stop)
    if row.state not in OPEN:
        raise Conflict("stop_settled", _("The operation service has been told of this already."))
    row.state, row.due_at, row.settled_at = StopState.WAITING, now(), None
    row.save(update_fields=["state", "due_at", "settled_at"])
    return row
