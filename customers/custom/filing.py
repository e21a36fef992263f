"""Which files fields hold: those that stay when a value is written, and those that are let go, to be swept."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core import kept_files
from core.errors import FieldError
from customers.choices import CustomKind
from customers.custom.checking import PLACE
from customers.custom.entries import Entries
from customers.custom.history import Change
from customers.models import CustomFile


def meant(key: str, held: str | None, after: str, sent: Any) -> tuple[str | None, list[FieldError]]:
    """What the field will hold, and what is wrong: callers name files that it has, and only an upload adds one."""
    if isinstance(sent, Entries):
        return after, []
    there, named = Entries.of(held), Entries.of(after).ids
    if named <= there.ids:
        return there.among(named).stored(), []
    message = _("This field has no such file. Send it to the field first.")
    return None, [FieldError(f"{PLACE}.{key}", "custom_file_unknown", message)]


def let_go(changed: Sequence[Change]) -> None:
    """Free the files that are in the fields no more. Nothing is asked where no files were."""
    gone: set[int] = set()
    for change in changed:
        if change.before and change.before.kind == CustomKind.FILES:
            stays = Entries.of(change.after) if change.field.kind == CustomKind.FILES else Entries()
            gone |= Entries.of(change.before.long_text).ids - stays.ids
    if gone:
        CustomFile.objects.filter(pk__in=gone).update(field=None)


def sweep() -> int:
    """Take away the files, and then the rows, of what is in no field; a bounded number. Returns how many."""
    return kept_files.sweep(CustomFile.objects.filter(field=None))
