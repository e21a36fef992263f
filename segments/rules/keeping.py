"""Keep what rules did to customers, and how it ended also where they did nothing."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from core.sql import incoming, insert_many, on_conflict
from core.time import now
from segments.models import RuleEffect, RuleRun
from segments.rules.codes import Outcome
from segments.rules.judging import Case

_COLUMNS = ("corp_id", "rule_id", "customer_id", "number", "code", "detail", "run_id", "event_name", "event_id", "at")


@dataclass(slots=True)
class Record:
    """What came of one event, or of one piece of a job."""

    corp_id: int
    event_name: str = ""
    event_id: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    # (rule, customer) → the row of its outcome: of two occasions in one event the later one counts.
    outcomes: dict[tuple[int, int], tuple[Any, ...]] = field(default_factory=dict)
    effects: list[RuleEffect] = field(default_factory=list)

    def note(self, case: Case, code: str, *, detail: str = "", run: RuleRun | None = None) -> None:
        """How it ended."""
        self.counts[code] += 1
        armed, run_id = case.armed, run.pk if run else None
        self.outcomes[armed.rule_id, case.customer_id] = (armed.number, str(code), detail, run_id)

    def effect(self, case: Case, changes: dict[str, Any], facts: Any, run: RuleRun) -> None:
        """What was changed, and why."""
        self.note(case, Outcome.CHANGED, run=run)
        about: Any = {"customer_id": case.customer_id, "changes": changes, "facts": facts, "run": run}
        about |= {"rule_id": case.armed.rule_id, "rule_version_id": case.armed.version_id}
        event: Any = {"event_name": self.event_name, "event_id": self.event_id}
        self.effects.append(RuleEffect(corp_id=self.corp_id, **about, **event))

    def store(self) -> None:
        """All of it by two statements."""
        if self.effects:
            RuleEffect.objects.bulk_create(self.effects, batch_size=500)
        if self.outcomes:
            moment = now().replace(tzinfo=None)
            rows = [
                (self.corp_id, *pair, *row, self.event_name, self.event_id, moment)
                for pair, row in self.outcomes.items()
            ]
            update = {column: incoming(column) for column in _COLUMNS[3:]}
            tail = on_conflict(["customer_id", "rule_id"], update)
            insert_many("tag_rule_outcome", _COLUMNS, rows, tail)
