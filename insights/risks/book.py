"""A company's rules for warnings, as they hold for each employee."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Self

from corps.models import DepartmentMember
from insights.choices import Kind, Level
from insights.models import RiskRule


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether warnings of a kind are wanted, from which threshold, and how serious they are."""

    active: bool
    threshold: int
    level: Level


# Where a company says nothing. Silence is off: without follow-ups written here, everybody would be silent.
USUAL = {
    Kind.CUSTOMER_DELETED: Wanted(True, 0, Level.SERIOUS),
    Kind.EMPLOYEE_DELETED: Wanted(True, 0, Level.WARNING),
    Kind.BULK_DELETION: Wanted(True, 10, Level.SERIOUS),
    Kind.NEGATIVE_FEEDBACK: Wanted(True, 5, Level.WARNING),
    Kind.SILENCE: Wanted(False, 30, Level.NOTICE),
    Kind.TRANSFER_REFUSED: Wanted(True, 0, Level.WARNING),
    Kind.LEFT_LAST_GROUP: Wanted(True, 0, Level.NOTICE),
    Kind.BLACKLISTED_ADDED: Wanted(True, 0, Level.SERIOUS),
    Kind.BLACKLISTED_JOINED: Wanted(True, 0, Level.WARNING),
    # How serious it is, the rule that warns says.
    Kind.RULE: Wanted(True, 0, Level.WARNING),
}


@dataclass(slots=True)
class Book:
    """Attributes:
    rules: (kind, path of the department, "" for the whole company) → what is wanted.
    places: employee → path of the main department.
    staged: (path of the department, stage) → how silence is wanted in this stage.
    """

    rules: dict[tuple[str, str], Wanted]
    places: dict[int, str]
    staged: dict[tuple[str, int], Wanted] = field(default_factory=dict)

    @classmethod
    def of(cls, corp_id: int, employees: Collection[int | None]) -> Self:
        """The company's rules, and where these employees belong; that only where a department has rules of its own."""
        rows = list(RiskRule.objects.of_corp(corp_id).select_related("department"))
        paths = {row.pk: row.department.path if row.department else "" for row in rows}
        rules = {(row.kind, paths[row.pk]): _wanted(row) for row in rows if not row.stage_id}
        staged = {(paths[row.pk], row.stage_id): _wanted(row) for row in rows if row.stage_id}
        places = _places(employees) if any(row.department_id for row in rows) else {}
        return cls(rules, places, staged)

    def wanted(self, kind: Kind, employee: int | None, stage: int | None = None) -> Wanted:
        """The rule of the nearest department above the employee, else the company's, else the usual one.

        Of two rules in one place that of the customer's stage holds.
        """
        path = self.places.get(employee or 0, "")
        above = [p for k, p in self.rules if k == kind and path.startswith(p)]
        found = (max(above, key=len), self.rules[kind, max(above, key=len)]) if above else None
        if stage is not None and kind == Kind.SILENCE:
            own = [p for p, s in self.staged if s == stage and path.startswith(p)]
            if own and (found is None or len(max(own, key=len)) >= len(found[0])):
                return self.staged[max(own, key=len), stage]
        return found[1] if found else USUAL[kind]

    def anywhere(self, kind: Kind) -> bool:
        """Whether anybody may want it."""
        own = [wanted for (k, path), wanted in self.rules.items() if k == kind]
        whole = self.rules.get((kind, ""), USUAL[kind])
        if kind == Kind.SILENCE:
            own += self.staged.values()
        return whole.active or any(wanted.active for wanted in own)


def _wanted(row: RiskRule) -> Wanted:
    usual = USUAL[Kind(row.kind)].threshold
    return Wanted(row.active, usual if row.threshold is None else row.threshold, Level(row.level))


def _places(employees: Collection[int | None]) -> dict[int, str]:
    rows = DepartmentMember.objects.filter(employee_id__in=[e for e in employees if e])
    # Somebody's main department stands last, and so is the one that is kept.
    return dict(rows.order_by("is_main", "-id").values_list("employee_id", "department__path"))
