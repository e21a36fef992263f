from typing import TYPE_CHECKING, Self

from corps.actors import Actor
from corps.querysets import CorpQuerySet, owns_narrowly
from customers.models import Customer

if TYPE_CHECKING:
    from followups.models import FollowUp  # noqa: F401


class FollowUpQuerySet(CorpQuerySet["FollowUp"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever may see the customer may read what was done for it."""
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.filter(customer__in=Customer.objects.visible_to(actor))
