"""Where a listing stands that several calls read side by side. Pure: it lives in a run's cursor as JSON.

Each lane reads the customers of some employees in a row, page after page; a lane that is through takes the next ones.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from wecom.client import errors
from wecom.sync.steps import Failure

# How often a lane begins anew because WeCom no longer knows its cursor.
_RESTARTS = 3


@dataclass(slots=True)
class Lane:
    """``count`` names of the plan from ``at`` on, and WeCom's cursor among their rows."""

    at: int
    count: int
    cursor: str = ""
    restarts: int = 0

    def names(self, plan: list[str]) -> list[str]:
        return plan[self.at : self.at + self.count]


@dataclass(slots=True)
class Lanes:
    """All lanes of one listing.

    Attributes:
        size: how many names a lane takes at once.
        next: the first name of the plan that no lane has taken.
        todo: pieces that were given back, as (at, count).
        failed: names whose listing failed.
        done: how many names are through.
    """

    size: int
    next: int = 0
    lanes: list[Lane] = field(default_factory=list)
    todo: list[tuple[int, int]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    done: int = 0

    @classmethod
    def of(cls, cursor: dict[str, Any]) -> Self:
        """As ``as_json`` wrote it."""
        read = cls(**cursor["lanes"])
        read.lanes = [Lane(**lane) for lane in cursor["lanes"]["lanes"]]
        return read

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def fill(self, plan: list[str], at_once: int) -> list[Lane]:
        """Up to ``at_once`` lanes with something to read; none when all is through."""
        while len(self.lanes) < at_once and (self.todo or self.next < len(plan)):
            if self.todo:
                self.lanes.append(Lane(*self.todo.pop()))
            else:
                self.lanes.append(Lane(self.next, min(self.size, len(plan) - self.next)))
                self.next += self.size
        return self.lanes

    def read(self, lane: Lane, following: str) -> None:
        """A page of the lane has been read; ``following`` is WeCom's cursor, empty at the end."""
        lane.cursor, lane.restarts = following, 0
        if not following:
            self._through(lane)

    def failing(self, lane: Lane, error: errors.WecomError, plan: list[str]) -> list[Failure]:
        """What an error that is about these names, or about the cursor, leads to.

        Returns: the failures to count.

        Raises:
            WecomError: the error is not about them.
        """
        if isinstance(error, errors.NoRelation) and lane.count == 1:
            # Said of an employee without customers.
            self._through(lane)
        elif lane.cursor and isinstance(error, _OF_CURSOR) and lane.restarts < _RESTARTS:
            lane.cursor, lane.restarts = "", lane.restarts + 1
        elif not isinstance(error, _OF_NAMES):
            raise error
        elif lane.count > 1:
            self._split(lane)
        else:
            self._through(lane)
            self.failed.append(plan[lane.at])
            return [Failure(plan[lane.at], error.code)]
        return []

    def _split(self, lane: Lane) -> None:
        """One of them spoils the call for all: read each half for itself."""
        half = lane.count // 2
        self.todo.append((lane.at + half, lane.count - half))
        lane.count, lane.cursor, lane.restarts = half, "", 0

    def _through(self, lane: Lane) -> None:
        self.lanes.remove(lane)
        self.done += lane.count


# One name of several that WeCom doesn't know or show makes it refuse the whole call.
_OF_NAMES = (errors.OutOfRange, errors.Gone, errors.NoRelation, errors.BadArgument, errors.TooBig)
_OF_CURSOR = (errors.BadArgument, errors.Gone)
