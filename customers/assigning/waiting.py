"""The customers whom nobody follows: found along two keys, and what the rules ask of them."""

from collections.abc import Iterable, Sequence

from customers.assigning.deciding import Person
from customers.channels.resolving import Channels
from customers.choices import CustomerStatus, RelationStatus
from customers.models import Customer, FollowRelation

_LIVING = FollowRelation.objects.filter(status=RelationStatus.ACTIVE)


def waiting(corp_id: int, *, after: int, most: int, lost: bool) -> list[int]:
    """The ids of those not deleted and without a living relation that come after one id, in their order.

    Args:
        lost: also those whom somebody followed once. They are asked for apart: both kinds have a key of their own, and
            an "or" would have the database look at every customer.
    """
    rows = Customer.objects.of_corp(corp_id).filter(pk__gt=after).lacking(_LIVING).order_by("pk")
    kinds = [rows.filter(follow_user=None, alive=1)]
    if lost:
        kinds.append(rows.filter(status=CustomerStatus.LOST))
    found = {pk for kind in kinds for pk in kind.values_list("pk", flat=True)[:most]}
    return sorted(found)[:most]


def persons(corp_id: int, customers: Sequence[Customer]) -> list[Person]:
    """What the rules ask of these customers; who has got a follower meanwhile, or was deleted, is left out."""
    ids = [row.pk for row in customers if row.status != CustomerStatus.DELETED]
    if not ids:
        return []
    columns = ("customer_id", "employee_id", "state", "add_way", "status")
    relations: dict[int, list[tuple[int, str, int | None, int]]] = {pk: [] for pk in ids}
    for pk, *rest in FollowRelation.objects.filter(customer_id__in=ids).order_by("pk").values_list(*columns):
        relations[pk].append(tuple(rest))
    channels = Channels(corp_id)
    held = ((row, relations[row.pk]) for row in customers if row.pk in relations)
    return [_person(row, rows, channels) for row, rows in held if not _is_followed(rows)]


def _is_followed(rows: Iterable[tuple[int, str, int | None, int]]) -> bool:
    return any(status == RelationStatus.ACTIVE for *_rest, status in rows)


def _person(row: Customer, rows: list[tuple[int, str, int | None, int]], channels: Channels) -> Person:
    _employee, state, add_way, _status = rows[-1] if rows else (0, "", None, 0)
    state = row.channel or state
    channel = channels.of(state, add_way)
    return Person(
        customer_id=row.pk,
        state=state,
        add_way=add_way,
        channel_id=channel.pk if channel else None,
        lost=bool(rows) or row.status == CustomerStatus.LOST,
        blacklisted=row.blacklisted,
        had=frozenset(employee for employee, *_rest in rows),
    )
