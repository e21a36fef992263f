"""What events of customers mean for group chats."""

from functools import partial

from django.db import transaction

from groups import linking, tasks
from messaging.inbox import Incoming


def customer_created(event: Incoming) -> None:
    customer_id = event.data["customerId"]
    # Nearly nobody is in more groups than one batch holds; what is lost of the rest, the next reading of a group links.
    if linking.link_customer(customer_id=customer_id):
        transaction.on_commit(partial(tasks.link_customer.delay, customer_id), robust=True)
