"""What WeCom answers about group chats, handovers, statistics and contact codes."""

from typing import Any, NotRequired, TypedDict


class ChatStatus(TypedDict):
    """Path 93414: 0 normal, 1 its owner left, 2 being handed over, 3 handed over."""

    chat_id: str
    status: int


class ChatMember(TypedDict):
    """``type`` 1: a member of the company, 2: somebody from outside."""

    userid: str
    type: int
    join_time: NotRequired[int]
    join_scene: NotRequired[int]
    unionid: NotRequired[str]
    invitor: NotRequired[dict[str, str]]
    group_nickname: NotRequired[str]
    name: NotRequired[str]
    state: NotRequired[str]


class GroupChat(TypedDict):
    """Path 96338."""

    chat_id: str
    owner: str
    name: NotRequired[str]
    create_time: NotRequired[int]
    notice: NotRequired[str]
    member_list: NotRequired[list[ChatMember]]
    admin_list: NotRequired[list[dict[str, str]]]
    member_version: NotRequired[str]


class HandoverStart(TypedDict):
    """``errcode`` 0 says that it was begun, not that it succeeded."""

    external_userid: str
    errcode: int


class Handover(TypedDict):
    """Path 94088. ``status``: 1 taken over, 2 waiting, 3 the customer refused, 4 the taker is full, 5 no record."""

    external_userid: str
    status: int
    takeover_time: NotRequired[int]


class Unassigned(TypedDict):
    handover_userid: str
    external_userid: str
    dimission_time: int


class FailedChat(TypedDict):
    chat_id: str
    errcode: int
    errmsg: str


class GroupFigures(TypedDict):
    """Path 96359: figures of one owner, or of one day."""

    data: dict[str, int]
    owner: NotRequired[str]
    stat_time: NotRequired[int]


class ContactFigures(TypedDict):
    """Path 96358: one day. The two about replies are missing for a day without a chat."""

    stat_time: int
    chat_cnt: NotRequired[int]
    message_cnt: NotRequired[int]
    reply_percentage: NotRequired[float]
    avg_reply_time: NotRequired[int]
    negative_feedback_cnt: NotRequired[int]
    new_apply_cnt: NotRequired[int]
    new_contact_cnt: NotRequired[int]


class NewContactWay(TypedDict):
    config_id: str
    qr_code: NotRequired[str]


class ContactWay(TypedDict):
    """Path 96348."""

    config_id: str
    type: int
    scene: int
    style: NotRequired[int]
    remark: NotRequired[str]
    skip_verify: NotRequired[bool]
    state: NotRequired[str]
    qr_code: NotRequired[str]
    user: NotRequired[list[str]]
    party: NotRequired[list[int]]
    is_temp: NotRequired[bool]
    conclusions: NotRequired[dict[str, Any]]
