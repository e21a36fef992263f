"""The company's set of stages: their beginning, changes and end."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from corps.models import Corp
from customers.models import Stage, StageChange
from customers.stages import events

NAME_LENGTH = 30
MOST_STAGES = 50
# Column → its name on the wire.
WIRE = {"name": "name", "order": "order", "outcome": "outcome", "active": "active"}


@atomic
def create_stage(*, corp_id: int, name: str, by: Actor, source: str, **fields: Any) -> Stage:
    """Add a stage and record ``stage.created``.

    Args:
        fields: ``order``, by default behind the others; ``outcome``; ``active``.

    Raises:
        Conflict: ``stage_exists``, ``too_many_stages``.
        RuleViolation: ``name_invalid``.
    """
    lock(Corp(pk=corp_id))
    places = list(Stage.objects.of_corp(corp_id).values_list("order", flat=True))
    if len(places) >= MOST_STAGES:
        raise Conflict("too_many_stages", _("A company has at most %(n)d stages.") % {"n": MOST_STAGES})
    fields.setdefault("order", max(places, default=-1) + 1)
    stage = Stage(corp_id=corp_id, name=_free_name(corp_id, name), **fields)
    stage.save()
    events.tell(events.STAGE_CREATED, stage, by=by, source=source)
    return stage


@atomic
def update_stage(*, stage: Stage, by: Actor, source: str, if_version: int | None = None, **fields: Any) -> Stage:
    """Change what differs and record ``stage.updated``; a repeat does nothing. Whoever is in it stays in it.

    Args:
        fields: any of ``WIRE``.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``stage_exists``.
        RuleViolation: ``name_invalid``.
    """
    row = _ready(stage, if_version)
    if "name" in fields:
        fields["name"] = _free_name(row.corp_id, fields["name"], but=row)
    changed = [column for column in WIRE if column in fields and getattr(row, column) != fields[column]]
    if not changed:
        return row
    for column in changed:
        setattr(row, column, fields[column])
    row.version += 1
    row.save(update_fields=[*changed, "version", "update_time"])
    events.tell(events.STAGE_UPDATED, row, by=by, source=source, changed=[WIRE[column] for column in changed])
    return row


@atomic
def delete_stage(*, stage: Stage, by: Actor, source: str, if_version: int | None = None) -> None:
    """Take away a stage in which nobody ever was, and record ``stage.deleted``.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``stage_in_use``: somebody is in it, or was.
    """
    row = _ready(stage, if_version)
    if StageChange.objects.filter(Q(to_stage=row) | Q(from_stage=row)).exists():
        raise Conflict("stage_in_use", _("Customers are or were in this stage. Mark it as not in use instead."))
    row.version += 1
    events.tell(events.STAGE_DELETED, row, by=by, source=source)
    row.delete()


def _ready(stage: Stage, if_version: int | None) -> Stage:
    # One writer at a time in the set, held before anything is inserted, as among the channels.
    lock(Corp(pk=stage.corp_id))
    row = lock(stage)
    check_version(row, if_version)
    return row


def _free_name(corp_id: int, name: str, but: Stage | None = None) -> str:
    text = name.strip()
    if not 1 <= len(text) <= NAME_LENGTH or not text.isprintable():
        message = _("A name has 1 to %(n)d characters and no line breaks.") % {"n": NAME_LENGTH}
        raise RuleViolation("name_invalid", message, [FieldError("name", "name_invalid", message)])
    others = Stage.objects.of_corp(corp_id).filter(name=text).exclude(pk=but.pk if but else 0)
    if others.exists():
        message = _("This name is taken.")
        raise Conflict("stage_exists", message, [FieldError("name", "stage_exists", message)])
    return text
