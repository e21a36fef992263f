"""Ask what became of those who wait, until each has an end."""

import datetime as dt
from collections.abc import Iterable, Iterator

from core.failpoints import failpoint
from core.time import now
from corps.actors import SYSTEM
from corps.models import Employee
from customers.choices import ItemState, Source
from customers.models import TransferItem, TransferJob
from customers.transfers import settling
from customers.transfers.settling import Outcome
from wecom.client.outcomes import Handover
from wecom.client.transport import Client
from wecom.transfers import results
from wecom.transfers.leases import under

# WeCom has answered that it was begun: that there is no record is believed after a while only.
_NO_RECORD_AFTER = dt.timedelta(minutes=10)
_ABSENT_AFTER = dt.timedelta(hours=48)
_BATCH = 200


def poll(job: TransferJob, client: Client) -> None:
    """Read the results of every pair with somebody who waits, and settle what is final. Raises WecomError."""
    for taker in takers(job, ItemState.WAITING):
        told = results.read(client, job, taker)
        failpoint("transfer.polled")
        waiting = TransferItem.objects.filter(job=job, state=ItemState.WAITING, taker=taker)
        outcomes = _outcomes(waiting.select_related("customer").order_by("customer_id"), told)
        for some in _batches(list(outcomes)):
            under(job, lambda row, some=some: _settle(row, some))  # type: ignore[misc]


def takers(job: TransferJob, state: str) -> list[Employee]:
    """To whom customers of the job go that are in this state."""
    ids = TransferItem.objects.filter(job=job, state=state).values_list("taker_id", flat=True).distinct()
    return list(Employee.objects.of_corp(job.corp_id).filter(pk__in=list(ids)).order_by("pk"))


def _settle(job: TransferJob, outcomes: list[Outcome]) -> None:
    settling.settle(corp_id=job.corp_id, outcomes=outcomes, by=SYSTEM, source=Source.TRANSFER)


def _outcomes(items: Iterable[TransferItem], told: dict[str, Handover]) -> Iterator[Outcome]:
    for item in items:
        row = told.get(item.customer.external_userid)
        if row and (state := results.STATES.get(row["status"])):
            yield Outcome(item.pk, state, takeover_time=results.takeover_time(row))
        elif _is_lost(item, row):
            yield Outcome(item.pk, ItemState.NO_RECORD)


def _is_lost(item: TransferItem, row: Handover | None) -> bool:
    patience = _NO_RECORD_AFTER if row and row["status"] == results.NO_RECORD else _ABSENT_AFTER
    return item.sent_at is not None and item.sent_at + patience < now()


def _batches(outcomes: list[Outcome]) -> Iterator[list[Outcome]]:
    return (outcomes[start : start + _BATCH] for start in range(0, len(outcomes), _BATCH))
