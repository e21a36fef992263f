"""What a backtest has counted, and what follows from it: precision, recall, and how scores and losses go together."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from insights.churn import model
from insights.churn.levels import Thresholds

# With fewer losses a single one more or less moves every figure by points.
MIN_LOSSES = 30
BAND = 10


class Threshold(NamedTuple):
    """From this score on: how many were flagged, and how many of them were lost."""

    name: str
    least: int
    flagged: int
    lost: int
    precision: float | None
    recall: float | None


class Band(NamedTuple):
    """Scores from ``least`` to ``most``: how many there were, and which share of them was lost."""

    least: int
    most: int
    relations: int
    lost: int
    rate: float | None


@dataclass(slots=True)
class Report:
    """Counts by score: all that is kept, whatever the number of relations."""

    thresholds: Thresholds
    days: int = 0
    seen: list[int] = field(default_factory=lambda: [0] * (model.HIGHEST + 1))
    gone: list[int] = field(default_factory=lambda: [0] * (model.HIGHEST + 1))

    def add(self, score: int, *, lost: bool) -> None:
        self.seen[score] += 1
        self.gone[score] += lost

    @property
    def relations(self) -> int:
        return sum(self.seen)

    @property
    def losses(self) -> int:
        return sum(self.gone)

    @property
    def base_rate(self) -> float | None:
        """The share that was lost of all: what a guess without any model would hit."""
        return _share(self.losses, self.relations)

    @property
    def telling(self) -> bool:
        """Whether there were losses enough to tell."""
        return self.losses >= MIN_LOSSES

    def at(self, name: str, least: int) -> Threshold:
        flagged, lost = sum(self.seen[least:]), sum(self.gone[least:])
        return Threshold(name, least, flagged, lost, _share(lost, flagged), _share(lost, self.losses))

    def by_threshold(self) -> list[Threshold]:
        return [self.at("watch", self.thresholds.watch), self.at("high", self.thresholds.high)]

    def bands(self) -> Iterator[Band]:
        """The calibration: 0–9, 10–19, … 90–100. Trustworthy scores lose more from band to band."""
        for least in range(0, model.HIGHEST, BAND):
            most = least + BAND - 1 if least + BAND < model.HIGHEST else model.HIGHEST
            seen, gone = sum(self.seen[least : most + 1]), sum(self.gone[least : most + 1])
            yield Band(least, most, seen, gone, _share(gone, seen))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
