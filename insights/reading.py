"""Deletion records as they leave: for the wire, and as lines of a table for people."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.exporting import local
from customers.choices import AddWay, RelationStatus
from customers.events import ENDED_BY
from insights.models import Loss


def joined(rows: Any) -> Any:
    """The records with who they are about, in one statement."""
    return rows.with_still_friend().select_related("customer", "employee")


def named(loss: Any) -> dict[str, Any]:
    """One record as wire values."""
    return {
        "id": loss.pk,
        "customerId": loss.customer_id,
        "externalUserid": loss.customer.external_userid,
        "customerName": loss.customer.name,
        "employeeId": loss.employee_id,
        "employeeName": loss.employee.name,
        "beganAt": loss.began_at,
        "endedAt": loss.ended_at,
        "endedBy": how(loss),
        "noticed": loss.noticed,
        "days": loss.days,
        "addWay": loss.add_way,
        "state": loss.state,
        "tags": None if loss.tags is None else [{"id": tag, "name": name} for tag, name in loss.tags],
        "lastContactAt": loss.last_contact_at,
        "stillFriend": loss.still_friend,
    }


def how(loss: Loss) -> str:
    """Who ended it, as events name it: ``employee``, ``customer``, ``transfer`` or ``unknown``."""
    return ENDED_BY[RelationStatus(loss.ended_by)] if loss.ended_by else "unknown"


def table(losses: Iterable[Any], zone: ZoneInfo) -> Iterator[list[str]]:
    """A heading and a line for each record, in the language now active; times in the company's zone."""
    yield [
        _("customer"),
        _("external userid"),
        _("employee"),
        _("began"),
        _("ended"),
        _("ended by"),
        _("days kept"),
        _("add way"),
        _("channel state"),
        _("tags at the end"),
        _("last contact"),
        _("a colleague's friend"),
    ]
    yes, no, unknown = _("yes"), _("no"), _("ended, nobody told how")
    for loss in losses:
        yield _line(loss, zone, (yes, no, unknown))


def _line(loss: Any, zone: ZoneInfo, words: tuple[str, str, str]) -> list[str]:
    yes, no, unknown = words
    return [
        loss.customer.name or "",
        loss.customer.external_userid,
        str(loss.employee),
        local(loss.began_at, zone),
        local(loss.ended_at, zone),
        str(loss.get_ended_by_display()) if loss.ended_by else unknown,
        str(loss.days),
        way(loss.add_way),
        loss.state,
        "、".join(str(name) for _tag, name in loss.tags or []),
        local(loss.last_contact_at, zone),
        yes if loss.still_friend else no,
    ]


def way(number: int | None) -> str:
    """The way of adding in words; WeCom's list grows, and one without a name is shown by its number."""
    if number is None:
        return ""
    return str(AddWay(number).label) if number in AddWay else str(number)
