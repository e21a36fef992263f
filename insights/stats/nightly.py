"""Which days are to be counted now: after each midnight, and again when WeCom's figures of the morning are there."""

import datetime as dt

from core.time import now
from corps.models import Corp
from insights.models import StatWindow
from insights.stats import computing, windows
from insights.stats.terms import KEPT_AFTER, Span

# When days are counted, in the company's time. WeCom's figures are read from six o'clock on.
HOURS = (dt.time(0, 20), dt.time(8, 20))
# A service that was away for longer counts no more than this by itself; rebuild_stats does the rest.
MOST_DAYS = 31


def due(moment: dt.datetime | None = None) -> list[int]:
    """The active companies with a day that is to be counted."""
    at = moment or now()
    return [corp.pk for corp in Corp.objects.filter(active=True).order_by("pk") if days_due(corp, at)]


def days_due(corp: Corp, moment: dt.datetime) -> list[dt.date]:
    """Yesterday, the day before, what was missed, what isn't final: all that wasn't counted since the last hour."""
    today = windows.today_of(corp, moment)
    if moment.astimezone(corp.zone).time() < HOURS[0]:
        return []
    since = _last_hour(corp, moment)
    marks = StatWindow.objects.of_corp(corp.pk).filter(span=Span.DAY, day__gte=today - MOST_DAYS * windows.DAY)
    known = {day: final or at >= since for day, final, at in marks.values_list("day", "final", "computed_at")}
    first = min([*known, today - 2 * windows.DAY])
    return [day for day in windows.days(first, today - windows.DAY) if not known.get(day)]


def compute_next(*, corp_id: int) -> bool:
    """Count the earliest day that is due, and with the last one who of earlier days stayed.

    Returns: whether another one is due.
    """
    corp, moment = Corp.objects.get(pk=corp_id), now()
    waiting = days_due(corp, moment) if corp.active else []
    if not waiting:
        return False
    today = windows.today_of(corp, moment)
    computing.compute_day(corp=corp, day=waiting[0], today=today)
    for n in KEPT_AFTER:
        # A stay that began on this day has now lasted n days; it takes until the next midnight to tell.
        day = waiting[0] - n * windows.DAY
        if StatWindow.objects.of_corp(corp_id).filter(span=Span.DAY, day=day).exists():
            computing.compute_kept(corp=corp, day=day, today=today)
    return len(waiting) > 1


def _last_hour(corp: Corp, moment: dt.datetime) -> dt.datetime:
    here = moment.astimezone(corp.zone)
    hour = max(hour for hour in HOURS if hour <= here.time())
    return dt.datetime.combine(here.date(), hour, corp.zone).astimezone(dt.UTC)
