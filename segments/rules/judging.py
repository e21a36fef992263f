"""Whether customers answer to the rules that were set off, by facts that are gathered once for all of these rules."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.time import to_wire
from corps.models import Corp
from customers.choices import CustomerStatus
from customers.models import Customer
from segments.conditions import answering, facts, mentions
from segments.conditions.nodes import Condition, Moment
from segments.rules.books import Armed
from segments.rules.codes import Outcome

# Of a set (follow-ups, stays in groups), so many rows are kept with what a rule did.
MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Case:
    """That a rule has come to a customer. ``follower_id``: the employee whom what happened concerns."""

    armed: Armed
    customer_id: int
    follower_id: int | None = None


@dataclass(slots=True)
class Court:
    """Answers for some customers at one moment; equal conditions of many rules are asked once of each."""

    moment: Moment
    rows: dict[int, Customer]
    known: dict[int, facts.Facts]

    def judge(self, case: Case) -> str | None:
        """Why the rule leaves this customer alone; None where they answer to it."""
        row = self.rows[case.customer_id]
        if answering.holds(case.armed.condition, self.known[row.pk], self.moment):
            return None
        return Outcome.BARRED if row.blacklisted or row.status == CustomerStatus.DELETED else Outcome.NO

    def matched(self, case: Case) -> dict[str, Any]:
        """What was so of the customer, of all that the rule asks for."""
        asked, known = mentions.needs([case.armed.condition]), self.known[case.customer_id]
        own = {key: plain(known[key]) for key in asked[mentions.CUSTOMER]}
        return own | {key: plain(known[key][:MOST_ROWS]) for key in asked if key != mentions.CUSTOMER}


def plain(value: Any) -> Any:
    """A fact as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, dt.datetime):
        return to_wire(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def court(corp: Corp, rows: Iterable[Customer], conditions: Collection[Condition], moment: Moment) -> Court:
    """Gather what these conditions ask of these customers of the company."""
    held = {row.pk: row for row in rows}
    known = facts.gather(list(held), corp_id=corp.pk, conditions=conditions, moment=moment) if held else {}
    return Court(moment, held, known)


def conditions_of(cases: Iterable[Case]) -> list[Condition]:
    """Each condition of these cases, once."""
    return list(dict.fromkeys(case.armed.condition for case in cases))


def in_order(cases: Iterable[Case]) -> Iterator[Case]:
    """Rule by rule, those that go before others first: so a customer's come in their order, and the runs of rules are
    locked in one order by everybody."""
    yield from sorted(cases, key=lambda case: (case.armed.rank, case.customer_id))
