"""Say of two records that they aren't one person's."""

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers.choices import PairState
from customers.models import DuplicatePair


@atomic
def dismiss(*, pair: DuplicatePair, by: Actor) -> DuplicatePair:
    """Close a candidate. It comes back for another reason only, not for one that it has now. Twice is once.

    No event: nothing of a customer has changed.

    Raises:
        Conflict: ``pair_merged``.
    """
    row = lock(pair)
    if row.state == PairState.MERGED:
        raise Conflict("pair_merged", _("These records have been merged."))
    if row.state == PairState.DISMISSED:
        return row
    row.state, row.dismissed = PairState.DISMISSED, row.dismissed | row.reasons
    row.actor, row.dismissed_at = by.label, now()
    row.save(update_fields=["state", "dismissed", "actor", "dismissed_at"])
    return row
