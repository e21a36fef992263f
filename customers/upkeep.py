"""Keep the customers in step with the tag catalogue: deleted tags come off, merged ones become the other.

Works from what the database says, not from what a message said: any number of runs, begun and broken off anywhere,
come to the same end (docs/decisions/0012-deleted-and-merged-tags.md).
"""

import copy
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from core.time import now
from corps.actors import SYSTEM
from customers import events, writeback
from customers.choices import Source
from customers.models import Customer, CustomerTag
from messaging import outbox
from tags.models import Tag

BATCH = 500

# Which event, whose customer, which tag, for which follower.
_Told = list[tuple[str, int, int, int | None]]


@transaction.atomic
def sweep_tag(*, tag_id: int, batch: int = BATCH) -> bool:
    """Take an ended tag off up to ``batch`` customers, or give them the one it was merged into.

    Raises their versions and records ``customer.tag.removed`` and ``customer.tag.added`` for each.

    Returns:
        Whether there was anything to do, so that more may be left.
    """
    tag = Tag.objects.filter(pk=tag_id).exclude(deleted_at=None).first()
    if tag is None:
        return False
    rows = CustomerTag.objects.filter(tag_id=tag_id)
    ids = list(rows.order_by("customer_id").values_list("customer_id", flat=True).distinct()[:batch])
    if not ids:
        return False
    # Locked in id order, so that two sweeps wait for each other; the tags are read once the locks are had.
    customers = Customer.objects.filter(pk__in=ids).order_by("pk").only("pk", "corp_id", "version").select_for_update()
    locked = {customer.pk: customer for customer in customers}
    told = _settle(tag, ids)
    _announce(locked, told)
    # What a deleted tag is taken off there goes with the tag; the one it was merged into has to be put.
    put = [(customer, follower, heir) for name, customer, heir, follower in told if name == events.TAG_ADDED]
    writeback.want_tags(tag.corp_id, put, by=SYSTEM, source=Source.SYSTEM)
    return True


def unswept() -> list[int]:
    """The ended tags still on customers: a worker was killed, a message lost, or somebody was tagging just then."""
    left = Exists(CustomerTag.objects.filter(tag_id=OuterRef("pk")))
    return list(Tag.objects.exclude(deleted_at=None).filter(left).values_list("pk", flat=True))


def _settle(tag: Tag, customer_ids: Sequence[int]) -> _Told:
    """Move or remove the tag's rows of these (locked) customers, and return what has to be told."""
    heir = _heir(tag)
    rows = CustomerTag.objects.filter(customer_id__in=customer_ids)
    ended = list(rows.filter(tag_id=tag.pk).values_list("pk", "customer_id", "follower_id"))
    told: _Told = [(events.TAG_REMOVED, customer, tag.pk, None) for customer in sorted({c for _pk, c, _f in ended})]
    if heir:
        held = set(rows.filter(tag_id=heir).values_list("customer_id", "follower_id"))
        moving = [(pk, c, f) for pk, c, f in ended if (c, f) not in held]
        CustomerTag.objects.filter(pk__in=[pk for pk, _c, _f in moving]).update(tag_id=heir)
        told += [(events.TAG_ADDED, customer, heir, follower) for _pk, customer, follower in moving]
    rows.filter(tag_id=tag.pk).delete()
    return told


def _heir(tag: Tag) -> int | None:
    """The living tag at the end of the chain of mergers, if there is one. A merged tag merges no more, so it ends."""
    while tag.deleted_at and tag.merged_into_id:
        tag = tag.merged_into
    return None if tag.deleted_at else tag.pk


def _announce(customers: dict[int, Customer], told: _Told) -> None:
    """Raise each customer's version by its number of events and record them, each with a version of its own."""
    steps = Counter(customer for _name, customer, _tag, _follower in told)
    for step in set(steps.values()):
        ids = [customer for customer, n in steps.items() if n == step]
        Customer.objects.filter(pk__in=ids).update(version=F("version") + step, update_time=now())
    subjects = []
    for name, customer, tag, follower in told:
        customers[customer].version += 1
        subject = copy.copy(customers[customer])
        subjects.append((name, subject, events.tag_data(subject, tag_ids=[tag], follower_id=follower)))
    outbox.record_many(subjects, source=Source.SYSTEM, actor=SYSTEM.label)
