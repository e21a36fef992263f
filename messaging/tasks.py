"""Doors of Celery: each task calls one rule."""

from celery import shared_task
from django.conf import settings

from messaging import cleaning, deadletters, dispatch
from messaging.publisher import AmqpPublisher


@shared_task
def deliver(event_pks: list[int]) -> None:
    dispatch.deliver(event_pks)


@shared_task
def sweep_inbox() -> None:
    dispatch.sweep()


@shared_task
def resend_dead_letters() -> None:
    if settings.EMBEDDED_BROKER:
        return
    publisher = AmqpPublisher()
    try:
        deadletters.resend_asked(publisher)
    finally:
        publisher.close()


@shared_task
def prune() -> None:
    cleaning.prune()
