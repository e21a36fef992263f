"""Once a day every connected company is read whole, in its own night."""

import datetime as dt

from core.errors import Conflict
from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp
from wecom.models import SyncRun
from wecom.sync import asking, safety

AT = dt.time(2, 30)


def ask_due() -> int:
    """Ask for what has not been asked for since the last half past two of each company. Returns how many runs.

    A company that was connected in between is so read at once. A run that still waits for approval by then is refused:
    the new one looks again, and asks again if need be.
    """
    asked = 0
    for corp in Corp.objects.filter(mirrored=True, active=True).order_by("pk"):
        asked += _ask(corp, last_due(corp))
    return asked


def last_due(corp: Corp, moment: dt.datetime | None = None) -> dt.datetime:
    """The latest half past two in the company's zone that has passed, in UTC."""
    here = (moment or now()).astimezone(corp.zone)
    due = dt.datetime.combine(here.date(), AT, corp.zone)
    if due > here:
        due = dt.datetime.combine(here.date() - dt.timedelta(days=1), AT, corp.zone)
    return due.astimezone(dt.UTC)


def _ask(corp: Corp, due: dt.datetime) -> int:
    asked = 0
    for kind in asking.ORDER:
        mine = SyncRun.objects.of_corp(corp.pk).filter(kind=kind)
        if mine.filter(dry_run=False, create_time__gte=due).exists():
            continue
        for stale in mine.filter(state=SyncRun.State.NEEDS_APPROVAL, create_time__lt=due):
            safety.refuse(run=stale, by=SYSTEM)
        try:
            asking.ask(corp_id=corp.pk, kind=kind, by=SYSTEM)
        except Conflict:
            # The one of yesterday is still under way, or the app was taken away a moment ago.
            continue
        asked += 1
    return asked
