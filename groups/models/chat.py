from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Employee
from customers.columns import corp_of, far
from groups.choices import ChatStatus
from groups.querysets import GroupChatQuerySet


class GroupChat(Stamped):
    """A customer group (客户群): a WeCom chat of employees and external contacts."""

    corp = corp_of()
    chat_id = ExactCharField(_("chat id"), max_length=64)
    # Empty for a group that nobody named.
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    owner = far(
        Employee,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_chats",
        verbose_name=_("owner"),
    )
    # userids of the administrators.
    admins = models.JSONField(_("administrators"), default=list, blank=True)
    notice = models.TextField(_("notice"), blank=True, default="")
    status = models.PositiveSmallIntegerField(_("status"), choices=ChatStatus, default=ChatStatus.NORMAL)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    dismissed_at = models.DateTimeField(_("dismissed"), null=True, blank=True)
    # WeCom's version of the member list; a callback that starts from another one means that some were lost.
    member_version = ExactCharField(_("member version"), max_length=64, blank=True, default="")
    # Kept in step with the open stays by mirroring/.
    member_count = models.PositiveIntegerField(_("members"), default=0)
    customer_count = models.PositiveIntegerField(_("external contacts"), default=0)
    # Grows with each change of the group or its members, under the row lock; events carry it.
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)
    # The reading of WeCom that this row last came from (corps/tickets.py); an older one doesn't overwrite it.
    fetch_seq = models.PositiveBigIntegerField(default=0, editable=False)
    # The full sync that saw it last.
    seen_run = models.BigIntegerField(null=True, blank=True, editable=False)
    # Lists hide the dismissed. An equality, unlike "status is not 9", keeps the order of the index it is in.
    alive: Any = models.GeneratedField(
        expression=Case(When(status=ChatStatus.DISMISSED, then=Value(0)), default=Value(1)),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )

    objects = GroupChatQuerySet.as_manager()

    class Meta:
        db_table = "group_chat"
        verbose_name = _("group chat")
        verbose_name_plural = _("group chats")
        constraints = [models.UniqueConstraint(fields=["corp", "chat_id"], name="uk_group_chat")]
        # InnoDB appends the id to each key, so "newest first" is read backwards without sorting.
        indexes = [
            # The list, and ranges of days.
            models.Index(fields=["corp", "alive", "opened_at"], name="ix_group_chat_alive"),
            # By status, also the dismissed.
            models.Index(fields=["corp", "status", "opened_at"], name="ix_group_chat_status"),
            # An owner's groups: what staff and managers see.
            models.Index(fields=["corp", "owner", "opened_at"], name="ix_group_chat_owner"),
        ]

    def __str__(self) -> str:
        return self.name or self.chat_id
