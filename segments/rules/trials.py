"""The dry run of a rule: what it would do, counted one by one, with a sample. Nothing is written."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from customers.models import Customer
from segments.models import RuleRun
from segments.rules import scene
from segments.rules.actions.planning import Plan, Setting, plan
from segments.rules.books import Armed

SAMPLE = 20


def look(run: RuleRun, armed: Armed, ids: Sequence[int]) -> Counter[str]:
    """Plan for these customers, who answer to the rule; note in the run how many would change and the first of them."""
    rows = list(Customer.objects.filter(pk__in=ids).order_by("pk"))
    for row in rows:
        row.corp = run.corp
    stage = scene.of(rows, **armed.needs)
    sample, counts = run.report.setdefault("sample", []), Counter[str]()
    for row in rows:
        wanted = plan(armed.actions, stage.people[row.pk], stage, Setting(armed.rule_id, armed.order))
        counts[wanted.outcome] += 1
        if wanted.steps:
            run.changed += 1
            if len(sample) < SAMPLE:
                sample.append({"customerId": row.pk, "steps": told(wanted)})
    return counts


def told(wanted: Plan) -> list[dict[str, Any]]:
    """The steps of a plan as the report of a run keeps them."""
    return [
        {
            "do": step.do,
            "followerId": step.follower_id,
            "addTagIds": list(step.add),
            "removeTagIds": list(step.remove),
            "value": step.value,
        }
        for step in wanted.steps
    ]
