"""Take customers to be sent, and mark them as being sent before anybody is told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.time import now
from corps.models import Employee
from customers.choices import ItemState, JobState
from customers.models import CustomerTag, FollowRelation, TransferItem, TransferJob
from tags.choices import TagKind

_NOTES = ("remark", "description", "remark_corp_name", "remark_mobiles", "personal_tags")


@dataclass(frozen=True, slots=True)
class Batch:
    """Customers that go from one employee to another in one call, by their external userids."""

    taker: Employee
    items: dict[str, TransferItem]


def claim(job: TransferJob, *, most: int) -> Batch | None:
    """Mark the next customers of a running (locked) job as being sent, all to one taker.

    Whoever dies after this has perhaps sent them: they are not sent again before WeCom was asked.

    Returns: None where nothing is to be sent now.
    """
    if job.state != JobState.RUNNING:
        return None
    queued = TransferItem.objects.filter(job=job, state=ItemState.QUEUED).order_by("pk")
    first = queued.first()
    if first is None or first.taker is None:
        return None
    items = list(queued.filter(taker=first.taker_id).select_related("customer")[:most])
    moment, notes, tags = now(), _notes(items), _tags(items)
    for item in items:
        item.state, item.sent_at = ItemState.SENDING, moment
        item.snapshot = notes.get(item.customer_id, {}) | {"tag_ids": tags.get(item.customer_id, [])}
    TransferItem.objects.bulk_update(items, ["state", "sent_at", "snapshot"])
    return Batch(first.taker, {item.customer.external_userid: item for item in items})


def requeue(item_ids: Sequence[int]) -> int:
    """Have these sent (again): WeCom has said that it did not begin them. Called-off jobs send nothing more."""
    mine = TransferItem.objects.filter(pk__in=item_ids, state=ItemState.SENDING)
    over = mine.filter(job__state=JobState.CANCELLED).values_list("pk", flat=True)
    gone = TransferItem.objects.filter(pk__in=list(over))
    gone.update(state=ItemState.CANCELLED, settled_at=now(), sent_at=None)
    return TransferItem.objects.filter(pk__in=item_ids, state=ItemState.SENDING).update(
        state=ItemState.QUEUED, sent_at=None
    )


def doubt(item_ids: Sequence[int]) -> None:
    """Note that no answer came for these."""
    TransferItem.objects.filter(pk__in=item_ids, state=ItemState.SENDING).update(doubted=True)


def _notes(items: Sequence[TransferItem]) -> dict[int, dict[str, Any]]:
    rows = FollowRelation.objects.filter(
        customer_id__in=[item.customer_id for item in items], employee_id=items[0].handover_id
    )
    return {row.pop("customer_id"): row for row in rows.values("customer_id", *_NOTES)}


def _tags(items: Sequence[TransferItem]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = CustomerTag.objects.filter(
        customer_id__in=[item.customer_id for item in items],
        follower_id=items[0].handover_id,
        tag__kind__in=(TagKind.CORP, TagKind.LOCAL),
        tag__deleted_at=None,
    )
    for customer, tag in rows.order_by("tag_id").values_list("customer_id", "tag_id"):
        found.setdefault(customer, []).append(tag)
    return found
