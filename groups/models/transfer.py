from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Employee
from customers.columns import corp_of, far
from groups.querysets import GroupTransferJobQuerySet


class GroupTransferJob(Stamped):
    """Groups to be given to another owner, one call of a hundred after the other."""

    class State(models.TextChoices):
        DRAFT = "draft", _("not started")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("called off")

    corp = corp_of()
    taker = far(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("new owner"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    actor = models.CharField(_("asked by"), max_length=64)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # Why the last call as a whole was refused, while the job waits for something to be mended.
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = GroupTransferJobQuerySet.as_manager()

    class Meta:
        db_table = "group_transfer_job"
        verbose_name = _("handover of group chats")
        verbose_name_plural = _("handovers of group chats")
        # The list, newest first; which jobs have something to do.
        indexes = [
            models.Index(fields=["corp", "-id"], name="ix_group_transfer_corp"),
            models.Index(fields=["state", "id"], name="ix_group_transfer_state"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
