"""Take back what a run did: newest first, and only what is still as the run had left it."""

import datetime as dt
from typing import Any

from core.locks import mark_locked
from core.time import now
from customers.models import Customer
from segments.models import RuleEffect, RuleOutcome, RuleRun
from segments.rules import restoring
from segments.rules.codes import Outcome

MOST = 200


def take_back(run: RuleRun) -> bool:
    """Take back the next piece of what ``run.undoes`` did, and note it in the (locked) run. Returns whether it is over.

    The place is the effect's id, downwards: what was done last is taken back first.
    """
    rows = RuleEffect.objects.filter(run_id=run.undoes_id, undone_at=None, pk__lte=run.until).order_by("-pk")
    effects = list(rows[:MOST])
    if not effects:
        return True
    ids = {effect.customer_id for effect in effects}
    held = Customer.objects.filter(pk__in=ids).select_for_update(of=()).order_by("pk")
    people = {row.pk: mark_locked(row) for row in held}
    moment = now()
    for effect in effects:
        _undo(run, effect, people[effect.customer_id], moment)
    RuleEffect.objects.bulk_update(effects, ["undone_at", "kept"], batch_size=MOST)
    _outcomes(run, effects)
    run.seen += len(effects)
    run.until = effects[-1].pk - 1
    run.save(update_fields=["until"])
    return False


def _undo(run: RuleRun, effect: RuleEffect, row: Customer, moment: dt.datetime) -> None:
    """One effect: whatever of it somebody has changed since is left alone, and named."""
    kept = restoring.restore(row, effect, run)
    effect.undone_at, effect.kept = moment, kept or None
    counts: dict[str, Any] = run.report.setdefault("counts", {})
    for why in {one["why"] for one in kept}:
        counts[why] = counts.get(why, 0) + 1
    if not kept:
        counts["restored"] = counts.get("restored", 0) + 1
    run.held += bool(kept)
    run.changed += len(kept) < restoring.size(effect)


def _outcomes(run: RuleRun, effects: list[RuleEffect]) -> None:
    """What the rule did last to these customers, where it was this, is taken back."""
    ids = [effect.customer_id for effect in effects]
    rows = RuleOutcome.objects.filter(rule_id=run.rule_id, customer_id__in=ids, run_id=run.undoes_id)
    rows.update(code=Outcome.UNDONE, at=now())
