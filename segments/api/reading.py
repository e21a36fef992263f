"""Members and stays as the wire carries them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import BadRequest, FieldError
from segments.models import SegmentStay
from segments.whys import Why

# Wire name → column of a stay.
MEMBER = {
    "customerId": "customer_id",
    "externalUserid": "customer__external_userid",
    "name": "customer__name",
    "enteredAt": "entered_at",
    "cause": "entered_by",
}
STAY = {
    "segmentId": "segment_id",
    "segmentName": "segment__name",
    "enteredAt": "entered_at",
    "enteredBy": "entered_by",
    "leftAt": "left_at",
    "leftBy": "left_by",
}


def rows(stays: Any, wire: dict[str, str]) -> list[dict[str, Any]]:
    return [dict(zip(wire, row, strict=True)) for row in stays.values_list(*wire.values())]


def listed(found: Iterable[Any], wire: dict[str, str]) -> list[dict[str, Any]]:
    return [dict(zip(wire, row, strict=True)) for row in found]


def after(stays: Any, cursor: str, size: int) -> dict[str, Any]:
    """The ``size`` members behind a cursor, by customer: ``{list, size, nextCursor}``. Raises BadRequest."""
    if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
        message = _("This cursor was not made for this list.")
        raise BadRequest("invalid_cursor", message, [FieldError("cursor", "invalid_cursor", message)])
    found = rows(stays.filter(customer_id__gt=int(cursor or 0)).order_by("customer_id")[: size + 1], MEMBER)
    more = len(found) > size
    found = found[:size]
    return {"list": found, "size": size, "nextCursor": str(found[-1]["customerId"]) if more else None}


def of_customer(customer_id: int, actor: Any) -> list[dict[str, Any]]:
    """The stays of a customer in living segments, the last to begin first. Whoever asks may see the customer."""
    stays = SegmentStay.objects.filter(customer_id=customer_id, segment__deleted_at=None).shown()
    if not actor.sees_all_corps:
        stays = stays.of_corp(actor.corp_id)
    return [_as_shown(row) for row in rows(stays.order_by("-entered_at", "-pk")[:200], STAY | _RUNS)]


_RUNS = {"leftRun": "left_run", "run": "segment__standing__run"}


def _as_shown(row: dict[str, Any]) -> dict[str, Any]:
    """A stay that ends only with the run that is under way lasts for whoever reads."""
    left, run = row.pop("leftRun"), row.pop("run")
    return row if left <= run else row | {"leftAt": None, "leftBy": ""}


def why(segment: Any, customer: Any, found: Why) -> dict[str, Any]:
    stay = found.stay
    return {
        "segmentId": segment.pk,
        "customerId": customer.pk,
        "member": stay is not None,
        "enteredAt": stay.entered_at if stay else None,
        "cause": stay.entered_by if stay else "",
        "holds": found.explained.holds if found.explained else stay is not None,
        "outside": found.outside,
        "explained": asdict(found.explained) if found.explained else None,
        "asOf": found.at,
    }
