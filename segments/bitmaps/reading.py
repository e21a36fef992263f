"""Read from the record which atoms are true of customers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from customers.choices import RelationStatus
from customers.models import Customer, CustomerTag, FollowRelation
from segments.bitmaps import atoms
from segments.bitmaps.packing import Maps

# Of customer ids: lookup → value, such as {"in": [3, 5]} or {"gt": 0, "lte": 20_000}.
Which = dict[str, Any]
_COLUMNS = [*atoms.COLUMNS.values(), *atoms.FILLED.values(), "add_time"]


def read(corp_id: int, zone: ZoneInfo, which: Which) -> Maps:
    """The atoms of those of the company's customers that are not deleted: name → ids. None is empty but ``ALL``."""
    rows = list(_where(Customer.objects.of_corp(corp_id).alive(), "pk", which).values_list("pk", *_COLUMNS))
    maps = {atoms.ALL: BitMap([row[0] for row in rows])}
    if rows:
        maps |= _of_columns(rows, zone)
        # Of a range: the index has it all, but neither company nor status. What else is in it is left out here.
        maps |= _within(maps[atoms.ALL], atoms.TAG, _where(CustomerTag.objects, "customer_id", which), "tag_id")
        living = FollowRelation.objects.of_corp(corp_id).filter(status=RelationStatus.ACTIVE)
        maps |= _within(maps[atoms.ALL], atoms.RELATION, _where(living, "customer_id", which), "employee_id")
    return maps


def _where(rows: Any, column: str, which: Which) -> Any:
    return rows.filter(**{f"{column}__{lookup}": value for lookup, value in which.items()}).order_by()


def _of_columns(rows: Sequence[tuple[Any, ...]], zone: ZoneInfo) -> Maps:
    ids, *columns = zip(*rows, strict=True)
    by_name = dict(zip([*atoms.COLUMNS, *atoms.FILLED, atoms.ADDED], columns, strict=True))
    maps: Maps = {}
    for name in atoms.COLUMNS:
        maps |= _by_value(name, ids, by_name[name])
    for name in atoms.FILLED:
        maps |= _any(name, (ident for ident, value in zip(ids, by_name[name], strict=True) if value not in (None, "")))
    days = [moment and atoms.day(moment, zone) for moment in by_name[atoms.ADDED]]
    return maps | _by_value(atoms.ADDED, ids, days)


def _by_value(name: str, ids: Sequence[int], values: Sequence[Any]) -> Maps:
    groups = defaultdict(list)
    for ident, value in zip(ids, values, strict=True):
        groups[value].append(ident)
    maps = {atoms.key(name, v): BitMap(found) for v, found in groups.items() if v not in (None, "")}
    return maps | ({atoms.filled(name): BitMap.union(*maps.values())} if maps else {})


def _any(name: str, ids: Iterable[int]) -> Maps:
    found = BitMap(ids)
    return {atoms.filled(name): found} if found else {}


def _within(everybody: BitMap, name: str, rows: Any, column: str) -> Maps:
    groups = defaultdict(list)
    for customer, value in rows.values_list("customer_id", column):
        groups[value].append(customer)
    maps = {atoms.key(name, value): everybody & BitMap(ids) for value, ids in groups.items()}
    return {atom: ids for atom, ids in maps.items() if ids}
