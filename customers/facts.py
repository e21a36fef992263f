"""What WeCom says of customers and of who follows them, freed of its wording (page 96315).

A field that is None was not told, and stays as it is here. Texts are stored as long as their columns allow.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The customer's own side: the same whoever asks."""

    external_userid: str
    name: str | None = None
    avatar: str | None = None
    type: int = 1
    gender: int | None = None
    unionid: str | None = None
    position: str | None = None
    corp_name: str | None = None
    corp_full_name: str | None = None
    external_profile: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FollowFacts:
    """One pair of employee and customer.

    Attributes:
        add_time: WeCom's ``createtime``, aware.
        tags: WeCom ids of the company's and the rule groups' tags that this employee put.
        personal_tags: ``(group name, tag name)`` of the employee's own tags; None where the call doesn't give them
            (``batch/get_by_user``, page 96316).
        digest: of all that was said with this pair, the person included, so that the same is known by it the next
            time; None: not to be remembered.
    """

    external_userid: str
    userid: str
    add_time: dt.datetime
    remark: str = ""
    description: str = ""
    remark_corp_name: str = ""
    remark_mobiles: tuple[str, ...] = ()
    add_way: int | None = None
    state: str = ""
    oper_userid: str = ""
    wechat_channels: dict[str, Any] | None = None
    tags: tuple[str, ...] = ()
    personal_tags: tuple[tuple[str, str], ...] | None = None
    digest: int | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """A pair that is over: ``how`` is one of ``choices.ENDINGS``, ``at`` when it happened, or was noticed."""

    external_userid: str
    userid: str
    how: int
    at: dt.datetime
