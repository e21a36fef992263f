"""What WeCom answers about departments, members, customers and tags. Every field but the ids may be missing."""

from typing import Any, NotRequired, TypedDict


class Department(TypedDict):
    """Path 90208. ``order``: larger first."""

    id: int
    name: str
    parentid: int
    order: NotRequired[int]
    name_en: NotRequired[str]
    department_leader: NotRequired[list[str]]


class Member(TypedDict):
    """Path 96260. ``department``, ``order`` and ``is_leader_in_dept`` run in parallel; ``gender`` is a text."""

    userid: str
    name: NotRequired[str]
    department: NotRequired[list[int]]
    order: NotRequired[list[int]]
    is_leader_in_dept: NotRequired[list[int]]
    main_department: NotRequired[int]
    direct_leader: NotRequired[list[str]]
    position: NotRequired[str]
    mobile: NotRequired[str]
    gender: NotRequired[str]
    email: NotRequired[str]
    biz_mail: NotRequired[str]
    avatar: NotRequired[str]
    alias: NotRequired[str]
    status: NotRequired[int]
    qr_code: NotRequired[str]
    extattr: NotRequired[dict[str, Any]]


class MemberPlace(TypedDict):
    """Path 96067: one row per department of a member."""

    userid: str
    department: int


class Contact(TypedDict):
    """``external_contact`` of path 96315: the person, whoever follows them."""

    external_userid: str
    name: NotRequired[str]
    type: NotRequired[int]
    gender: NotRequired[int]
    avatar: NotRequired[str]
    unionid: NotRequired[str]
    position: NotRequired[str]
    corp_name: NotRequired[str]
    corp_full_name: NotRequired[str]
    external_profile: NotRequired[dict[str, Any]]


class FollowTag(TypedDict):
    """``tag_id`` is missing for type 2, a tag of the member's own."""

    tag_name: str
    type: int
    group_name: NotRequired[str]
    tag_id: NotRequired[str]


class Follow(TypedDict):
    """What one member knows of a customer: ``follow_user[]`` of path 96315, ``follow_info`` of path 96316.

    The first has ``tags``, the second ``tag_id`` without the member's own.
    """

    userid: str
    remark: NotRequired[str]
    description: NotRequired[str]
    createtime: NotRequired[int]
    tags: NotRequired[list[FollowTag]]
    tag_id: NotRequired[list[str]]
    remark_corp_name: NotRequired[str]
    remark_mobiles: NotRequired[list[str]]
    oper_userid: NotRequired[str]
    add_way: NotRequired[int]
    state: NotRequired[str]
    wechat_channels: NotRequired[dict[str, Any]]


class Customer(TypedDict):
    """Path 96315, all its pages of followers in one."""

    external_contact: Contact
    follow_user: list[Follow]


class Pair(TypedDict):
    """Path 96316: one entry per customer and member."""

    external_contact: Contact
    follow_info: Follow


class CorpTag(TypedDict):
    id: str
    name: str
    create_time: NotRequired[int]
    order: NotRequired[int]
    deleted: NotRequired[bool]


class CorpTagGroup(TypedDict):
    """Path 96320. ``deleted`` of a tag is told when it was asked for by its id or its group's."""

    group_id: str
    group_name: str
    tag: list[CorpTag]
    create_time: NotRequired[int]
    order: NotRequired[int]
    deleted: NotRequired[bool]


class NewTag(TypedDict):
    name: str
    order: NotRequired[int]
