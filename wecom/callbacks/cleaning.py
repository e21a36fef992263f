"""Forget receipts that have served their time, a little at a time."""

import datetime as dt

from core.time import now
from wecom.models import CallbackReceipt

State = CallbackReceipt.State
# WeCom repeats within minutes; what is kept longer is kept for people who look into something.
KEEP = {State.DONE: dt.timedelta(days=14), State.IGNORED: dt.timedelta(days=14), State.DEAD: dt.timedelta(days=90)}
BATCH = 1_000
MOST_BATCHES = 50


def prune() -> int:
    """Delete what is old. Returns how many rows; more may be left for the next run."""
    return sum(_delete(state, now() - age) for state, age in KEEP.items())


def _delete(state: str, before: dt.datetime) -> int:
    # By the time it was due: its index is the one that has a state and a time.
    old = CallbackReceipt.objects.filter(state=state, urgent__in=(False, True), due_at__lt=before)
    deleted = 0
    for _ in range(MOST_BATCHES):
        pks = list(old.values_list("pk", flat=True)[:BATCH])
        if not pks:
            break
        deleted += CallbackReceipt.objects.filter(pk__in=pks).delete()[0]
    return deleted
