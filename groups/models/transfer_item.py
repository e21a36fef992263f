from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.columns import corp_of, far
from groups.models.chat import GroupChat
from groups.models.transfer import GroupTransferJob


class GroupTransferItem(models.Model):
    """One group of a job. Every attempt is a row, and what came of it stays."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("group chat", "can go")
        BLOCKED = "blocked", pgettext_lazy("group chat", "can't go")
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        DOUBT = "doubt", _("in doubt, being looked at")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("called off")

    corp = corp_of()
    job = models.ForeignKey(
        GroupTransferJob, on_delete=models.CASCADE, related_name="items", verbose_name=_("job"), db_index=False
    )
    chat = models.ForeignKey(
        GroupChat, on_delete=models.PROTECT, related_name="transfers", verbose_name=_("group chat"), db_index=False
    )
    # Whose it was when the job was made: WeCom's limits count by them.
    owner = far(Employee, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    # By the call for leavers, or by that for who still works here.
    leaver = models.BooleanField(_("owner has left"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State)
    # Why it can't go, by our own check (transfers/preflight.py).
    reason = models.CharField(_("reason"), max_length=30, blank=True, default="")
    # Why WeCom refused.
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    # Not before then: a day's limit is used up, or the group is to be looked at.
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    # 1 while it is on its way, else NULL: a plain unique key then lets a group go one way at a time.
    open_mark: Any = models.GeneratedField(
        expression=models.Case(
            models.When(state__in=["waiting", "sending", "doubt"], then=models.Value(1)), default=models.Value(None)
        ),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = CorpQuerySet["GroupTransferItem"].as_manager()

    class Meta:
        db_table = "group_transfer_item"
        verbose_name = _("group chat to be handed over")
        verbose_name_plural = _("group chats to be handed over")
        constraints = [
            models.UniqueConstraint(fields=["job", "chat"], name="uk_group_transfer_item"),
            models.UniqueConstraint(fields=["chat", "open_mark"], name="uk_group_transfer_open"),
        ]
        indexes = [
            # The sheet and the report of a job; what of it is to be sent next.
            models.Index(fields=["job", "state", "due_at"], name="ix_group_transfer_job"),
            # How many of an owner's groups went today.
            models.Index(fields=["owner", "sent_at"], name="ix_group_transfer_owner"),
            # What is in doubt, or was being sent by who died.
            models.Index(fields=["state", "due_at"], name="ix_group_transfer_due"),
        ]

    def __str__(self) -> str:
        return str(self.chat)
