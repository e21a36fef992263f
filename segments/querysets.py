from typing import Any, Self

from django.db.models import F, Q

from corps.actors import Actor
from corps.querysets import CorpQuerySet
from customers.querysets import OfVisibleCustomers
from segments.choices import Kind


class SegmentQuerySet(CorpQuerySet[Any]):
    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def dynamic(self) -> Self:
        return self.filter(kind=Kind.DYNAMIC)

    def visible_to(self, actor: Actor) -> Self:
        """Everybody sees the segments of the company; of their members, those whom they may see."""
        return super().visible_to(actor).live()


class OfSegments(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(segment__deleted_at=None)


class StayQuerySet(OfVisibleCustomers[Any]):
    def of_segment(self, segment_id: int) -> Self:
        return self.filter(segment_id=segment_id)

    def shown(self) -> Self:
        """What readers see: stays that began in a run that is over."""
        return self.filter(entered_run__lte=F("segment__standing__run"))

    def lasting(self) -> Self:
        """``present`` of any segments, each by the run that it shows."""
        run = F("segment__standing__run")
        return self.shown().filter(Q(left_run=NEVER) | Q(left_run=run + 1), segment__deleted_at=None)

    def present(self, run: int) -> Self:
        """The members that readers see while a segment shows ``run``: a run that is under way has marked who will be
        left out by the next number, and put who will come in under it."""
        return self.filter(left_run__in=(NEVER, run + 1), entered_run__lte=run)


# The run in which those leave who haven't left.
NEVER = 2**31 - 1
