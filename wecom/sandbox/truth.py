"""What is so in the company, as plain structures that tests compare a mirror with."""

from typing import Any

from wecom.sandbox.state import State
from wecom.sandbox.things import Chat, Employee, Follow


def of(company: State) -> dict[str, Any]:
    """Everything.

    Returns:
        ``departments``: id → {name, parentid, order}.
        ``employees``: userid → {name, departments, leads, position, status, left_at}, leavers too.
        ``follows``: (userid, external_userid) → what is noted, and ``status``: active, customer_gone, ended,
            unassigned; ``episodes``: [(began, ended, ended_by)], oldest first. An ended pair has only these two.
        ``people``: external_userid → {name, type, gender, unionid, avatar}.
        ``tags``: id → {name, group_id, order}, ``tag_groups``: id → {name, order}; living ones.
        ``chats``: chat_id → {name, owner, notice, status, dismissed_at, admins, member_version, members, stays}, with
            members userid → (type, join_time, join_scene) and stays [(userid, joined, left, scene)].
    """
    return {
        "departments": {
            d.id: {"name": d.name, "parentid": d.parentid, "order": d.order} for d in company.departments.values()
        },
        "employees": {userid: _employee(employee) for userid, employee in company.employees.items()},
        "follows": {pair: _pair(company, pair) for pair in company.history},
        "people": {id: _person(row) for id, row in company.people.items()},
        "tag_groups": {g.id: {"name": g.name, "order": g.order} for g in company.tag_groups.values() if not g.deleted},
        "tags": {
            t.id: {"name": t.name, "group_id": t.group_id, "order": t.order}
            for t in company.tags.values()
            if not t.deleted
        },
        "chats": {id: _chat(chat) for id, chat in company.chats.items()},
    }


def _employee(row: Employee) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("name", "position", "status", "left_at")}
    return plain | {"departments": list(row.departments), "leads": list(row.leads)}


def _person(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("name", "type", "gender", "unionid", "avatar")}


def _pair(company: State, pair: tuple[str, str]) -> dict[str, Any]:
    userid, external = pair
    episodes = [(e.began, e.ended, e.ended_by) for e in company.history[pair]]
    follow = company.follows.get(userid, {}).get(external)
    if follow is not None:
        return _noted(follow) | {"status": "customer_gone" if follow.customer_gone else "active", "episodes": episodes}
    unassigned = external in company.unassigned.get(userid, {})
    return {"status": "unassigned" if unassigned else "ended", "episodes": episodes}


def _noted(row: Follow) -> dict[str, Any]:
    names = ("createtime", "remark", "description", "remark_corp_name", "add_way", "state", "oper_userid")
    plain = {name: getattr(row, name) for name in names}
    personal = sorted((group, tag) for group, tag in row.personal)
    return plain | {"remark_mobiles": tuple(row.remark_mobiles), "tags": sorted(row.tags), "personal_tags": personal}


def _chat(row: Chat) -> dict[str, Any]:
    names = ("name", "owner", "notice", "status", "dismissed_at", "member_version", "create_time")
    members = {m.userid: (m.type, m.join_time, m.join_scene) for m in row.members.values()}
    stays = [(s.userid, s.joined, s.left, s.scene) for s in row.stays]
    return {name: getattr(row, name) for name in names} | {
        "admins": sorted(row.admins),
        "members": members,
        "stays": stays,
    }
