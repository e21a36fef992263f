import datetime as dt

from celery import shared_task

from core.time import now
from corps.models import IdempotencyKey

KEPT = dt.timedelta(hours=24)
_BATCH = 1_000


@shared_task
def prune_idempotency_keys() -> int:
    """Forget answers older than a day, in batches that hold no lock for long. Returns how many."""
    total = 0
    while ids := list(
        IdempotencyKey.objects.filter(create_time__lt=now() - KEPT).values_list("pk", flat=True)[:_BATCH]
    ):
        total += IdempotencyKey.objects.filter(pk__in=ids).delete()[0]
    return total
