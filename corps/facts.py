"""What the outside world says of a company's house, freed of its wording. The mirror of WeCom fills these in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DepartmentFacts:
    """A department. ``parent_id`` is the parent's ``wecom_id``, 0 for a root; ``order``: larger first."""

    wecom_id: int
    name: str
    parent_id: int = 0
    order: int = 0


@dataclass(frozen=True, slots=True)
class EmployeeFacts:
    """A member. What is None was not told, and stays as it is here.

    Attributes:
        departments: (``wecom_id``, leads it) each.
        main_department: ``wecom_id`` of the main one.
        status: ``EmployeeStatus``.
    """

    userid: str
    name: str | None = None
    alias: str | None = None
    position: str | None = None
    status: int | None = None
    departments: tuple[tuple[int, bool], ...] | None = None
    main_department: int | None = None
    direct_leaders: tuple[str, ...] | None = None
