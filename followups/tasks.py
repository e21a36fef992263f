"""Jobs of the follow-ups: each does a bounded piece of work."""

from celery import shared_task

from followups import attaching
from followups.stops import sending


@shared_task
def tell_stops() -> None:
    """Tell the operation service which SOPs are to stop."""
    sending.send_due()


@shared_task
def sweep_attachments() -> None:
    """Take files away that belong to no follow-up."""
    attaching.sweep()
