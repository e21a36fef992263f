from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from corps.models import Corp
from corps.querysets import CorpQuerySet
from segments.models.rule import RuleVersion, TagRule


class RuleRun(models.Model):
    """What one version of a rule did together, and can be taken back together: an hour of events, or one job."""

    class Kind(models.TextChoices):
        LIVE = "live", _("by events, of one hour")
        DAILY = "daily", _("daily")
        TRIAL = "trial", _("dry run")
        BACKFILL = "backfill", _("backfill")
        UNDO = "undo", _("undo")

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("run", "under way")
        PAUSED = "paused", pgettext_lazy("run", "paused")
        DONE = "done", pgettext_lazy("run", "done")
        CANCELLED = "cancelled", pgettext_lazy("run", "cancelled")
        # Further than it may; a person decides whether it goes on.
        STOPPED = "stopped", pgettext_lazy("run", "stopped")

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    rule = models.ForeignKey(TagRule, on_delete=models.PROTECT, related_name="runs", verbose_name=_("rule"))
    rule_version: Any = models.ForeignKey(
        RuleVersion, on_delete=models.PROTECT, related_name="runs", verbose_name=_("version")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.RUNNING)
    # The hour or day that it is of, so that there is one; NULL for a job, of which there may be many.
    bucket = ExactCharField(max_length=13, null=True, blank=True, editable=False)
    # What an undo takes back.
    undoes: Any = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undos", verbose_name=_("takes back")
    )
    # A job's place: behind which id it goes on, and the last one there was when it began.
    after = models.PositiveBigIntegerField(default=0, editable=False)
    until = models.PositiveBigIntegerField(default=0, editable=False)
    total = models.PositiveBigIntegerField(_("to look at"), default=0, editable=False)
    seen = models.PositiveBigIntegerField(_("looked at"), default=0, editable=False)
    held = models.PositiveBigIntegerField(_("answered to it"), default=0, editable=False)
    changed = models.PositiveBigIntegerField(_("changed"), default=0, editable=False)
    # Outcome → how many; of a dry run also the sample.
    report = models.JSONField(_("report"), default=dict, editable=False)
    # A worker that has the next piece keeps others away until then.
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    actor = ExactCharField(_("asked by"), max_length=40, default="system")
    source = models.CharField(_("source"), max_length=10, default="rule")
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    version = models.PositiveBigIntegerField(default=1, editable=False)

    objects = CorpQuerySet["RuleRun"].as_manager()

    class Meta:
        db_table = "tag_rule_run"
        verbose_name = _("run of a rule")
        verbose_name_plural = _("runs of rules")
        constraints = [
            models.UniqueConstraint(fields=["rule_version", "kind", "bucket"], name="uk_tag_rule_run_bucket"),
        ]
        indexes = [
            # A rule's, newest first (InnoDB appends the id).
            models.Index(fields=["rule", "kind"], name="ix_tag_rule_run_rule"),
            # The jobs that somebody has to go on with.
            models.Index(fields=["state", "lease_until"], name="ix_tag_rule_run_due"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.rule}"
