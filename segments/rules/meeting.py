"""Rules meet customers: who answers to a rule is changed by it, and how it ended is kept for each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core.errors import RuleViolation
from core.locks import mark_locked
from core.time import now
from corps.models import Corp
from customers.models import Customer
from segments.conditions.nodes import Moment
from segments.models import RuleRun
from segments.rules import judging, keeping, scene
from segments.rules.actions import doing
from segments.rules.actions.planning import Plan, Setting, plan
from segments.rules.codes import Outcome
from segments.rules.hours import Hours
from segments.rules.judging import Case


@dataclass(frozen=True, slots=True)
class Cause:
    """What brought the rules: an event of ours or of others, or a job."""

    event_name: str = ""
    event_id: str = ""


def meet(corp: Corp, cases: Collection[Case], cause: Cause, run: RuleRun | None = None) -> keeping.Record:
    """Judge these cases and do what follows from them, in the open transaction.

    Args:
        run: the job's; without one, what is done counts for the hour of each rule, and keeps to its limit.
    """
    rows = _locked(corp, {case.customer_id for case in cases})
    court = judging.court(corp, rows, judging.conditions_of(cases), Moment(now(), corp.zone))
    record = keeping.Record(corp.pk, cause.event_name, cause.event_id)
    answering = []
    for case in judging.in_order(case for case in cases if case.customer_id in court.known):
        if why := court.judge(case):
            record.note(case, why)
        else:
            answering.append(case)
    if answering:
        _act(corp, answering, court, record, run)
    record.store()
    return record


def _act(corp: Corp, cases: list[Case], court: judging.Court, record: keeping.Record, run: RuleRun | None) -> None:
    rows = [court.rows[pk] for pk in dict.fromkeys(case.customer_id for case in cases)]
    tags = {tag for case in cases for tag in case.armed.tag_ids}
    own = {field for case in cases for field in case.armed.field_ids}
    once = {case.armed.rule_id for case in cases if case.armed.once}
    stage, hours = scene.of(rows, tag_ids=tags, field_ids=own, once=once), Hours(corp.pk, run)
    for case in cases:
        setting = Setting(case.armed.rule_id, case.armed.order, record.event_id, case.follower_id)
        wanted = plan(case.armed.actions, stage.people[case.customer_id], stage, setting)
        if not wanted.steps:
            record.note(case, wanted.outcome, detail=wanted.refused)
        elif (of := hours.room(case.armed)) is None:
            record.note(case, Outcome.LIMITED)
        else:
            _do(case, wanted, stage, of, court, record)
    hours.store()


def _do(
    case: Case, wanted: Plan, stage: scene.Scene, run: RuleRun, court: judging.Court, record: keeping.Record
) -> None:
    """All steps or none: one that is refused takes back the others."""
    person = stage.people[case.customer_id]
    changes: dict[str, Any] = {}
    try:
        with transaction.atomic():
            for step in wanted.steps:
                for kind, change in doing.do(step, person, stage, run, case.armed.rank).items():
                    changes[kind] = changes.get(kind, []) + change if kind != "stage" else change
    except RuleViolation as refusal:
        # What the other steps had noted of the customer is so no more.
        person.row.refresh_from_db()
        stage.people.update(scene.of([person.row], tag_ids=(), field_ids=stage.fields).people)
        record.note(case, Outcome.REFUSED, detail=refusal.code, run=run)
        return
    if changes:
        run.changed += 1
        record.effect(case, changes, court.matched(case), run)
    else:
        record.note(case, Outcome.SAME)


def _locked(corp: Corp, ids: Collection[int]) -> list[Customer]:
    rows = Customer.objects.of_corp(corp.pk).filter(pk__in=ids).select_for_update(of=()).order_by("pk")
    found = [mark_locked(row) for row in rows]
    for row in found:
        row.corp = corp
    return found
