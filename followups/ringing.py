"""Ring for the work that rules have left to the tasks."""

from django.db import transaction

from followups import tasks


def for_stops() -> None:
    """Have the operation service told soon.

    Robust: a broker that is away must not fail what has been done. The regular round finds the rest.
    """
    transaction.on_commit(tasks.tell_stops.delay, robust=True)
