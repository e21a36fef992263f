"""The events of rules that tag (tests/contracts holds the schemas)."""

from collections.abc import Collection
from typing import Any

from corps.actors import SYSTEM, Actor
from messaging import outbox
from segments.models import RuleRun, TagRule

CREATED = "tag_rule.created"
UPDATED = "tag_rule.updated"
ACTIVATED = "tag_rule.activated"
PAUSED = "tag_rule.paused"
RETIRED = "tag_rule.retired"
RUN_STARTED = "tag_rule.run.started"
RUN_ENDED = "tag_rule.run.ended"
WARNED = "tag_rule.warned"


def tell(
    name: str, rule: TagRule, *, by: Actor, source: str, changed: Collection[str] | None = None, **facts: Any
) -> None:
    """``changed`` holds wire names, without values."""
    data: dict[str, Any] = {"ruleId": rule.pk} | facts
    if changed is not None:
        data["changed"] = sorted(changed)
    outbox.record(name, subject=rule, data=data, source=source, actor=by.label)


def tell_run(name: str, run: RuleRun, *, by: Actor, source: str) -> None:
    """That a job began, or ended and how; its version is already the new one."""
    data: dict[str, Any] = {"runId": run.pk, "ruleId": run.rule_id, "kind": run.kind}
    if name == RUN_ENDED:
        data |= {"state": run.state, "seen": run.seen, "changed": run.changed}
    outbox.record(name, subject=run, data=data, source=source, actor=by.label)


def warned(run: RuleRun, *, customer_id: int, employee_id: int | None, level: int) -> None:
    """That a rule warns of a customer: who keeps the warnings opens one."""
    run.version += 1
    RuleRun.objects.filter(pk=run.pk).update(version=run.version)
    data = {"runId": run.pk, "ruleId": run.rule_id, "customerId": customer_id, "employeeId": employee_id}
    outbox.record(WARNED, subject=run, data=data | {"level": level}, source="rule", actor=SYSTEM.label)
