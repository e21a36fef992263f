"""The order of the group list, and cursors: positions in it. Newest group first."""

import base64
import binascii
import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError
from groups import dressing, reading
from groups.querysets import GroupChatQuerySet

ORDER = ("-opened_at", "-id")


def after(rows: GroupChatQuerySet, *, cursor: str, size: int) -> dict[str, Any]:
    """The ``size`` groups after a cursor: ``{list, size, nextCursor}``; the empty cursor begins, None ends.

    Costs the same at any depth, and neither repeats nor skips a group.

    Raises:
        BadRequest: ``invalid_cursor``.
    """
    rest = rows.filter(_beyond(cursor)) if cursor else rows
    found = reading.named(reading.wired(rest.order_by(*ORDER), reading.LISTED)[: size + 1], reading.LISTED)
    more = len(found) > size
    shown = dressing.dress(found[:size])
    return {"list": shown, "size": size, "nextCursor": _cursor_at(found[size - 1]) if more else None}


def _cursor_at(row: dict[str, Any]) -> str:
    opened = row["openedAt"].isoformat() if row["openedAt"] else ""
    return base64.urlsafe_b64encode(f"{opened}|{row['id']}".encode()).decode()


def _beyond(cursor: str) -> Q:
    try:
        opened, last = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        at, pk = dt.datetime.fromisoformat(opened).astimezone(dt.UTC) if opened else None, int(last)
        if not 0 <= pk < 2**63:
            raise ValueError(last)
    except (ValueError, OverflowError, binascii.Error) as error:
        message = _("This cursor was not made for this list.")
        raise BadRequest("invalid_cursor", message, [FieldError("cursor", "invalid_cursor", message)]) from error
    if at is None:
        return Q(opened_at=None, pk__lt=pk)
    # A group whose beginning is unknown stands behind all others, downwards.
    return Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=pk) | Q(opened_at=None)
