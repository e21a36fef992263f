"""The company's texts for follow-ups: their beginning, changes and end."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError
from core.locks import lock
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from corps.models import Corp
from followups import told
from followups.models import FollowUpTemplate
from followups.texts import refused

NAME_LENGTH, LENGTH, MOST = 30, 1_000, 200
# Column → its name on the wire.
WIRE = {"name": "name", "kind": "kind", "content": "content", "order": "order"}


@atomic
def create_template(
    *, corp_id: int, name: str, content: str, by: Actor, source: str, **fields: Any
) -> FollowUpTemplate:
    """Add a template and record ``followup_template.created``.

    Args:
        fields: ``kind``; ``order``, by default behind the others.

    Raises:
        Conflict: ``template_exists``, ``too_many_templates``.
        RuleViolation: ``name_invalid``, ``content_invalid``.
    """
    lock(Corp(pk=corp_id))
    places = list(FollowUpTemplate.objects.of_corp(corp_id).values_list("order", flat=True))
    if len(places) >= MOST:
        raise Conflict("too_many_templates", _("A company has at most %(n)d templates.") % {"n": MOST})
    fields.setdefault("order", max(places, default=-1) + 1)
    row = FollowUpTemplate(corp_id=corp_id, name=_free(corp_id, name), content=_text(content), **fields)
    row.save()
    told.template(told.TEMPLATE_CREATED, row, by=by, source=source)
    return row


@atomic
def update_template(
    *, template: FollowUpTemplate, by: Actor, source: str, if_version: int | None = None, **fields: Any
) -> FollowUpTemplate:
    """Change what differs and record ``followup_template.updated``; a repeat does nothing.

    Args:
        fields: any of ``WIRE``.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``template_exists``.
        RuleViolation: ``name_invalid``, ``content_invalid``.
    """
    row = _ready(template, if_version)
    if "name" in fields:
        fields["name"] = _free(row.corp_id, fields["name"], but=row.pk)
    if "content" in fields:
        fields["content"] = _text(fields["content"])
    changed = [column for column in WIRE if column in fields and getattr(row, column) != fields[column]]
    if not changed:
        return row
    for column in changed:
        setattr(row, column, fields[column])
    row.version += 1
    row.save(update_fields=[*changed, "version", "update_time"])
    told.template(told.TEMPLATE_UPDATED, row, by=by, source=source, changed=[WIRE[column] for column in changed])
    return row


@atomic
def delete_template(*, template: FollowUpTemplate, by: Actor, source: str, if_version: int | None = None) -> None:
    """Take a template away and record ``followup_template.deleted``. What was written from it stays.

    Raises:
        PreconditionFailed: ``version_passed``.
    """
    row = _ready(template, if_version)
    row.version += 1
    told.template(told.TEMPLATE_DELETED, row, by=by, source=source)
    row.delete()


def _ready(template: FollowUpTemplate, if_version: int | None) -> FollowUpTemplate:
    # One writer at a time in the set, as among the stages.
    lock(Corp(pk=template.corp_id))
    row = lock(template)
    check_version(row, if_version)
    return row


def _text(content: str) -> str:
    text = content.strip()
    if not 1 <= len(text) <= LENGTH:
        raise refused("content", "content_invalid", _("A template has 1 to %(n)d characters.") % {"n": LENGTH})
    return text


def _free(corp_id: int, name: str, but: int = 0) -> str:
    text = name.strip()
    if not 1 <= len(text) <= NAME_LENGTH or not text.isprintable():
        message = _("A name has 1 to %(n)d characters and no line breaks.") % {"n": NAME_LENGTH}
        raise refused("name", "name_invalid", message)
    if FollowUpTemplate.objects.of_corp(corp_id).filter(name=text).exclude(pk=but).exists():
        message = _("This name is taken.")
        raise Conflict("template_exists", message, [FieldError("name", "template_exists", message)])
    return text
