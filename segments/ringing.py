"""Ring for the work that a change has made, once the change stands.

Robust: a broker that is away must not undo or fail what is done. The regular sweeps find what nobody rang for.
"""

from functools import partial

from django.db import transaction

from segments import tasks


def for_refreshes() -> None:
    """For the refreshes that were asked for."""
    transaction.on_commit(tasks.begin_runs.delay, robust=True)


def for_changed_customers(corp_id: int) -> None:
    """For the customers to be asked about once more."""
    transaction.on_commit(partial(tasks.drain.delay, corp_id), robust=True)


def for_rule_run(run_id: int) -> None:
    transaction.on_commit(partial(tasks.work_at_rule_run.delay, run_id), robust=True)
