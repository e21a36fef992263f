"""WeCom's JSON in our words. Pure: no call, no row. Every field but the ids may be missing, null or too long for us.

Keys that WeCom leaves out become None where the facts have a "not told", else the empty value.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from corps.facts import DepartmentFacts, EmployeeFacts
from corps.models import Department, Employee
from customers.facts import FollowFacts, PersonFacts
from customers.models import Customer, FollowRelation
from groups.choices import MemberType
from groups.facts import ChatFacts, MemberFacts
from groups.models import GroupChat, GroupMember
from tags.choices import TagKind
from tags.facts import GroupFacts, TagFacts
from tags.models import Tag, TagGroup

Json = Mapping[str, Any]
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Orders go up to 2^32 (page 96320).
_MOST_ORDER = 2**32
_MOST_SMALL = 32_767


# --- Customers (pages 96315, 96316) ---


def person(contact: Json) -> PersonFacts:
    """``external_contact``: the same in get and in batch/get_by_user."""
    return PersonFacts(
        external_userid=_id(contact, "external_userid"),
        name=_told(contact, "name", Customer),
        avatar=_address(contact.get("avatar")),
        type=_small(contact.get("type")) or 1,
        gender=_small(contact.get("gender")),
        unionid=_told(contact, "unionid", Customer) or None,
        position=_told(contact, "position", Customer),
        corp_name=_told(contact, "corp_name", Customer),
        corp_full_name=_told(contact, "corp_full_name", Customer),
        external_profile=_object(contact.get("external_profile")),
    )


def customer(answer: Json) -> tuple[PersonFacts, list[FollowFacts]]:
    """The answer of ``externalcontact/get``: the person and every follower that the app may see."""
    who = person(answer["external_contact"])
    return who, [follow(who.external_userid, info) for info in _rows(answer.get("follow_user"))]


def pair(entry: Json, digest: int | None = None) -> tuple[PersonFacts, FollowFacts]:
    """An entry of ``batch/get_by_user``: one pair, its tags by id only, without the employee's own."""
    who = person(entry["external_contact"])
    return who, follow(who.external_userid, entry["follow_info"], digest)


def pair_key(entry: Json) -> tuple[str, str]:
    """(external userid, userid) of such an entry."""
    return _id(entry["external_contact"], "external_userid"), _id(entry["follow_info"], "userid")


def tags_of_pair(entry: Json) -> tuple[str, ...]:
    """WeCom's ids of the tags in such an entry."""
    return _tags_of(entry["follow_info"])[0]


def follow(external_userid: str, info: Json, digest: int | None = None) -> FollowFacts:
    """``follow_user[]`` (tags as objects) or ``follow_info`` (``tag_id``): the key that is there tells which it is.

    A pair without ``createtime`` began in 1970: a fixed time, since each new one would be a new episode.
    """
    tags, personal = _tags_of(info)
    return FollowFacts(
        external_userid=external_userid,
        userid=_id(info, "userid"),
        add_time=moment(info.get("createtime")) or _EPOCH,
        remark=_text(info, "remark", FollowRelation),
        description=_text(info, "description", FollowRelation),
        remark_corp_name=_text(info, "remark_corp_name", FollowRelation),
        remark_mobiles=tuple(_clean(m) for m in info.get("remark_mobiles") or () if m),
        add_way=_small(info.get("add_way")),
        state=_text(info, "state", FollowRelation),
        oper_userid=_text(info, "oper_userid", FollowRelation),
        wechat_channels=_object(info.get("wechat_channels")),
        tags=tags,
        personal_tags=personal,
        digest=digest,
    )


def _tags_of(info: Json) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...] | None]:
    """Ids of the company's and the rule groups' tags, and the employee's own by their names, which have no id."""
    if "tag_id" in info:
        return _ids(info["tag_id"]), None
    rows = _rows(info.get("tags"))
    shared = [tag["tag_id"] for tag in rows if tag.get("tag_id") and tag.get("type") != TagKind.PERSONAL]
    own = [tag for tag in rows if not tag.get("tag_id") or tag.get("type") == TagKind.PERSONAL]
    names = ((_text(t, "group_name", TagGroup, "name"), _text(t, "tag_name", Tag, "name")) for t in own)
    return _ids(shared), tuple(dict.fromkeys(names))


# --- Departments and members (pages 96259, 96260) ---


def department(row: Json) -> DepartmentFacts:
    return DepartmentFacts(
        wecom_id=int(row["id"]),
        name=_text(row, "name", Department),
        parent_id=int(row.get("parentid") or 0),
        order=_order(row.get("order")),
    )


def employee(row: Json) -> EmployeeFacts:
    """A member of user/get or user/list; simplelist's have fewer keys, list_id's the userid alone."""
    main = row.get("main_department")
    return EmployeeFacts(
        userid=_id(row, "userid"),
        name=_told(row, "name", Employee),
        alias=_told(row, "alias", Employee),
        position=_told(row, "position", Employee),
        status=_small(row.get("status")),
        departments=_places(row),
        main_department=int(main) if main else None,
        direct_leaders=_ids(row["direct_leader"]) if row.get("direct_leader") is not None else None,
    )


def _places(row: Json) -> tuple[tuple[int, bool], ...] | None:
    """``department`` and ``is_leader_in_dept`` run side by side; the second may be missing or shorter."""
    if not isinstance(row.get("department"), list):
        return None
    leads = list(row.get("is_leader_in_dept") or ())
    leads += [0] * (len(row["department"]) - len(leads))
    return tuple((int(ident), bool(lead)) for ident, lead in zip(row["department"], leads, strict=False))


# --- Tags (page 96320) ---


def tag_group(row: Json, kind: int = TagKind.CORP) -> GroupFacts:
    """A group of get_corp_tag_list, or with ``kind`` RULE_GROUP of get_strategy_tag_list, with its tags."""
    return GroupFacts(
        wecom_id=_id(row, "group_id"),
        name=_text(row, "group_name", TagGroup, "name"),
        order=_order(row.get("order")),
        kind=kind,
        deleted=bool(row.get("deleted")),
        tags=tuple(_tag(tag) for tag in _rows(row.get("tag"))),
    )


def _tag(row: Json) -> TagFacts:
    return TagFacts(
        wecom_id=_id(row, "id"),
        name=_text(row, "name", Tag),
        order=_order(row.get("order")),
        created=int(row.get("create_time") or 0),
        deleted=bool(row.get("deleted")),
    )


# --- Group chats (page 96338) ---


def chat(row: Json, status: int | None = None) -> ChatFacts:
    """``group_chat`` of groupchat/get. ``status`` is only in groupchat/list: hand it in where it is known."""
    return ChatFacts(
        chat_id=_id(row, "chat_id"),
        name=_text(row, "name", GroupChat),
        owner_userid=str(row.get("owner") or ""),
        opened_at=moment(row.get("create_time")) or _EPOCH,
        notice=_clean(row.get("notice")),
        admins=_ids(admin.get("userid") for admin in _rows(row.get("admin_list"))),
        members=tuple(_member(member) for member in _rows(row.get("member_list"))),
        member_version=str(row.get("member_version") or ""),
        status=status,
    )


def _member(row: Json) -> MemberFacts:
    return MemberFacts(
        userid=_id(row, "userid"),
        type=_small(row.get("type")) or MemberType.CUSTOMER,
        join_time=moment(row.get("join_time")) or _EPOCH,
        join_scene=_small(row.get("join_scene")),
        inviter_userid=str((row.get("invitor") or {}).get("userid") or ""),
        unionid=_told(row, "unionid", GroupMember) or None,
        name=_text(row, "name", GroupMember),
        group_nickname=_text(row, "group_nickname", GroupMember),
        state=_text(row, "state", GroupMember),
    )


# --- Values ---


def moment(seconds: Any) -> dt.datetime | None:
    """Unix seconds, as a number or a text, as an instant; None for none, and for what is no time."""
    try:
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC) if seconds else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _id(row: Json, key: str) -> str:
    return str(row[key])


def _ids(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values or () if value))


def _rows(value: Any) -> list[Json]:
    return [row for row in value or () if isinstance(row, dict)]


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _small(value: Any) -> int | None:
    """A small number of an enumeration; some come as texts (a member's gender), some lists have grown."""
    try:
        number = int(value)
    except (ValueError, TypeError):
        return None
    return number if 0 <= number <= _MOST_SMALL else None


def _order(value: Any) -> int:
    return min(max(int(value or 0), 0), _MOST_ORDER)


def _clean(value: Any) -> str:
    """A text without halves of characters: nicknames have them, JSON can carry them, and no database takes them."""
    text = "" if value is None else str(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _text(row: Json, key: str, model: Any, column: str = "") -> str:
    """A text as long as its column allows."""
    return _clean(row.get(key))[: model._meta.get_field(column or key).max_length]


def _told(row: Json, key: str, model: Any) -> str | None:
    """Like ``_text``, None where WeCom left it out."""
    return None if row.get(key) is None else _text(row, key, model)


def _address(value: Any) -> str | None:
    """A link cut off leads nowhere: one that is too long was not told."""
    most = Customer._meta.get_field("avatar").max_length or 0
    return None if value is None or len(str(value)) > most else _clean(value)
