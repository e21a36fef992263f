"""Jobs of the insights: each does a bounded piece of work and rings for the next one."""

from celery import shared_task

from insights.churn import scoring
from insights.risks import sweeping
from insights.stats import nightly


@shared_task
def sweep_risks() -> None:
    """Begin the daily sweep of each company whose hour it is."""
    for corp_id in sweeping.due():
        sweep_risks_of.delay(corp_id)


@shared_task
def sweep_risks_of(corp_id: int, after: int = 0) -> None:
    following = sweeping.sweep_some(corp_id=corp_id, after=after)
    if following is not None:
        sweep_risks_of.delay(corp_id, following)


@shared_task
def sweep_employees() -> None:
    """Look at employees' days once more where WeCom's figures of yesterday have come."""
    for corp_id in sweeping.due(hour=sweeping.LATER):
        sweeping.sweep_employees(corp_id)


@shared_task
def score_churn() -> None:
    """Begin the daily scores of each company whose hour it is."""
    for corp_id in sweeping.due():
        score_churn_of.delay(corp_id)


@shared_task
def score_churn_of(corp_id: int, after: int = 0) -> None:
    following = scoring.score_some(corp_id=corp_id, after=after)
    if following is not None:
        score_churn_of.delay(corp_id, following)


@shared_task
def compute_stats() -> None:
    """Begin the days of each company that has some to be counted."""
    for corp_id in nightly.due():
        compute_stats_of.delay(corp_id)


@shared_task
def compute_stats_of(corp_id: int) -> None:
    if nightly.compute_next(corp_id=corp_id):
        compute_stats_of.delay(corp_id)
