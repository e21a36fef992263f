"""Write what a page has changed, by plain statements for many rows."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from core.sql import incoming, insert_many, marks, on_conflict
from customers.mirroring import loading
from customers.mirroring.rows import CUSTOMER_COLUMNS, PAIR_COLUMNS, STAY_COLUMNS, Case, Reading, StayRow

_MADE = ("created_source", "created_by", "created_run")
_NEW_CUSTOMER = ("corp_id", *CUSTOMER_COLUMNS[1:], "update_time", *_MADE)
_NEW_PAIR = ("corp_id", *PAIR_COLUMNS[1:], "update_time", *_MADE)
_STAY = ("corp_id", *STAY_COLUMNS[1:])
_TAG = ("corp_id", "customer_id", "tag_id", "follower_id", "kind", "source", "actor", "create_time")
# Needed to form a row, and not the mirror's to change.
_CUSTOMER_KEPT = {"id", "corp_id", "external_userid", "mobile", "blacklisted", "create_time"} | {
    "merged_text",
    "merged_into_id",
}
_PAIR_KEPT = {"id", "corp_id", "customer_id", "employee_id", "create_time"}
# A digest is news to nobody: the time of the last change stays.
_ALL_BUT_READING = {"corp_id", *PAIR_COLUMNS, "update_time"} - {"fetch_seq", "seen_run", "digest"}


def insert_customers(reading: Reading, cases: Sequence[Case]) -> list[Case]:
    """Insert new customers and give them and their pairs their ids; those that somebody else has just inserted are
    returned and left alone."""
    if not cases:
        return []
    corp_id, moment = reading.corp_id, reading.moment
    for case in cases:
        case.row.create_time = moment
    # In key order, and waiting for a rival's row instead of failing at it.
    ordered = sorted(cases, key=lambda case: case.row.external_userid)
    tail = on_conflict(["corp_id", "external_userid"], {"external_userid": "customer.external_userid"})
    rows = [
        (corp_id, *_values(case.row, CUSTOMER_COLUMNS[1:]), str(moment), *_made(reading, case.row.external_userid))
        for case in ordered
    ]
    insert_many("customer", _NEW_CUSTOMER, rows, tail)
    found = _stored(corp_id, [case.row.external_userid for case in ordered])
    return [case for case in ordered if not _is_ours(case, *found[case.row.external_userid])]


def _stored(corp_id: int, external_userids: list[str]) -> dict[str, tuple[int, Any]]:
    sql = (
        "SELECT external_userid, id, create_time FROM customer"  # noqa: S608
        f" WHERE corp_id = %s AND external_userid IN ({marks(len(external_userids))})"
    )
    found = loading.rows(sql, [corp_id, *external_userids])
    return {external: (ident, made) for external, ident, made in found}


def _is_ours(case: Case, ident: int, made: dt.datetime) -> bool:
    if made != case.row.create_time:
        return False
    case.row.id = ident
    for pair in case.pairs.values():
        pair.customer_id = ident
    return True


def _made(reading: Reading, external_userid: str) -> tuple[str, str, int | None]:
    return reading.source, reading.actor, reading.run_of(external_userid)


def update_customers(corp_id: int, cases: Sequence[Case], moment: dt.datetime) -> None:
    _upsert("customer", corp_id, CUSTOMER_COLUMNS, [case.row for case in cases], _CUSTOMER_KEPT, moment)


def store_pairs(reading: Reading, cases: Iterable[Case]) -> None:
    """Insert new pairs and store the changed ones."""
    corp_id, moment = reading.corp_id, reading.moment
    told = [(pair, case.row.external_userid) for case in cases for pair in case.stored]
    told.sort(key=lambda one: (one[0].customer_id, one[0].employee_id))
    pairs, rows = [pair for pair, _external in told], []
    for pair, external in told:
        if not pair.id:
            pair.create_time = moment
            rows.append((corp_id, *_values(pair, PAIR_COLUMNS[1:]), str(moment), *_made(reading, external)))
    insert_many("follow_relation", _NEW_PAIR, rows)
    _upsert("follow_relation", corp_id, PAIR_COLUMNS, [pair for pair in pairs if pair.id], _PAIR_KEPT, moment)


def store_digests(corp_id: int, cases: Sequence[Case], moment: dt.datetime) -> None:
    """Store the digests of pairs that didn't change otherwise, and that they hold for the customer as it is."""
    pairs = sorted((p for case in cases for p in case.redigested), key=lambda p: p.id)
    _upsert("follow_relation", corp_id, PAIR_COLUMNS, pairs, _ALL_BUT_READING, moment)
    if caught_up := sorted(case.row.id for case in cases if case.caught_up and not case.told):
        with connection.cursor() as cursor:
            sql = f"UPDATE customer SET mirror_version = version WHERE id IN ({marks(len(caught_up))})"  # noqa: S608
            cursor.execute(sql, caught_up)


def store_stays(corp_id: int, changed: Sequence[StayRow], gone: Sequence[int]) -> None:
    """Delete what never was, then store the others: what ends before what begins, for one may be open at a time."""
    delete("relation_episode", gone)
    update = {c: incoming(c) for c in ("ended_at", "ended_by", "noticed", "add_way", "state")}
    rows = [(corp_id, *_values(stay, STAY_COLUMNS[1:])) for stay in changed]
    insert_many("relation_episode", _STAY, rows, on_conflict(["customer_id", "employee_id", "began_at"], update))


def store_tags(corp_id: int, cases: Iterable[Case], moment: dt.datetime, *, actor: str, source: str) -> None:
    cases = list(cases)
    delete("customer_tag_relation", [row for case in cases for row in case.tags_off])
    put = sorted((case.row.id, tag, who, kind) for case in cases for who, tag, kind in case.tags_put)
    rows = [(corp_id, customer, tag, who, kind, source, actor, str(moment)) for customer, tag, who, kind in put]
    insert_many("customer_tag_relation", _TAG, rows)


def mark_read(cases: Sequence[Case], ticket: int, run_id: int | None) -> None:
    """Note on what didn't change that this reading has seen it. The versions stay: nothing is new."""
    customers = [c.row.id for c in cases if c.shown and c.row.fetch_seq < ticket]
    pairs = [p.id for case in cases for p in case.same if p.fetch_seq < ticket or (run_id and p.seen_run != run_id)]
    _assign("customer", {"fetch_seq": ticket}, customers)
    _assign("customer", {"whole_seq": ticket}, [c.row.id for c in cases if c.whole and not c.told])
    _assign("follow_relation", {"fetch_seq": ticket} | ({"seen_run": run_id} if run_id else {}), pairs)


def delete(table: str, ids: Sequence[int]) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id IN ({marks(len(ids))})", sorted(ids))  # noqa: S608


def _assign(table: str, values: dict[str, Any], ids: list[int]) -> None:
    if ids:
        what = ", ".join(f"{column} = %s" for column in values)
        with connection.cursor() as cursor:
            sql = f"UPDATE {table} SET {what} WHERE id IN ({marks(len(ids))})"  # noqa: S608
            cursor.execute(sql, [*values.values(), *sorted(ids)])


def _upsert(
    table: str, corp_id: int, columns: Sequence[str], rows: Sequence[Any], kept: set[str], moment: dt.datetime
) -> None:
    """Store rows that are there, many by one statement: an insert under ids that are taken."""
    update = {column: incoming(column) for column in (*columns, "update_time") if column not in kept}
    values = [(corp_id, *_values(row, columns), str(moment)) for row in rows]
    insert_many(table, ("corp_id", *columns, "update_time"), values, on_conflict(["id"], update))


def _values(row: Any, columns: Sequence[str]) -> list[Any]:
    values = [getattr(row, column) for column in columns]
    return [str(value) if isinstance(value, dt.datetime) else value for value in values]
