import datetime as dt
from typing import TYPE_CHECKING, Self

from corps.actors import Actor
from corps.querysets import CorpQuerySet, owns_narrowly
from customers.models import Customer
from customers.querysets import OfVisibleWords, knowing_sight
from followups.choices import ReminderState

if TYPE_CHECKING:
    from followups.models import FollowUp, FollowUpMention, Reminder  # noqa: F401


class FollowUpQuerySet(CorpQuerySet["FollowUp"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever may see the customer may read what was done for it."""
        seen = super().visible_to(actor)
        if owns_narrowly(actor):
            seen = seen.filter(customer__in=Customer.objects.visible_to(actor))
        return knowing_sight(seen, actor)


class ReminderQuerySet(OfVisibleWords["Reminder"]):
    def open(self) -> Self:
        return self.filter(state=ReminderState.OPEN)

    def overdue(self, moment: dt.datetime) -> Self:
        return self.open().filter(due_at__lt=moment)


class MentionQuerySet(OfVisibleWords["FollowUpMention"]):
    def of_whom(self, actor: Actor) -> Self:
        """Those of the actor, where they may see the customer."""
        return self.visible_to(actor).filter(employee_id=actor.employee_id or 0)
