"""What the doors of channels have in common: days of a query, figures on the wire."""

import datetime as dt
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from corps.callers import company
from corps.models import Corp
from customers.channels import figures
from customers.channels.figures import NONE, SPANS, UNKNOWN, Days, Figures


def days_asked(request: Request) -> tuple[Corp, Days]:
    """The caller's company and the days of ``from`` and ``to``.

    Raises:
        BadRequest: ``unknown_parameter``, ``invalid_parameter``, ``days_invalid``.
    """
    refuse_unknown(request.query_params, ("from", "to"))
    corp = Corp.objects.get(pk=company(request))
    return corp, figures.days_of(corp, _day(request, "from"), _day(request, "to"))


def figure(row: Figures) -> dict[str, Any]:
    """One channel's figures as wire values."""
    kind = {UNKNOWN: "unknown", NONE: "none"}.get(row.key, "channel")
    channel = (
        {"channelId": row.channel.pk, "name": row.channel.name} if row.channel else {"channelId": None, "name": ""}
    )
    return {"kind": kind} | channel | counts(row)


def counts(row: Figures) -> dict[str, Any]:
    """The numbers alone."""
    kept = []
    for span in SPANS:
        of, stayed = row.kept.get(span, (0, 0))
        kept.append({"days": span, "of": of, "stayed": stayed, "rate": row.retention(span)})
    return {
        "added": row.added,
        "addedPeople": row.added_people,
        "lost": row.lost,
        "lostPeople": row.lost_people,
        "net": row.net,
        "retention": kept,
    }


def _day(request: Request, name: str) -> dt.date | None:
    raw = request.query_params.get(name) or ""
    if not raw:
        return None
    try:
        day = parse_date(raw)
    except ValueError:
        day = None
    # The first and last years of the calendar overflow in another zone.
    if day is None or not 1970 <= day.year <= 9000:
        message = _("Write a day as 2026-09-01.")
        raise BadRequest("invalid_parameter", message, [FieldError(name, "invalid_day", message)])
    return day
