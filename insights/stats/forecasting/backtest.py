"""A forecast that has been tried on the past: chosen on the earlier part, and judged on the later one it never saw."""

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from insights.stats.forecasting.methods import (
    HORIZON,
    SMOOTHINGS,
    WARM_UP,
    Ahead,
    Curve,
    Smoothing,
    naive,
    seasonal_naive,
    summed,
)

# Half a year: then each of the two parts has more than a month of origins. More than 400 days ago says little.
LEAST, MOST = 182, 400
# The first origin: until then smoothing has forgotten what it began from.
_FIRST = 4 * WARM_UP
# By so much the mean absolute error has to be smaller than that of the better of the two naive ones.
MARGIN = 0.05
# Of the interval: as many of the past days lie in it.
COVERAGE = 0.8
# Choosing looks at each fifth origin, which keeps to no weekday.
_STRIDE = 5


@dataclass(frozen=True, slots=True)
class Range:
    """A number to come, and within which bounds it lies by what the past errors were."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a curve.

    Attributes:
        reason: why nothing is told: ``history_short`` or ``not_better``; "" where something is.
        method: of the best smoothing, ``smoothed`` or ``damped``.
        error, naive_error, seasonal_error: mean absolute errors over the judged origins and all their days.
        ahead: the days to come; empty where nothing is told.
        together: all of them in one, of numbers that add up.
    """

    reason: str
    method: str = ""
    error: float | None = None
    naive_error: float | None = None
    seasonal_error: float | None = None
    ahead: list[Range] = field(default_factory=list)
    together: Range | None = None


# The same curve is asked for again and again until the next count; a tenth of a second each.
@functools.lru_cache(maxsize=256)
def forecast(curve: tuple[int, ...], *, total: bool = False, signed: bool = False) -> Verdict:
    """The next ``HORIZON`` days of a curve of days without a gap.

    Args:
        total: whether it is what stands and not what happens: its differences are continued then.
        signed: whether there may be less than nothing.
    """
    known = len(curve)
    if known < LEAST:
        return Verdict("history_short")
    middle = _FIRST + (known - _FIRST) // 2
    smoothing = _best(curve, range(_FIRST, middle - HORIZON + 1, _STRIDE), total)
    judged = range(middle, known - HORIZON + 1)
    method = summed(smoothing) if total else smoothing
    tried = method(curve, judged)
    weekly = summed(seasonal_naive) if total else seasonal_naive
    error, *others = (_error(curve, ahead) for ahead in (tried, naive(curve, judged), weekly(curve, judged)))
    told = {"method": smoothing.name, "error": error, "naive_error": others[0], "seasonal_error": others[1]}
    bar = min(others)
    if error >= bar or error > (1 - MARGIN) * bar:
        return Verdict("not_better", **told)  # type: ignore[arg-type]
    coming = method(curve, [known])[known]
    least = -math.inf if signed else 0.0
    misses = [_misses(curve, origin, ahead) for origin, ahead in tried.items()]
    days = [_range(value, map(itemgetter(step), misses), least) for step, value in enumerate(coming)]
    together = None if total else _range(sum(coming), map(sum, misses), least)
    return Verdict("", **told, ahead=days, together=together)  # type: ignore[arg-type]


def _best(curve: Curve, origins: Sequence[int], total: bool) -> Smoothing:
    """Of several that are as good the first."""
    return min(SMOOTHINGS, key=lambda one: _error(curve, (summed(one) if total else one)(curve, origins)))


def _error(curve: Curve, ahead: Ahead) -> float:
    """The mean absolute error."""
    return sum(abs(miss) for origin, days in ahead.items() for miss in _misses(curve, origin, days)) / (
        len(ahead) * HORIZON
    )


def _misses(curve: Curve, origin: int, ahead: Sequence[float]) -> list[float]:
    """By how much the days were more than was told."""
    return [curve[origin + step] - value for step, value in enumerate(ahead)]


def _range(value: float, misses: Iterable[float], least: float) -> Range:
    """The value with the empirical quantiles of the past errors, by the ranks that hold for the next one too."""
    ordered = sorted(misses)
    # In whole percent: in fractions a rank would be lost to rounding.
    count, tail = len(ordered) + 1, round(100 * (1 - COVERAGE) / 2)
    low = ordered[max(0, tail * count // 100 - 1)]
    high = ordered[min(len(ordered), -((tail - 100) * count // 100)) - 1]
    value = max(least, value)
    return Range(value, max(least, min(value, value + low)), max(value, value + high))
