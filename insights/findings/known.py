"""What insights are drawn from, and what one is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Stay(NamedTuple):
    """One stay with an employee; ``ended_by`` is a ``RelationStatus`` or None."""

    employee_id: int
    began_at: dt.datetime
    ended_at: dt.datetime | None = None
    ended_by: int | None = None


class GroupStay(NamedTuple):
    chat_id: int
    joined_at: dt.datetime
    left_at: dt.datetime | None = None
    quit_scene: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Attributes:
    behaviour: as ``behaviour.summary`` gives it.
    churn: ``(employee id, score, level)`` of living relations.
    stage: ``(id, since, outcome)`` of the stage the customer is in.
    remarks: what each living relation's employee calls the customer.
    """

    moment: dt.datetime
    stays: Sequence[Stay] = ()
    groups: Sequence[GroupStay] = ()
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    churn: Sequence[tuple[int, int, str]] = ()
    stage: tuple[int, dt.datetime, str] | None = None
    remarks: Mapping[int, str] = field(default_factory=dict)

    @property
    def friends(self) -> list[int]:
        """Whose friend the customer is."""
        return [stay.employee_id for stay in self.stays if stay.ended_at is None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Attributes:
    numbers: what the sentence says in figures.
    evidence: ids and times that it was drawn from: ``employeeIds``, ``groupIds``, ``stageId``, ``from``, ``to``.
    """

    code: str
    numbers: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
