"""Group chats with customers (客户群)."""

from collections.abc import Sequence
from typing import Any

from wecom.client.answers import page, thing
from wecom.client.endpoints import Endpoint
from wecom.client.outcomes import ChatStatus, GroupChat
from wecom.client.transport import Client

MOST_OWNERS = 100
_LIST = Endpoint("externalcontact/groupchat/list", "groups")
_ONE = Endpoint("externalcontact/groupchat/get", "groups")


def group_chats(
    client: Client, *, owners: Sequence[str] = (), status: int = 0, cursor: str = "", limit: int = 1_000
) -> tuple[list[ChatStatus], str]:
    """A page of group chats and the next cursor. Pages 92120 and 93414.

    Args:
        owners: at most 100 userids; a leaver's chats come only when the leaver is named.
        status: 0 all, 1 the owner left, 2 being handed over, 3 handed over.

    Fails as ``TooBig`` 81017: more than 1,000 members are visible and no owner was named.
    """
    named = {"userid_list": list(owners)} if owners else None
    body = {"status_filter": status, "owner_filter": named, "cursor": cursor, "limit": limit}
    return page(client.post(_LIST, **body), "group_chat_list", _LIST)


def group_chat(client: Client, chat_id: str) -> GroupChat:
    """One chat with its members and their names. Pages 92122 and 96338. May lag behind the event that led here.

    Fails as ``Gone`` 49008 (dismissed), 40050, 90501/90509 (no customer group), ``OutOfRange`` 60011 (its owner).
    """
    found: Any = thing(client.post(_ONE, chat_id=chat_id, need_name=1), "group_chat", _ONE)
    return found
