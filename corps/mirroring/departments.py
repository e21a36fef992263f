"""The company's departments, as WeCom tells them."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from corps import events
from corps.actors import Actor
from corps.facts import DepartmentFacts
from corps.mirroring.tree import Tree
from corps.models import Department
from corps.tally import Tally

_NAME_LENGTH = 100


@transaction.atomic
def apply_departments(
    *, corp_id: int, departments: Sequence[DepartmentFacts], ticket: int, whole: bool, by: Actor, source: str
) -> Tally:
    """Store departments as they were read under ``ticket``, parents and children in any order.

    A department whose parent isn't visible is a root; so is one that would close a loop, until both ends are read.

    Args:
        whole: these are all there are: the others go, with their places for people. Never all of them: an empty answer
            says that WeCom, or the app's visible range, is out of order.

    Returns: how many were made, changed, met unchanged, removed, and refused since they were read later.
    """
    told = {one.wecom_id: one for one in departments}
    tree = Tree(corp_id)
    made = _make(tree, corp_id, told)
    theirs = tree.by_wecom_id
    read = [theirs[wecom_id] for wecom_id in told if theirs[wecom_id].fetch_seq < ticket]
    _take_over(tree, read, told)
    gone = (
        {row.pk for key, row in theirs.items() if key not in told and row.fetch_seq < ticket} if whole and told else ()
    )
    changed = _settle(tree, made, gone, by=by, source=source)
    Department.objects.filter(pk__in=[row.pk for row in read]).update(fetch_seq=ticket)
    mine = {row.pk for row in read} & changed
    return Tally(len(made), len(mine), len(read) - len(made) - len(mine), len(gone), len(told) - len(read))


@transaction.atomic
def remove_departments(*, corp_id: int, wecom_ids: Collection[int], ticket: int, by: Actor, source: str) -> Tally:
    """Remove departments that WeCom no longer knows; what hangs below them is lifted to what is left above."""
    tree = Tree(corp_id)
    theirs = tree.by_wecom_id
    gone = {theirs[key].pk for key in set(wecom_ids) & theirs.keys() if theirs[key].fetch_seq < ticket}
    _settle(tree, set(), gone, by=by, source=source)
    return Tally(ended=len(gone))


def _make(tree: Tree, corp_id: int, told: Mapping[int, DepartmentFacts]) -> set[int]:
    """Insert those that are missing, as roots for now. Returns their ids."""
    missing = told.keys() - tree.by_wecom_id.keys()
    if not missing:
        return set()
    rows = [Department(corp_id=corp_id, wecom_id=key, name=told[key].name[:_NAME_LENGTH]) for key in sorted(missing)]
    Department.objects.bulk_create(rows)
    tree.load()
    theirs = tree.by_wecom_id
    return {theirs[key].pk for key in missing}


def _take_over(tree: Tree, read: Sequence[Department], told: Mapping[int, DepartmentFacts]) -> None:
    theirs = tree.by_wecom_id
    for row in read:
        fact = told[row.wecom_id]  # type: ignore[index]
        above = theirs.get(fact.parent_id)
        row.name, row.order, row.parent_id = fact.name[:_NAME_LENGTH], fact.order, above.pk if above else None
    for row in read:
        tree.cut_loop(row)


def _settle(tree: Tree, made: Collection[int], gone: Collection[int], *, by: Actor, source: str) -> set[int]:
    """Hang, write and tell. Returns the ids of the changed, without those just made."""
    tree.lift(gone)
    tree.hang()
    told = [events.first(events.DEPARTMENT_CREATED, tree.nodes[pk]) for pk in sorted(made)]
    changed = set()
    for row in tree.nodes.values():
        if row.pk not in made and row.pk not in gone and (names := tree.differences(row)):
            changed.add(row.pk)
            told.append(events.step(events.DEPARTMENT_UPDATED, row, changed=names))
    tree.store()
    told += [events.step(events.DEPARTMENT_DELETED, row) for row in tree.fell(gone)]
    events.tell(told, by=by, source=source)
    return changed
