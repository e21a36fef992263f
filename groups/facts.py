"""What WeCom says of a group chat, freed of its wording (pages 93414, 96338)."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """One who is in the group now. ``type``: ``MemberType``; ``join_time`` aware; unknown texts are empty."""

    userid: str
    type: int
    join_time: dt.datetime
    join_scene: int | None = None
    inviter_userid: str = ""
    unionid: str | None = None
    name: str = ""
    group_nickname: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ChatFacts:
    """A group with everybody in it. ``status`` is None where the call doesn't tell it (only groupchat/list does)."""

    chat_id: str
    name: str
    owner_userid: str
    opened_at: dt.datetime
    notice: str = ""
    admins: tuple[str, ...] = ()
    members: tuple[MemberFacts, ...] = ()
    member_version: str = ""
    status: int | None = None
