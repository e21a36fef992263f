"""WeCom's own figures of each employee's talk with customers, kept by employee and day.

Figures are derived and no change of a customer, so storing them records no event.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from core.time import now
from core.transactions import atomic
from customers.models import TalkFigures, TalkReading

# Two days later what is read is taken for the last word.
SETTLED = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one employee and one day; the names are those of the columns."""

    chats: int = 0
    messages: int = 0
    reply_percentage: float | None = None
    reply_minutes: int | None = None
    negative_feedback: int = 0
    applications: int = 0
    new_contacts: int = 0


NAMES = tuple(Figures.__dataclass_fields__)


@atomic
def store(*, corp_id: int, employee_id: int, days: Mapping[dt.date, Figures], today: dt.date) -> None:
    """Replace what is known of these days of an employee; the same again leaves the same rows.

    Args:
        today: WeCom's; what lies ``SETTLED`` back is final.
    """
    row = _reading(corp_id, employee_id)
    TalkFigures.objects.filter(employee_id=employee_id, day__in=list(days)).delete()
    owned = {"corp_id": corp_id, "employee_id": employee_id}
    TalkFigures.objects.bulk_create(
        [TalkFigures(**owned, day=day, final=today - day >= SETTLED, **asdict(told)) for day, told in days.items()]
    )
    row.known_until = max([*days, *([row.known_until] if row.known_until else [])], default=None)
    row.read_at, row.error_code = now(), None
    row.save()


@atomic
def note_failure(*, corp_id: int, employee_id: int, error_code: int) -> None:
    """Keep why an employee's figures could not be read; what is known stays, and they are asked for the next day."""
    row = _reading(corp_id, employee_id)
    row.read_at, row.error_code = now(), error_code
    row.save()


def _reading(corp_id: int, employee_id: int) -> TalkReading:
    row, _made = TalkReading.objects.select_for_update().get_or_create(
        employee_id=employee_id, defaults={"corp_id": corp_id, "read_at": now()}
    )
    return row
