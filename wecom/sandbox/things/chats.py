"""Group chats."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Member:
    """One who is in a chat. ``type`` 1 an employee, 2 an outsider; ``join_scene`` as groupchat/get counts (1, 2, 3)."""

    userid: str
    type: int
    join_time: int
    join_scene: int = 1
    invitor: str = ""
    group_nickname: str = ""
    state: str = ""


@dataclass(slots=True)
class Stay:
    """One member's time in a chat. ``scene``: 0 left, 1 removed, None with the whole chat or still there."""

    userid: str
    joined: int
    left: int | None = None
    scene: int | None = None


@dataclass(slots=True)
class Chat:
    """``status``: 0 normal, 1 owner left, 3 inherited. ``turned``: when its members changed last, ``before`` that it
    had the version of that name. ``handed``: when it was handed over.
    """

    chat_id: str
    name: str
    owner: str
    create_time: int
    member_version: str
    notice: str = ""
    status: int = 0
    dismissed_at: int | None = None
    members: dict[str, Member] = field(default_factory=dict)
    admins: list[str] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    handed: list[int] = field(default_factory=list)
    turned: int = 0
    before: str = ""
