"""A backtest as lines of text for whoever runs the command."""

from collections.abc import Iterator

from insights.churn.report import MIN_LOSSES, Report


def lines(report: Report) -> Iterator[str]:
    """The figures, and whether they are enough to tell."""
    yield f"{report.days} days, {report.relations} relations looked at, {report.losses} of them lost"
    yield f"base rate {_percent(report.base_rate)}: what a guess without a model would hit"
    yield ""
    yield "level   from  flagged    lost  precision  recall"
    for row in report.by_threshold():
        figures = f"{_percent(row.precision):>9}  {_percent(row.recall):>6}"
        yield f"{row.name:<6}  {row.least:>4}  {row.flagged:>7}  {row.lost:>6}  {figures}"
    yield ""
    yield "score   relations    lost    rate"
    for band in report.bands():
        score = f"{band.least}-{band.most}"
        yield f"{score:<6}  {band.relations:>9}  {band.lost:>6}  {_percent(band.rate):>6}"
    if not report.telling:
        yield ""
        yield f"Too few past losses to tell: {report.losses}, and {MIN_LOSSES} are the least."


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
