from typing import Any

from wecom.sandbox.acts.tree import Tree
from wecom.sandbox.state import Impossible, act
from wecom.sandbox.things import Department


class Departments(Tree):
    """The company's departments, as an administrator keeps them (events: page 96302)."""

    @act
    def add_department(self, name: str, *, parentid: int = 1, order: int = 0, id: int | None = None) -> int:
        """A department below another. Returns its id."""
        self._department(parentid)
        number = id or max(self.departments) + 1
        if number in self.departments:
            raise Impossible(f"department {number} exists")
        self.departments[number] = Department(number, name, parentid, order)
        self._party("create_party", number, Name=name, ParentId=parentid, Order=order)
        return number

    @act
    def rename_department(self, id: int, name: str) -> None:
        self._department(id).name = name
        self._party("update_party", id, Name=name)

    @act
    def move_department(self, id: int, parentid: int) -> None:
        """Put a department with all below it under another."""
        if id in self.branch(self._department(parentid).id, up=True):
            raise Impossible("a department can't be put below itself")
        self._department(id).parentid = parentid
        self._party("update_party", id, ParentId=parentid)

    @act
    def delete_department(self, id: int) -> None:
        """Only an empty one that isn't the root."""
        used = any(id in e.departments for e in self.employees.values() if e.left_at is None)
        if id == 1 or used or any(d.parentid == id for d in self.departments.values()):
            raise Impossible(f"department {id} isn't empty")
        self._department(id)
        del self.departments[id]
        for employee in self.employees.values():
            employee.leads = [number for number in employee.leads if number != id]
        self._party("delete_party", id)

    def _party(self, change: str, id: int, **fields: Any) -> None:
        self.emit("change_contact", change, Id=id, **fields)
