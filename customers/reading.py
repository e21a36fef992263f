"""Customers as the wire carries them: columns instead of objects, one query for the rows and one for their tags."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from core.sql import marks
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
    "version": "version",
    "createTime": "create_time",
    "updateTime": "update_time",
}
COLUMNS = tuple(WIRE.values())
_NAMES = tuple(WIRE)

_TAGS = """
SELECT r.customer_id, t.id, t.name, t.group_id FROM customer_tag_relation r JOIN tag t ON t.id = r.tag_id
WHERE r.customer_id IN ({}) AND t.deleted_at IS NULL ORDER BY r.customer_id, t.id
"""
_ONE = f"""
SELECT {", ".join(f"c.{column}" for column in COLUMNS)}, t.id, t.name, t.group_id
FROM customer c LEFT JOIN customer_tag_relation r ON r.customer_id = c.id
LEFT JOIN tag t ON t.id = r.tag_id AND t.deleted_at IS NULL WHERE c.id = %s ORDER BY t.id
"""  # noqa: S608


def named(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of ``COLUMNS`` as the driver gives them, as wire values without ``tags``."""
    found = [dict(zip(_NAMES, row, strict=True)) for row in rows]
    for customer in found:
        customer["blacklisted"] = bool(customer["blacklisted"])
    return found


def one(customer_id: int) -> dict[str, Any]:
    """A customer with its tags, by one statement. Whoever asks has already found that it exists and may be seen."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [customer_id])
        rows = cursor.fetchall()
    (customer,) = named([rows[0][: len(_NAMES)]])
    tags = {row[-3]: {"id": row[-3], "name": row[-2], "groupId": row[-1]} for row in rows if row[-3]}
    return customer | {"tags": list(tags.values())}


def with_tags(customers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add ``tags`` to each, by one statement for all. A tag put for two followers shows once."""
    if not customers:
        return customers
    tags = tags_of([c["id"] for c in customers])
    for customer in customers:
        customer["tags"] = tags.get(customer["id"], [])
    return customers


def tags_of(customer_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Customer id → its tags ``{id, name, groupId}`` in id order; those without any are missing."""
    found: dict[int, dict[int, dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TAGS.format(marks(len(customer_ids))), list(customer_ids))
        for customer, tag, name, group in cursor.fetchall():
            found.setdefault(customer, {})[tag] = {"id": tag, "name": name, "groupId": group}
    return {customer: list(tags.values()) for customer, tags in found.items()}


def of_instance(customer: Customer, tags: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A customer just written, as wire values, with the tags given."""
    wire = {name: getattr(customer, column) for name, column in WIRE.items()}
    # A caller's time may still be in the caller's zone; the rows that are read are UTC.
    wire["addTime"] = customer.add_time and customer.add_time.astimezone(dt.UTC)
    wire["tags"] = list(tags)
    return wire


def tag_list(tags: dict[int, tuple[str, int]]) -> list[dict[str, Any]]:
    """``TagChange.tags`` as wire values."""
    return [{"id": tag, "name": name, "groupId": group} for tag, (name, group) in sorted(tags.items())]
