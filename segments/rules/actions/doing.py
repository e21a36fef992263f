"""Do what was planned, through the verbs that everybody else uses too, and keep what is needed to take it back."""

from collections.abc import Callable
from typing import Any

from core.time import now
from corps.actors import SYSTEM
from customers import assigning, custom, remarks, stages, tagging
from customers.choices import Source
from customers.custom import values
from customers.custom.kinds import FORMS
from customers.models import Stage
from followups import writing
from segments.models import RuleRun
from segments.rules import events
from segments.rules.actions import custom_fields
from segments.rules.actions.planning import Step
from segments.rules.scene import Held, Person, Scene

BY: Any = {"by": SYSTEM, "source": Source.RULE}


def do(step: Step, person: Person, scene: Scene, run: RuleRun, rank: tuple[int, int]) -> dict[str, Any]:
    """Do one step of a locked customer.

    Returns: what changed, as ``RuleEffect.changes`` keeps it; empty where somebody had done it already.
    """
    return _DOERS[step.do](step, person, scene, run, rank)


def _tags(step: Step, person: Person, scene: Scene, run: RuleRun, rank: tuple[int, int]) -> dict[str, Any]:
    row, whose = person.row, step.follower_id
    # Without a follower a removal would be from all of them.
    gone = [tag for tag in step.remove if whose or all(f is None for t, f in person.tags if t == tag)]
    change = tagging.change_tags(customer=row, add=step.add, remove=gone, follower_id=whose, run_id=run.pk, **BY)
    found: dict[str, Any] = {"added": [[tag, whose] for tag in change.added], "removed": []}
    for tag in change.removed:
        if held := person.tags.pop((tag, whose), None):
            found["removed"].append([tag, whose, held.source, held.actor, held.run_id, held.at.isoformat()])
    for tag in change.added:
        person.tags[tag, whose] = Held(scene.groups[tag], Source.RULE, SYSTEM.label, run.pk, now(), rank)
    return {key: value for key, value in found.items() if value}


def _stage(step: Step, person: Person, _scene: Scene, run: RuleRun, _rank: Any) -> dict[str, Any]:
    before = person.row.stage_id
    wanted = Stage(pk=step.value, corp_id=person.row.corp_id)
    if not stages.set_stage(customer=person.row, stage=wanted, run_id=run.pk, **BY):
        return {}
    return {"stage": [before, step.value]}


def _remark(step: Step, person: Person, _scene: Scene, run: RuleRun, _rank: Any) -> dict[str, Any]:
    employee: Any = step.follower_id
    before = person.remarks[employee]
    remarks.change_remark(customer=person.row, employee_id=employee, remark=step.value, run_id=run.pk, **BY)
    person.remarks[employee] = step.value
    return {"remarks": [[employee, before, step.value]]}


def _assign(_step: Step, person: Person, *_rest: Any) -> dict[str, Any]:
    row = person.row
    report = assigning.assign_one(corp=row.corp, customer_id=row.pk)
    if not report.assigned:
        return {}
    # It was another instance of the row that was changed.
    row.refresh_from_db()
    employee = report.assigned[0].employee_id
    person.remarks[employee] = ""
    return {"assigned": [employee]}


def _warn(step: Step, person: Person, _scene: Scene, run: RuleRun, _rank: Any) -> dict[str, Any]:
    events.warned(run, customer_id=person.row.pk, employee_id=step.follower_id, level=step.value)
    return {"warned": [step.value]}


def _follow_up(step: Step, person: Person, *_rest: Any) -> dict[str, Any]:
    written = writing.write(customer=person.row, content=step.value, employee_id=step.follower_id, **BY)
    return {"followUps": [written.pk]}


def _field(step: Step, person: Person, scene: Scene, run: RuleRun, _rank: Any) -> dict[str, Any]:
    field = scene.fields[step.value["fieldId"]]
    before, after = person.fields.get(field.pk), custom_fields.after(step.value, person, scene)
    told = None if after is None else FORMS[field.kind].tell(after)
    if not custom.set_values(customer=person.row, values={field.key: told}, run_id=run.pk, **BY):
        return {}
    found = values.of(person.row.pk, None, [field.pk]).get(field.pk)
    person.fields.pop(field.pk, None)
    person.fields |= {field.pk: found} if found else {}
    return {"fields": [[field.pk, before and custom_fields.kept(before), found and custom_fields.kept(found)]]}


Doer = Callable[[Step, Person, Scene, RuleRun, tuple[int, int]], dict[str, Any]]
_DOERS: dict[str, Doer] = {
    "tags": _tags,
    "setStage": _stage,
    "remark": _remark,
    "assign": _assign,
    "warn": _warn,
    "followUp": _follow_up,
    "setField": _field,
}
