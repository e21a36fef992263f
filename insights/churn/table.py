"""The points: what is counted, and what it gives. docs/churn.md has the same table for people."""

from collections.abc import Callable
from dataclasses import dataclass

from insights.churn.known import Facts

# What everybody begins with: the middle of those of whom nothing is known but that they stay.
BASE = 20


@dataclass(frozen=True, slots=True)
class Factor:
    """One line of the table: from which number on how many points; none where there is no number."""

    code: str
    number: Callable[[Facts], int | None]
    steps: tuple[tuple[int, int], ...]

    def points(self, number: int) -> int:
        return next((points for least, points in reversed(self.steps) if number >= least), 0)


def _pace(facts: Facts) -> int | None:
    """The contacts of the last month in percent of the monthly ones before; None where there were none."""
    return facts.recent * 200 // facts.earlier if facts.earlier else None


TABLE = (
    # Silence is the plainest sign that a relation is asleep, and the only one that grows by itself.
    Factor("silent", lambda facts: facts.silent, ((0, -10), (8, 0), (14, 5), (30, 15), (60, 25), (90, 30))),
    # Most who delete do so soon after adding; who has stayed a year mostly goes on staying.
    Factor("kept", lambda facts: facts.kept, ((0, 15), (8, 10), (31, 5), (91, 0), (365, -10))),
    # Talk and work in the last 90 days; none at all is worth less than silence, for not all is written here.
    Factor("contacts", lambda facts: facts.recent + facts.earlier, ((0, 10), (1, 0), (3, -5), (6, -10))),
    # Falling attention comes before silence does.
    Factor("pace", _pace, ((0, 10), (50, 0), (150, -5))),
    # A second thread to the company, which holds after the first one is forgotten.
    Factor("groups", lambda facts: facts.groups, ((0, 5), (1, -5), (3, -10))),
    # Leaving a group is the same decision on a smaller scale.
    Factor("groups_left", lambda facts: facts.groups_left, ((0, 0), (1, 10), (2, 15))),
    # Who has deleted one of us before knows how.
    Factor("left_before", lambda facts: facts.left_before, ((0, 0), (1, 15), (2, 20))),
    # Known to more than one of us: a little more of a customer. Little, since they may also be one friend too many.
    Factor("colleagues", lambda facts: facts.colleagues, ((0, 0), (1, -5))),
    # Tags are put on whom somebody has got to know.
    Factor("tags", lambda facts: facts.tags, ((0, 5), (1, 0), (3, -5))),
)
CODES = tuple(factor.code for factor in TABLE)
