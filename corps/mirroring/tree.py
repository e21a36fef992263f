"""A company's departments in memory, all of them: to be hung anew and written back in a few statements."""

from collections.abc import Collection

from core.locks import lock
from core.sql import rewrite
from core.time import now
from corps import staffing
from corps.models import Corp, Department, DepartmentMember

# Attribute → its name on the wire.
_WIRE = {"name": "name", "order": "order", "parent_id": "parentId"}


class Tree:
    """The departments of one company, held until the transaction ends, with what they were when they were read."""

    def __init__(self, corp_id: int) -> None:
        self._corp_id = corp_id
        lock(Corp(pk=corp_id))
        self.load()

    def load(self) -> None:
        self.nodes = {row.pk: row for row in Department.objects.of_corp(self._corp_id)}
        self._before = {pk: {name: getattr(row, name) for name in (*_WIRE, "path")} for pk, row in self.nodes.items()}

    @property
    def by_wecom_id(self) -> dict[int, Department]:
        return {row.wecom_id: row for row in self.nodes.values() if row.wecom_id is not None}

    def cut_loop(self, row: Department) -> None:
        """Make the row a root where its line upwards comes back to it."""
        above, seen = row.parent_id, set()
        while above is not None and above not in seen and above != row.pk:
            seen.add(above)
            above = self.nodes[above].parent_id
        if above == row.pk:
            row.parent_id = None

    def lift(self, gone: Collection[int]) -> None:
        """Hang what is below the gone ones on what is left above them."""
        for row in self.nodes.values():
            while row.pk not in gone and row.parent_id is not None and row.parent_id in gone:
                row.parent_id = self.nodes[row.parent_id].parent_id

    def hang(self) -> None:
        """Give each department the path that its parents make."""
        for pk, path in staffing.paths({pk: row.parent_id for pk, row in self.nodes.items()}).items():
            self.nodes[pk].path = path

    def differences(self, row: Department) -> list[str]:
        """The wire names of what is no longer as it was read."""
        return sorted(wire for name, wire in _WIRE.items() if getattr(row, name) != self._before[row.pk][name])

    def store(self) -> None:
        """Write what differs, paths among it."""
        moment = now()
        rows = [row for row in self.nodes.values() if row.path != self._before[row.pk]["path"] or self.differences(row)]
        for row in rows:
            row.update_time = moment
        rewrite(rows, [*_WIRE, "path", "version", "update_time"])

    def fell(self, gone: Collection[int]) -> list[Department]:
        """Delete these (lifted) departments with their places for people; return them, the deepest first."""
        # Freed of each other first: then one statement deletes them in whatever order.
        Department.objects.filter(pk__in=gone).update(parent=None)
        DepartmentMember.objects.filter(department__in=gone).delete()
        Department.objects.filter(pk__in=gone).delete()
        return sorted((self.nodes.pop(pk) for pk in gone), key=lambda row: (-row.path.count("/"), row.pk))
