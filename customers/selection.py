"""Which customers a list holds: the filters, and what the actor may see."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from core.pagination import bounded_count
from corps.actors import Actor
from corps.models import Department, Employee
from corps.querysets import owns_narrowly
from customers import search
from customers.custom import filtering
from customers.models import Customer, FollowRelation
from customers.querysets import CustomerQuerySet
from tags.models import Tag

# Filters whose count is read from one key without touching a row; the others count no further than TOTAL_BOUND_JOINED.
COVERED = [
    frozenset(f)
    for f in (
        (),
        ("status",),
        ("channel",),
        ("followUserId",),
        ("stageId",),
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


@dataclass(slots=True)
class Wanted:
    """A list somebody asked for.

    Attributes:
        filters: parameter name → parsed value; only what was given (customers/api/parameters.py has the types).
        sort: a key of ``ordering.SORTS``.
    """

    actor: Actor
    filters: dict[str, Any]
    sort: str = "-id"

    @property
    def covered(self) -> bool:
        return not owns_narrowly(self.actor) and frozenset(self.filters) in COVERED


def select(wanted: Wanted) -> CustomerQuerySet:
    """The customers that match and that the actor may see, unordered."""
    return narrowed(Customer.objects.visible_to(wanted.actor), wanted.filters, wanted.actor)


def narrowed(rows: CustomerQuerySet, f: dict[str, Any], actor: Actor) -> CustomerQuerySet:
    """Of these customers those that match; ``f`` as ``Wanted`` has it. Without ``status`` the deleted are left out."""
    rows = rows.filter(status=f["status"]) if "status" in f else _living(rows, f)
    for name, column in _COLUMN_FILTERS.items():
        if name in f:
            rows = rows.filter(**{column: f[name]})
    rows = rows.added_between(f.get("addTimeFrom"), f.get("addTimeTo"))
    rows = _by_tags(rows, f)
    if pair := {column: f[name] for name, column in _PAIR_FILTERS.items() if name in f}:
        # All asked of one and the same relation.
        relations = FollowRelation.objects.visible_to(actor).filter(**pair)
        rows = rows.having(relations, common=not bounded_count(relations, COMMON)[1])
    if "departmentId" in f:
        rows = rows.filter(follow_user_id__in=_people_below(actor, f["departmentId"]))
    if filtering.PARAMETER in f:
        rows = filtering.narrowed(rows, f[filtering.PARAMETER], actor)
    for name in settings.CUSTOMER_FILTERS.keys() & f.keys():
        # What only a package above this one knows.
        rows = import_string(settings.CUSTOMER_FILTERS[name])(rows, f[name], actor)
    return _by_keyword(rows, f["keyword"], actor) if "keyword" in f else rows


def _by_keyword(rows: CustomerQuerySet, keyword: str, actor: Actor) -> CustomerQuerySet:
    word = search.normalise(keyword)
    return rows.matching(search.keys_of(keyword), word, whole_for=actor if search.guards(word, actor) else None)


def _by_tags(rows: CustomerQuerySet, filters: dict[str, Any]) -> CustomerQuerySet:
    chosen = {role: filters.get(name, []) for name, role in _TAG_FILTERS.items()}
    common: list[int] = []
    if wanted := [*chosen["all_of"], *chosen["any_of"]]:
        common = list(Tag.objects.filter(pk__in=wanted, use_count__gt=COMMON).values_list("pk", flat=True))
    rows = rows.tagged(**chosen, common=common)
    return rows.untagged() if filters.get("untagged") else rows


_TAG_FILTERS = {"tagIdsAll": "all_of", "tagIdsAny": "any_of", "tagIdsNone": "none_of"}
_PAIR_FILTERS = {
    "followerId": "employee_id",
    "followStatus": "status",
    "followState": "state",
    "addWay": "add_way__in",
}
_COLUMN_FILTERS = {
    "channel": "channel",
    "followUserId": "follow_user_id",
    "stageId": "stage_id",
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
