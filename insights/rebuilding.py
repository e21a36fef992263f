"""What is derived, from the record anew: piece by piece, at any time and as often as wanted."""

from collections.abc import Iterator

from core.retry import atomic_retry
from corps.models import Corp
from customers.models import RelationEpisode
from insights import losses

BATCH = 500


def rebuild_losses() -> int:
    """Bring all deletion records into step with the episodes. Returns how many were new, corrected or gone."""
    changed = 0
    for corp_id in Corp.objects.values_list("pk", flat=True):
        for ids in _lost(corp_id):
            found = atomic_retry(losses.settle)(corp_id=corp_id, customer_ids=ids)
            changed += len(found.new) + len(found.corrected) + len(found.gone)
    return changed


def _lost(corp_id: int) -> Iterator[list[int]]:
    """The company's customers that ever were left or left, by the hundred."""
    last = 0
    ended = RelationEpisode.objects.of_corp(corp_id).filter(ended_at__isnull=False).order_by("customer_id")
    while ids := list(ended.filter(customer_id__gt=last).values_list("customer_id", flat=True).distinct()[:BATCH]):
        yield ids
        last = ids[-1]
