"""Bring the company's house into step with what WeCom says of it. The same functions serve callbacks and full syncs."""

import datetime as dt
from collections.abc import Collection, Sequence

from corps.actors import Actor
from corps.facts import DepartmentFacts, EmployeeFacts, Tally
from corps.mirroring.placeholders import ensure_employees

__all__ = ["ensure_employees"]


def apply_departments(
    *, corp_id: int, departments: Sequence[DepartmentFacts], ticket: int, whole: bool, by: Actor, source: str
) -> Tally:
    """Store departments; with ``whole``, remove those that are not among them."""
    raise NotImplementedError


def apply_employees(*, corp_id: int, employees: Sequence[EmployeeFacts], ticket: int, by: Actor, source: str) -> Tally:
    """Store members and their places."""
    raise NotImplementedError


def mark_left(*, corp_id: int, userids: Collection[str], ticket: int, at: dt.datetime, by: Actor, source: str) -> Tally:
    """Note that these have left. Their customers wait to be inherited, so no relation ends."""
    raise NotImplementedError


def set_followers(*, corp_id: int, userids: Collection[str], by: Actor, source: str) -> Tally:
    """Note who may have customers (``can_follow``): exactly these."""
    raise NotImplementedError


def rename_employee(*, corp_id: int, userid: str, new_userid: str, by: Actor, source: str) -> Tally:
    """Give an employee another userid; all that belongs to them stays theirs."""
    raise NotImplementedError
