"""Jobs of the customers: each does a bounded piece of work and rings for the next one."""

from typing import Any

from celery import shared_task

from core.retry import atomic_retry
from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp
from customers import assigning, blacklist, contact_ways, counting, duplicates, upkeep
from customers.choices import Source
from customers.custom import filing
from customers.duplicates.refreshing import BATCH, SETTLING
from customers.models import AssignmentRule
from customers.privacy import retention


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
def prune_old() -> None:
    """Have every company's old rows deleted."""
    for corp_id in Corp.objects.values_list("pk", flat=True):
        prune_old_of.delay(corp_id)


@shared_task
def prune_old_of(corp_id: int) -> None:
    """Some batches, and on while there are more."""
    if retention.prune(corp=Corp.objects.get(pk=corp_id)):
        prune_old_of.delay(corp_id)


@shared_task
def keep_duty() -> None:
    """See that the right people are on the codes of every mirrored company."""
    for corp_id in Corp.objects.filter(active=True, mirrored=True).values_list("pk", flat=True):
        keep_duty_of.delay(corp_id)


@shared_task
def keep_duty_of(corp_id: int) -> None:
    contact_ways.keep_duty(corp_id=corp_id)


@shared_task
def assign_waiting() -> None:
    """Give away who is left: hours begin, and there is room again."""
    rules = AssignmentRule.objects.filter(active=True, corp__active=True).order_by()
    for corp_id in rules.values_list("corp", flat=True).distinct():
        assign_waiting_of.delay(corp_id)


@shared_task
def assign_waiting_of(corp_id: int, after: int = 0, run_id: str = "") -> None:
    """One batch of a company's, and on while there are more."""
    corp = Corp.objects.get(pk=corp_id)
    run: Any = {"after": after, "run_id": run_id, "by": SYSTEM, "source": Source.RULE}
    report = atomic_retry(assigning.run)(corp=corp, **run)
    if report.next_after:
        assign_waiting_of.delay(corp_id, report.next_after, report.run_id)


@shared_task
def find_duplicates() -> None:
    """Look at what has changed of every company's customers."""
    for corp_id in Corp.objects.filter(active=True).values_list("pk", flat=True):
        find_duplicates_of.delay(corp_id)


@shared_task
def find_duplicates_of(corp_id: int) -> None:
    """One batch of a company's, and on while there are more."""
    if atomic_retry(duplicates.refresh)(corp_id=corp_id, until=now() - SETTLING) == BATCH:
        find_duplicates_of.delay(corp_id)


@shared_task
def sweep_custom_files() -> None:
    """Take files away that are in no custom field."""
    filing.sweep()


@shared_task
def sweep_duplicates() -> None:
    """Find every company's pairs by all keys."""
    for corp_id in Corp.objects.filter(active=True).values_list("pk", flat=True):
        sweep_duplicates_of.delay(corp_id)


@shared_task
def sweep_duplicates_of(corp_id: int, after: int | None = None) -> None:
    """One range of a company's keys, and on while there are more."""
    begun = {} if after is None else {"after": after}
    last = atomic_retry(duplicates.sweep)(corp_id=corp_id, **begun)
    if last is not None:
        sweep_duplicates_of.delay(corp_id, last)
