"""A rule comes into force, rests and retires."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from corps.models import Corp
from segments.models import RuleRun, TagRule
from segments.rules import books, events, saying

State = TagRule.State


@atomic
def activate(*, rule: TagRule, by: Actor, source: str, if_version: int | None = None) -> TagRule:
    """Put the newest version into force, or a paused rule back, and record ``tag_rule.activated``. Twice is once.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``tag_rule_retired``; ``tag_rule_untried``: this version has had no dry run to its end.
        RuleViolation: something that it names is gone by now.
    """
    corp, row = lock(Corp(pk=rule.corp_id)), ready(rule, if_version)
    if row.state == State.ACTIVE and row.live_number == row.number:
        return row
    _check_tried(row)
    said = saying.newest(row)
    saying.checked(corp, {name: getattr(said, name) for name in ("trigger", "condition", "actions")})
    row.live_number = row.number
    return _become(row, State.ACTIVE, events.ACTIVATED, by, source, number=row.number)


@atomic
def pause(
    *, rule: TagRule, by: Actor, source: str, if_version: int | None = None, stopped: str = TagRule.Stopped.NOT
) -> TagRule:
    """Let an active rule rest, and record ``tag_rule.paused``. Twice is once.

    Args:
        stopped: why, where no person did it.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``tag_rule_retired``, ``tag_rule_draft``.
    """
    row = ready(rule, if_version)
    if row.state == State.PAUSED:
        return row
    if row.state == State.DRAFT:
        raise Conflict("tag_rule_draft", _("This rule has not been activated."))
    row.stopped = stopped
    return _become(row, State.PAUSED, events.PAUSED, by, source, why=stopped or "person")


@atomic
def retire(*, rule: TagRule, by: Actor, source: str, if_version: int | None = None) -> TagRule:
    """Take a rule out of use for good, and record ``tag_rule.retired``. What it did stays, and can be taken back.

    Raises:
        PreconditionFailed: ``version_passed``.
    """
    row = lock(rule)
    check_version(row, if_version)
    if row.state == State.RETIRED:
        return row
    return _become(row, State.RETIRED, events.RETIRED, by, source)


def ready(rule: TagRule, if_version: int | None) -> TagRule:
    """The rule, locked, as one that can still be changed. Raises PreconditionFailed, Conflict."""
    row = lock(rule)
    check_version(row, if_version)
    if row.state == State.RETIRED:
        raise Conflict("tag_rule_retired", _("This rule is no longer in use."))
    return row


def _check_tried(row: TagRule) -> None:
    tried = row.runs.filter(kind=RuleRun.Kind.TRIAL, state=RuleRun.State.DONE, rule_version__number=row.number)
    if not tried.exists():
        message = _("See in a dry run what this version of the rule would do, before it is activated.")
        raise Conflict("tag_rule_untried", message)


def _become(row: TagRule, state: str, event: str, by: Actor, source: str, **facts: Any) -> TagRule:
    row.state = state
    if state != State.PAUSED:
        row.stopped = TagRule.Stopped.NOT
    row.version += 1
    row.save(update_fields=["state", "stopped", "live_number", "version", "update_time"])
    books.outdate(row.corp_id)
    events.tell(event, row, by=by, source=source, **facts)
    return row
