"""Tags put on several customers in one transaction, for callers who asked at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import connection

from core import rows
from core.combining import Doubtful
from core.locks import mark_locked
from core.sql import fetched, marks, send
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from corps.querysets import sees_whole_corp
from customers import events, writeback
from customers.choices import CustomerStatus
from customers.models import Customer
from customers.tagging import MAX_TAGS, Held, Put, TagChange, insert

_STATE = """
SELECT r.customer_id, t.id, t.name, t.group_id, NULLIF(r.follower_key, 0)
FROM customer_tag_relation r JOIN tag t ON t.id = r.tag_id WHERE r.customer_id IN ({}) AND t.deleted_at IS NULL
UNION ALL SELECT 0, id, name, group_id, corp_id FROM tag WHERE id IN ({}) AND deleted_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Tags to be put on a customer for their main follower: ``tagging.add_tags``'s arguments."""

    customer_id: int
    tag_ids: tuple[int, ...]
    by: Actor


@atomic
def add_all(asked: Sequence[Asked], *, source: str) -> list[TagChange]:
    """Do for each what ``finding.locked`` and ``tagging.add_tags`` do, or nothing at all.

    Raises:
        Doubtful: one of them would be refused, two are about one customer, or somebody else is at work on one: the
            others are not to wait for that.
    """
    try:
        found = rows.locked_all(Customer, [one.customer_id for one in asked])
    except rows.Busy as busy:
        raise Doubtful from busy
    for one in asked:
        _check(one, found.get(one.customer_id))
    if len(found) < len(asked):
        raise Doubtful
    changes = _changes(asked, found)
    puts = [
        Put(change.customer, change.added, change.customer.follow_user_id, one.by)
        for change, one in zip(changes, asked, strict=True)
        if change.added
    ]
    if puts:
        insert(puts, source)
        _bump([put.customer for put in puts])
        _tell(puts, source)
    return changes


def _check(one: Asked, row: Customer | None) -> None:
    seen = row is not None and sees_whole_corp(one.by) and row.corp_id == one.by.corp_id
    if row is None or not seen or row.status == CustomerStatus.DELETED or not 0 < len(one.tag_ids) <= MAX_TAGS:
        raise Doubtful
    mark_locked(row)


def _changes(asked: Sequence[Asked], found: dict[int, Customer]) -> list[TagChange]:
    wanted = sorted({tag for one in asked for tag in one.tag_ids})
    held: dict[int, Held] = {ident: {} for ident in found}
    offered: dict[tuple[int, int], tuple[str, int]] = {}
    sql = _STATE.format(marks(len(found)), marks(len(wanted)))
    for customer, tag, name, group, whose in fetched(sql, [*sorted(found), *wanted]):
        if customer:
            held[customer][tag, whose] = (name, group)
        else:
            offered[whose, tag] = (name, group)
    changes = []
    for one in asked:
        row = found[one.customer_id]
        if any((row.corp_id, tag) not in offered for tag in one.tag_ids):
            raise Doubtful
        fresh = sorted({tag for tag in one.tag_ids if (tag, row.follow_user_id) not in held[row.pk]})
        tags = {tag: what for (tag, _whose), what in held[row.pk].items()}
        tags |= {tag: offered[row.corp_id, tag] for tag in fresh}
        changes.append(TagChange(row, added=fresh, tags=tags))
    return changes


def _bump(customers: Sequence[Customer]) -> None:
    moment = now()
    ids = [row.pk for row in customers]
    stored = connection.ops.adapt_datetimefield_value(moment)
    sql = f"UPDATE customer SET version = version + 1, update_time = %s WHERE id IN ({marks(len(ids))})"  # noqa: S608
    send(sql, [stored, *ids])
    for row in customers:
        row.version, row.update_time = row.version + 1, moment


def _tell(puts: Sequence[Put], source: str) -> None:
    for _label, some in groupby(sorted(puts, key=lambda put: put.by.label), key=lambda put: put.by.label):
        told = list(some)
        by, corp_id = told[0].by, told[0].customer.corp_id
        touched = [(put.customer.pk, put.whose, tag) for put in told for tag in put.tags]
        writeback.want_tags(corp_id, touched, by=by, source=source)
        events.all_tagged([put[:3] for put in told], by=by, source=source)
