"""Put tags on a customer and take them off."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.sql import fetched, marks, send
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers import events, lifecycle, writeback
from customers.choices import CustomerStatus, TagKind
from customers.models import Customer, CustomerTag, FollowRelation

MAX_TAGS = 100


@dataclass(slots=True)
class TagChange:
    """What one act did: ids of tags now on the customer that were not, ids of tags no longer there, and all it has."""

    customer: Customer
    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    # tag id → (name, group id), by id.
    tags: dict[int, tuple[str, int]] = field(default_factory=dict)


class Put(NamedTuple):
    """Tags put on a (locked) customer: for which follower, by whom."""

    customer: Customer
    tags: list[int]
    whose: int | None
    by: Actor


@atomic
def change_tags(
    *,
    customer: Customer,
    add: Collection[int] = (),
    remove: Collection[int] = (),
    by: Actor,
    source: str,
    follower_id: int | None = None,
    run_id: int | None = None,
) -> TagChange:
    """Add and remove tags in one act, with one event for each direction; a repeat changes and records nothing.

    Args:
        add, remove: tag ids of the customer's corp. ``remove`` takes a tag off whoever put it, unless
            ``follower_id`` narrows it to that follower's.
        follower_id: the employee for whom the tag stands, who has or had a relation with the customer; by default
            the customer's main follower.
        run_id: the run of a rule or import that did it.

    Raises:
        RuleViolation: ``tag_unknown`` (not a living tag of the customer's corp), ``tag_both_ways``, ``too_many_tags``,
            ``not_a_follower``.
        Conflict: ``customer_deleted``.
    """
    row = lock(customer)
    _check(row, add, remove)
    if follower_id and follower_id != row.follow_user_id:
        _check_follower(row, follower_id)
    held, offered = _state(row, add)
    _check_known(add, offered)
    whose = follower_id or row.follow_user_id
    fresh = sorted(t for t in set(add) if (t, whose) not in held)
    gone = sorted({t for t, f in held if t in set(remove) and (follower_id is None or f == follower_id)})
    change = TagChange(row, added=fresh, removed=gone)
    _write(row, fresh, gone, whose, follower_id, by, source, run_id)
    touched = [(row.pk, whose, tag) for tag in fresh]
    touched += [(row.pk, f, tag) for tag, f in held if tag in gone and follower_id in (None, f)]
    writeback.want_tags(row.corp_id, touched, by=by, source=source)
    keep = {key: what for key, what in held.items() if not (key[0] in gone and follower_id in (None, key[1]))}
    change.tags = {t: what for (t, _f), what in keep.items()} | {t: offered[t] for t in fresh}
    _announce(change, whose, follower_id, by, source)
    return change


def add_tags(
    *, customer: Customer, tag_ids: Collection[int], by: Actor, source: str, follower_id: int | None = None
) -> TagChange:
    """``change_tags`` in one direction."""
    return change_tags(customer=customer, add=tag_ids, by=by, source=source, follower_id=follower_id)


def remove_tags(
    *, customer: Customer, tag_ids: Collection[int], by: Actor, source: str, follower_id: int | None = None
) -> TagChange:
    """``change_tags`` in the other direction."""
    return change_tags(customer=customer, remove=tag_ids, by=by, source=source, follower_id=follower_id)


def _check(row: Customer, add: Collection[int], remove: Collection[int]) -> None:
    if row.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    if len(add) + len(remove) > MAX_TAGS:
        raise RuleViolation("too_many_tags", _("At most %(n)d tags can be changed at once.") % {"n": MAX_TAGS})
    if both := set(add) & set(remove):
        message = _("A tag can't be added and removed at once: %(ids)s.") % {"ids": _listed(both)}
        raise RuleViolation("tag_both_ways", message, [FieldError("removeTagIds", "tag_both_ways", message)])


def _check_follower(row: Customer, follower_id: int) -> None:
    if not FollowRelation.objects.filter(customer=row, employee_id=follower_id).exists():
        message = _("This employee doesn't follow the customer.")
        raise RuleViolation("not_a_follower", message, [FieldError("followUserId", "not_a_follower", message)])


def _check_known(add: Collection[int], offered: dict[int, tuple[str, int]]) -> None:
    if unknown := set(add) - set(offered):
        message = _("There are no such tags in this company: %(ids)s.") % {"ids": _listed(unknown)}
        raise RuleViolation("tag_unknown", message, [FieldError("tagIds", "tag_unknown", message)])


def _listed(ids: Collection[int]) -> str:
    return ", ".join(map(str, sorted(ids)))


_INSERT = """
INSERT INTO customer_tag_relation
(corp_id, customer_id, tag_id, follower_id, kind, source, actor, run_id, create_time) VALUES """
_ROW = "({:d}, {:d}, {:d}, %(whose{at})s, %(kind)s, %(source)s, %(actor{at})s, %(run)s, %(at)s)"
_HELD = """
SELECT 1, t.id, t.name, t.group_id, NULLIF(r.follower_key, 0)
FROM customer_tag_relation r JOIN tag t ON t.id = r.tag_id
WHERE r.customer_id = %s AND t.deleted_at IS NULL"""
_OFFERED = """
UNION ALL SELECT 0, id, name, group_id, NULL FROM tag WHERE corp_id = %s AND id IN ({}) AND deleted_at IS NULL"""
Held = dict[tuple[int, int | None], tuple[str, int]]


def _state(row: Customer, wanted: Collection[int]) -> tuple[Held, dict[int, tuple[str, int]]]:
    """The tags the customer has, by (tag, follower), and the wanted ones that exist, in one statement."""
    sql, params = _HELD, [row.pk]
    if wanted:
        sql, params = _HELD + _OFFERED.format(marks(len(wanted))), [row.pk, row.corp_id, *wanted]
    held: Held = {}
    offered: dict[int, tuple[str, int]] = {}
    for is_held, tag, name, group, follower in fetched(sql, params):
        if is_held:
            held[tag, follower] = (name, group)
        else:
            offered[tag] = (name, group)
    return held, offered


def _write(
    row: Customer,
    fresh: list[int],
    gone: list[int],
    whose: int | None,
    only: int | None,
    by: Actor,
    source: str,
    run_id: int | None,
) -> None:
    if gone:
        rows = CustomerTag.objects.filter(customer=row, tag_id__in=gone)
        (rows.filter(follower_id=only) if only else rows).delete()
    if fresh:
        insert([Put(row, fresh, whose, by)], source, run_id)


def insert(puts: Sequence[Put], source: str, run_id: int | None = None) -> None:
    """Store tags that their customers haven't got."""
    # By hand: through the ORM the five rows of a usual act cost a third of the whole request.
    moment = connection.ops.adapt_datetimefield_value(now())
    values = {"kind": TagKind.CORP.value, "source": source, "run": run_id, "at": moment}
    for at, (_row, _tags, whose, by) in enumerate(puts):
        values |= {f"whose{at}": whose, f"actor{at}": by.label}
    rows = [_ROW.format(row.corp_id, row.pk, tag, at=at) for at, (row, tags, *_who) in enumerate(puts) for tag in tags]
    send(_INSERT + ", ".join(rows), values)


def _announce(change: TagChange, whose: int | None, only: int | None, by: Actor, source: str) -> None:
    row = change.customer
    directions = [(change.removed, events.untagged, only), (change.added, events.tagged, whose)]
    told = [d for d in directions if d[0]]
    if not told:
        return
    lifecycle.bump(row, by_versions=len(told))
    last = row.version
    for version, (tag_ids, tell, follower) in enumerate(told, start=last - len(told) + 1):
        row.version = version
        tell(row, tag_ids=tag_ids, follower_id=follower, by=by, source=source)
