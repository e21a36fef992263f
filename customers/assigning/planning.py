"""The dry run: who would get whom by the rules as they are, and who nobody and why. Nothing is written."""

from dataclasses import dataclass, field

from corps.models import Corp
from customers.assigning.deciding import Decision, Desk
from customers.assigning.desks import desk_of
from customers.assigning.waiting import persons, waiting
from customers.models import AssignmentRule, Customer

# In one look, and in one transaction of a run.
MOST = 200


@dataclass(slots=True)
class Plan:
    """Attributes:
    next_after: where to go on; None: these were the last.
    """

    decisions: list[Decision] = field(default_factory=list)
    next_after: int | None = None


def plan(*, corp: Corp, after: int = 0, most: int = MOST) -> Plan:
    """What a run would do with the next ones.

    Args:
        after: the id of the last customer that an earlier look came to.
    """
    desk = desk_of(corp, rules_of(corp.pk))
    ids = waiting(corp.pk, after=after, most=most, lost=desk.takes_lost)
    rows = list(Customer.objects.filter(pk__in=ids).order_by("pk"))
    return Plan(decide(corp.pk, desk, rows), ids[-1] if len(ids) == most else None)


def rules_of(corp_id: int) -> list[AssignmentRule]:
    """The rules in use, in their order."""
    return list(AssignmentRule.objects.of_corp(corp_id).filter(active=True).order_by("order", "pk"))


def decide(corp_id: int, desk: Desk, rows: list[Customer]) -> list[Decision]:
    """Each customer's decision, in the given order."""
    return [desk.decide(person) for person in persons(corp_id, rows)]
