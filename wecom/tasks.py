"""Doors of Celery: each task calls one rule."""

from celery import shared_task

from wecom.archive import reading
from wecom.callbacks import cleaning
from wecom.figures import pulling, talk
from wecom.notices import keeping, sending
from wecom.sync import drift, nightly


@shared_task
def ask_due_syncs() -> None:
    nightly.ask_due()


@shared_task
def prune_receipts() -> None:
    cleaning.prune()


@shared_task
def check_drift() -> None:
    drift.check_all()


@shared_task
def pull_group_figures() -> None:
    pulling.pull_due()


@shared_task
def pull_talk_figures() -> None:
    talk.pull_due()


@shared_task
def read_archives() -> None:
    reading.read_due()


@shared_task
def send_notices() -> None:
    """Tell colleagues what is due, and go on while there is more."""
    if sending.send_due() >= sending.MESSAGES:
        send_notices.delay()


@shared_task
def prune_notices() -> None:
    keeping.prune()
