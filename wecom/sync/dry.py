"""Try what a page would change, and take it back."""

from collections.abc import Callable

from django.db import transaction

from corps.tally import Tally


def tried(apply: Callable[[], Tally]) -> Tally:
    """What ``apply`` would change. The rules run as they are, events and all, and every row is as before."""
    with transaction.atomic():
        tally = apply()
        transaction.set_rollback(True)
    return tally
