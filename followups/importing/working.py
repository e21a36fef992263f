"""An import is done piece by piece: each piece commits with its place, so that a killed worker loses none."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import dropwhile, islice
from time import monotonic
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import Q

from core import kept_files
from core.errors import RuleViolation
from core.failpoints import failpoint
from core.retry import atomic_retry
from core.time import now
from followups.choices import ImportState
from followups.importing import checking, jobs, pieces, reading
from followups.importing.reading import Line
from followups.models import FollowUpImport

# More than a task's hard time limit, so never two at once.
LEASE = dt.timedelta(seconds=130)
# Of one task, which rings for the next: twenty thousand lines, or what half of its time takes.
PIECES, SECONDS = 40, 45.0
T = TypeVar("T")
_GOING_ON = (ImportState.CHECKING, ImportState.WRITING)
# Somebody else brings the same lines in: the next look finds them there.
_TRIES = 3


def work(import_id: int, *, most: int = PIECES) -> bool:
    """Do the next pieces of an import. Returns whether there are more, for this worker to go on with."""
    if not atomic_retry(_claim)(import_id):
        return False
    row = FollowUpImport.objects.get(pk=import_id)
    more = _check(row, most) if row.state == ImportState.CHECKING else _write(row, most)
    FollowUpImport.objects.filter(pk=import_id).update(lease_until=None)
    return more


def waiting() -> list[int]:
    """Imports that nobody works at: one whose worker was killed, or whose message was lost."""
    rows = FollowUpImport.objects.filter(_idle(), state__in=_GOING_ON).exclude(file="", state=ImportState.CHECKING)
    return list(rows.values_list("pk", flat=True)[:100])


def _claim(import_id: int) -> bool:
    row = FollowUpImport.objects.filter(_idle(), pk=import_id, state__in=_GOING_ON)
    return bool(row.update(lease_until=now() + LEASE))


def _idle() -> Q:
    return Q(lease_until=None) | Q(lease_until__lt=now())


def _check(row: FollowUpImport, most: int) -> bool:
    try:
        with row.file.storage.open(str(row.file.name), "rb") as file:
            over = _checked(row, file, most)
    except RuleViolation as refusal:
        over = _failed(row, refusal.code)
    except FileNotFoundError:
        over = _failed(row, "file_lost")
    if over and kept_files.dropped(row):
        FollowUpImport.objects.filter(pk=row.pk).update(file="")
    return not over


def _checked(row: FollowUpImport, file: Any, most: int) -> bool:
    """Whether the file need not be read any more."""
    lines = reading.lines(file, most=jobs.MOST_LINES)
    rest = dropwhile(lambda line: line.number <= row.after, lines)
    for some in _paced(islice(_parts(rest), most)):
        failpoint("import.piece")
        if not atomic_retry(pieces.check)(row.pk, some):
            return True
        if len(some) < checking.CHUNK:
            atomic_retry(pieces.checked)(row.pk)
            return True
    return False


def _parts(lines: Iterator[Line]) -> Iterator[Sequence[Line]]:
    """By the chunk; the last one is shorter, and may be empty."""
    while True:
        yield list(islice(lines, checking.CHUNK))


def _paced(steps: Iterable[T]) -> Iterator[T]:
    """The steps for which there is time, one at least."""
    until = monotonic() + SECONDS
    for step in steps:
        yield step
        if monotonic() > until:
            return


def _write(row: FollowUpImport, most: int) -> bool:
    for _n in _paced(range(most)):
        failpoint("import.piece")
        if not _tried(row.pk):
            return False
    return True


def _tried(import_id: int) -> bool:
    for left in range(_TRIES, 0, -1):
        try:
            return atomic_retry(pieces.write)(import_id)
        except IntegrityError:
            if left == 1:
                raise
    raise AssertionError("the last try returns or raises")


def _failed(row: FollowUpImport, code: str) -> bool:
    return atomic_retry(partial(pieces.failed, row.pk, code))()
