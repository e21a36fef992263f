"""Keep keys and pairs in step with the customers, in the order in which those change."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from core.transactions import atomic
from customers.choices import CustomerStatus
from customers.duplicates import pairing
from customers.duplicates.keys import keys_of, named_keys_of
from customers.models import Customer, CustomerKey, DuplicateSearch, FollowRelation

BATCH = 500
_READ = ("unionid", "mobile", "name", "city", "corp_name", "corp_full_name", "status", "update_time")
# Before anybody was made.
_BEGINNING = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
# A change is stamped before it is committed; what is younger than any transaction may still have neighbours to come.
SETTLING = dt.timedelta(minutes=2)


@atomic
def refresh(*, corp_id: int, until: dt.datetime, most: int = BATCH) -> int:
    """Look at the next customers that have changed before ``until``. Returns how many; fewer than ``most``: these were
    the last."""
    DuplicateSearch.objects.get_or_create(corp_id=corp_id, defaults={"changed_at": _BEGINNING})
    # Held to the end, so that two at once don't look at the same ones.
    place = DuplicateSearch.objects.locked(corp_id=corp_id)
    rows = _changed(place, until, most)
    if not rows:
        return 0
    keys = _keys(rows)
    _store(corp_id, [row.pk for row in rows], keys)
    found = pairing.pairs_by(corp_id, {key for _customer, key, _kind in keys})
    ours = {row.pk for row in rows}
    pairing.store(
        corp_id, {pair: bits for pair, bits in found.items() if not ours.isdisjoint(pair)}, whole_of=sorted(ours)
    )
    place.changed_at, place.customer_id = rows[-1].update_time, rows[-1].pk
    place.save(update_fields=["changed_at", "customer_id"])
    return len(rows)


def _changed(place: DuplicateSearch, until: dt.datetime, most: int) -> list[Any]:
    # Along the index of changes: a range, and not "later, or then and further on", which MariaDB reads as two.
    rows = Customer.objects.of_corp(place.corp_id).filter(update_time__gte=place.changed_at, update_time__lt=until)
    rows = rows.exclude(update_time=place.changed_at, pk__lte=place.customer_id)
    return list(rows.order_by("update_time", "pk").only(*_READ)[:most])


def _keys(rows: Sequence[Any]) -> set[tuple[int, int, int]]:
    """(customer, key, kind); the hidden have none."""
    living = [row for row in rows if row.status != CustomerStatus.DELETED]
    noted: dict[int, list[str]] = defaultdict(list)
    companies: dict[int, list[str]] = defaultdict(list)
    pairs = FollowRelation.objects.filter(customer_id__in=[row.pk for row in living])
    for customer, mobiles, company in pairs.order_by().values_list("customer_id", "remark_mobiles", "remark_corp_name"):
        noted[customer] += mobiles
        companies[customer].append(company)
    return {(row.pk, *key) for row in living for key in _keys_of(row, noted[row.pk], companies[row.pk])}


def _keys_of(row: Any, noted: list[str], companies: list[str]) -> set[tuple[int, int]]:
    own = keys_of(unionid=row.unionid, mobile=row.mobile, noted=noted)
    said = [row.corp_name, row.corp_full_name, *companies]
    return own | named_keys_of(name=row.name, city=row.city, companies=said)


def _store(corp_id: int, customer_ids: list[int], keys: set[tuple[int, int, int]]) -> None:
    rows = CustomerKey.objects.filter(customer_id__in=customer_ids)
    held = {(c, key, kind): pk for pk, c, key, kind in rows.values_list("pk", "customer_id", "key", "kind")}
    CustomerKey.objects.filter(pk__in=[pk for row, pk in held.items() if row not in keys]).delete()
    fresh = sorted(keys - held.keys())
    CustomerKey.objects.bulk_create(
        [CustomerKey(corp_id=corp_id, customer_id=c, key=key, kind=kind) for c, key, kind in fresh]
    )
