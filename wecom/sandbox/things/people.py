"""Who there is outside, and who knows whom."""

from dataclasses import dataclass, field
from typing import Any


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
