"""What can be asked of a customer's stays in group chats."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.choices import JoinScene, QuitScene
from groups.models import ChatTag
from segments.fields.field import Asking, Field, Link, Rows, table
from segments.fields.kinds import CHOICE, MEMBERSHIP, REFERENCE, TIME


def _tagged(asking: Asking, ids: tuple[int, ...]) -> Q:
    rows = ChatTag.objects.of_corp(asking.corp_id).filter(tag_id__in=ids)
    return Q(chat_id__in=rows.values("chat_id"))


def _tags_held(
    asking: Asking, keys: Collection[tuple[Any, ...]], asked: Collection[int]
) -> Mapping[tuple[Any, ...], frozenset[int]]:
    rows = ChatTag.objects.of_corp(asking.corp_id).filter(chat_id__in=[key[0] for key in keys], tag_id__in=asked)
    held: dict[tuple[Any, ...], frozenset[int]] = defaultdict(frozenset)
    for chat, tag in rows.values_list("chat_id", "tag_id"):
        held[chat,] |= {tag}
    return held


GROUP = Rows(
    "group",
    _("stay in a group chat"),
    "groups.GroupMember",
    table(
        (
            Field("chat", _("group chat"), REFERENCE, "chat_id", of="groups.GroupChat"),
            Field("owner", _("owner"), REFERENCE, "chat__owner_id", of="corps.Employee"),
            Field(
                "chatTags",
                _("tags of the group chat"),
                MEMBERSHIP,
                of="groups.GroupTag",
                link=Link(("chat_id",), _tagged, _tags_held),
            ),
            Field("joinTime", _("joined the group"), TIME, "join_time"),
            Field("joinScene", _("join scene"), CHOICE, "join_scene", JoinScene, open=True),
            Field("leftAt", _("left the group"), TIME, "left_at"),
            Field("quitScene", _("how it ended"), CHOICE, "quit_scene", QuitScene),
        )
    ),
    # Members who are nobody's customers have none.
    only=Q(customer__isnull=False),
)
