"""After a takeover: the mirror is brought into step, then what the old follower knew is carried over."""

import datetime as dt
import threading

from core.failpoints import failpoint
from core.retry import atomic_retry
from core.time import now
from corps.actors import SYSTEM
from customers import mirroring
from customers.choices import ItemState, RelationStatus, Source
from customers.facts import Ending
from customers.models import TransferItem, TransferJob
from customers.transfers import carrying
from wecom import refreshing
from wecom.client.errors import Closed, NotAllowed
from wecom.client.transport import Client
from wecom.refreshing import Reading
from wecom.transfers.leases import under

# Customers of one reading.
TOGETHER = 20
# So long WeCom may take to show the new relation.
PATIENCE = dt.timedelta(days=1)


def carry(job: TransferJob, client: Client, stopping: threading.Event) -> None:
    """Carry over what is waiting for it, some at a time.

    Raises:
        Closed, NotAllowed: WeCom can't be read now.
    """
    after = 0
    while not stopping.is_set():
        done = TransferItem.objects.filter(job=job, state=ItemState.DONE, carried_at=None, pk__gt=after)
        items = list(done.select_related("customer", "handover").order_by("pk")[:TOGETHER])
        if not items:
            return
        _carry(items, client)
        after = items[-1].pk
        under(job, lambda row: None)


def _carry(items: list[TransferItem], client: Client) -> None:
    over = {(item.customer.external_userid, item.handover.userid): item for item in items}
    reading = refreshing.read_customers(client, sorted({external for external, _userid in over}), over=over.keys())
    for error in reading.failed.values():
        if isinstance(error, (Closed, NotAllowed)):
            raise error
    _mirror(reading, over)
    failpoint("transfer.mirrored")
    for (external, _userid), item in over.items():
        final = bool(item.settled_at and item.settled_at + PATIENCE < now())
        if external not in reading.failed or final:
            atomic_retry(carrying.carry_over)(item=item, by=SYSTEM, final=final)
            failpoint("transfer.carried")


@atomic_retry
def _mirror(reading: Reading, over: dict[tuple[str, str], TransferItem]) -> None:
    """End the old relations as transferred, then store what was read. WeCom goes on showing an old one for a while."""
    endings = [
        Ending(*pair, RelationStatus.ENDED_BY_TRANSFER, item.takeover_time or item.settled_at or now())
        for pair, item in over.items()
        if pair[0] not in reading.failed
    ]
    mirroring.end_pairs(
        corp_id=reading.corp_id, endings=endings, ticket=reading.ticket, by=SYSTEM, source=Source.TRANSFER
    )
    ended = {(ending.external_userid, ending.userid): ending.at for ending in endings}
    stale = {
        (follow.external_userid, follow.userid)
        for follow in reading.follows
        if follow.add_time <= ended.get((follow.external_userid, follow.userid), dt.datetime.min.replace(tzinfo=dt.UTC))
    }
    reading.apply(source=Source.TRANSFER, without=stale)
