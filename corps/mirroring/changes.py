"""What a reading changes in one employee's row."""

import datetime as dt

from core.time import now
from corps import events
from corps.choices import EmployeeStatus
from corps.facts import EmployeeFacts
from corps.models import Employee

# Attribute → its name on the wire.
_TEXTS = {"name": "name", "alias": "alias", "position": "position"}
_TEXT_LENGTH = 100
COLUMNS = [*_TEXTS, "direct_leaders", "status", "left_at", "can_follow", "version", "update_time"]


def take_over(row: Employee, facts: EmployeeFacts, *, moved: bool) -> list[events.Told]:
    """Give the row what was told, and return what has happened with it.

    Args:
        moved: the places are others than before.
    """
    unknown = row.fetch_seq == 0 and not row.name
    changed = _fill(row, facts) + ["departments"] * moved
    told = _come_and_go(row, facts)
    if unknown:
        # However it stands, the world hears of it for the first time.
        return [events.step(events.EMPLOYEE_CREATED, row)]
    return told + ([events.step(events.EMPLOYEE_UPDATED, row, changed=sorted(changed))] if changed else [])


def leave(row: Employee, at: dt.datetime) -> events.Told:
    """Note that the employee has left, on the row; their part in the customers' business is over."""
    row.status, row.left_at, row.can_follow = EmployeeStatus.LEFT, at, False
    return events.step(events.EMPLOYEE_LEFT, row)


def _fill(row: Employee, facts: EmployeeFacts) -> list[str]:
    changed = []
    for name, wire in _TEXTS.items():
        text = getattr(facts, name)
        if text is not None and text[:_TEXT_LENGTH] != getattr(row, name):
            setattr(row, name, text[:_TEXT_LENGTH])
            changed.append(wire)
    if facts.direct_leaders is not None and list(facts.direct_leaders) != row.direct_leaders:
        row.direct_leaders = list(facts.direct_leaders)
        changed.append("directLeaders")
    # Leaving and coming back are events of their own.
    if (
        facts.status is not None
        and EmployeeStatus.LEFT not in (facts.status, row.status)
        and facts.status != row.status
    ):
        row.status = facts.status
        changed.append("status")
    return changed


def _come_and_go(row: Employee, facts: EmployeeFacts) -> list[events.Told]:
    if facts.status == EmployeeStatus.LEFT:
        return [leave(row, now())] if row.status != EmployeeStatus.LEFT else []
    if row.status != EmployeeStatus.LEFT:
        return []
    # Only members are read, so whoever is read is one again.
    row.status, row.left_at = facts.status or EmployeeStatus.ACTIVE, None
    return [events.step(events.EMPLOYEE_RETURNED, row)]
