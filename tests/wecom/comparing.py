"""The mirror in the words of the sandbox's ``truth``, so that the two can be compared."""

from typing import Any

from corps.choices import EmployeeStatus
from corps.models import Corp, Department, Employee
from customers.choices import RelationStatus, TagKind
from customers.models import Customer, CustomerTag, FollowRelation, RelationEpisode
from groups.choices import ChatStatus
from groups.models import GroupChat, GroupMember
from tags.models import Tag

ENDED = {RelationStatus.ENDED_BY_EMPLOYEE: "employee", RelationStatus.ENDED_BY_CUSTOMER: "customer"}
ENDED |= {RelationStatus.ENDED_BY_TRANSFER: "transfer", None: None}


def seconds(moment: Any) -> int | None:
    return int(moment.timestamp()) if moment else None


def departments(corp: Corp) -> dict[int, Any]:
    rows = Department.objects.of_corp(corp.pk).select_related("parent")
    above = {d.pk: d.parent.wecom_id if d.parent else 0 for d in rows}
    return {d.wecom_id: {"name": d.name, "parentid": above[d.pk], "order": d.order} for d in rows}


def employees(corp: Corp) -> dict[str, Any]:
    """userid → name, position, whether left; departments and those led, of who is here."""
    found = {}
    for row in Employee.objects.of_corp(corp.pk).prefetch_related("memberships__department"):
        here = row.status != EmployeeStatus.LEFT
        places = list(row.memberships.all()) if here else []
        found[row.userid] = {
            "left": not here,
            "name": row.name,
            "position": row.position,
            "departments": sorted(p.department.wecom_id for p in places),
            "leads": sorted(p.department.wecom_id for p in places if p.is_leader),
        }
    return found


def true_employees(truth: dict[str, Any]) -> dict[str, Any]:
    return {
        userid: {
            "left": row["left_at"] is not None,
            "name": row["name"],
            "position": row["position"],
            "departments": sorted(row["departments"]) if row["left_at"] is None else [],
            "leads": sorted(row["leads"]) if row["left_at"] is None else [],
        }
        for userid, row in truth["employees"].items()
    }


def catalogue(corp: Corp) -> dict[str, Any]:
    rows = Tag.objects.of_corp(corp.pk).filter(deleted_at=None, kind=TagKind.CORP).select_related("group")
    return {t.wecom_id: (t.name, t.group.wecom_id, t.group.name) for t in rows}


def true_catalogue(truth: dict[str, Any]) -> dict[str, Any]:
    groups = truth["tag_groups"]
    return {id: (t["name"], t["group_id"], groups[t["group_id"]]["name"]) for id, t in truth["tags"].items()}


def people(corp: Corp) -> dict[str, Any]:
    names = ("name", "type", "gender", "unionid", "avatar")
    rows = Customer.objects.of_corp(corp.pk)
    return {c.external_userid: {n: getattr(c, n) for n in names} | {"unionid": c.unionid or ""} for c in rows}


def relations(corp: Corp) -> dict[tuple[str, str], dict[str, Any]]:
    """(userid, external_userid) → everything of the living; how it ended of the others; episodes of both."""
    tags: dict[tuple[int, int], list[str]] = {}
    # Those of deleted tags are swept up minutes later.
    rows = CustomerTag.objects.of_corp(corp.pk).filter(follower__isnull=False, tag__deleted_at=None)
    for row in rows.select_related("tag"):
        tags.setdefault((row.customer_id, row.follower_id), []).append(row.tag.wecom_id or "")
    episodes: dict[tuple[int, int], list[Any]] = {}
    for stay in RelationEpisode.objects.of_corp(corp.pk).order_by("began_at"):
        kept = (seconds(stay.began_at), seconds(stay.ended_at), ENDED[stay.ended_by], stay.noticed)
        episodes.setdefault((stay.customer_id, stay.employee_id), []).append(kept)
    found = {}
    for row in FollowRelation.objects.of_corp(corp.pk).select_related("employee", "customer"):
        key = (row.customer_id, row.employee_id)
        found[row.employee.userid, row.customer.external_userid] = _relation(row) | {
            "tags": sorted(tags.get(key, [])),
            "episodes": episodes.get(key, []),
        }
    return found


def _relation(row: FollowRelation) -> dict[str, Any]:
    names = ("remark", "description", "remark_corp_name", "add_way", "state", "oper_userid")
    return {name: getattr(row, name) for name in names} | {
        "status": RelationStatus(row.status).name,
        "createtime": seconds(row.add_time),
        "remark_mobiles": tuple(row.remark_mobiles),
        "personal_tags": sorted(map(tuple, row.personal_tags)),
    }


def chats(corp: Corp) -> dict[str, Any]:
    members: dict[int, dict[str, Any]] = {}
    stays: dict[int, list[Any]] = {}
    for row in GroupMember.objects.of_corp(corp.pk).order_by("join_time"):
        if row.left_at is None:
            members.setdefault(row.chat_id, {})[row.userid] = (row.type, seconds(row.join_time), row.join_scene)
        stays.setdefault(row.chat_id, []).append((row.userid, seconds(row.join_time), row.left_at is None))
    found = {}
    for chat in GroupChat.objects.of_corp(corp.pk).select_related("owner"):
        dismissed = chat.status == ChatStatus.DISMISSED
        found[chat.chat_id] = {
            "name": chat.name,
            "owner": chat.owner.userid if chat.owner else None,
            "notice": chat.notice,
            "status": None if dismissed else chat.status,
            "dismissed": dismissed,
            "admins": sorted(chat.admins),
            "member_version": chat.member_version,
            "members": members.get(chat.pk, {}),
            "stays": sorted(stays.get(chat.pk, [])),
        }
    return found


def true_chats(truth: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for chat_id, row in truth["chats"].items():
        dismissed = row["dismissed_at"] is not None
        found[chat_id] = {name: row[name] for name in ("name", "owner", "notice", "admins", "member_version")} | {
            "status": None if dismissed else row["status"],
            "dismissed": dismissed,
            "members": {} if dismissed else row["members"],
            "stays": sorted((who, joined, left is None) for who, joined, left, _scene in row["stays"]),
        }
    return found
