"""Jobs of the segments: each does a bounded piece of work and rings for the next one."""

from celery import shared_task

from corps.models import Corp
from segments.bitmaps import checking, upkeep
from segments.members import clearing
from segments.refreshing import dates, draining, queue, working
from segments.rules import daily
from segments.rules import working as rule_working


@shared_task
def refresh_due() -> None:
    """Have what the clock has made stale asked anew."""
    dates.request_due()
    begin_runs.delay()


@shared_task
def begin_runs() -> None:
    """Ring for each open run on which nobody works."""
    for run_id in queue.due():
        work.delay(run_id)


@shared_task
def work(run_id: int) -> None:
    if working.work(run_id):
        work.delay(run_id)


@shared_task
def drain(corp_id: int) -> None:
    """Ask about some of a company's customers who have changed, and on while there are more."""
    if draining.drain_some(corp_id=corp_id):
        drain.delay(corp_id)


@shared_task
def sweep_segments() -> None:
    """Find what a lost message or a killed worker left behind."""
    for corp_id in draining.waiting():
        drain.delay(corp_id)
    begin_runs.delay()
    clear.delay()


@shared_task
def clear() -> None:
    """Take back what came to nothing, and clear away what was deleted."""
    if clearing.clear_some():
        clear.delay()


@shared_task
def keep_bitmaps() -> None:
    """Have every company's bitmaps brought into step."""
    for corp_id in Corp.objects.filter(active=True).values_list("pk", flat=True):
        keep_bitmaps_of.delay(corp_id)


@shared_task
def keep_bitmaps_of(corp_id: int) -> None:
    upkeep.keep(Corp.objects.get(pk=corp_id))


@shared_task
def check_bitmaps() -> None:
    """Have some of every company's bitmaps compared with the record, at night."""
    for corp_id in upkeep.due():
        check_bitmaps_of.delay(corp_id)


@shared_task
def check_bitmaps_of(corp_id: int) -> None:
    checking.check(Corp.objects.get(pk=corp_id))


@shared_task
def work_at_rule_run(run_id: int) -> None:
    """The next pieces of one run, and on while there are more."""
    if rule_working.work(run_id):
        work_at_rule_run.delay(run_id)


@shared_task
def begin_daily_rules() -> None:
    for run_id in daily.begin_due():
        work_at_rule_run.delay(run_id)


@shared_task
def sweep_rule_runs() -> None:
    """Find the runs that a killed worker or a lost message left behind."""
    for run_id in rule_working.waiting():
        work_at_rule_run.delay(run_id)
