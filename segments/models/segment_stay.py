from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.columns import corp_of, far
from customers.models import Customer
from segments.models.segment import Segment
from segments.querysets import NEVER, StayQuerySet


class SegmentStay(models.Model):
    """One stay of a customer in a segment: from when to when, and what brought both about.

    Times and causes of the next run's rows are there before readers see them: ``StayQuerySet`` says who is a member.
    """

    corp = corp_of()
    segment = far(Segment, on_delete=models.CASCADE, related_name="stays", verbose_name=_("segment"))
    customer = far(Customer, on_delete=models.CASCADE, related_name="segment_stays", verbose_name=_("customer"))
    entered_run = models.PositiveIntegerField(editable=False)
    left_run = models.PositiveIntegerField(default=NEVER, editable=False)
    entered_at = models.DateTimeField(pgettext_lazy("segment", "entered"))
    left_at = models.DateTimeField(pgettext_lazy("segment", "left"), null=True, blank=True)
    # The name of an event, a reason of a run, "listed" or "unlisted".
    entered_by = models.CharField(_("entered because"), max_length=80)
    left_by = models.CharField(_("left because"), max_length=80, blank=True, default="")
    # The event's id, where it was one.
    entered_event = models.CharField(max_length=64, blank=True, default="", editable=False)
    left_event = models.CharField(max_length=64, blank=True, default="", editable=False)
    # 1 while it lasts, else NULL: a plain unique key then allows one that does.
    open_mark: Any = models.GeneratedField(
        expression=Case(When(left_run=NEVER, then=Value(1)), default=Value(None)),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = StayQuerySet.as_manager()

    class Meta:
        db_table = "segment_stay"
        verbose_name = _("stay in a segment")
        verbose_name_plural = _("stays in segments")
        # Also the way from customers to their stays in one segment.
        constraints = [models.UniqueConstraint(fields=["segment", "customer", "open_mark"], name="uk_segment_stay")]
        indexes = [
            # The members by id without those who left long ago, and who leaves in a run.
            models.Index(fields=["segment", "left_run", "customer"], name="ix_stay_members"),
            # Who enters in a run.
            models.Index(fields=["segment", "entered_run"], name="ix_stay_entered"),
            # A customer's history.
            models.Index(fields=["customer", "segment"], name="ix_stay_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} · {self.customer_id}"
