"""Bring the company's house into step with what WeCom says of it. The same functions serve callbacks and full syncs.

Each rule holds the company's row, so that one tree is changed by one at a time, and applies an answer only to what was
last read before it (docs/decisions/0018-fetch-order.md).
"""

from corps.mirroring.departments import apply_departments, remove_departments
from corps.mirroring.employees import apply_employees, mark_left, set_followers
from corps.mirroring.placeholders import ensure_employees
from corps.mirroring.renaming import rename_employee

__all__ = [
    "apply_departments",
    "apply_employees",
    "ensure_employees",
    "mark_left",
    "remove_departments",
    "rename_employee",
    "set_followers",
]
