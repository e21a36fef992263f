"""What a segment asks, and who answers to it."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from pyroaring import BitMap

from customers.models import Customer
from segments import asking
from segments.conditions import answering, facts, parsing
from segments.conditions.nodes import Condition, Moment, Named, walk
from segments.models import Segment, SegmentRun, SegmentStay


def condition_of(segment: Segment) -> Condition:
    """The condition of a dynamic segment. Raises as ``parsed``."""
    return parsed(segment.condition, segment)


def parsed(document: Any, segment: Segment) -> Condition:
    """Raises RuleViolation: ``condition_invalid``, of one that was written when other things could be asked."""
    return parsing.parse(document, corp=segment.corp)


def used_by(condition: Condition) -> list[int]:
    """The segments that a condition names."""
    return sorted({pk for node in walk(condition.root) if isinstance(node, Named) for pk in node.asked.value})


def everybody(run: SegmentRun, at: dt.datetime) -> BitMap:
    """Who is to be in the segment at that moment."""
    if run.origin is not None:
        return members_of(run.origin)
    return asking.ids(condition_of(run.segment), moment=Moment(at, run.segment.corp.zone))


def members_of(segment: Segment) -> BitMap:
    """The members that readers see, of those who live."""
    stays = SegmentStay.objects.of_segment(segment.pk).present(segment.standing.run)
    return BitMap(stays.filter(customer__alive=1).values_list("customer_id", flat=True))


def some(run: SegmentRun, customer_ids: Collection[int]) -> Collection[int]:
    """Those of some hundred customers who are to be in it at the run's moment, by what is known of them now."""
    if run.origin is not None:
        return list(members_of(run.origin) & BitMap(customer_ids))
    condition, moment = condition_of(run.segment), Moment(run.as_of, run.segment.corp.zone)  # type: ignore[arg-type]
    known = facts.gather(customer_ids, corp_id=run.corp_id, conditions=[condition], moment=moment)
    return [customer for customer, theirs in known.items() if answering.holds(condition, theirs, moment)]


def dead(customer_ids: Collection[int]) -> set[int]:
    """Those of the customers who are deleted."""
    return set(Customer.objects.filter(pk__in=list(customer_ids), alive=0).values_list("pk", flat=True))
