"""Who stands on a code at a moment: pure reckoning over its members, the clock of the company, and who came today."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from customers.models import ContactWay, ContactWayMember


class Hours(Protocol):
    """Weekly times: a member's on a code, or those of a rule of assignment."""

    @property
    def weekdays(self) -> str: ...
    @property
    def start(self) -> dt.time | None: ...
    @property
    def end(self) -> dt.time | None: ...


@dataclass(frozen=True, slots=True)
class Serving:
    """Ids of those on a code."""

    employees: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.employees or self.departments)

    def as_json(self) -> dict[str, Any]:
        """As ``ContactWay.serving`` keeps it."""
        return {"employees": list(self.employees), "departments": list(self.departments)}


def on_duty(
    way: ContactWay,
    members: Iterable[ContactWayMember],
    *,
    at: dt.datetime,
    came: Mapping[int, int],
    able: Collection[int],
) -> Serving:
    """Who is on the code now.

    With nobody on duty it is the spare employee; without one all its members, since a code that leads to nobody can't
    be. A code of one employee leads to the first.

    Args:
        at: now, in the company's zone.
        came: employee id → how many came to them today by this code.
        able: the employees who may have customers and work here; the others are passed over.
    """
    rows = [row for row in members if row.department_id or row.employee_id in able]
    on = [row for row in rows if is_on(row, at) and not _is_full(row, came)]
    found = _serving(on)
    if not found and way.spare_id and way.spare_id in able:
        found = Serving((way.spare_id,))
    found = found or _serving(rows)
    return Serving(found.employees[:1]) if way.type == ContactWay.Type.SINGLE else found


def is_on(row: Hours, at: dt.datetime) -> bool:
    """Whether these weekly times hold at a moment of the company's zone."""
    today, yesterday = str(at.isoweekday()), str((at - dt.timedelta(days=1)).isoweekday())
    if row.start is None or row.end is None:
        return today in row.weekdays
    if row.start < row.end:
        return today in row.weekdays and row.start <= at.time() < row.end
    # Past midnight a shift is still that of the day on which it began.
    return (today in row.weekdays and at.time() >= row.start) or (yesterday in row.weekdays and at.time() < row.end)


def _is_full(row: ContactWayMember, came: Mapping[int, int]) -> bool:
    return row.day_cap is not None and came.get(row.employee_id or 0, 0) >= row.day_cap


def _serving(rows: Collection[ContactWayMember]) -> Serving:
    employees = dict.fromkeys(row.employee_id for row in rows if row.employee_id)
    departments = dict.fromkeys(row.department_id for row in rows if row.department_id)
    return Serving(tuple(employees), tuple(departments))
