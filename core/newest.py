"""Lists ordered by a moment, the newest first, and cursors: positions in such an order."""

import base64
import binascii
import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError


def order(column: str) -> tuple[str, str]:
    """The order of a list by this column of moments."""
    return f"-{column}", "-id"


def after(rows: Any, column: str, *, cursor: str, size: int) -> tuple[list[Any], str | None]:
    """The ``size`` rows after a cursor, and the next one: the empty cursor begins, None ends. Any depth at one price.

    Raises BadRequest: ``invalid_cursor``."""
    found = list(behind(rows, column, cursor=cursor).order_by(*order(column))[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return found[:size], None if last is None else cursor_at(getattr(last, column), last.pk)


def behind(rows: Any, column: str, *, cursor: str) -> Any:
    """The rows behind a cursor, unordered; all for the empty one. Raises BadRequest: ``invalid_cursor``."""
    return rows.filter(_beyond(column, cursor)) if cursor else rows


def through(rows: Any, column: str, *, most: int, size: int = 1_000) -> Iterator[Any]:
    """The first ``most`` rows of such a list, fetched by the thousand."""
    cursor: str | None = ""
    while most > 0 and cursor is not None:
        found, cursor = after(rows, column, cursor=cursor, size=min(size, most))
        most -= len(found)
        yield from found


def cursor_at(at: dt.datetime, pk: int) -> str:
    """The cursor behind the row of this moment and id."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{pk}".encode()).decode()


def position(cursor: str) -> tuple[dt.datetime, int]:
    """Moment and id of the row behind which a cursor is. Raises BadRequest: ``invalid_cursor``."""
    try:
        moment, last = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        at, pk = dt.datetime.fromisoformat(moment).astimezone(dt.UTC), int(last)
        if not 0 <= pk < 2**63:
            raise ValueError(last)
    except (ValueError, OverflowError, binascii.Error) as error:
        message = _("This cursor was not made for this list.")
        raise BadRequest("invalid_cursor", message, [FieldError("cursor", "invalid_cursor", message)]) from error
    return at, pk


def _beyond(column: str, cursor: str) -> Q:
    at, pk = position(cursor)
    return Q(**{f"{column}__lt": at}) | Q(**{column: at}, pk__lt=pk)
