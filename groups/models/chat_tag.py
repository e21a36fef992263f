from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.querysets import CorpQuerySet
from customers.columns import corp_of
from groups.models.chat import GroupChat
from groups.models.tag import GroupTag


class ChatTag(models.Model):
    """That a chat has a tag, and who put it."""

    corp = corp_of()
    chat = models.ForeignKey(
        GroupChat, on_delete=models.CASCADE, related_name="tag_rows", verbose_name=_("group chat"), db_index=False
    )
    tag = models.ForeignKey(GroupTag, on_delete=models.PROTECT, related_name="chat_rows", verbose_name=_("tag"))
    source = models.CharField(_("source"), max_length=20)
    actor = models.CharField(_("put by"), max_length=64)
    create_time = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CorpQuerySet["ChatTag"].as_manager()

    class Meta:
        db_table = "group_chat_tag"
        verbose_name = _("tag of a group chat")
        verbose_name_plural = _("tags of group chats")
        # Which chats have a tag is asked by the tag's own index, to which InnoDB appends the id alone.
        constraints = [models.UniqueConstraint(fields=["chat", "tag"], name="uk_group_chat_tag")]

    def __str__(self) -> str:
        return f"{self.chat} · {self.tag}"
