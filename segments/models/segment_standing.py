from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.columns import corp_of
from segments.models.segment import Segment
from segments.querysets import OfSegments


class SegmentStanding(models.Model):
    """How a segment stands: which run readers see, how many members it has, as of when.

    Apart from the segment, whose version people rely on when they edit it. Whoever changes members locks this row.
    """

    segment: Any = models.OneToOneField(Segment, on_delete=models.CASCADE, related_name="standing", primary_key=True)
    corp = corp_of()
    # The number of the last run that was finished; 0: its members were never counted.
    run = models.PositiveIntegerField(default=0, editable=False)
    # Whether rows of the next run may be there already.
    staged = models.BooleanField(default=False, editable=False)
    # What the members that readers see were asked: the segment's own may be newer.
    condition = models.JSONField(null=True, blank=True, editable=False)
    size = models.PositiveIntegerField(_("members"), default=0)
    # When all of it was last asked: relative times are right up to the end of that day.
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    # Since when it is known that all of it has to be asked anew; NULL while it hasn't.
    stale_since = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    # Of the events of members: they have an order of their own.
    version = models.PositiveBigIntegerField(default=0, editable=False)

    objects = OfSegments.as_manager()

    class Meta:
        db_table = "segment_standing"
        verbose_name = _("standing of a segment")
        verbose_name_plural = _("standings of segments")
        indexes = [
            # What the timetable looks for: never asked, or asked before today.
            models.Index(fields=["corp", "as_of"], name="ix_standing_due"),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} · {self.run} · {self.size}"

    @property
    def next(self) -> int:
        """The number of the run that is under way, or will be the next."""
        return self.run + 1
