"""At what distance contacts follow each other, how long it has been quiet, and when somebody is best reached."""

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from insights.behaviour.entries import DAY, TIMED, Entry

# With fewer contacts neither a rhythm nor a best time is more than chance.
LEAST_DAYS, LEAST_TIMES = 4, 5


def silent_days(contacts: Sequence[Entry], moment: dt.datetime) -> int | None:
    """Whole days since the last contact; None where there was none."""
    return (moment - contacts[-1].at) // DAY if contacts else None


def usual_gap(contacts: Sequence[Entry], zone: ZoneInfo) -> int | None:
    """The days that usually lie between two days with contact: the median. None where there are too few."""
    days = sorted({entry.at.astimezone(zone).date() for entry in contacts})
    if len(days) < LEAST_DAYS:
        return None
    return round(statistics.median((later - day).days for day, later in pairwise(days)))


def best_time(contacts: Sequence[Entry], zone: ZoneInfo) -> dict[str, Any] | None:
    """The weekday (1 is Monday) and the hour at which most contacts were, and out of how many.

    An hour counts with its two neighbours: 9:55 and 10:05 are one habit. The midnight that an import leaves where it
    knew only the day tells no hour.
    """
    times = [entry.at.astimezone(zone) for entry in contacts if entry.kind in TIMED]
    times = [time for time in times if (time.hour, time.minute, time.second) != (0, 0, 0)]
    if len(times) < LEAST_TIMES:
        return None
    weekdays, hours = Counter(time.isoweekday() for time in times), Counter(time.hour for time in times)
    weekday = min(weekdays, key=lambda day: (-weekdays[day], day))
    near = {hour: sum(hours[(hour + step) % 24] for step in (-1, 0, 1)) for hour in hours}
    hour = min(near, key=lambda one: (-near[one], -hours[one], one))
    return {"weekday": weekday, "hour": hour, "onWeekday": weekdays[weekday], "aboutHour": near[hour], "of": len(times)}
