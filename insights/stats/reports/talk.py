"""WeCom's figures of talk as they are told: sums as they are, the two means by the days they are of."""

from collections.abc import Mapping, Sequence
from typing import Any

from insights.stats.reading import Pair
from insights.stats.words import TALK

QUANTILES = (0, 25, 50, 75, 100)


def told(pairs: Mapping[str, Pair]) -> dict[str, Any]:
    """The seven of one employee, department or company."""
    found: dict[str, Any] = {name: pairs[name].relations for name in TALK}
    percentage = mean(pairs["replyPercentage"])
    return found | {
        "replyPercentage": None if percentage is None else round(percentage / 100, 2),
        "replyMinutes": mean(pairs["replyMinutes"]),
    }


def mean(pair: Pair) -> float | None:
    """The mean of the days of employees that a sum is of; None where it is of none."""
    return round(pair.relations / pair.people, 2) if pair.people else None


def spread(values: Sequence[float]) -> dict[str, Any]:
    """How values lie: how many, their mean, and the least, the quarters and the greatest, each a value that occurs."""
    ordered = sorted(values)
    quantiles = {f"p{part}": _quantile(ordered, part) for part in QUANTILES}
    return {"of": len(ordered), "mean": round(sum(ordered) / len(ordered), 2) if ordered else None} | quantiles


def _quantile(ordered: Sequence[float], part: int) -> float | None:
    # The nearest rank: at least that share of the values is no greater.
    return ordered[max(0, -(-part * len(ordered) // 100) - 1)] if ordered else None
