"""Work that every company has done at an hour of its own day."""

import datetime as dt

from core.time import now
from corps.models import Corp


def at_hour(hour: int, moment: dt.datetime | None = None) -> list[int]:
    """The active companies in whose zone it is this hour, 0 to 23, at a moment (now)."""
    at = moment or now()
    return [corp.pk for corp in Corp.objects.filter(active=True) if at.astimezone(corp.zone).hour == hour]
