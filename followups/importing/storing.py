"""Bring follow-ups in from a file."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, RuleViolation
from corps.actors import Actor
from corps.models import Corp
from followups import told
from followups.importing import checking, reading
from followups.models import FollowUp

MOST_FAULTS = 100
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Brought:
    """How many lines there were, how many follow-ups came of them, and how many were there already."""

    lines: int
    created: int
    known: int


def bring_in(*, corp_id: int, data: bytes, by: Actor, dry: bool = False) -> Brought:
    """Write the follow-ups of a CSV file with their authors and times, and record ``customer.followup.created`` for
    each. The same line again makes none. Next times are kept, but plan nothing: it is history.

    Args:
        dry: only look whether it could be done.

    Raises:
        RuleViolation: ``file_too_big``, ``file_unreadable``, ``columns_missing``; ``import_invalid`` with the lines at
            fault, the first hundred: then nothing is written.
        Conflict: ``import_twice``: somebody brings the same lines in at this moment.
    """
    lines, zone = reading.read(data), Corp.objects.get(pk=corp_id).zone
    checked = checking.check(lines, corp_id=corp_id, zone=zone, by=by)
    if checked.faults:
        message = _("%(n)d lines are at fault; nothing was brought in.") % {"n": len(checked.faults)}
        raise RuleViolation("import_invalid", message, checked.faults[:MOST_FAULTS])
    brought = Brought(len(lines), len(checked.rows), len(lines) - len(checked.rows))
    if not dry:
        try:
            _store(corp_id, checked.rows, by)
        except IntegrityError as error:
            raise Conflict("import_twice", _("The same lines are being brought in just now.")) from error
    return brought


@transaction.atomic
def _store(corp_id: int, rows: dict[str, FollowUp], by: Actor) -> None:
    keys = list(rows)
    for start in range(0, len(keys), _BATCH):
        some = keys[start : start + _BATCH]
        FollowUp.objects.bulk_create([rows[key] for key in some])
        # Read again: not every database tells the ids.
        stored = FollowUp.objects.of_corp(corp_id).filter(import_key__in=some).order_by("id")
        told.created(list(stored), by=by, source="import")
