"""How often what happened: by kind and period, week by week, and whether it becomes more."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from insights.behaviour.entries import CONTACTS, DAY, Entry, within

PERIODS = (7, 30, 90)
WEEKS = 13
LATELY, BEFORE = 30, 90
# With fewer contacts in 90 days there is no trend to speak of.
LEAST = 3
RISING, STEADY, FALLING, NONE = "rising", "steady", "falling", "none"


def by_kind(entries: Sequence[Entry], moment: dt.datetime) -> list[dict[str, Any]]:
    """For each kind that there is: how many in each period and in all, the first and the last; the most first."""
    found = []
    for kind, total in sorted(Counter(entry.kind for entry in entries).items(), key=lambda one: (-one[1], one[0])):
        own = [entry for entry in entries if entry.kind == kind]
        periods = {f"days{days}": within(own, moment, days) for days in PERIODS}
        found.append({"kind": kind, **periods, "all": total, "firstAt": own[0].at, "lastAt": own[-1].at})
    return found


def by_week(entries: Sequence[Entry], moment: dt.datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The last weeks of seven days, the last one ending today: when it begins, contacts, and everything else."""
    today = moment.astimezone(zone).date()
    first = today - (7 * WEEKS - 1) * DAY
    weeks = [{"from": first + 7 * n * DAY, "contacts": 0, "others": 0} for n in range(WEEKS)]
    for entry in entries:
        days = (entry.at.astimezone(zone).date() - first).days
        if 0 <= days < 7 * WEEKS:
            weeks[days // 7]["contacts" if entry.kind in CONTACTS else "others"] += 1  # type: ignore[operator]
    return weeks


def trend(contacts: Sequence[Entry], moment: dt.datetime) -> str:
    """The last 30 days beside the monthly pace of the 60 before; a difference of less than half is none."""
    recent = within(contacts, moment, LATELY)
    earlier = within(contacts, moment, BEFORE) - recent
    if recent + earlier < LEAST:
        return NONE
    # In percent of the pace before, as the churn score has it.
    pace = recent * 200 // earlier if earlier else 200
    return FALLING if pace < 50 else RISING if pace >= 150 else STEADY
