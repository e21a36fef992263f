from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.querysets import CorpQuerySet
from customers.columns import corp_of
from groups.choices import ChangeKind
from groups.models.chat import GroupChat


class ChatChange(models.Model):
    """Something about a chat that became another thing. Rows are added by mirroring/ alone and never changed."""

    corp = corp_of()
    chat = models.ForeignKey(
        GroupChat, on_delete=models.CASCADE, related_name="changes", verbose_name=_("group chat"), db_index=False
    )
    kind = models.CharField(_("what"), max_length=10, choices=ChangeKind)
    # An owner is their row id, a status its number, the others are the text.
    before = models.TextField(_("before"), blank=True, default="")
    after = models.TextField(_("after"), blank=True, default="")
    # When it was read; of a dismissal, when it happened if an event told.
    at = models.DateTimeField(_("time"))

    objects = CorpQuerySet["ChatChange"].as_manager()

    class Meta:
        db_table = "group_chat_change"
        verbose_name = _("change of a group chat")
        verbose_name_plural = _("changes of group chats")
        # A chat's own story, in order.
        indexes = [models.Index(fields=["chat", "at"], name="ix_group_chat_change")]

    def __str__(self) -> str:
        return f"{self.chat} · {self.get_kind_display()}"
