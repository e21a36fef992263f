"""Days on which more customers than usual deleted or blocked an employee, as WeCom counts them."""

import datetime as dt
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from insights.choices import Kind
from insights.risks.cause import Cause

# What is usual is the mean of the days before that are known; of nobody anything is usual.
BEFORE = dt.timedelta(days=14)
TIMES = 2
# So long after the last such day the matter is over.
LASTS = dt.timedelta(days=7)
# Whose days they are: WeCom's, whatever the company's zone.
_WECOM = ZoneInfo("Asia/Shanghai")


def causes(employee: int, counts: Mapping[dt.date, int], least: int) -> Iterator[Cause]:
    """The warnings of one employee.

    Args:
        counts: of each known day.
        least: so many in a day at least.
    """
    for day, count in sorted(counts.items()):
        usual = _usual(counts, day)
        if usual is None or count < max(least, 1) or count < TIMES * usual:
            continue
        # The day is over when it has been counted.
        at = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), _WECOM)
        facts = {"deleted": count, "usual": round(usual, 1)}
        yield Cause(
            Kind.NEGATIVE_FEEDBACK, f"e{employee}", day.isoformat(), None, employee, at, at + LASTS, facts=facts
        )


def _usual(counts: Mapping[dt.date, int], day: dt.date) -> float | None:
    known = [count for other, count in counts.items() if day - BEFORE <= other < day]
    return sum(known) / len(known) if known else None
