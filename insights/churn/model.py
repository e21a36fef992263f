"""The model: points that add up, from what is on record of a relation. Pure; the points are in table.py."""

from dataclasses import dataclass

from insights.churn.known import Facts
from insights.churn.table import BASE, CODES, TABLE, Factor

LOWEST, HIGHEST = 0, 100
REASONS = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """What a factor has found, and what it gave: below zero speaks for staying."""

    code: str
    number: int
    points: int


@dataclass(frozen=True, slots=True)
class Verdict:
    score: int
    reasons: tuple[Reason, ...]


def judge(facts: Facts) -> Verdict:
    """The score from 0 to 100, and the three reasons that weigh most; of equal ones those for leaving first."""
    found = [_reason(factor, number) for factor in TABLE if (number := factor.number(facts)) is not None]
    total = BASE + sum(reason.points for reason in found)
    weighty = sorted((r for r in found if r.points), key=lambda r: (-abs(r.points), -r.points, CODES.index(r.code)))
    return Verdict(min(max(total, LOWEST), HIGHEST), tuple(weighty[:REASONS]))


def _reason(factor: Factor, number: int) -> Reason:
    return Reason(factor.code, number, factor.points(number))
