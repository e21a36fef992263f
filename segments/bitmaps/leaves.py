"""Which questions the bitmaps answer, and how: a question about one field becomes the atoms whose union answers it."""

from collections.abc import Callable
from typing import Any

from pyroaring import BitMap

from corps.models import Employee
from customers.choices import RelationStatus
from segments.bitmaps import atoms
from segments.bitmaps.viewing import View
from segments.conditions.nodes import All, Asked, Node, Some
from segments.fields import days, links
from segments.fields.ops import NEGATIVE
from tags.models import Tag

# What is asked → the customers of whom it is true.
_Leaf = Callable[[View, Any], BitMap]


def leaf(node: Node) -> _Leaf | None:
    """How the bitmaps answer the positive form of a question; None where they don't."""
    match node:
        case Asked(field, op):
            return LEAVES.get((field, NEGATIVE.get(op, op)))
        case Some("relation", All((Asked("status", "is", RelationStatus.ACTIVE), Asked("employee", "is" | "in"))), how):
            return _related if how == ("atLeast", 1) else None
    return None


def _is(name: str) -> _Leaf:
    return lambda view, value: view.union([atoms.key(name, value)])


def _is_in(name: str) -> _Leaf:
    return lambda view, values: view.union(atoms.keys(name, set(values)))


def _filled(name: str) -> _Leaf:
    return lambda view, _value: view.union([atoms.filled(name)])


def _dated(op: str) -> _Leaf:
    def found(view: View, value: Any) -> BitMap:
        moment = view.asking.moment
        start, behind = days.span(op, value, moment)
        first = atoms.key(atoms.ADDED, atoms.day(start, moment.zone)) if start else f"{atoms.ADDED}="
        # "~" is behind every digit.
        last = atoms.key(atoms.ADDED, atoms.day(behind, moment.zone)) if behind else f"{atoms.ADDED}=~"
        return view.held.span(first, last)

    return found


def _any_tag(view: View, ids: tuple[int, ...]) -> BitMap:
    return view.union(atoms.keys(atoms.TAG, set(view.living(ids).values())))


def _all_tags(view: View, ids: tuple[int, ...]) -> BitMap:
    living = view.living(ids)
    if len(living) < len(set(ids)):
        return BitMap()
    return BitMap.intersection(*view.held.atoms(atoms.keys(atoms.TAG, set(living.values()))).values())


def _any_group(view: View, ids: tuple[int, ...]) -> BitMap:
    living = Tag.objects.of_corp(view.asking.corp_id).live().filter(group_id__in=ids)
    return view.union(atoms.keys(atoms.TAG, living.values_list("pk", flat=True)))


def _of_departments(view: View, ids: tuple[int, ...]) -> BitMap:
    members = Employee.objects.of_corp(view.asking.corp_id).filter(links.departments("pk").q(view.asking, ids))
    return view.union(atoms.keys("followUser", members.values_list("pk", flat=True)))


def _related(view: View, where: Any) -> BitMap:
    asked = where.parts[1]
    wanted = asked.value if asked.op == "in" else [asked.value]
    return view.union(atoms.keys(atoms.RELATION, set(wanted)))


LEAVES: dict[tuple[str, str], _Leaf] = {
    **{(name, "is"): _is(name) for name in atoms.COLUMNS},
    **{(name, "in"): _is_in(name) for name in atoms.COLUMNS},
    **{(name, "set"): _filled(name) for name in (*atoms.COLUMNS, *atoms.FILLED)},
    **{("addTime", op): _dated(op) for op in ("within", "earlierThan", "on", "after", "before", "between", "this")},
    ("addTime", "set"): _filled(atoms.ADDED),
    ("departments", "any"): _of_departments,
    ("tags", "any"): _any_tag,
    ("tags", "all"): _all_tags,
    ("tagGroups", "any"): _any_group,
}
