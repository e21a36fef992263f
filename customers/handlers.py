"""What events mean for customers. Of the tag catalogue: work in batches, begun once the event's mark has committed."""

from functools import partial

from django.db import transaction

from customers import contact_ways, tasks
from messaging.inbox import Incoming


def customer_followed(event: Incoming) -> None:
    data = event.data
    contact_ways.receive(
        corp_id=event.corp_id, customer_id=data["customerId"], employee_id=data["employeeId"], state=data["state"]
    )


def tag_deleted(event: Incoming) -> None:
    _sweep_after_commit(event)


def tag_merged(event: Incoming) -> None:
    _sweep_after_commit(event)


def _sweep_after_commit(event: Incoming) -> None:
    # Robust: a broker that is away must not fail an event already marked as done. The regular sweep finds the rest.
    transaction.on_commit(partial(tasks.sweep_tag.delay, event.data["tagId"]), robust=True)
