"""Jobs of the follow-ups: each does a bounded piece of work."""

from celery import shared_task

from followups import attaching
from followups.importing import sweeping, working
from followups.stops import sending


@shared_task
def tell_stops() -> None:
    """Tell the operation service which SOPs are to stop."""
    sending.send_due()


@shared_task
def sweep_attachments() -> None:
    """Take files away that belong to no follow-up."""
    attaching.sweep()


@shared_task
def bring_in(import_id: int) -> None:
    """The next pieces of one import, and on while there are more."""
    if working.work(import_id):
        bring_in.delay(import_id)


@shared_task
def sweep_imports() -> None:
    """Find what a killed worker or a lost message left behind, and take away what is over."""
    for import_id in working.waiting():
        bring_in.delay(import_id)
    sweeping.sweep()
