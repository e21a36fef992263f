"""Jobs of the customers: each does a bounded piece of work and rings for the next one."""

from celery import shared_task

from core.retry import atomic_retry
from corps.models import Corp
from customers import blacklist, contact_ways, counting, upkeep


@shared_task
def sweep_tag(tag_id: int) -> None:
    """Clear an ended tag from one batch of customers, and go on while there are more."""
    if atomic_retry(upkeep.sweep_tag)(tag_id=tag_id):
        sweep_tag.delay(tag_id)


@shared_task
def sweep_tags() -> None:
    """Find what a lost message or a killed worker left behind."""
    for tag_id in upkeep.unswept():
        sweep_tag.delay(tag_id)


@shared_task
def count_tags() -> None:
    """Have the uses of every company's tags counted."""
    for corp_id in Corp.objects.filter(active=True).values_list("pk", flat=True):
        count_tags_of.delay(corp_id)


@shared_task
def count_tags_of(corp_id: int) -> None:
    counting.count_tags(corp_id=corp_id)


@shared_task
def expire_blacklist() -> None:
    """Take off the blacklist whose time is up."""
    blacklist.expire_due()


@shared_task
def keep_duty() -> None:
    """See that the right people are on the codes of every mirrored company."""
    for corp_id in Corp.objects.filter(active=True, mirrored=True).values_list("pk", flat=True):
        keep_duty_of.delay(corp_id)


@shared_task
def keep_duty_of(corp_id: int) -> None:
    contact_ways.keep_duty(corp_id=corp_id)
