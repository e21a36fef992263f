"""How a curve of days may go on: the two that know nothing, and smoothing with a week's rhythm and a damped trend.

Each takes a curve and some origins (how many of its days are known then), and answers for each origin the days that
follow. All are plain arithmetic: the same curve gives the same numbers, on any machine and in any year.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

HORIZON = 28
WEEK = 7
# What smoothing begins from.
WARM_UP = 2 * WEEK

Curve = Sequence[float]
# Origin → the days behind it, the nearest first.
Ahead = dict[int, list[float]]
Method = Callable[[Curve, Collection[int]], Ahead]


def naive(curve: Curve, origins: Collection[int]) -> Ahead:
    """As on the last day."""
    return {origin: [curve[origin - 1]] * HORIZON for origin in origins}


def seasonal_naive(curve: Curve, origins: Collection[int]) -> Ahead:
    """As on the same weekday of the last week."""
    return {origin: [curve[origin - WEEK + step % WEEK] for step in range(HORIZON)] for origin in origins}


@dataclass(frozen=True, slots=True)
class Smoothing:
    """Exponential smoothing, additive, in its error form (Holt and Winters; damped as by Gardner and McKenzie).

    Attributes:
        level: how much of each error moves the level; 0 to 1, as the others.
        rhythm: the same of the weekday's own difference from the level.
        trend: the same of the trend; 0: there is none.
        damping: how much of the trend is left from one day to the next.
    """

    level: float
    rhythm: float
    trend: float = 0.0
    damping: float = 0.9

    @property
    def name(self) -> str:
        return "damped" if self.trend else "smoothed"

    def __call__(self, curve: Curve, origins: Collection[int]) -> Ahead:
        wanted, found = set(origins), {}
        for known, level, trend, weekdays in self._states(curve, max(origins)):
            if known in wanted:
                found[known] = list(self._ahead(known, level, trend, weekdays))
        return found

    def _states(self, curve: Curve, last: int) -> Iterator[tuple[int, float, float, list[float]]]:
        """Level, trend and weekdays when so many days are known."""
        level, trend = sum(curve[:WARM_UP]) / WARM_UP, 0.0
        weekdays = [(curve[day] + curve[day + WEEK]) / 2 - level for day in range(WEEK)]
        for day in range(WARM_UP, last):
            yield day, level, trend, weekdays
            rhythm = weekdays[day % WEEK]
            carried = level + self.damping * trend
            error = curve[day] - carried - rhythm
            level = carried + self.level * error
            trend = self.damping * trend + self.level * self.trend * error
            weekdays[day % WEEK] = rhythm + self.rhythm * (1 - self.level) * error
        yield last, level, trend, weekdays

    def _ahead(self, known: int, level: float, trend: float, weekdays: Sequence[float]) -> Iterator[float]:
        for step in range(HORIZON):
            trend *= self.damping
            level += trend
            yield level + weekdays[(known + step) % WEEK]


# From steady to nervous; few enough that the best of them on the past is no accident.
SMOOTHINGS = tuple(
    Smoothing(level, rhythm, trend) for level, rhythm, trend in product((0.05, 0.1, 0.2, 0.4), (0.05, 0.2), (0.0, 0.1))
)


def summed(method: Method) -> Method:
    """The same for a total, whose daily differences the method continues."""

    def ahead(curve: Curve, origins: Collection[int]) -> Ahead:
        # The first day has no difference: it counts as one without.
        moves = [0.0, *(later - earlier for earlier, later in pairwise(curve))]
        found: Ahead = {}
        for origin, steps in method(moves, origins).items():
            at, found[origin] = curve[origin - 1], []
            for step in steps:
                at += step
                found[origin].append(at)
        return found

    return ahead
