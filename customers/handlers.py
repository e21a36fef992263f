"""What events mean for customers. Of the tag catalogue: work in batches, begun once the event's mark has committed."""

from functools import partial

from django.db import transaction

from corps.models import Corp
from customers import assigning, contact_ways, tasks
from messaging.inbox import Incoming


def customer_created(event: Incoming) -> None:
    """Who comes without a follower is given one at once, where a rule is for them."""
    if event.data["followUserId"] is None:
        assigning.assign_one(corp=Corp.objects.get(pk=event.corp_id), customer_id=event.data["customerId"])


def customer_unfollowed(event: Incoming) -> None:
    """So is who has just lost the last one, where a rule takes the lost."""
    assigning.assign_one(corp=Corp.objects.get(pk=event.corp_id), customer_id=event.data["customerId"])


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
