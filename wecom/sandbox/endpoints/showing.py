"""How a person and a pair look in the answers of two calls (pages 96315, 96316): what doesn't apply is absent."""

from typing import Any

from wecom.sandbox.company import Company
from wecom.sandbox.things import Follow, Person


def person(company: Company, row: Person) -> dict[str, Any]:
    """What doesn't apply is absent, not null."""
    shown: dict[str, Any] = {"external_userid": row.external_userid, "name": row.name, "type": row.type}
    if row.avatar:
        shown["avatar"] = row.avatar
    shown["gender"] = row.gender
    if row.type == 1:
        if row.unionid and company.switches.unionid:
            shown["unionid"] = row.unionid
        return shown
    texts = {"position": row.position, "corp_name": row.corp_name, "corp_full_name": row.corp_full_name}
    return shown | {name: text for name, text in texts.items() if text}


def noted(row: Follow) -> dict[str, Any]:
    """What both readings tell of a pair."""
    shown: dict[str, Any] = {
        "userid": row.userid,
        "remark": row.remark,
        "description": row.description,
        "createtime": row.createtime,
        "remark_mobiles": row.remark_mobiles,
        "oper_userid": row.oper_userid,
        "add_way": row.add_way,
    }
    if row.remark_corp_name:
        shown["remark_corp_name"] = row.remark_corp_name
    if row.state:
        shown["state"] = row.state
    if row.wechat_channels:
        shown["wechat_channels"] = row.wechat_channels
    return shown


def tags_of(company: Company, row: Follow) -> list[dict[str, Any]]:
    """The company's tags with names and ids, then the employee's own without."""
    tags = [company.tags[id] for id in row.tags]
    groups = company.tag_groups
    own = [{"group_name": group, "tag_name": tag, "type": 2} for group, tag in row.personal]
    return [{"group_name": groups[t.group_id].name, "tag_name": t.name, "tag_id": t.id, "type": 1} for t in tags] + own
