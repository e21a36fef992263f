"""Runs, effects, outcomes and answers to "why" as the wire carries them."""

from dataclasses import asdict
from typing import Any

from core.time import to_wire
from segments.models import RuleEffect, RuleOutcome, RuleRun, RuleVersion
from segments.rules.codes import Outcome
from segments.rules.noted import Noted, changed
from segments.rules.whys import RuleWhy, TagWhy


def run(row: RuleRun, *, sample: bool = True) -> dict[str, Any]:
    """A run. ``sample``: whether the caller may see every customer that a dry run looked at."""
    report = row.report
    return {
        "id": row.pk,
        "ruleId": row.rule_id,
        "number": row.rule_version.number,
        "kind": row.kind,
        "state": row.state,
        "undoesRunId": row.undoes_id,
        "total": row.total,
        "seen": row.seen,
        "held": row.held,
        "changed": row.changed,
        "counts": report.get("counts", {}),
        "sample": report.get("sample", []) if sample else [],
        "failed": report.get("failed"),
        "actor": row.actor,
        "version": row.version,
        "startedAt": to_wire(row.started_at),
        "finishedAt": to_wire(row.finished_at),
    }


def version(row: RuleVersion) -> dict[str, Any]:
    return {
        "number": row.number,
        "trigger": row.trigger,
        "condition": row.condition,
        "actions": row.actions,
        "actor": row.actor,
        "createTime": to_wire(row.create_time),
    }


def effect(row: RuleEffect, noted: Noted | None = None) -> dict[str, Any]:
    """What a run changed of a customer, and why. Needs ``rule`` and ``rule_version``.

    Args:
        noted: one for all effects of an answer.
    """
    noted = noted or Noted()
    return {
        "id": row.pk,
        "runId": row.run_id,
        "ruleId": row.rule_id,
        "ruleName": row.rule.name,
        "number": row.rule_version.number,
        "customerId": row.customer_id,
        "eventName": row.event_name,
        "eventId": row.event_id,
        "changes": changed(noted.changes(row.changes, row.corp_id)),
        "facts": noted.told(row.facts, row.corp_id),
        "at": to_wire(row.at),
        "undoneAt": to_wire(row.undone_at),
        "kept": row.kept or [],
    }


def outcome(row: RuleOutcome) -> dict[str, Any]:
    """How it ended when a rule last came to a customer. Needs ``rule``."""
    return {
        "ruleId": row.rule_id,
        "ruleName": row.rule.name,
        "number": row.number,
        "customerId": row.customer_id,
        "code": row.code,
        "message": str(Outcome(row.code).label),
        "detail": row.detail,
        "runId": row.run_id,
        "eventName": row.event_name,
        "eventId": row.event_id,
        "at": to_wire(row.at),
    }


def tag_why(why: TagWhy, noted: Noted | None = None) -> dict[str, Any]:
    """Why one tag is there; ``noted`` as of ``effect``."""
    row = why.row
    return {
        "tagId": row.tag_id,
        "tagName": row.tag.name,
        "followUserId": row.follower_id,
        "source": row.source,
        "actor": row.actor,
        "at": to_wire(row.create_time),
        "effect": effect(why.effect, noted) if why.effect else None,
    }


def rule_why(why: RuleWhy) -> dict[str, Any]:
    """How a rule stands to a customer, last and now."""
    steps = why.wanted.steps if why.wanted else []
    noted = Noted()
    return {
        "ruleId": why.rule.pk,
        "number": why.said.number,
        "state": why.rule.state,
        "last": outcome(why.last) if why.last else None,
        "effect": effect(why.effect, noted) if why.effect else None,
        "explainedThen": asdict(why.then) if why.then else None,
        "holds": why.holds,
        "outside": why.outside,
        "explained": asdict(why.explained) if why.explained else None,
        "facts": noted.told(why.facts, why.rule.corp_id),
        "wouldChange": bool(steps),
    }
