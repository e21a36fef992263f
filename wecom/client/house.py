"""Departments and members (通讯录). What the app may not see is not there."""

from wecom.client.answers import page, rows
from wecom.client.endpoints import Endpoint
from wecom.client.shapes import Department, Member, MemberPlace
from wecom.client.transport import Client

_DEPARTMENTS = Endpoint("department/list", "directory", post=False)
_MEMBERS = Endpoint("user/list", "directory", post=False)
_MEMBER = Endpoint("user/get", "directory", post=False)
_FOLLOW_USERS = Endpoint("externalcontact/get_follow_user_list", "customers", post=False)
_MEMBER_IDS = Endpoint("user/list_id", "contact_sync")


def departments(client: Client) -> list[Department]:
    """Every department that the app may see. Page 90208; WeCom calls it slow, but simplelist has no names.

    Fails as ``CallRefused`` 48009 with the contact-sync secret from a new address.
    """
    return rows(client.get(_DEPARTMENTS), "department", _DEPARTMENTS)


def department_members(client: Client, department_id: int) -> list[Member]:
    """The members of one department, without those below. Page 96260. Mobile and the like only for old apps.

    Fails as ``Gone`` 60003/60123, ``OutOfRange`` 60011, ``TooBig`` 45029.
    """
    return rows(client.get(_MEMBERS, department_id=department_id), "userlist", _MEMBERS)


def user(client: Client, userid: str) -> Member:
    """One member. Page 90196. Fails as ``Gone`` 60111/46004/40003: left, deleted, or out of the visible range, which
    WeCom doesn't tell apart; ``OutOfRange`` 60011/60021."""
    answer = client.get(_MEMBER, userid=userid)
    return {key: value for key, value in answer.items() if key not in ("errcode", "errmsg")}  # type: ignore[return-value]


def follow_users(client: Client) -> list[str]:
    """The userids of those who may contact customers. Page 92571. Fails as ``CallRefused`` 48002."""
    return rows(client.get(_FOLLOW_USERS), "follow_user", _FOLLOW_USERS)


def member_ids(client: Client, cursor: str = "", limit: int = 10_000) -> tuple[list[MemberPlace], str]:
    """A page of all members' userids, one row per department of each, and the next cursor. Page 96067.

    Works with the contact-sync secret alone; others get ``CallRefused`` 48002.
    """
    return page(client.post(_MEMBER_IDS, cursor=cursor, limit=limit), "dept_user", _MEMBER_IDS)
