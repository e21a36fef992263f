from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.querysets import CorpQuerySet
from customers.columns import corp_of


class SegmentPending(models.Model):
    """A customer who has changed, and of whom the segments are still to be asked. Only inserted and deleted: a change
    while a batch is worked on is a row of its own, and can't be lost."""

    corp = corp_of()
    customer_id = models.PositiveBigIntegerField()
    event_id = models.CharField(max_length=64, blank=True, default="")
    cause = models.CharField(max_length=80)
    create_time = models.DateTimeField(auto_now_add=True)

    objects = CorpQuerySet["SegmentPending"].as_manager()

    class Meta:
        db_table = "segment_pending"
        verbose_name = _("customer to be asked about")
        verbose_name_plural = _("customers to be asked about")
        indexes = [
            # A company's, oldest first.
            models.Index(fields=["corp", "id"], name="ix_segment_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.cause}"


class SegmentTouch(models.Model):
    """A customer who has changed while all of a segment is asked anew: what the run has read of them may be older, and
    it asks about them once more before it is shown."""

    corp = corp_of()
    segment_id = models.PositiveBigIntegerField()
    customer_id = models.PositiveBigIntegerField()

    objects = CorpQuerySet["SegmentTouch"].as_manager()

    class Meta:
        db_table = "segment_touch"
        verbose_name = _("customer asked about during a refresh")
        verbose_name_plural = _("customers asked about during a refresh")
        constraints = [models.UniqueConstraint(fields=["segment_id", "customer_id"], name="uk_segment_touch")]

    def __str__(self) -> str:
        return f"{self.segment_id} · {self.customer_id}"
