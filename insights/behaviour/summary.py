"""The whole of a customer's behaviour, from entries within a bound."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from insights.behaviour import counts, grades, rhythm
from insights.behaviour.entries import Entry, contacts, until, within
from insights.behaviour.grades import Thresholds


def of(
    entries: Iterable[Entry], *, moment: dt.datetime, zone: ZoneInfo, ties: int, thresholds: Thresholds
) -> dict[str, Any]:
    """As of a moment, in the company's zone. What is later is left out."""
    seen = until(entries, moment)
    touched = contacts(seen)
    silent, first = rhythm.silent_days(touched, moment), touched[0].at if touched else None
    known = (moment - first).days if first else None
    yearly = within(touched, moment, 365)
    return {
        "counts": counts.by_kind(seen, moment),
        "contacts": {f"days{days}": within(touched, moment, days) for days in counts.PERIODS} | {"days365": yearly},
        "firstAt": first,
        "lastAt": touched[-1].at if touched else None,
        "silentDays": silent,
        "usualGapDays": rhythm.usual_gap(touched, zone),
        "perMonth": round(within(touched, moment, 90) / 3, 1),
        "trend": counts.trend(touched, moment),
        "bestTime": rhythm.best_time(touched, zone),
        "grades": grades.of(silent=silent, contacts=yearly, ties=ties, known_days=known, by=thresholds),
        "weeks": counts.by_week(seen, moment, zone),
    }
