"""What a version of a rule says: trigger, condition, actions."""

from typing import Any

from core.errors import FieldError, RuleViolation
from corps.actors import Actor
from corps.models import Corp
from segments.conditions import parsing, sight, writing
from segments.conditions.nodes import Condition
from segments.models import RuleVersion, TagRule
from segments.rules.actions import parsing as actions
from segments.rules.triggers import parsing as triggers


def checked(corp: Corp, said: dict[str, Any], *, asked_by: Actor | None = None) -> dict[str, Any]:
    """All three as they can be kept. Raises RuleViolation, the faults of the condition under ``condition.``.

    Args:
        asked_by: whose condition it is; None where it was there before.
    """
    asked = condition(corp, said["condition"], fresh=True)
    if asked_by:
        sight.check(asked, asked_by)
    return {
        "trigger": triggers.parse(said["trigger"], corp_id=corp.pk),
        "condition": writing.document(asked),
        "actions": actions.parse(said["actions"], corp_id=corp.pk),
    }


def condition(corp: Corp, document: Any, *, fresh: bool = False) -> Condition:
    """The condition; None asks nothing, and everybody answers to it. ``fresh`` as ``parsing.parse``. Raises
    RuleViolation."""
    if document is None:
        return Condition(corp.pk, None)
    try:
        return parsing.parse(document, corp=corp, fresh=fresh)
    except RuleViolation as refusal:
        refusal.errors = [FieldError(f"condition.{e.field}", e.code, e.message) for e in refusal.errors]
        raise


def newest(rule: TagRule) -> RuleVersion:
    """What the rule said last."""
    return rule.versions.get(number=rule.number)


def live(rule: TagRule) -> RuleVersion | None:
    """What is in force; of a draft nothing is."""
    return rule.versions.filter(number=rule.live_number).first() if rule.live_number else None
