"""What a rule changed of one customer is put back as it was, part by part, unless somebody has changed it since."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from core.errors import RuleViolation
from customers import remarks, stages, tagging
from customers.models import Customer, CustomerTag, FollowRelation, Stage
from segments.models import RuleEffect, RuleRun
from segments.rules import own_fields
from segments.rules.actions.doing import BY
from tags.models import Tag

# Why a part is left alone.
SINCE, GONE, STAYS, FIELD_GONE = "changed_since", "gone", "stays", "field_gone"
Kept = dict[str, Any]


def restore(row: Customer, effect: RuleEffect, run: RuleRun) -> list[Kept]:
    """Put back one effect of a locked customer. Returns what was left alone: ``{"what", "id", "why"}`` each."""
    kept = []
    for act in (_added, _removed, _stage, _remarks, _fields, _others):
        try:
            with transaction.atomic():
                kept += list(act(row, effect.changes, effect.run_id, run))
        except RuleViolation as refusal:
            row.refresh_from_db()
            kept.append({"what": act.__name__.strip("_"), "id": None, "why": refusal.code})
    return kept


def size(effect: RuleEffect) -> int:
    """Of how many parts an effect is."""
    changes = effect.changes
    lists = ("added", "removed", "remarks", "fields", "followUps", "warned", "assigned")
    return sum(len(changes.get(key, ())) for key in lists) + ("stage" in changes)


def _added(row: Customer, changes: dict[str, Any], done_by: int, run: RuleRun) -> Iterator[Kept]:
    """A tag that this run put is taken off; one that somebody took off and put again is theirs."""
    for tag, whose in changes.get("added", ()):
        ours = CustomerTag.objects.filter(customer=row, tag_id=tag, follower_id=whose, source="rule", run_id=done_by)
        others = CustomerTag.objects.filter(customer=row, tag_id=tag).exclude(follower_id=whose)
        # Without a follower it would be taken off all of them.
        if ours.exists() and (whose or not others.exists()):
            tagging.change_tags(customer=row, remove=[tag], follower_id=whose, run_id=run.pk, **BY)
        else:
            yield {"what": "tag", "id": tag, "why": SINCE}


def _removed(row: Customer, changes: dict[str, Any], _done_by: int, run: RuleRun) -> Iterator[Kept]:
    """A tag that this run took off is put back, with why it had been there."""
    for tag, whose, source, actor, run_id, at in changes.get("removed", ()):
        there = CustomerTag.objects.filter(customer=row, tag_id=tag, follower_id=whose)
        if there.exists():
            yield {"what": "tag", "id": tag, "why": SINCE}
        elif not Tag.objects.live().filter(pk=tag).exists():
            yield {"what": "tag", "id": tag, "why": GONE}
        else:
            tagging.change_tags(customer=row, add=[tag], follower_id=whose, run_id=run.pk, **BY)
            since = dt.datetime.fromisoformat(at)
            there.update(source=source, actor=actor, run_id=run_id, create_time=since)


def _stage(row: Customer, changes: dict[str, Any], _done_by: int, run: RuleRun) -> Iterator[Kept]:
    if "stage" not in changes:
        return
    before, after = changes["stage"]
    if row.stage_id != after:
        yield {"what": "stage", "id": after, "why": SINCE}
        return
    wanted = Stage.objects.get(pk=before) if before else None
    stages.set_stage(customer=row, stage=wanted, run_id=run.pk, **BY)


def _remarks(row: Customer, changes: dict[str, Any], _done_by: int, run: RuleRun) -> Iterator[Kept]:
    for employee, before, after in changes.get("remarks", ()):
        now = FollowRelation.objects.filter(customer=row, employee_id=employee).values_list("remark", flat=True)
        if list(now) == [after]:
            remarks.change_remark(customer=row, employee_id=employee, remark=before, run_id=run.pk, **BY)
        else:
            yield {"what": "remark", "id": employee, "why": SINCE}


def _fields(row: Customer, changes: dict[str, Any], done_by: int, run: RuleRun) -> Iterator[Kept]:
    """What a custom field held is put back into it, with where it had come from."""
    for field_id, before, after in reversed(changes.get("fields", ())):
        if not own_fields.is_as_left(row, field_id, after, {done_by, run.pk}):
            yield {"what": "field", "id": field_id, "why": SINCE}
        elif not own_fields.put_back(row, field_id, before, run):
            yield {"what": "field", "id": field_id, "why": FIELD_GONE}


def _others(_row: Customer, changes: dict[str, Any], _done_by: int, _run: RuleRun) -> Iterator[Kept]:
    """What others have read by now is not taken back."""
    for key, what in (("followUps", "followUp"), ("warned", "warning"), ("assigned", "assignment")):
        for pk in changes.get(key, ()):
            yield {"what": what, "id": pk, "why": STAYS}
