"""The customer list: filters, order, pages, totals and cursors, all bounded (docs/decisions/0007)."""

import base64
import binascii
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError
from core.pagination import bounded_count
from corps.actors import Actor
from corps.models import Department, Employee
from corps.querysets import owns_narrowly
from customers import reading, search
from customers.models import Customer, FollowRelation
from customers.querysets import CustomerQuerySet
from tags.models import Tag

SORTS = {
    "-id": ("-id",),
    "id": ("id",),
    "-addTime": ("-add_time", "-id"),
    "addTime": ("add_time", "id"),
    "updateTime": ("update_time", "id"),
}
# Filters whose count is read from one key without touching a row; the others count no further than TOTAL_BOUND_JOINED.
COVERED = [
    frozenset(f)
    for f in (
        (),
        ("status",),
        ("channel",),
        ("followUserId",),
        ("followUserId", "status"),
        ("followUserId", "status", "channel"),
        ("addTimeFrom",),
        ("addTimeTo",),
        ("addTimeFrom", "addTimeTo"),
        ("updatedAfter",),
    )
]
# What more customers than this have is asked of each customer in turn, not gathered first.
COMMON = 20_000
# Past this row the ids are found first, on a key alone, and the rows fetched after.
_DEFERRED = 1_000


@dataclass(slots=True)
class Wanted:
    """A list somebody asked for.

    Attributes:
        filters: parameter name → parsed value; only what was given (customers/api/parameters.py has the types).
        sort: a key of ``SORTS``.
    """

    actor: Actor
    filters: dict[str, Any]
    sort: str = "-id"

    @property
    def covered(self) -> bool:
        return not owns_narrowly(self.actor) and frozenset(self.filters) in COVERED


def default_sort(filters: dict[str, Any]) -> str:
    """Newest first; a range of times is read in the order of its own key."""
    if "updatedAfter" in filters:
        return "updateTime"
    return "-addTime" if {"addTimeFrom", "addTimeTo"} & set(filters) else "-id"


def select(wanted: Wanted) -> CustomerQuerySet:
    """The customers that match and that the actor may see, unordered."""
    f = wanted.filters
    rows = Customer.objects.visible_to(wanted.actor)
    rows = rows.filter(status=f["status"]) if "status" in f else _living(rows, f)
    for name, column in _COLUMN_FILTERS.items():
        if name in f:
            rows = rows.filter(**{column: f[name]})
    rows = rows.added_between(f.get("addTimeFrom"), f.get("addTimeTo"))
    rows = _by_tags(rows, f)
    if "addWay" in f:
        ways = FollowRelation.objects.visible_to(wanted.actor).filter(add_way__in=f["addWay"])
        rows = rows.having(ways, common=not bounded_count(ways, COMMON)[1])
    if "departmentId" in f:
        rows = rows.filter(follow_user_id__in=_people_below(wanted.actor, f["departmentId"]))
    return rows.matching(search.keys_of(f["keyword"]), search.normalise(f["keyword"])) if "keyword" in f else rows


def _by_tags(rows: CustomerQuerySet, filters: dict[str, Any]) -> CustomerQuerySet:
    chosen = {role: filters.get(name, []) for name, role in _TAG_FILTERS.items()}
    common: list[int] = []
    if wanted := [*chosen["all_of"], *chosen["any_of"]]:
        common = list(Tag.objects.filter(pk__in=wanted, use_count__gt=COMMON).values_list("pk", flat=True))
    rows = rows.tagged(**chosen, common=common)
    return rows.untagged() if filters.get("untagged") else rows


_TAG_FILTERS = {"tagIdsAll": "all_of", "tagIdsAny": "any_of", "tagIdsNone": "none_of"}
_COLUMN_FILTERS = {
    "channel": "channel",
    "followUserId": "follow_user_id",
    "gender": "gender",
    "type": "type",
    "blacklisted": "blacklisted",
    "updatedAfter": "update_time__gt",
}


def _living(rows: CustomerQuerySet, filters: dict[str, Any]) -> CustomerQuerySet:
    # Whoever follows changes has to hear of deletions too.
    return rows if "updatedAfter" in filters else rows.alive()


def _people_below(actor: Actor, department_id: int) -> list[int]:
    department = Department.objects.visible_to(actor).filter(pk=department_id).first()
    if department is None:
        return []
    below = Employee.objects.of_corp(department.corp_id)
    ids = below.filter(memberships__department__path__startswith=department.path).values_list("pk", flat=True)
    return list(ids.distinct())


def page(wanted: Wanted, *, number: int, size: int) -> dict[str, Any]:
    """One page by number: ``{list, total, totalExact, page, size}``; the total is bounded, and says if it is exact."""
    rows = select(wanted)
    start = (number - 1) * size
    ordered = rows.order_by(*SORTS[wanted.sort])
    if start >= _DEFERRED:
        ids = list(ordered.values_list("pk", flat=True)[start : start + size])
        ordered, window = Customer.objects.filter(pk__in=ids).order_by(*SORTS[wanted.sort]), slice(None)
    else:
        window = slice(start, start + size)
    found = reading.with_tags(reading.fetch(ordered[window]))
    total, exact = _total(wanted, rows, start, len(found), size)
    return {"list": found, "total": total, "totalExact": exact, "page": number, "size": size}


def _total(wanted: Wanted, rows: CustomerQuerySet, start: int, found: int, size: int) -> tuple[int, bool]:
    if (found or start == 0) and found < size:
        return start + found, True
    bound = settings.TOTAL_BOUND if wanted.covered else settings.TOTAL_BOUND_JOINED
    return bounded_count(rows, max(bound, start + found))


def after(wanted: Wanted, *, cursor: str, size: int) -> dict[str, Any]:
    """The ``size`` customers after a cursor: ``{list, size, nextCursor}``; the empty cursor begins, None ends.

    Costs the same at any depth, and neither repeats nor skips a customer that didn't move.

    Raises:
        BadRequest: ``invalid_cursor``.
    """
    rows = select(wanted).order_by(*SORTS[wanted.sort])
    if cursor:
        rows = rows.filter(_beyond(SORTS[wanted.sort], _decoded(cursor, wanted.sort)))
    found = reading.fetch(rows[: size + 1])
    more = len(found) > size
    found = reading.with_tags(found[:size])
    return {"list": found, "size": size, "nextCursor": _encoded(wanted.sort, found[-1]) if more else None}


def _beyond(order: Sequence[str], position: Sequence[Any]) -> Q:
    """What comes after ``position`` in ``order``: (a, b) after (x, y) when a is after x, or equal and b after y."""
    last = order[-1]
    condition = _past(last, position[-1])
    if len(order) > 1:
        first = order[0].lstrip("-")
        condition = _past(order[0], position[0]) | (Q(**{first: position[0]}) & condition)
    return condition


def _past(column: str, value: Any) -> Q:
    return Q(**{f"{column.lstrip('-')}__{'lt' if column.startswith('-') else 'gt'}": value})


def _encoded(sort: str, row: dict[str, Any]) -> str:
    wire = {"add_time": "addTime", "update_time": "updateTime"}
    times = [row[wire[c]] for c in (x.lstrip("-") for x in SORTS[sort]) if c in wire]
    moments = [f"{t.replace(tzinfo=None).isoformat()}" if t else "" for t in times]
    return base64.urlsafe_b64encode("|".join([sort, *moments, str(row["id"])]).encode()).decode()


def _decoded(cursor: str, sort: str) -> list[Any]:
    try:
        made_for, *moments, last = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        if made_for != sort or len(moments) != len(SORTS[sort]) - 1:
            raise ValueError(made_for)
        return [*(dt.datetime.fromisoformat(m).replace(tzinfo=dt.UTC) for m in moments), int(last)]
    except (ValueError, binascii.Error) as error:
        message = _("This cursor was not made for this list.")
        raise BadRequest("invalid_cursor", message, [FieldError("cursor", "invalid_cursor", message)]) from error
