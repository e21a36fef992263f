"""Which rule is for a customer, and whom it gives them to: pure reckoning."""

from collections.abc import Sequence
from dataclasses import dataclass

from customers.assigning import reasons
from customers.assigning.choosing import Choice, Team
from customers.models import AssignmentRule


@dataclass(frozen=True, slots=True)
class Person:
    """A customer whom nobody follows.

    Attributes:
        state, add_way, channel_id: how they last came, and the channel that stands for it.
        lost: somebody followed them once.
        had: who followed them; they are not given to those again.
    """

    customer_id: int
    state: str = ""
    add_way: int | None = None
    channel_id: int | None = None
    lost: bool = False
    blacklisted: bool = False
    had: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Who would get whom, and by which rule; without a seat nobody, and why."""

    person: Person
    choice: Choice
    rule: AssignmentRule | None = None


@dataclass(slots=True)
class Desk:
    """The rules in use, in their order, each with its people as they are now."""

    teams: Sequence[tuple[AssignmentRule, Team]] = ()

    @property
    def open(self) -> bool:
        """Whether any rule could give somebody away."""
        return any(team.choose().seat for _rule, team in self.teams)

    @property
    def takes_lost(self) -> bool:
        return any(rule.also_lost for rule, _team in self.teams)

    def decide(self, person: Person) -> Decision:
        """The first rule that is for this customer and has somebody; what it gives away is reckoned with from now on.

        Where none has, the reason is the first one's.
        """
        if person.blacklisted:
            return Decision(person, Choice(None, reasons.BLACKLISTED))
        first: Decision | None = None
        for rule, team in self.teams:
            if not matches(rule, person):
                continue
            choice = team.choose(person.had)
            found = Decision(person, choice, rule)
            if choice.seat:
                team.take(choice)
                return found
            first = first or found
        return first or Decision(person, Choice(None, reasons.NO_RULE))


def matches(rule: AssignmentRule, person: Person) -> bool:
    """Whether the rule is for this customer."""
    if person.lost and not rule.also_lost:
        return False
    if rule.channel_id is not None and rule.channel_id != person.channel_id:
        return False
    if rule.unnamed_state and (not person.state or person.channel_id is not None):
        return False
    return rule.add_way is None or rule.add_way == person.add_way
