"""Ring for the work that rules have left to the tasks."""

from functools import partial

from django.db import transaction

from followups import tasks


def for_stops() -> None:
    """Have the operation service told soon.

    Robust: a broker that is away must not fail what has been done. The regular round finds the rest.
    """
    transaction.on_commit(tasks.tell_stops.delay, robust=True)


def for_import(import_id: int) -> None:
    """Have a file of follow-ups checked, or brought in, from now on."""
    transaction.on_commit(partial(tasks.bring_in.delay, import_id), robust=True)
