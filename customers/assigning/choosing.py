"""Who of a rule's people is given the next customer: pure reckoning."""

from collections.abc import Collection
from dataclasses import dataclass, field

from customers.assigning import reasons
from customers.models import AssignmentRule

_LEAST = AssignmentRule.Strategy.LEAST_LOADED


@dataclass(slots=True)
class Seat:
    """One who may have customers, the same for all rules that name them: how many they have, and were given today."""

    employee_id: int
    load: int = 0
    today: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom, and why; nobody, and why nobody."""

    seat: Seat | None
    reason: str


@dataclass(slots=True)
class Team:
    """The people of one rule at a moment.

    Attributes:
        seats: by employee id, rising.
        pointer: the employee who was given the last one in turn.
        at_work: whether the rule's hours hold now.
    """

    seats: list[Seat] = field(default_factory=list)
    strategy: str = AssignmentRule.Strategy.ROUND_ROBIN
    pointer: int = 0
    capacity: int | None = None
    day_cap: int | None = None
    at_work: bool = True
    spare: Seat | None = None

    def choose(self, barred: Collection[int] = ()) -> Choice:
        """Whom the next customer goes to; ``barred`` had them before and don't get them again."""
        free = [seat for seat in self.seats if self._has_room(seat)] if self.at_work else []
        able = [seat for seat in free if seat.employee_id not in barred]
        if able:
            return self._next(able)
        if self.spare and self.spare.employee_id not in barred:
            return Choice(self.spare, reasons.SPARE)
        return Choice(None, self._why_nobody(free))

    def take(self, choice: Choice) -> None:
        """Reckon with it that the chosen one has the customer."""
        if choice.seat:
            choice.seat.load += 1
            choice.seat.today += 1
            if choice.reason != reasons.SPARE:
                self.pointer = choice.seat.employee_id

    def _has_room(self, seat: Seat) -> bool:
        full = self.capacity is not None and seat.load >= self.capacity
        return not full and (self.day_cap is None or seat.today < self.day_cap)

    def _next(self, able: list[Seat]) -> Choice:
        if self.strategy == _LEAST:
            return Choice(min(able, key=lambda s: (s.load, s.today, s.employee_id)), reasons.LEAST_LOADED)
        behind = [seat for seat in able if seat.employee_id > self.pointer]
        return Choice((behind or able)[0], reasons.ROUND_ROBIN)

    def _why_nobody(self, free: list[Seat]) -> str:
        if not self.seats:
            return reasons.NOBODY
        if not self.at_work:
            return reasons.OFF_HOURS
        return reasons.HAD_BEFORE if free else reasons.ALL_FULL
