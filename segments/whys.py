"""Why a customer is in a segment, or isn't."""

import datetime as dt
from dataclasses import dataclass

from core.time import now
from customers.choices import CustomerStatus
from customers.models import Customer
from segments.conditions import explaining, facts
from segments.conditions.explaining import Explained
from segments.conditions.facts import Facts
from segments.conditions.nodes import Condition, Moment
from segments.conditions.universe import BLACKLISTED, asks_for_the_blacklisted
from segments.models import Segment, SegmentStay
from segments.refreshing import questions

DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Why:
    """Attributes:
    stay: the one that lasts, as readers see it; None of who is no member.
    explained: how the customer stands to the condition at this moment; None of a list, which has none.
    outside: why the condition isn't asked of the customer at all: ``deleted``, ``blacklisted``, or empty.
    """

    stay: SegmentStay | None
    at: dt.datetime
    explained: Explained | None = None
    outside: str = ""


def of(segment: Segment, customer: Customer) -> Why:
    """Of a segment with its standing. Raises RuleViolation: ``condition_invalid``, as ``questions.condition_of``."""
    run: int = segment.standing.run  # type: ignore[attr-defined]
    at = now()
    stay = SegmentStay.objects.of_segment(segment.pk).present(run).filter(customer=customer).first()
    if not segment.is_dynamic:
        return Why(stay, at)
    condition, moment = questions.condition_of(segment), Moment(at, segment.corp.zone)
    known = facts.gather([customer.pk], corp_id=segment.corp_id, conditions=[condition], moment=moment)[customer.pk]
    return Why(stay, at, explaining.explain(condition, known, moment), outside(condition, known))


def outside(condition: Condition, known: Facts) -> str:
    """Why the condition isn't asked of the customer at all: ``deleted``, ``blacklisted``, or empty where it is."""
    if known["status"] == CustomerStatus.DELETED:
        return DELETED
    return BLACKLISTED if known[BLACKLISTED] and not asks_for_the_blacklisted(condition) else ""
