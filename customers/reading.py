"""Customers as the wire carries them: columns instead of objects, one query for the rows, one for their tags and one
for who follows them; of a single customer all in one."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import connection

from core.sql import fetched, marks
from customers.models import Customer

# Wire name → column, in the order of the original's entity; what it lacked follows.
WIRE = {
    "id": "id",
    "corpId": "corp_id",
    "externalUserid": "external_userid",
    "name": "name",
    "avatar": "avatar",
    "type": "type",
    "gender": "gender",
    "unionid": "unionid",
    "mobile": "mobile",
    "province": "province",
    "city": "city",
    "followUserId": "follow_user_id",
    "addTime": "add_time",
    "channel": "channel",
    "status": "status",
    "blacklisted": "blacklisted",
    "stageId": "stage_id",
    "mergedIntoId": "merged_into_id",
    "mergedCount": "merged_count",
    "version": "version",
    "createTime": "create_time",
    "updateTime": "update_time",
}
COLUMNS = tuple(WIRE.values())
_NAMES = tuple(WIRE)

# The same for relations.
FOLLOW_WIRE = {
    "employeeId": "r.employee_id",
    "userid": "e.userid",
    "remark": "r.remark",
    "description": "r.description",
    "remarkCorpName": "r.remark_corp_name",
    "remarkMobiles": "r.remark_mobiles",
    "addTime": "r.add_time",
    "addWay": "r.add_way",
    "state": "r.state",
    "status": "r.status",
    "endedAt": "r.ended_at",
}

COLLABORATOR_WIRE = ("employeeId", "userid", "name", "by", "since")
EPISODE_WIRE = ("beganAt", "endedAt", "endedBy", "noticed", "addWay", "state")

_FOLLOWS = f"""
SELECT r.customer_id, {", ".join(FOLLOW_WIRE.values())}
FROM follow_relation r JOIN employee e ON e.id = r.employee_id
WHERE r.customer_id IN ({{}}) ORDER BY r.customer_id, r.id
"""  # noqa: S608
_EPISODES = """
SELECT customer_id, employee_id, began_at, ended_at, ended_by, noticed, add_way, state FROM relation_episode
WHERE customer_id IN ({}) ORDER BY began_at
"""
_COLLABORATORS = """
SELECT k.employee_id, e.userid, e.name, k.actor, k.create_time FROM customer_collaborator k
JOIN employee e ON e.id = k.employee_id WHERE k.customer_id = %s ORDER BY k.id
"""
# The follower as the unique key has it: with the column itself each row would be read too, for nothing else.
_TAGS = """
SELECT r.customer_id, t.id, t.name, t.group_id, NULLIF(r.follower_key, 0)
FROM customer_tag_relation r JOIN tag t ON t.id = r.tag_id
WHERE r.customer_id IN ({}) AND t.deleted_at IS NULL ORDER BY r.customer_id, t.id
"""
# A row for each tag and one for each follower, in one statement; the joins that find nothing give both halves the
# columns, and their types, of the other.
_ONE = f"""
SELECT {", ".join(f"c.{column}" for column in COLUMNS)}, t.id, t.name, t.group_id, NULLIF(x.follower_key, 0), r.id,
    {", ".join(FOLLOW_WIRE.values())}
FROM customer c LEFT JOIN customer_tag_relation x ON x.customer_id = c.id
LEFT JOIN tag t ON t.id = x.tag_id AND t.deleted_at IS NULL
LEFT JOIN follow_relation r ON r.id = 0 LEFT JOIN employee e ON e.id = 0 WHERE c.id = %s
UNION ALL
SELECT {", ".join(f"c.{column}" for column in COLUMNS)}, t.id, t.name, t.group_id, NULLIF(x.follower_key, 0), r.id,
    {", ".join(FOLLOW_WIRE.values())}
FROM follow_relation r JOIN employee e ON e.id = r.employee_id LEFT JOIN customer c ON c.id = 0
LEFT JOIN customer_tag_relation x ON x.id = 0 LEFT JOIN tag t ON t.id = 0 WHERE r.customer_id = %s
"""  # noqa: S608


def named(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of ``COLUMNS`` as the driver gives them, as wire values without ``tags``."""
    found = [dict(zip(_NAMES, row, strict=True)) for row in rows]
    for customer in found:
        customer["blacklisted"] = bool(customer["blacklisted"])
    return found


def one(customer_id: int) -> dict[str, Any]:
    """A customer with tags and followers, by one statement. Whoever asks has found that it exists and may be seen."""
    rows = fetched(_ONE, [customer_id, customer_id])
    own, end = len(_NAMES), len(_NAMES) + 4
    (customer,) = named([next(row for row in rows if row[0])[:own]])
    held = sorted(row[own:end] for row in rows if row[own])
    follows = [_follow(row[end + 1 :]) for row in sorted(rows, key=lambda row: row[end] or 0) if row[end]]
    return customer | {"tags": _distinct(held), "follows": _with_tag_ids(follows, held)}


def complete(customers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add ``tags`` and ``follows`` to each, by one statement each for all. A tag put for two followers shows once."""
    if not customers:
        return customers
    ids = [c["id"] for c in customers]
    held, follows = _held(ids), follows_of(ids)
    for customer in customers:
        tags = held.get(customer["id"], [])
        customer["tags"] = _distinct(tags)
        customer["follows"] = _with_tag_ids(follows.get(customer["id"], []), tags)
    return customers


def tags_of(customer_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Customer id → its tags ``{id, name, groupId}`` in id order; those without any are missing."""
    return {customer: _distinct(tags) for customer, tags in _held(customer_ids).items()}


def follows_of(customer_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Customer id → those who follow or have followed, in the order of the relations, without their tags."""
    found: dict[int, list[dict[str, Any]]] = {}
    for customer, *values in fetched(_FOLLOWS.format(marks(len(customer_ids))), list(customer_ids)):
        found.setdefault(customer, []).append(_follow(values))
    return found


def _follow(values: Sequence[Any]) -> dict[str, Any]:
    follow = dict(zip(FOLLOW_WIRE, values, strict=True))
    follow["remarkMobiles"] = orjson.loads(follow["remarkMobiles"])
    return follow


def follows_in_full(customer_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Those who follow or have followed a person, each with tags and ``episodes``, oldest first.

    Args:
        customer_ids: of the person's records (``customers/merging/groups.py``), those of each in turn.
    """
    held, found = _held(customer_ids), follows_of(customer_ids)
    full = {
        one: [follow | {"customerId": one, "episodes": []} for follow in found.get(one, [])] for one in customer_ids
    }
    pairs = {(one, follow["employeeId"]): follow for one in full for follow in full[one]}
    for customer, employee, *values in fetched(_EPISODES.format(marks(len(customer_ids))), list(customer_ids)):
        if follow := pairs.get((customer, employee)):
            episode = dict(zip(EPISODE_WIRE, values, strict=True))
            follow["episodes"].append(episode | {"noticed": bool(episode["noticed"])})
    return [follow for one in customer_ids for follow in _with_tag_ids(full[one], held.get(one, []))]


def collaborators_of(customer_id: int) -> list[dict[str, Any]]:
    """Those who may read a customer along, the first to be let in first."""
    with connection.cursor() as cursor:
        cursor.execute(_COLLABORATORS, [customer_id])
        return [dict(zip(COLLABORATOR_WIRE, row, strict=True)) for row in cursor.fetchall()]


# id, name, group id, follower id.
_Held = Sequence[Sequence[Any]]


def _held(customer_ids: Sequence[int]) -> dict[int, list[Sequence[Any]]]:
    found: dict[int, list[Sequence[Any]]] = {}
    for customer, *tag in fetched(_TAGS.format(marks(len(customer_ids))), list(customer_ids)):
        found.setdefault(customer, []).append(tag)
    return found


def _distinct(held: _Held) -> list[dict[str, Any]]:
    return list({tag: {"id": tag, "name": name, "groupId": group} for tag, name, group, _follower in held}.values())


def _with_tag_ids(follows: list[dict[str, Any]], held: _Held) -> list[dict[str, Any]]:
    for follow in follows:
        follow["tagIds"] = [tag for tag, _name, _group, follower in held if follower == follow["employeeId"]]
    return follows


def of_instance(customer: Customer, tags: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A customer just written, as wire values, with the tags given. Followers are left for whoever reads."""
    wire = {name: getattr(customer, column) for name, column in WIRE.items()}
    # A caller's time may still be in the caller's zone; the rows that are read are UTC.
    wire["addTime"] = customer.add_time and customer.add_time.astimezone(dt.UTC)
    wire["tags"] = list(tags)
    return wire


def tag_list(tags: dict[int, tuple[str, int]]) -> list[dict[str, Any]]:
    """``TagChange.tags`` as wire values."""
    return [{"id": tag, "name": name, "groupId": group} for tag, (name, group) in sorted(tags.items())]
