"""The events of the rules of assignment (tests/contracts holds the schemas)."""

from collections.abc import Collection
from typing import Any

from corps.actors import Actor
from customers.models import AssignmentRule
from messaging import outbox

RULE_CREATED = "assignment_rule.created"
RULE_UPDATED = "assignment_rule.updated"
RULE_DELETED = "assignment_rule.deleted"


def tell(name: str, rule: AssignmentRule, *, by: Actor, source: str, changed: Collection[str] = ()) -> None:
    """``changed`` holds wire names, without values."""
    data: dict[str, Any] = {"ruleId": rule.pk}
    if name == RULE_UPDATED:
        data["changed"] = sorted(changed)
    outbox.record(name, subject=rule, data=data, source=source, actor=by.label)
