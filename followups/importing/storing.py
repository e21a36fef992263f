"""Bring follow-ups in from a file while its sender waits: all of it, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from corps.actors import Actor
from corps.models import Corp
from followups import told
from followups.importing import checking, faults, reading
from followups.importing.checking import Judged
from followups.models import FollowUp

MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Brought:
    """How many lines there were, how many follow-ups came of them, and how many were there already."""

    lines: int
    created: int
    known: int


def bring_in(*, corp_id: int, data: bytes, by: Actor, dry: bool = False) -> Brought:
    """Write the follow-ups of a CSV or XLSX file with their authors and times, and record
    ``customer.followup.created`` for each. The same line again makes none. Next times are kept, but plan nothing: it
    is history.

    Args:
        dry: only look whether it could be done.

    Raises:
        RuleViolation: ``file_too_big``, ``file_unreadable``, ``columns_missing``; ``import_invalid`` with the lines at
            fault, the first hundred: then nothing is written.
        Conflict: ``import_twice``: somebody brings the same lines in at this moment.
    """
    judged = _judged(reading.read(data), corp_id, by)
    wrong = [_wrong(one) for one in judged if one.fault]
    if wrong:
        message = _("%(n)d lines are at fault; nothing was brought in.") % {"n": len(wrong)}
        raise RuleViolation("import_invalid", message, wrong[:MOST_FAULTS])
    fresh = [one.row for one in judged if one.row]
    if not dry:
        try:
            _store_all(corp_id, fresh, by)
        except IntegrityError as error:
            raise Conflict("import_twice", _("The same lines are being brought in just now.")) from error
    return Brought(len(judged), len(fresh), len(judged) - len(fresh))


def store(corp_id: int, rows: Sequence[FollowUp], by: Actor) -> None:
    """Write some follow-ups that were judged, a chunk at most, and tell of them."""
    FollowUp.objects.bulk_create(rows)
    # Read again: not every database tells the ids.
    stored = FollowUp.objects.of_corp(corp_id).filter(import_key__in=[row.import_key for row in rows]).order_by("id")
    told.created(list(stored), by=by, source="import")


@transaction.atomic
def _store_all(corp_id: int, rows: Sequence[FollowUp], by: Actor) -> None:
    for start in range(0, len(rows), checking.CHUNK):
        store(corp_id, rows[start : start + checking.CHUNK], by)


def _judged(lines: Sequence[reading.Line], corp_id: int, by: Actor) -> list[Judged]:
    zone, met, judged = Corp.objects.get(pk=corp_id).zone, set[str](), list[Judged]()
    for start in range(0, len(lines), checking.CHUNK):
        some = lines[start : start + checking.CHUNK]
        judged += checking.once(checking.judge(some, corp_id=corp_id, zone=zone, actor=by.label), met)
    return judged


def _wrong(one: Judged) -> FieldError:
    assert one.fault
    place = f"lines.{one.line.number}.{one.fault.column}"
    return FieldError(place, one.fault.code, faults.sentence(one.fault.code))
