"""Jobs of the group chats: each does a bounded piece of work and rings for the next one."""

from celery import shared_task

from core.retry import atomic_retry
from groups import linking


@shared_task
def link_customer(customer_id: int) -> None:
    """Link one batch of a new customer's stays, and go on while there are more."""
    if atomic_retry(linking.link_customer)(customer_id=customer_id):
        link_customer.delay(customer_id)
