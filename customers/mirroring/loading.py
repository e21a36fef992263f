"""What is stored of a page's customers, read under their locks."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection

from core.sql import marks
from corps.choices import EmployeeStatus
from customers.mirroring import sightings
from customers.mirroring.rows import CUSTOMER_COLUMNS, PAIR_COLUMNS, STAY_COLUMNS, Case, CustomerRow, PairRow, StayRow
from customers.writeback import lane
from messaging import commands
from tags.choices import TagKind

_IDS = "SELECT id FROM customer WHERE corp_id = %s AND external_userid IN ({})"
# By id, on the primary key: everybody who locks several customers does so in this order.
_CUSTOMERS = f"SELECT {', '.join(CUSTOMER_COLUMNS)} FROM customer WHERE id IN ({{}}) ORDER BY id"  # noqa: S608
# LEFT: else MySQL begins with the employees, and looks through all that is theirs.
# Somebody who has left, or whom the app no longer sees, is not shown: that says nothing about their customers.
_PAIRS = f"""
SELECT {", ".join(f"r.{column}" for column in PAIR_COLUMNS)}, e.userid,
    e.status <> {int(EmployeeStatus.LEFT)} AND (e.can_follow OR e.fetch_seq = 0)
FROM follow_relation r LEFT JOIN employee e ON e.id = r.employee_id WHERE r.customer_id IN ({{}}) ORDER BY r.id
"""  # noqa: S608
_STAYS = f"SELECT {', '.join(STAY_COLUMNS)} FROM relation_episode WHERE customer_id IN ({{}}) ORDER BY began_at"  # noqa: S608
_TAGS = """
SELECT r.customer_id, r.follower_id, t.wecom_id, r.id, t.id, t.kind
FROM customer_tag_relation r JOIN tag t ON t.id = r.tag_id
WHERE r.customer_id IN ({}) AND t.kind <> %s AND t.deleted_at IS NULL
"""
_CATALOGUE = "SELECT wecom_id, id, kind, deleted_at FROM tag WHERE corp_id = %s AND wecom_id IN ({})"

# (customer id, employee id) → WeCom's id of a tag → (row, tag, kind).
Held = dict[tuple[int, int | None], dict[str, tuple[int, int, int]]]


def ids(corp_id: int, external_userids: Collection[str]) -> list[int]:
    """Of the known ones among these customers."""
    wanted = list(external_userids)
    return [row[0] for row in rows(_IDS.format(marks(len(wanted))), [corp_id, *wanted])] if wanted else []


def cases(corp_id: int, external_userids: Collection[str], ticket: int) -> dict[str, Case]:
    """The known ones among these customers, locked, with all their pairs, as what is read under ``ticket`` meets them:
    also what was only sighted later says so."""
    wanted = ids(corp_id, external_userids)
    if not wanted:
        return {}
    locking = " FOR UPDATE" if connection.features.has_select_for_update else ""
    found = [CustomerRow(*row) for row in rows(_CUSTOMERS.format(marks(len(wanted))) + locking, wanted)]
    by_id = {row.id: Case(row) for row in found}
    for values in rows(_PAIRS.format(marks(len(wanted))), wanted):
        pair = PairRow(*values)
        by_id[pair.customer_id].pairs[pair.employee_id] = pair
    sightings.catch_up(corp_id, ticket, by_id.values())
    return {case.row.external_userid: case for case in by_id.values()}


def held_tags(customer_ids: Sequence[int]) -> tuple[Held, set[tuple[int, int | None]]]:
    """The tags of these customers that WeCom knows, and the pairs with one that it has yet to be told of."""
    found: Held = {}
    unmade: set[tuple[int, int | None]] = set()
    if customer_ids:
        sql = _TAGS.format(marks(len(customer_ids)))
        for customer, follower, wecom_id, row, tag, kind in rows(sql, [*customer_ids, int(TagKind.LOCAL)]):
            if wecom_id is None:
                unmade.add((customer, follower))
            else:
                found.setdefault((customer, follower), {})[wecom_id] = (row, tag, kind)
    return found, unmade


def catalogue(corp_id: int, wecom_ids: Collection[str]) -> dict[str, tuple[int, int] | None]:
    """WeCom's id → (tag, kind), None for one that has ended here; the unknown are missing."""
    if not wecom_ids:
        return {}
    wanted = sorted(wecom_ids)
    found = rows(_CATALOGUE.format(marks(len(wanted))), [corp_id, *wanted])
    return {wecom_id: None if ended else (tag, kind) for wecom_id, tag, kind, ended in found}


def stays(customer_ids: Sequence[int]) -> dict[tuple[int, int], list[StayRow]]:
    """The episodes of these customers by (customer, employee), oldest first."""
    found: dict[tuple[int, int], list[StayRow]] = {}
    if customer_ids:
        for values in rows(_STAYS.format(marks(len(customer_ids))), list(customer_ids)):
            stay = StayRow(*values)
            found.setdefault((stay.customer_id, stay.employee_id), []).append(stay)
    return found


class Unsent:
    """The facts that are still on their way to WeCom, whose word on them is out of date. Asked for when first needed:
    where nothing differs, nothing is."""

    def __init__(self, corp_id: int, customer_ids: Iterable[int]) -> None:
        self._corp_id, self._ids = corp_id, list(customer_ids)
        self._keys: set[str] | None = None

    def __contains__(self, key: str) -> bool:
        if self._keys is None:
            lanes = [lane(ident) for ident in self._ids]
            self._keys = commands.open_keys(corp_id=self._corp_id, lanes=lanes)
        return key in self._keys


def rows(sql: str, params: Sequence[Any]) -> Sequence[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
