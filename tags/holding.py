"""One writer at a time in the catalogue of a company."""

from typing import TypeVar

from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.versions import check_version
from corps.models import Corp
from tags.models import Tag, TagGroup

Row = TypeVar("Row", Tag, TagGroup)


def hold_catalogue(corp_id: int) -> None:
    """Wait for whoever changes this company's catalogue and keep others out until the transaction ends.

    Unique names among the living and the number of tags can't be keys of the database (docs/decisions/0012), so they
    are checked under this lock. The catalogue changes a few times a day: one lock for all of it is enough, and every
    rule takes it first, so no two can wait for each other.
    """
    lock(Corp(pk=corp_id))


def hold(row: Row, *, if_version: int | None = None) -> Row:
    """Hold the catalogue and return the row as it is now, living or not.

    Raises:
        PreconditionFailed: ``version_passed``: ``if_version`` was given and the row has another one.
    """
    hold_catalogue(row.corp_id)
    found = lock(row)
    check_version(found, if_version)
    return found


def hold_living(row: Row, *, if_version: int | None = None) -> Row:
    """``hold``, for acts that an ended row doesn't take.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``tag_deleted``, ``tag_group_deleted``.
    """
    return living(hold(row, if_version=if_version))


def living(row: Row) -> Row:
    """The row itself. Raises Conflict: ``tag_deleted`` or ``tag_group_deleted``."""
    if row.deleted_at is None:
        return row
    if isinstance(row, TagGroup):
        raise Conflict("tag_group_deleted", _("This tag group has been deleted."))
    raise Conflict("tag_deleted", _("This tag has been deleted."))


def outdate_copies(corp_id: int) -> None:
    """Raise the catalogue's version: copies that show a tag (cached customers) are read anew. The catalogue is held."""
    Corp.objects.filter(pk=corp_id).update(tags_version=F("tags_version") + 1)
