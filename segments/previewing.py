"""Whom a condition would find, while somebody writes it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core.time import now
from corps.actors import Actor
from corps.models import Corp
from segments import asking
from segments.catalogue import checking
from segments.conditions.nodes import Condition, Moment
from segments.models import Segment

SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """Attributes:
    condition: what was asked, as it was understood.
    count: exactly how many of the customers whom the actor may see.
    sample: the newest of them, the newest first.
    """

    condition: Condition
    count: int
    sample: list[int]
    as_of: dt.datetime


def preview(*, document: Any, corp: Corp, actor: Actor, segment: Segment | None = None) -> Preview:
    """Count and sample by one reading, so that both are of the same moment.

    Args:
        segment: whose condition it is to become.

    Raises:
        RuleViolation: ``condition_invalid``.
    """
    condition, _used = checking.asked(document, corp, by=actor, segment=segment)
    at = now()
    found = asking.ids(condition, moment=Moment(at, corp.zone), actor=actor)
    return Preview(condition, len(found), asking.newest(found, SAMPLE), at)
