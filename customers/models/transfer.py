from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Employee
from customers.choices import JobState, TransferKind
from customers.columns import corp_of, far
from customers.querysets import TransferJobQuerySet


class TransferJob(Stamped):
    """Customers of one employee on their way to one or several others: what was asked for, and how far it is."""

    corp = corp_of()
    kind = models.CharField(_("kind"), max_length=10, choices=TransferKind)
    handover = far(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("hands over"))
    # Employee ids, in the order in which they were named.
    takers = models.JSONField(_("take over"), default=list)
    # What the customers are told; empty for WeCom's own words.
    message = models.CharField(_("message"), max_length=200, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.CHECKED)
    source = models.CharField(_("source"), max_length=10, default="api")
    actor = models.CharField(_("asked by"), max_length=40, default="system")
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # {"lines": what of a file could not be used, "acts": who started, paused, cancelled it and when}.
    report = models.JSONField(_("report"), default=dict)
    # Why it rests, while it does.
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    # When it is to be worked on next; NULL: there is nothing to do.
    due_at = models.DateTimeField(_("next look"), null=True, blank=True)
    taken_until = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)

    objects = TransferJobQuerySet.as_manager()

    class Meta:
        db_table = "transfer_job"
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        indexes = [
            # A company's jobs, newest first, and by state.
            models.Index(fields=["corp", "state"], name="ix_transfer_job_state"),
            # What is due, for the workers.
            models.Index(fields=["due_at"], name="ix_transfer_job_due"),
        ]

    def __str__(self) -> str:
        return f"{self.handover} · {self.pk}"
