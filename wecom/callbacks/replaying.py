"""Work off a receipt once more, because a person asks for it."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict
from core.time import now
from corps.actors import Actor
from wecom.models import CallbackReceipt

State = CallbackReceipt.State


def replay(*, receipt: CallbackReceipt, by: Actor) -> CallbackReceipt:
    """Make a settled receipt wait again, with all its tries. What it tells of is read anew: nothing old comes back.

    Raises:
        Conflict: ``receipt_waiting``, it is not settled yet; ``receipt_ignored``, nobody works off its kind.
    """
    del by  # The console writes the act into the row's history.
    same = CallbackReceipt.objects.filter(pk=receipt.pk)
    if not receipt.mailbox:
        raise Conflict("receipt_ignored", _("Nothing is done for events of this kind."))
    # Its welcome code, if it had one, is long dead.
    fresh = {"attempts": 0, "due_at": now(), "claimed_by": "", "settled_at": None, "urgent": False}
    if not same.filter(state__in=(State.DONE, State.DEAD)).update(state=State.PENDING, **fresh):
        raise Conflict("receipt_waiting", _("It waits to be worked off already."))
    receipt.refresh_from_db()
    return receipt
