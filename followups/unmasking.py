"""Show a follow-up and its comments whole to somebody who says why."""

from typing import Any

from core.transactions import atomic
from corps.actors import Actor
from customers.privacy import unmasking
from followups.models import FollowUp, FollowUpComment

FIELD = "followUp"
MOST_COMMENTS = 200


@atomic
def unmask(*, follow_up: FollowUp, reason: str, by: Actor, source: str, address: str = "") -> list[str]:
    """Its text and those of its comments, the numbers in them too: kept and told as that of any other number.

    Raises: as ``customers.privacy.unmasking.unmask``.
    """
    kept: dict[str, Any] = {"what": FIELD, "facts": {"id": follow_up.pk}}
    how: dict[str, Any] = {"reason": reason, "by": by, "source": source, "address": address}
    unmasking.look(customer=follow_up.customer, field=FIELD, kept=kept, **how)
    said = FollowUpComment.objects.filter(follow_up=follow_up).order_by("id").values_list("content", flat=True)
    return [follow_up.content, *said[:MOST_COMMENTS]]
