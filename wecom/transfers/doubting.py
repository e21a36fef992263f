"""Customers that were being sent when the worker died or no answer came: WeCom is asked before any is sent again."""

import datetime as dt
from collections.abc import Sequence

from core.time import now
from corps.models import Employee
from customers.choices import ItemState
from customers.models import TransferItem, TransferJob
from customers.transfers import claiming, reasons
from customers.transfers.settling import Outcome
from wecom.client.outcomes import Handover
from wecom.client.transport import Client
from wecom.transfers import polling, results, sending
from wecom.transfers.leases import under

# So long WeCom may take to show what it has begun.
PAUSE = dt.timedelta(seconds=60)


def resolve(job: TransferJob, client: Client) -> bool:
    """Find out whether those in doubt were begun, and have those sent again that were not.

    Returns: whether some are left whose time to look has not come. Raises WecomError.
    """
    sent = TransferItem.objects.filter(job=job, state=ItemState.SENDING)
    due = sent.filter(sent_at__lte=now() - PAUSE)
    for taker in polling.takers(job, ItemState.SENDING):
        items = list(due.filter(taker=taker).select_related("customer").order_by("customer_id"))
        if items:
            _resolve(job, client, taker, items)
    return sent.exists()


def _resolve(job: TransferJob, client: Client, taker: Employee, items: Sequence[TransferItem]) -> None:
    told = results.read(client, job, taker)
    outcomes, again = [], []
    for item in items:
        outcome = _outcome(item, told.get(item.customer.external_userid))
        if outcome is None:
            again.append(item.pk)
        else:
            outcomes.append(outcome)

    def store(row: TransferJob) -> None:
        sending.store(row, again, outcomes)
        claiming.requeue(again)

    under(job, store)


def _outcome(item: TransferItem, row: Handover | None) -> Outcome | None:
    """What the result says of this attempt; None: it was not begun."""
    state = results.STATES.get(row["status"]) if row else None
    if row is None or state is None:
        return None
    at = results.takeover_time(row)
    before = TransferItem.objects.filter(customer=item.customer_id, handover=item.handover_id, taker=item.taker_id)
    same = before.filter(state=state, pk__lt=item.pk)
    if state == ItemState.DONE:
        # WeCom keeps one result of a pair: it may be that of the time before.
        return None if same.filter(takeover_time=at).exists() else Outcome(item.pk, state, takeover_time=at)
    if state != ItemState.WAITING and same.exists():
        # It has no time to tell them apart by. Not sent again: better one too few than one twice.
        return Outcome(item.pk, ItemState.FAILED, reasons.IN_DOUBT)
    return Outcome(item.pk, state, takeover_time=at)
