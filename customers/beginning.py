"""Several new customers in one transaction, for callers who asked at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core import rows
from core.combining import Doubtful
from core.locks import mark_locked
from core.sql import fetched, marks
from core.transactions import atomic
from corps.actors import Actor
from customers import events, lifecycle, relations, search
from customers.models import Customer

# (Employee, corp) of those who have been found: nobody goes to another company, and of one who is gone the foreign key
# tells.
_followers: set[tuple[int, int]] = set()
_MOST_FOLLOWERS = 100_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to be made, by whom: ``lifecycle.create``'s arguments."""

    corp_id: int
    external_userid: str
    by: Actor
    fields: dict[str, Any]


@atomic
def create_all(wanted: Sequence[Wanted], *, source: str) -> list[Customer]:
    """Make all of them as ``lifecycle.create`` does, or none.

    Raises:
        Doubtful: the follower of one is no employee of its corp.
        IntegrityError: one is there already, or is asked for twice.
        RuleViolation: of one of them, as ``lifecycle.create``.
    """
    made = [lifecycle.new(one.corp_id, one.external_userid, one.fields, one.by, source) for one in wanted]
    _check_followers(made)
    if not rows.insert_all(made):
        _find_keys(made)
    for row in made:
        mark_locked(row)
    if followed := [row for row in made if row.follow_user_id]:
        relations.open_first(followed)
    search.index_new(made)
    pairs = sorted(zip(made, (one.by for one in wanted), strict=True), key=lambda pair: pair[1].label)
    for _label, some in groupby(pairs, key=lambda pair: pair[1].label):
        told = list(some)
        events.created([row for row, _by in told], by=told[0][1], source=source)
    return made


def _check_followers(made: Sequence[Customer]) -> None:
    wanted = {(row.follow_user_id, row.corp_id) for row in made if row.follow_user_id} - _followers
    if wanted:
        ids = sorted({employee for employee, _corp in wanted})
        found = set(fetched(f"SELECT id, corp_id FROM employee WHERE id IN ({marks(len(ids))})", ids))  # noqa: S608
        if not wanted <= found:
            raise Doubtful
        if len(_followers) > _MOST_FOLLOWERS:
            _followers.clear()
        _followers.update(wanted)


def _find_keys(made: Sequence[Customer]) -> None:
    pairs = ", ".join(["(%s, %s)"] * len(made))
    sql = f"SELECT id, corp_id, external_userid FROM customer WHERE (corp_id, external_userid) IN ({pairs})"  # noqa: S608
    found = fetched(sql, [value for row in made for value in (row.corp_id, row.external_userid)])
    keys = {(corp, external): pk for pk, corp, external in found}
    for row in made:
        row.pk = keys[row.corp_id, row.external_userid]
