from typing import Any

from wecom.sandbox.acts.departments import Departments
from wecom.sandbox.state import Impossible, act
from wecom.sandbox.things import App, Employee


class House(Departments):
    """Apps and employees, as an administrator keeps them (events: page 96302)."""

    @act
    def add_app(self, *, agent_id: int, secret: str, **fields: object) -> App:
        """An app of the company; ``fields`` as in ``things.App``."""
        self.apps[agent_id] = App(agent_id, secret, **fields)  # type: ignore[arg-type]
        return self.apps[agent_id]

    @act
    def hire(self, userid: str, name: str, departments: list[int] | None = None, **fields: object) -> Employee:
        """Somebody new. ``fields``: leads, position, gender, alias, contact … of ``things.Employee``.

        Raises:
            Impossible: the userid is or was somebody's, whatever its case, or a department is unknown.
        """
        if userid.lower() in map(str.lower, self.employees):
            raise Impossible(f"userid {userid} is taken")
        where = [self._department(number).id for number in departments or [1]]
        employee = Employee(userid, name, where, **fields)  # type: ignore[arg-type]
        self.employees[userid] = employee
        self.emit("change_contact", "create_user", UserID=userid, Name=name, **places(employee), Status=employee.status)
        return employee

    @act
    def move_employee(self, userid: str, departments: list[int], *, leads: list[int] | None = None) -> None:
        employee = self.employee(userid)
        employee.departments = [self._department(number).id for number in departments]
        wanted = employee.leads if leads is None else leads
        employee.leads = [number for number in wanted if number in departments]
        self.emit("change_contact", "update_user", UserID=userid, **places(employee))

    @act
    def change_employee(self, userid: str, **fields: Any) -> None:
        """Name, position, alias, gender or status (1 active, 2 disabled, 4 not activated)."""
        employee = self.employee(userid)
        for name, value in fields.items():
            setattr(employee, name, value)
        told: dict[str, Any] = {name.title(): value for name, value in fields.items() if name in _TOLD}
        self.emit("change_contact", "update_user", UserID=userid, **told)


_TOLD = ("name", "position", "alias", "gender", "status")


def places(employee: Employee) -> dict[str, Any]:
    """Where somebody is and leads, in the two parallel lists of an event."""
    leads = ["1" if number in employee.leads else "0" for number in employee.departments]
    return {"Department": ",".join(map(str, employee.departments)), "IsLeaderInDept": ",".join(leads)}
