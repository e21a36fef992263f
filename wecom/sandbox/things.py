"""What a company consists of, in WeCom's own words. Times are Unix seconds."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class App:
    """One of the company's apps, with how its callbacks are signed.

    Attributes:
        sees: departments in its visible range, with all below them; None for everybody.
        customers: may call the customer API (可调用接口的应用); otherwise 48002.
        contacts: the contact-sync app, the only one that may call user/list_id.
    """

    agent_id: int
    secret: str
    token: str = ""
    aes_key: str = ""
    sees: list[int] | None = None
    customers: bool = True
    contacts: bool = False
    enabled: bool = True


@dataclass(slots=True)
class Department:
    id: int
    name: str
    parentid: int = 1
    order: int = 0
    name_en: str = ""


@dataclass(slots=True)
class Employee:
    """A member. ``leads``: departments led. ``contact``: has the customer-contact function. ``status`` 5: has left.

    ``greeted``: the administrators have set a welcome message, so events bring no WelcomeCode.
    ``verified``: has given a real name, without which nobody takes over customers (40098).
    """

    userid: str
    name: str
    departments: list[int]
    leads: list[int] = field(default_factory=list)
    position: str = ""
    gender: str = "0"
    alias: str = ""
    direct_leader: list[str] = field(default_factory=list)
    status: int = 1
    left_at: int | None = None
    contact: bool = True
    verified: bool = True
    greeted: bool = False
    customer_limit: int = 20_000


@dataclass(slots=True)
class Person:
    """Somebody outside. ``type`` 1 uses WeChat, 2 WeCom."""

    external_userid: str
    name: str
    type: int = 1
    gender: int = 0
    avatar: str = ""
    unionid: str = ""
    position: str = ""
    corp_name: str = ""
    corp_full_name: str = ""


@dataclass(slots=True)
class Follow:
    """An employee's friend. ``serial`` grows over the whole company: the order of listings.

    ``customer_gone``: the customer has deleted the employee, of which the API tells nothing.
    """

    serial: int
    userid: str
    external_userid: str
    createtime: int
    add_way: int = 1
    state: str = ""
    oper_userid: str = ""
    remark: str = ""
    description: str = ""
    remark_corp_name: str = ""
    remark_mobiles: list[str] = field(default_factory=list)
    wechat_channels: dict[str, Any] | None = None
    tags: list[str] = field(default_factory=list)
    personal: list[list[str]] = field(default_factory=list)
    customer_gone: bool = False


@dataclass(slots=True)
class Episode:
    """From an adding to its end. ``ended_by``: employee, customer, transfer or resignation."""

    began: int
    ended: int | None = None
    ended_by: str | None = None


@dataclass(slots=True)
class Tag:
    """``agent_id``: the app that made it, 0 for the admin pages."""

    id: str
    group_id: str
    name: str
    create_time: int
    order: int = 0
    deleted: bool = False
    agent_id: int = 0


@dataclass(slots=True)
class TagGroup:
    id: str
    name: str
    create_time: int
    order: int = 0
    deleted: bool = False
    agent_id: int = 0


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


@dataclass(slots=True)
class Transfer:
    """A customer on the way. ``outcome``: None while waiting, then 1 done, 3 refused, 4 the taker is full."""

    resigned: bool
    handover: str
    takeover: str
    external_userid: str
    started: int
    due: int
    outcome: int | None = None
    finished: int = 0


@dataclass(slots=True)
class Welcome:
    code: str
    userid: str
    external_userid: str
    issued: int
    used: bool = False
    said: str = ""


@dataclass(slots=True)
class ContactWay:
    """``fields``: what add_contact_way was given, as it was given."""

    config_id: str
    created: int
    fields: dict[str, Any]
