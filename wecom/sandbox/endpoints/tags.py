"""The company's tags, and who has them (pages 96320, 92697)."""

from typing import Any

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.ranges import pair
from wecom.sandbox.things import Tag, TagGroup

LONGEST = 30
TAGS_PER_CUSTOMER = 3000


def corp_tags(call: Call) -> Answer:
    """All, those of groups, or single ones; ``deleted`` is told only to who asks by id."""
    company, groups, tags = call.company, call.texts("group_id"), call.texts("tag_id")
    if groups:
        found = [company.tag_groups[id] for id in groups if id in company.tag_groups]
        return {"tag_group": [_group(group, _all_of(call, group), flagged=True) for group in found]}
    if tags:
        return {"tag_group": _by_tag(call, tags)}
    return {"tag_group": [_group(group, company.tags_of(group.id)) for group in company.living_groups()]}


def add_corp_tag(call: Call) -> Answer:
    """A single group in the answer, with the new tags only."""
    company, rows = call.company, call.objects("tag")
    names = list(dict.fromkeys(_text(row.get("name")) for row in rows))
    if not names or not all(names):
        raise Failure(41018)
    _check_names(names)
    if sum(1 for tag in company.tags.values() if not tag.deleted) + len(names) > company.switches.tag_limit:
        raise Failure(40126)
    # Of a name given twice the first counts.
    orders = {_text(row["name"]): _whole(row.get("order")) for row in reversed(rows)}
    group = _target(call, names)
    if group is None:
        name = call.text("group_name", missing=40068)
        _check_names([name])
        group = company.add_tag_group(name, names, order=call.number("order"), agent_id=call.app.agent_id)
        added = company.tags_of(group.id)
    else:
        added = [company.add_tag(group.id, name, agent_id=call.app.agent_id) for name in names]
    for tag in added:
        tag.order = orders[tag.name]
    return {"tag_group": _group(group, added)}


def edit_corp_tag(call: Call) -> Answer:
    company, id, name = call.company, call.text("id", missing=40068), call.text("name")
    row = _owned(call, id)
    if name:
        _check_names([name])
        others: list[Any] = company.tags_of(row.group_id) if isinstance(row, Tag) else company.living_groups()
        if any(other.name == name for other in others if other is not row):
            raise Failure(40071)
        (company.rename_tag if isinstance(row, Tag) else company.rename_group)(id, name)
    if "order" in call.body:
        row.order, company.changes = call.number("order"), company.changes + 1
    return {}


def del_corp_tag(call: Call) -> Answer:
    company, tags, groups = call.company, call.texts("tag_id"), call.texts("group_id")
    if not tags and not groups:
        raise Failure(41017)
    for id in [*groups, *tags]:
        _owned(call, id)
    for id in groups:
        company.delete_group(id)
    for id in tags:
        if not company.tags[id].deleted:
            company.delete_tag(id)
    return {}


def mark_tag(call: Call) -> Answer:
    follow, add, remove = pair(call), call.texts("add_tag"), call.texts("remove_tag")
    if not add and not remove:
        raise Failure(40068)
    tags = call.company.tags
    if any(id not in tags or tags[id].deleted for id in add) or any(id not in tags for id in remove):
        raise Failure(40068)
    if len({*follow.tags, *add} - set(remove)) > TAGS_PER_CUSTOMER:
        raise Failure(40126)
    call.company.tag_follow(follow.userid, follow.external_userid, add, remove)
    return {}


def _target(call: Call, names: list[str]) -> TagGroup | None:
    """The existing group that new tags go into."""
    company, id = call.company, call.text("group_id")
    named = [group for group in company.living_groups() if group.name == call.text("group_name")]
    if id and (id not in company.tag_groups or company.tag_groups[id].deleted):
        raise Failure(40068)
    group = company.tag_groups[id] if id else next(iter(named), None)
    if group and {tag.name for tag in company.tags_of(group.id)}.intersection(names):
        raise Failure(40071)
    return group


def _owned(call: Call, id: str) -> Tag | TagGroup:
    """A living tag or group that the app may change."""
    row: Tag | TagGroup | None = call.company.tags.get(id) or call.company.tag_groups.get(id)
    if row is None or row.deleted:
        raise Failure(40068)
    if call.company.switches.own_tags_only and row.agent_id != call.app.agent_id:
        raise Failure(301002)
    return row


def _check_names(names: list[str]) -> None:
    if any(len(name) > LONGEST for name in names):
        raise Failure(40072)


def _whole(value: Any) -> int:
    return value if type(value) is int and value >= 0 else 0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _all_of(call: Call, group: TagGroup) -> list[Tag]:
    return [tag for tag in call.company.tags.values() if tag.group_id == group.id]


def _by_tag(call: Call, ids: list[str]) -> list[dict[str, Any]]:
    tags = [call.company.tags[id] for id in ids if id in call.company.tags]
    groups = dict.fromkeys(tag.group_id for tag in tags)
    shown = []
    for id in groups:
        group = call.company.tag_groups[id]
        row = _group(group, [tag for tag in tags if tag.group_id == id], flagged=True)
        shown.append(row | {"deleted": group.deleted})
    return shown


def _group(group: TagGroup, tags: list[Tag], *, flagged: bool = False) -> dict[str, Any]:
    rows = []
    for tag in tags:
        row: dict[str, Any] = {"id": tag.id, "name": tag.name, "create_time": tag.create_time, "order": tag.order}
        rows.append(row | {"deleted": tag.deleted} if flagged else row)
    head = {"group_id": group.id, "group_name": group.name, "create_time": group.create_time, "order": group.order}
    return head | {"tag": rows}


ROUTES = {
    "externalcontact/get_corp_tag_list": Route(corp_tags, empty={"tag_group": []}),
    "externalcontact/add_corp_tag": Route(add_corp_tag),
    "externalcontact/edit_corp_tag": Route(edit_corp_tag),
    "externalcontact/del_corp_tag": Route(del_corp_tag),
    "externalcontact/mark_tag": Route(mark_tag),
}
