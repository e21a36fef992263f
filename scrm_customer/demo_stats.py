"""The demo's statistics: as if each of the last nights had counted its day."""

import datetime as dt

from django.db import transaction

from corps.models import Corp
from insights.stats import rebuilding, windows

# A month to look at, and one to compare it with.
DAYS = dt.timedelta(days=60)


@transaction.atomic
def add(corp: Corp) -> None:
    """Count them. What breaks off is left to the nights."""
    yesterday = windows.today_of(corp) - windows.DAY
    for _step in rebuilding.rebuild(corp, yesterday - DAYS, yesterday):
        pass
