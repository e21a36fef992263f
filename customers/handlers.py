"""What events of the tag catalogue mean for customers. The work is done in batches, after the event's mark has committed."""

from functools import partial

from django.db import transaction
from messaging.inbox import Incoming

from customers import tasks


def tag_deleted(event: Incoming) -> None:
    _sweep_after_commit(event)


def tag_merged(event: Incoming) -> None:
    _sweep_after_commit(event)


def _sweep_after_commit(event: Incoming) -> None:
    # Robust: a broker that is away must not fail an event already marked as done. The regular sweep finds the rest.
    transaction.on_commit(partial(tasks.sweep_tag.delay, event.data["tagId"]), robust=True)
