"""Files of follow-ups that are too long to wait for: sent, checked, confirmed by a person, stopped."""

from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from core import kept_files
from core.errors import Conflict
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from followups.choices import ImportState
from followups.importing import reading
from followups.models import FollowUpImport
from followups.models.importing import place_of
from followups.texts import refused

MOST_BYTES, MOST_LINES = 30 * 2**20, 100_000
OPEN = (ImportState.CHECKING, ImportState.CHECKED, ImportState.WRITING)
_NAME_LENGTH = 150


def begin(*, corp_id: int, file: File, by: Actor, source: str) -> FollowUpImport:
    """Keep a file and have its lines checked; nothing is brought in yet. Not within a transaction. No event tells of
    it: each follow-up that comes of it has its own.

    Raises:
        RuleViolation: ``file_too_big``, ``file_empty``, ``file_unreadable``, ``columns_missing``.
    """
    if (file.size or 0) > MOST_BYTES:
        raise refused("file", "file_too_big", _("A file has at most %(n)d MB.") % {"n": MOST_BYTES // 2**20})
    told: dict[str, Any] = {"name": kept_files.name_of(file)[-_NAME_LENGTH:] or "–", "total": _looked(file)}
    row = FollowUpImport.objects.create(corp_id=corp_id, actor=by.label, source=source, **told)
    kept_files.store(row, file, place_of)
    return row


@atomic
def start(*, job: FollowUpImport, by: Actor, source: str) -> FollowUpImport:
    """Have the lines that can be brought in made follow-ups. A repeat does nothing.

    Raises:
        Conflict: ``import_not_checked``, ``import_over``.
    """
    row = lock(job)
    if row.state == ImportState.WRITING:
        return row
    _check_open(row)
    if row.state == ImportState.CHECKING:
        raise Conflict("import_not_checked", _("The file is still being checked."))
    return _turn(row, ImportState.WRITING)


@atomic
def stop(*, job: FollowUpImport, by: Actor, source: str) -> FollowUpImport:
    """Bring in no more; what was brought in stays. Once it has returned, nothing more is written. A repeat does
    nothing.

    Raises:
        Conflict: ``import_over``.
    """
    row = lock(job)
    if row.state == ImportState.STOPPED:
        return row
    _check_open(row)
    return end(row, ImportState.STOPPED)


def end(row: FollowUpImport, state: ImportState, code: str = "") -> FollowUpImport:
    """End a (locked) import. What is left of it is swept."""
    row.code, row.finished_at, row.lease_until = code, now(), None
    return _turn(row, state)


def _turn(row: FollowUpImport, state: ImportState) -> FollowUpImport:
    row.state = state
    row.save(update_fields=["state", "code", "finished_at", "lease_until"])
    return row


def _check_open(row: FollowUpImport) -> None:
    if row.state not in OPEN:
        raise Conflict("import_over", _("This import is over."))


def _looked(file: Any) -> int:
    """About how many lines there are. That it can be read at all is told at once, to who has just sent it."""
    if next(reading.lines(file, most=MOST_LINES), None) is None:
        raise refused("file", "file_empty", _("There is no line in the file behind the headings."))
    file.seek(0)
    return reading.guess(file)
