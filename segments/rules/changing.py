"""A rule's beginning and its versions. What it says is never changed, only said anew."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError
from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from corps.models import Corp
from segments.models import RuleVersion, TagRule
from segments.rules import books, events, saying, states
from segments.rules.refusals import wrong

MOST_RULES = 2000
NAME_LENGTH = 30
# Column → its name on the wire; and what makes another version of the rule.
WRITABLE = {"name": "name", "order": "order", "hourly_limit": "hourlyLimit"}
SAID = ("trigger", "condition", "actions")


@atomic
def create_rule(
    *, corp_id: int, name: str, trigger: Any, actions: Any, condition: Any = None, by: Actor, source: str, **fields: Any
) -> TagRule:
    """Add a draft and record ``tag_rule.created``. It does nothing before it is activated.

    Args:
        fields: ``order``, ``hourly_limit``.

    Raises:
        RuleViolation: ``name_invalid``; ``rule_invalid``, ``row_unknown``, ``event_not_read``, ``condition_invalid``
            with the path of what is wrong, or ``number_masked`` where it asks what the caller sees starred out.
        Conflict: ``tag_rule_exists``, ``too_many_rules``.
    """
    corp = lock(Corp(pk=corp_id))
    said = saying.checked(corp, {"trigger": trigger, "condition": condition, "actions": actions}, asked_by=by)
    if len(TagRule.objects.of_corp(corp_id).values_list("pk")[:MOST_RULES]) >= MOST_RULES:
        raise Conflict("too_many_rules", _("A company has at most %(n)d rules.") % {"n": MOST_RULES})
    rule = TagRule(corp_id=corp_id, name=_free_name(corp_id, name), **fields)
    rule.save()
    _say(rule, said, by, source)
    events.tell(events.CREATED, rule, by=by, source=source)
    return rule


@atomic
def update_rule(*, rule: TagRule, by: Actor, source: str, if_version: int | None = None, **fields: Any) -> TagRule:
    """Change what differs and record ``tag_rule.updated``; a repeat does nothing.

    What the rule says becomes a new version: that of an active rule goes on until the new one is activated.

    Args:
        fields: any of ``WRITABLE`` and ``SAID``.

    Raises:
        PreconditionFailed: ``version_passed``.
        RuleViolation: as ``create_rule``. Conflict: as ``create_rule``; ``tag_rule_retired``.
    """
    corp = lock(Corp(pk=rule.corp_id))
    row = states.ready(rule, if_version)
    newest = saying.newest(row)
    said = {name: fields.pop(name, getattr(newest, name)) for name in SAID}
    if "name" in fields:
        fields["name"] = _free_name(row.corp_id, fields["name"], but=row.pk)
    changed = {WRITABLE[column] for column in fields if getattr(row, column) != fields[column]}
    for column, value in fields.items():
        setattr(row, column, value)
    # What stands is checked again only where something of it is said anew: a row that it names may be gone.
    if any(said[name] != getattr(newest, name) for name in SAID):
        said = saying.checked(corp, said, asked_by=by if said["condition"] != newest.condition else None)
        changed |= {name for name in SAID if said[name] != getattr(newest, name)}
    if not changed:
        return row
    if changed & set(SAID):
        row.number += 1
        _say(row, said, by, source)
    row.version += 1
    row.save(update_fields=[*fields, "number", "version", "update_time"])
    books.outdate(row.corp_id)
    events.tell(events.UPDATED, row, by=by, source=source, changed=changed)
    return row


def _say(rule: TagRule, said: dict[str, Any], by: Actor, source: str) -> None:
    version = RuleVersion(corp_id=rule.corp_id, rule=rule, number=rule.number, actor=by.label, source=source, **said)
    version.save(force_insert=True)


def _free_name(corp_id: int, name: str, but: int = 0) -> str:
    text = name.strip()
    if not 1 <= len(text) <= NAME_LENGTH or not text.isprintable():
        message = _("A name has 1 to %(n)d characters and no line breaks.") % {"n": NAME_LENGTH}
        raise wrong("name", message, "name_invalid")
    if TagRule.objects.of_corp(corp_id).filter(name=text).exclude(pk=but).exists():
        message = _("A rule of this name exists already.")
        raise Conflict("tag_rule_exists", message, [FieldError("name", "tag_rule_exists", message)])
    return text
