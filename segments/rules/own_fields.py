"""What rules put into custom fields: whether it is there still, and what was there before put back."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction

from core.errors import RuleViolation
from customers import custom
from customers.choices import Source
from customers.custom import values
from customers.models import CustomChange, Customer, CustomField, CustomValue
from segments.models import RuleRun
from segments.rules.actions.doing import BY

Kept = dict[str, Any] | None


def is_as_left(row: Customer, field_id: int, after: Kept, runs: Collection[int]) -> bool:
    """Whether the field holds what a rule's run had left in it, and nobody but these runs has been there since."""
    held = values.of(row.pk, None, [field_id]).get(field_id)
    if after is not None:
        return held is not None and values.told(held) == after["value"] and _by(held, runs)
    if held is not None:
        return False
    # That somebody filled it in and emptied it again is in the history alone, as long as that is kept.
    last = CustomChange.objects.filter(customer=row, field_id=field_id, relation=None).order_by("-pk").first()
    return last is None or _by(last, runs)


def put_back(row: Customer, field_id: int, before: Kept, run: RuleRun) -> bool:
    """Have the field hold again what it did. Returns False, and changes nothing, where it can't any more: it is not in
    use, of another kind by now, or an option is gone."""
    field = CustomField.objects.of_corp(row.corp_id).filter(pk=field_id).first()
    if field is None or (before is not None and before["kind"] != field.kind):
        return False
    value = before and before["value"]
    try:
        with transaction.atomic():
            custom.set_values(customer=row, values={field.key: value}, run_id=run.pk, **BY)
    except RuleViolation:
        row.refresh_from_db()
        return False
    if before is not None:
        how = {"source": before["source"], "actor": before["actor"], "run_id": before["runId"]}
        since = dt.datetime.fromisoformat(before["at"])
        there = CustomValue.objects.filter(customer=row, field=field, relation_key=0)
        there.update(update_time=since, **how)
    return True


def _by(held: CustomValue | CustomChange, runs: Collection[int]) -> bool:
    return held.source == Source.RULE and held.run_id in runs
