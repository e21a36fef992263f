from wecom.sandbox.state import Impossible, State
from wecom.sandbox.things import Department


class Tree(State):
    """Which department is below which."""

    def branch(self, id: int, *, up: bool = False) -> set[int]:
        """A department with all below it, or with all above it."""
        found, edge = {id}, {id}
        while edge:
            edge = self._above(edge) if up else self._below(edge)
            edge -= found | {0}
            found |= edge
        return found

    def _above(self, ids: set[int]) -> set[int]:
        return {self.departments[id].parentid for id in ids if id in self.departments}

    def _below(self, ids: set[int]) -> set[int]:
        return {row.id for row in self.departments.values() if row.parentid in ids}

    def _department(self, id: int) -> Department:
        if id not in self.departments:
            raise Impossible(f"no department {id}")
        return self.departments[id]
