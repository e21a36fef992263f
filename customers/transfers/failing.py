"""WeCom says that a transfer came to nothing, and names the taker only: which of ours it was is looked up here."""

import re

from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from corps.models import Employee
from customers import events
from customers.choices import ItemState
from customers.models import Customer, TransferItem
from customers.transfers import reasons, settling
from customers.transfers.settling import Outcome

# A word of WeCom's; whatever else stands there is not passed on.
_REASON = re.compile(r"[a-z_]{1,64}")
_STATES = {reasons.CUSTOMER_REFUSED: ItemState.REFUSED, reasons.LIMIT_EXCEEDED: ItemState.OVER_LIMIT}


@atomic
def note_failure(
    *, corp_id: int, external_userid: str, taker_userid: str, reason: str, by: Actor, source: str
) -> Customer | None:
    """Settle the attempt that a callback says has failed; the customer stays where they were.

    One that nobody here began, in WeCom's own pages perhaps, is recorded all the same. One whose result was read before
    the callback came is told of once.

    Args:
        taker_userid: who would have taken over; WeCom names neither the giver nor which transfer it was (page 96361).
        reason: ``customer_refused``, ``customer_limit_exceed``, or what WeCom may say later.

    Returns: the customer, None for one who isn't known here.
    """
    found = Customer.objects.filter(corp_id=corp_id, external_userid=external_userid).first()
    if found is None:
        return None
    customer = lock(found)
    taker = Employee.objects.of_corp(corp_id).filter(userid=taker_userid).values_list("pk", flat=True).first()
    told = reason if _REASON.fullmatch(reason) else "unknown"
    if taker and _ours(customer, taker, told, by=by, source=source):
        customer.refresh_from_db(fields=["version"])
        return customer
    customer.version += 1
    customer.save(update_fields=["version", "update_time"])
    events.transfer_failed(customer, taker_id=taker, reason=told, by=by, source=source)
    return customer


def _ours(customer: Customer, taker_id: int, reason: str, *, by: Actor, source: str) -> bool:
    """Whether it was an attempt of ours, which is settled by that."""
    state = _STATES.get(reason, ItemState.FAILED)
    attempts = TransferItem.objects.filter(customer=customer, taker_id=taker_id).order_by("-pk")
    item = attempts.filter(state__in=(ItemState.WAITING, ItemState.SENDING)).first()
    if item:
        outcome = Outcome(item.pk, state, "" if state in settling.FAILURES else reasons.WECOM_REFUSED, told=True)
        settling.settle(corp_id=customer.corp_id, outcomes=[outcome], by=by, source=source)
        return True
    # Its result was read first.
    known = attempts.filter(state=state, told_at=None).first()
    return bool(known and TransferItem.objects.filter(pk=known.pk, told_at=None).update(told_at=now()))
