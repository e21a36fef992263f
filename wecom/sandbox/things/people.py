"""Who there is, inside and outside, and who knows whom."""

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
