"""Bring group chats into step with what WeCom says of them."""

import datetime as dt
from collections.abc import Sequence

from corps.actors import Actor
from corps.facts import Tally
from groups.facts import ChatFacts


def apply_chats(
    *, corp_id: int, chats: Sequence[ChatFacts], ticket: int, by: Actor, source: str, run_id: int | None = None
) -> Tally:
    """Store groups with all who are in them now; who is no longer has left, how is unknown unless a callback told."""
    raise NotImplementedError


def dismiss(*, corp_id: int, chat_id: str, ticket: int, at: dt.datetime, by: Actor, source: str) -> Tally:
    """A group is no more: it and every open stay end."""
    raise NotImplementedError
