"""How many customers have each tag: counted every few minutes, not in each list."""

from collections import Counter

from django.db import transaction
from django.db.models import Count

from core.time import now
from customers.choices import CustomerStatus
from customers.models import CustomerTag
from tags.models import Tag

BATCH = 500


@transaction.atomic
def count_tags(*, corp_id: int) -> None:
    """Count anew how many living customers have each living tag of the company."""
    tags = Tag.objects.of_corp(corp_id).live()
    uses = _uses(corp_id)
    changed = [tag for tag in tags.only("pk", "use_count") if tag.use_count != uses.get(tag.pk, 0)]
    for tag in changed:
        tag.use_count = uses.get(tag.pk, 0)
    Tag.objects.bulk_update(changed, ["use_count"], batch_size=BATCH)
    tags.update(counted_at=now())


def _uses(corp_id: int) -> Counter[int]:
    # All are counted from one key alone; the few deleted customers' come from those customers' side and are taken off.
    rows = CustomerTag.objects.order_by().values_list("tag_id").annotate(n=Count("customer_id", distinct=True))
    uses = Counter(dict(rows.filter(tag__corp_id=corp_id, tag__deleted_at=None)))
    uses.subtract(dict(rows.filter(customer__corp_id=corp_id, customer__status=CustomerStatus.DELETED)))
    return uses
