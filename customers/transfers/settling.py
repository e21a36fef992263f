"""How attempts end, each with its event: begun, done, or come to nothing."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F

from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers import events
from customers.choices import OPEN_ITEMS, ItemState
from customers.models import Customer, TransferItem
from customers.transfers import reasons

# An attempt that waited and came to nothing, and how events name that.
FAILURES = {
    ItemState.REFUSED: reasons.CUSTOMER_REFUSED,
    ItemState.OVER_LIMIT: reasons.LIMIT_EXCEEDED,
    ItemState.NO_RECORD: reasons.NO_RECORD,
}
_LEFT = ["state", "reason", "error_code", "takeover_time", "settled_at", "told_at", "doubted"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of one attempt now.

    Attributes:
        state: ``waiting``, or one of those in which it ends.
        reason: of a failure, as reasons.py names it; the other states have one of their own.
        told: whether a callback said so.
    """

    item_id: int
    state: str
    reason: str = ""
    error_code: int | None = None
    takeover_time: dt.datetime | None = None
    told: bool = False


@atomic
def settle(*, corp_id: int, outcomes: Collection[Outcome], by: Actor, source: str) -> list[TransferItem]:
    """Store the outcomes and record ``customer.transfer.requested``, ``.done`` or ``.failed`` for each that is news.

    One that has ended stays as it ended, whatever is told of it later.

    Returns: the attempts that changed.
    """
    told = {outcome.item_id: outcome for outcome in outcomes}
    items = _open(corp_id, told)
    # Customers before their attempts, by id, as everybody locks them.
    customers = _locked(corp_id, {item.customer_id for item in items})
    changed: list[TransferItem] = []
    news: list[tuple[str, Customer, TransferItem]] = []
    for item in _open(corp_id, told):
        name = _apply(item, told[item.pk]) if item.customer_id in customers else None
        if name is None:
            continue
        changed.append(item)
        if name:
            customers[item.customer_id].version += 1
            news.append((name, customers[item.customer_id], item))
    TransferItem.objects.bulk_update(changed, _LEFT, batch_size=200)
    raised = [customer.pk for _name, customer, _item in news]
    Customer.objects.filter(pk__in=raised).update(version=F("version") + 1, update_time=now())
    events.transfers(news, by=by, source=source)
    return changed


def _open(corp_id: int, told: Collection[int]) -> list[TransferItem]:
    rows = TransferItem.objects.of_corp(corp_id).filter(pk__in=list(told), state__in=OPEN_ITEMS)
    return list(rows.order_by("customer_id", "pk"))


def _locked(corp_id: int, ids: Collection[int]) -> dict[int, Customer]:
    rows = Customer.objects.select_for_update().filter(pk__in=sorted(ids), corp_id=corp_id).order_by("pk")
    return {row.pk: row for row in rows.only("pk", "corp_id", "version")}


def _apply(item: TransferItem, outcome: Outcome) -> str | None:
    """Returns the event to record, "" for a change that is none, None for no change."""
    before = [getattr(item, name) for name in _LEFT]
    waited = item.state == ItemState.WAITING
    item.state, item.doubted = outcome.state, False
    item.takeover_time = outcome.takeover_time or item.takeover_time
    if outcome.state == ItemState.WAITING:
        changed = before != [getattr(item, name) for name in _LEFT]
        # That it waits still is no news.
        return ("" if waited else events.TRANSFER_REQUESTED) if changed else None
    item.reason = outcome.reason or FAILURES.get(ItemState(outcome.state), "")
    item.error_code, item.settled_at = outcome.error_code, now()
    item.told_at = now() if outcome.told else None
    return events.TRANSFER_DONE if outcome.state == ItemState.DONE else events.TRANSFER_FAILED
