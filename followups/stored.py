"""Where files of ours lie: a row that knows the place is there before the file is, and after it."""

from typing import Any

import structlog
from django.core.files.base import File

_log = structlog.get_logger("scrm.files")


def name_of(file: File) -> str:
    """What its sender calls a file, without a path and what can't be shown."""
    return "".join(c for c in (file.name or "").replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip()


def keep(row: Any, file: File, place: str) -> None:
    """Store the file of a (stored) row, not within a transaction: storage knows none.

    Its place is noted first: a process that dies while it writes leaves no file that nobody knows of.
    """
    storage = row.file.storage
    row.file.name = storage.generate_filename(place)
    row.save(update_fields=["file"])
    row.file.name = storage.save(row.file.name, file)
    row.save(update_fields=["file"])


def dropped(row: Any) -> bool:
    """Take the file of a row away; whether it is gone, or storage has to be asked again later."""
    try:
        if row.file:
            row.file.storage.delete(str(row.file.name))
    except OSError as error:
        _log.warning("file_stays", row=row.pk, fault=type(error).__name__)
        return False
    return True
