"""One warning as the record has it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from insights.choices import Kind, Level
from insights.risks.spans import Moment


@dataclass(frozen=True, slots=True)
class Cause:
    """``closed_at``: what it warned of was over then; None while it isn't. ``stage``: whose rule it goes by."""

    kind: Kind
    subject: str
    cause: str
    customer: int | None
    employee: int | None
    opened_at: Moment
    closed_at: Moment | None = None
    level: Level = Level.NOTICE
    facts: dict[str, Any] = field(default_factory=dict)
    stage: int | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind.value, self.subject, self.cause


def stamp(moment: Moment) -> str:
    """A moment as a cause names it."""
    return moment.astimezone(dt.UTC).isoformat()
