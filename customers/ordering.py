"""The orders of the customer list, and cursors: positions in one of them."""

import base64
import binascii
import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError

SORTS = {
    "-id": ("-id",),
    "id": ("id",),
    "-addTime": ("-add_time", "-id"),
    "addTime": ("add_time", "id"),
    "updateTime": ("update_time", "id"),
}
_TIMES = {"add_time": "addTime", "update_time": "updateTime"}


def default_sort(filters: dict[str, Any]) -> str:
    """Newest first; a range of times is read in the order of its own key."""
    if "updatedAfter" in filters:
        return "updateTime"
    return "-addTime" if {"addTimeFrom", "addTimeTo"} & set(filters) else "-id"


def cursor_at(sort: str, row: dict[str, Any]) -> str:
    """The cursor that stands behind a row of the list (wire values): its sort values and id."""
    times = [row[_TIMES[c]] for c in (column.lstrip("-") for column in SORTS[sort]) if c in _TIMES]
    moments = [t.replace(tzinfo=None).isoformat() if t else "" for t in times]
    return base64.urlsafe_b64encode("|".join([sort, *moments, str(row["id"])]).encode()).decode()


def beyond(sort: str, cursor: str) -> Q:
    """What comes behind a cursor: (a, b) after (x, y) when a is after x, or equal and b after y.

    Raises:
        BadRequest: ``invalid_cursor``.
    """
    order, position = SORTS[sort], _decoded(cursor, sort)
    condition = _past(order[-1], position[-1])
    if len(order) > 1:
        condition = _past(order[0], position[0]) | (_at(order[0], position[0]) & condition)
    return condition


def id_of(sort: str, cursor: str) -> int | None:
    """The id at which a cursor of an order by id alone stands; None where the order needs more.

    Raises:
        BadRequest: ``invalid_cursor``.
    """
    return _decoded(cursor, sort)[0] if len(SORTS[sort]) == 1 else None


def _decoded(cursor: str, sort: str) -> list[Any]:
    try:
        made_for, *moments, last = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        if made_for != sort or len(moments) != len(SORTS[sort]) - 1:
            raise ValueError(made_for)
        return [*(dt.datetime.fromisoformat(m).replace(tzinfo=dt.UTC) if m else None for m in moments), int(last)]
    except (ValueError, binascii.Error) as error:
        message = _("This cursor was not made for this list.")
        raise BadRequest("invalid_cursor", message, [FieldError("cursor", "invalid_cursor", message)]) from error


# A customer whose time is unknown stands before all others, upwards; the databases agree on that.
def _past(column: str, value: Any) -> Q:
    name, downwards = column.lstrip("-"), column.startswith("-")
    if value is None:
        return Q(pk__in=[]) if downwards else Q(**{f"{name}__isnull": False})
    later = Q(**{f"{name}__{'lt' if downwards else 'gt'}": value})
    return later | Q(**{f"{name}__isnull": True}) if downwards and name == "add_time" else later


def _at(column: str, value: Any) -> Q:
    name = column.lstrip("-")
    return Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
