"""Files that people send, kept in the configured storage with a row for each.

A row is there before its file is, and belongs to nothing until the file is whole; so whatever dies on the way leaves a
row that a sweep finds. Storage is never waited for with a row locked.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import structlog
from django.core.files.base import File
from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from core.filetypes import HEAD, MOST_BYTES, TYPES, recognised
from core.time import now

NAME_LENGTH = 150
_BATCH = 100
# Longer than any upload takes.
_ON_ITS_WAY = dt.timedelta(hours=1)
_log = structlog.get_logger("scrm.files")


class About(NamedTuple):
    """What a file is, as its row keeps it."""

    name: str
    content_type: str
    size: int


def checked(file: File) -> About:
    """What was sent, if it is taken. Raises RuleViolation: ``file_too_big``, ``file_empty``, ``file_type_refused``."""
    name = name_of(file)
    if not file.size:
        raise refused("file_empty", _("The file is empty."))
    if file.size > MOST_BYTES:
        raise refused("file_too_big", _("A file has at most %(n)d MB.") % {"n": MOST_BYTES // 2**20})
    kind = recognised(name, file.read(HEAD))
    file.seek(0)
    if kind is None:
        raise refused(
            "file_type_refused", _("Such files are not taken, only these: %(types)s.") % {"types": ", ".join(TYPES)}
        )
    # The end tells the type, so a long name loses its beginning.
    return About(name[-NAME_LENGTH:], kind, file.size)


def name_of(file: File) -> str:
    """What its sender calls a file, without a path and what can't be shown."""
    return "".join(c for c in (file.name or "").replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip()


def store(row: Any, file: File, place_of: Callable[[Any], str]) -> None:
    """Write the file of a saved row. Its place is noted first: a process that dies while it writes leaves no file that
    nobody knows of."""
    storage = row.file.storage
    row.file.name = storage.generate_filename(place_of(row))
    row.save(update_fields=["file"])
    row.file.name = storage.save(row.file.name, file)
    row.save(update_fields=["file"])


def sweep(homeless: Any) -> int:
    """Take away the files, and then the rows, of what belongs to nothing; a bounded number. Returns how many."""
    gone = 0
    for row in homeless.filter(create_time__lt=now() - _ON_ITS_WAY).order_by("id")[:_BATCH]:
        if dropped(row):
            row.delete()
            gone += 1
    return gone


def dropped(row: Any) -> bool:
    """Take the file of a row away; whether it is gone, or storage has to be asked again later."""
    try:
        if row.file:
            row.file.storage.delete(str(row.file.name))
    except OSError as error:
        _log.warning("file_stays", table=row._meta.db_table, row=row.pk, fault=type(error).__name__)
        return False
    return True


def refused(code: str, message: str) -> RuleViolation:
    """The refusal of a file, at its place in a form."""
    return RuleViolation(code, message, [FieldError("file", code, message)])
