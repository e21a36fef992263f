from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.columns import corp_of
from segments.models.segment import Segment
from segments.querysets import OfSegments


class SegmentSize(models.Model):
    """How many members a segment had at the end of a day, or has now of today; who came and went on it."""

    corp = corp_of()
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="sizes", db_index=False)
    # The company's.
    day = models.DateField(_("day"))
    size = models.PositiveIntegerField(_("members"))
    entered = models.PositiveIntegerField(pgettext_lazy("segment", "entered"), default=0)
    left = models.PositiveIntegerField(pgettext_lazy("segment", "left"), default=0)

    objects = OfSegments.as_manager()

    class Meta:
        db_table = "segment_size"
        verbose_name = _("size of a segment")
        verbose_name_plural = _("sizes of segments")
        constraints = [models.UniqueConstraint(fields=["segment", "day"], name="uk_segment_size")]

    def __str__(self) -> str:
        return f"{self.segment_id} · {self.day} · {self.size}"
