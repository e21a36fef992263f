"""The shape of what is counted, and the pieces of SQL that it is put together from."""

from collections.abc import Sequence
from dataclasses import dataclass

from insights.stats.terms import Dim, Metric, Span

STAFF = (Dim.CORP, Dim.EMPLOYEE, Dim.DEPARTMENT)
OF = "{0}.corp_id = %(corp)s AND "
WITHIN = "{0} >= %(start)s AND {0} < %(end)s"
LASTING = "{0} < %(end)s AND ({1} IS NULL OR {1} >= %(end)s)"


@dataclass(frozen=True, slots=True)
class Count:
    """One number of a family: relations and people as SQL, and the detail where it isn't a column."""

    metric: Metric
    relations: str
    people: str
    detail: int = 0


@dataclass(frozen=True, slots=True)
class Family:
    """Rows that are read together.

    Attributes:
        rows: after FROM.
        where: which of them lie in the window.
        employee: the column for whose they are.
        stays: joined where they are counted by employee alone: whose customer it was then.
        detail: the column for the detail.
        remembered: whether the record knows it of past days; what it doesn't is counted of yesterday alone.
        staged: the SELECT of the temporary table in ``rows`` (staging.py), where it is dear to run for each dimension.
        days: how many days up to the end of the window ``%(since)s`` lies back.
    """

    rows: str
    where: str
    counts: tuple[Count, ...]
    dims: Sequence[Dim] = STAFF
    employee: str = ""
    stays: str = ""
    detail: str = "0"
    spans: Sequence[Span] = tuple(Span)
    remembered: bool = True
    staged: str = ""
    days: int = 1


def rows(metric: Metric, person: str, when: str = "", detail: int = 0) -> Count:
    """How many rows there are, or fulfil a condition, and of how many people."""
    if not when:
        return Count(metric, "COUNT(*)", f"COUNT(DISTINCT {person})", detail)
    met = f"CASE WHEN {when} THEN"
    return Count(metric, f"COUNT({met} 1 END)", f"COUNT(DISTINCT {met} {person} END)", detail)
