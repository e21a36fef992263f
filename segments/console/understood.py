"""Conditions of the customer list as they were understood, remembered for a moment.

Whoever looks at a list looks at its next page. To read a condition again and to say it again took a statement for each
kind of row that it names, twice. What it asks is what it says; only how its rows are called may be a minute old.
"""

import json
from typing import Any, NamedTuple

from django.utils.translation import get_language

from core.memory import ShortMemory
from corps.actors import Actor
from corps.models import Corp
from segments.catalogue import checking
from segments.conditions import wording
from segments.conditions.nodes import Condition


class Understood(NamedTuple):
    condition: Condition
    sentence: str


_remembered: ShortMemory[Understood] = ShortMemory(seconds=60, limit=1_000)


def understood(document: Any, corp: Corp, actor: Actor) -> Understood:
    """What a document asks, and that as a sentence in the language now active. Raises RuleViolation."""
    key = repr((corp.pk, actor.sight, get_language(), json.dumps(document))).encode()
    found = _remembered.get(key)
    if found is None:
        condition = checking.asked(document, corp, by=actor)[0]
        found = Understood(condition, wording.sentence(condition))
        _remembered.put(key, found)
    return found


def forget() -> None:
    _remembered.clear()
