"""Send customers to WeCom, a hundred in a call, each once."""

from collections.abc import Sequence

from core.failpoints import failpoint
from core.time import now
from corps.actors import SYSTEM
from customers.choices import ItemState, Source, TransferKind
from customers.models import TransferItem, TransferJob
from customers.transfers import claiming, settling
from customers.transfers.claiming import Batch
from customers.transfers.settling import Outcome
from wecom.client import transfers
from wecom.client.errors import AppRefused, CallRefused, NotConnected, Unreachable, WecomError
from wecom.client.outcomes import HandoverStart
from wecom.client.transport import Client
from wecom.transfers import codes
from wecom.transfers.leases import under
from wecom.transfers.results import WAIT


def send_next(job: TransferJob, client: Client) -> bool:
    """Send the next batch. Returns whether there was one.

    That they are being sent is committed before the call: whoever dies between here and the answer leaves a mark, and
    nobody sends them again before WeCom's results were read.

    Raises:
        WecomError, NotConnected: nothing was begun, or (``Unreachable``) nobody knows.
    """
    batch = under(job, lambda row: claiming.claim(row, most=transfers.MOST))
    if batch is None:
        return False
    failpoint("transfer.claimed")
    ids = [item.pk for item in batch.items.values()]
    try:
        outcomes = _answers(batch, _call(job, batch, client))
    except Unreachable:
        under(job, lambda row: claiming.doubt(ids))
        raise
    except NotConnected:
        under(job, lambda row: claiming.requeue(ids))
        raise
    except WecomError as error:
        if error.passes or isinstance(error, (AppRefused, CallRefused)):
            # An answer, and it says that nothing was begun.
            under(job, lambda row: claiming.requeue(ids))
            raise
        outcomes = [_failed(item, error.code) for item in batch.items.values()]
    failpoint("transfer.called")
    under(job, lambda row: store(row, ids, outcomes))
    failpoint("transfer.stored")
    return True


def store(job: TransferJob, ids: Sequence[int], outcomes: Sequence[Outcome]) -> None:
    """Settle what was answered; those of whom the answer says nothing are looked for in the results."""
    settling.settle(corp_id=job.corp_id, outcomes=outcomes, by=SYSTEM, source=Source.TRANSFER)
    claiming.doubt(ids)


def _call(job: TransferJob, batch: Batch, client: Client) -> list[HandoverStart]:
    who = {"handover": job.handover.userid, "takeover": batch.taker.userid, "external_userids": list(batch.items)}
    if job.kind == TransferKind.LEAVER:
        return transfers.transfer_resigned(client, **who)
    return transfers.transfer_customers(client, **who, message=job.message or None)


def _answers(batch: Batch, rows: Sequence[HandoverStart]) -> list[Outcome]:
    told = {row.get("external_userid"): row.get("errcode") for row in rows}
    return [
        _begun(item) if _is_begun(item, code) else _failed(item, code)
        for external, item in batch.items.items()
        if (code := told.get(external)) is not None
    ]


def _is_begun(item: TransferItem, code: int) -> bool:
    # On its way already by a try of which no answer came.
    return code == 0 or (item.doubted and code in codes.ON_ITS_WAY)


def _begun(item: TransferItem) -> Outcome:
    return Outcome(item.pk, ItemState.WAITING, takeover_time=now() + WAIT)


def _failed(item: TransferItem, code: int) -> Outcome:
    return Outcome(item.pk, ItemState.FAILED, codes.reason_of(code), error_code=code)
