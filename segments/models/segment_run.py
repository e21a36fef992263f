from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.columns import corp_of
from segments.choices import Reason, RunState
from segments.models.segment import Segment
from segments.querysets import OfSegments


class SegmentRun(models.Model):
    """All of a segment asked anew: how far it is, what came of it. One of a segment is open at a time."""

    corp = corp_of()
    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="runs", verbose_name=_("segment"), db_index=False
    )
    reason = models.CharField(_("why"), max_length=10, choices=Reason)
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.QUEUED)
    actor = models.CharField(_("asked by"), max_length=40, default="system")
    # The segment of whose members a list is made, where it isn't asked of a condition.
    origin = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # Its number among those of the segment that were finished.
    number = models.PositiveIntegerField(default=0, editable=False)
    create_time = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    # The moment that was asked about.
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    fence = models.PositiveIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    # Differences found, and how many of them are written.
    total = models.PositiveIntegerField(_("changes"), default=0)
    done = models.PositiveIntegerField(_("written"), default=0)
    entered = models.PositiveIntegerField(pgettext_lazy("segment", "entered"), default=0)
    left = models.PositiveIntegerField(pgettext_lazy("segment", "left"), default=0)
    size = models.PositiveIntegerField(_("members"), default=0)
    # Up to which stay it was told who entered and who left.
    told_entered = models.PositiveBigIntegerField(default=0, editable=False)
    told_left = models.PositiveBigIntegerField(default=0, editable=False)
    failures = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    open_mark: Any = models.GeneratedField(
        expression=Case(When(finished_at=None, then=Value(1)), default=Value(None)),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = OfSegments.as_manager()

    class Meta:
        db_table = "segment_run"
        verbose_name = _("refresh of a segment")
        verbose_name_plural = _("refreshes of segments")
        # Also the way from a segment to its runs.
        constraints = [models.UniqueConstraint(fields=["segment", "open_mark"], name="uk_segment_run")]
        indexes = [
            # What a worker may take.
            models.Index(fields=["open_mark", "lease_until"], name="ix_segment_run_due"),
            # A company's, newest first.
            models.Index(fields=["corp", "-id"], name="ix_segment_run_corp"),
        ]

    def __str__(self) -> str:
        return f"{self.segment} · {self.pk}"

    @property
    def percent(self) -> int:
        """How much of the differences is written."""
        return round(100 * self.done / self.total) if self.total else 0
