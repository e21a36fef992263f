"""Group chats with everybody in them."""

import datetime as dt

from corps import tickets
from corps.actors import SYSTEM
from corps.tally import Tally
from groups import mirroring
from groups.facts import ChatFacts
from wecom import mapping
from wecom.client import groups
from wecom.client.errors import Gone
from wecom.client.transport import Client, client_for


def read_chat(client: Client, chat_id: str) -> ChatFacts | None:
    """The group with everybody in it; None for one that is dismissed or was never there."""
    try:
        return mapping.chat(groups.group_chat(client, chat_id))
    except Gone:
        return None


def refresh_chat(*, corp_id: int, chat_id: str, source: str) -> Tally:
    """Read one group and store it; one that WeCom does not know any more is dismissed. Raises as refresh_customer."""
    client, ticket = client_for(corp_id), tickets.draw(corp_id)
    return apply_chat(corp_id, chat_id, read_chat(client, chat_id), ticket, source)


def apply_chat(
    corp_id: int, chat_id: str, chat: ChatFacts | None, ticket: int, source: str, *, ended_at: dt.datetime | None = None
) -> Tally:
    """Store what ``read_chat`` found. ``ended_at``: when a group that isn't there was dismissed, if an event told."""
    if chat:
        return mirroring.apply_chats(corp_id=corp_id, chats=[chat], ticket=ticket, by=SYSTEM, source=source)
    if ended_at:
        return mirroring.dismiss(corp_id=corp_id, chat_id=chat_id, ticket=ticket, at=ended_at, by=SYSTEM, source=source)
    return mirroring.end_unseen(corp_id=corp_id, chat_ids=[chat_id], ticket=ticket, by=SYSTEM, source=source)
