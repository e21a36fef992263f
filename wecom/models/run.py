from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models import Corp
from corps.querysets import CorpQuerySet


class SyncRun(models.Model):
    """One full reading of one kind of thing, resumable after each page (reliability M4).

    Whoever works on it holds ``lease_until`` and ``fence``; each page commits with the cursor under that fence, so a
    runner that was thought dead and comes back writes nothing.
    """

    class Kind(models.TextChoices):
        HOUSE = "house", _("departments and employees")
        TAGS = "tags", _("tags")
        CUSTOMERS = "customers", _("customers")
        GROUPS = "groups", _("group chats")

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        NEEDS_APPROVAL = "approval", _("needs approval")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, related_name="sync_runs", verbose_name=_("company"))
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    dry_run = models.BooleanField(_("dry run"), default=False)
    asked_by = models.CharField(_("asked by"), max_length=40, default="system")
    create_time = models.DateTimeField(_("asked"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # Readings of before this number are older than the run.
    first_ticket = models.PositiveBigIntegerField(default=0, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    # Whose turn it is, in order: userids, or departments' numbers. Written once, when the run begins to read.
    plan = models.JSONField(default=list, editable=False)
    # Where it goes on: the stage, how far in the plan, WeCom's cursor.
    cursor = models.JSONField(default=dict, editable=False)
    pages = models.PositiveIntegerField(_("pages"), default=0)
    # How many steps there are in all, once that is known: for the time left.
    steps_done = models.PositiveIntegerField(default=0, editable=False)
    steps_total = models.PositiveIntegerField(default=0, editable=False)
    # {"new", "changed", "same", "ended", "refused", "failed"}, by rows; "sample" and "failures" for people.
    report = models.JSONField(_("report"), default=dict)
    # Seconds spent: {"api", "python", "database"}.
    spent = models.JSONField(default=dict, editable=False)
    approved_by = models.CharField(_("approved by"), max_length=40, blank=True, default="")
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    # 1 while it is not over, else NULL: a plain unique key then allows one run of a kind.
    open_mark: Any = models.GeneratedField(
        expression=models.Case(models.When(finished_at=None, then=models.Value(1)), default=models.Value(None)),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = CorpQuerySet["SyncRun"].as_manager()

    class Meta:
        db_table = "wecom_sync_run"
        verbose_name = _("sync")
        verbose_name_plural = _("syncs")
        constraints = [models.UniqueConstraint(fields=["corp", "kind", "open_mark"], name="uk_sync_open")]
        indexes = [
            # What a runner may take.
            models.Index(fields=["state", "lease_until"], name="ix_sync_due"),
            # The console's list of one corp, newest first.
            models.Index(fields=["corp", "-id"], name="ix_sync_corp"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
