"""What people do about a warning: take note of it, close it with an outcome, or have it be quiet for a while."""

import datetime as dt

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from insights import events
from insights.choices import Outcome, State
from insights.models import RiskAlert

NOTE_LENGTH = 500


@atomic
def acknowledge(*, alert: RiskAlert, by: Actor, source: str) -> RiskAlert:
    """Note that somebody has seen it; a second one changes nothing.

    Raises:
        Conflict: ``risk_closed``: it is over.
    """
    row = _waiting(alert)
    if row.state == State.ACKNOWLEDGED:
        return row
    row.state, row.acknowledged_at, row.acknowledged_by = State.ACKNOWLEDGED, now(), by.label
    row.version += 1
    row.save(update_fields=["state", "acknowledged_at", "acknowledged_by", "version"])
    return row


@atomic
def handle(*, alert: RiskAlert, outcome: str, note: str = "", by: Actor, source: str) -> RiskAlert:
    """Close it with what came of it and record ``risk.closed``; the same outcome and note once more do nothing.

    The same cause doesn't open it again; another one does.

    Raises:
        RuleViolation: ``outcome_invalid``, ``note_too_long``.
        Conflict: ``risk_closed``: it is over, in another way.
    """
    text = note.strip()
    _check(outcome, text)
    row = lock(alert)
    if row.state == State.HANDLED and (row.outcome, row.note) == (outcome, text):
        return row
    row = _waiting(row)
    moment = now()
    row.state, row.closed_at, row.handled_by = State.HANDLED, moment, by.label
    row.outcome, row.note, row.version = outcome, text, row.version + 1
    row.save(update_fields=["state", "closed_at", "handled_by", "outcome", "note", "version"])
    events.tell_closed([row], why="handled", by=by, source=source)
    return row


@atomic
def mute(*, alert: RiskAlert, until: dt.datetime, by: Actor, source: str) -> RiskAlert:
    """Keep it, and those of the same kind about the same, out of the list and untold until then.

    Raises:
        RuleViolation: ``until_passed``.
        Conflict: ``risk_closed``.
    """
    if until <= now():
        message = _("The end lies in the past.")
        raise RuleViolation("until_passed", message, [FieldError("until", "until_passed", message)])
    row = _waiting(alert)
    if row.muted_until != until:
        row.muted_until, row.version = until, row.version + 1
        row.save(update_fields=["muted_until", "version"])
    return row


def _waiting(alert: RiskAlert) -> RiskAlert:
    row = lock(alert)
    if row.closed_at is not None:
        raise Conflict("risk_closed", _("This warning is over."))
    return row


def _check(outcome: str, note: str) -> None:
    if outcome not in Outcome.values:
        message = _("Say what came of it by one of: %(names)s.") % {"names": ", ".join(Outcome.values)}
        raise RuleViolation("outcome_invalid", message, [FieldError("outcome", "outcome_invalid", message)])
    if len(note) > NOTE_LENGTH:
        message = _("At most %(n)d characters.") % {"n": NOTE_LENGTH}
        raise RuleViolation("note_too_long", message, [FieldError("note", "note_too_long", message)])
