"""By what is counted, in SQL: what is joined for it and which column names it."""

from dataclasses import dataclass

from customers.channels.figures import BY_CHANNEL
from insights.stats.terms import Dim

# Who is in a department or below it, as the chart stands: a path begins with that of each department above.
_PLACES = """JOIN (SELECT DISTINCT m.employee_id, a.id AS department_id FROM department_member m
JOIN department d ON d.id = m.department_id
JOIN department a ON a.corp_id = d.corp_id AND SUBSTR(d.path, 1, LENGTH(a.path)) = a.path
WHERE m.corp_id = %(corp)s) p ON p.employee_id = {0}"""


@dataclass(frozen=True, slots=True)
class By:
    """Joins, the column that is grouped by, and what else has to hold."""

    joins: str
    column: str
    where: str = ""


def by(dim: Dim, employee: str) -> By:
    """How rows with this column for the employee are counted by a dimension. Channels are those of ``e``, a stay."""
    if dim == Dim.EMPLOYEE:
        return By("", employee, f"AND {employee} IS NOT NULL")
    if dim == Dim.DEPARTMENT:
        return By(_PLACES.format(employee), "p.department_id")
    return By(*BY_CHANNEL) if dim == Dim.CHANNEL else By("", "0")
