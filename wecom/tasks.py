"""Doors of Celery: each task calls one rule."""

from celery import shared_task

from wecom.callbacks import cleaning
from wecom.figures import pulling
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
