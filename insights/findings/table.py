"""Which insights there are, in the order in which they are told."""

from collections.abc import Callable
from dataclasses import dataclass

from insights.findings import habits, relations
from insights.findings.known import Finding, Known


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the table: the codes that it can find, how weighty they are, and the function that finds one."""

    codes: tuple[str, ...]
    tone: str
    find: Callable[[Known], Finding | None]


# What a person should know before anything else comes first.
TABLE = (
    Kind(("likely_to_leave",), "bad", habits.likely_to_leave),
    Kind(("nobody_left",), "bad", relations.nobody_left),
    Kind(("silent",), "bad", habits.silent),
    Kind(("lost_but_friend",), "bad", relations.lost_but_friend),
    Kind(("left_groups",), "bad", habits.left_groups),
    Kind(("came_back",), "good", relations.came_back),
    Kind(("contact_rising", "contact_falling"), "plain", habits.pace),
    Kind(("added_by_several",), "plain", relations.added_by_several),
    Kind(("called_differently",), "plain", relations.called_differently),
    Kind(("stuck_in_stage",), "plain", habits.stuck),
    Kind(("in_groups",), "good", habits.in_groups),
    Kind(("best_reached",), "plain", habits.best_reached),
)
CODES = tuple(code for kind in TABLE for code in kind.codes)
TONES = {code: kind.tone for kind in TABLE for code in kind.codes}


def all_of(known: Known) -> list[Finding]:
    """Every insight that follows from what is known."""
    return [finding for kind in TABLE if (finding := kind.find(known))]
