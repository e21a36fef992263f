from typing import Any

from wecom.sandbox.state import Impossible, State, act
from wecom.sandbox.things import App, Chat, Department, Employee


class House(State):
    """Departments and employees, as an administrator keeps them (events: page 96302)."""

    @act
    def add_app(self, *, agent_id: int, secret: str, **fields: object) -> App:
        """An app of the company; ``fields`` as in ``things.App``."""
        self.apps[agent_id] = App(agent_id, secret, **fields)  # type: ignore[arg-type]
        return self.apps[agent_id]

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
        if id in self.branch(parentid, up=True):
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
        self.emit(
            "change_contact", "create_user", UserID=userid, Name=name, **_places(employee), Status=employee.status
        )
        return employee

    @act
    def move_employee(self, userid: str, departments: list[int], *, leads: list[int] | None = None) -> None:
        employee = self.employee(userid)
        employee.departments = [self._department(number).id for number in departments]
        wanted = employee.leads if leads is None else leads
        employee.leads = [number for number in wanted if number in departments]
        self.emit("change_contact", "update_user", UserID=userid, **_places(employee))

    @act
    def change_employee(self, userid: str, **fields: Any) -> None:
        """Name, position, alias, gender or status (1 active, 2 disabled, 4 not activated)."""
        employee = self.employee(userid)
        for name, value in fields.items():
            setattr(employee, name, value)
        told: dict[str, Any] = {name.title(): value for name, value in fields.items() if name in _TOLD}
        self.emit("change_contact", "update_user", UserID=userid, **told)

    @act
    def rename_userid(self, userid: str, new: str) -> None:
        """Give somebody another userid: all pairs, chats and transfers go with it."""
        if new.lower() in (u.lower() for u in self.employees if u != userid):
            raise Impossible(f"userid {new} is taken")
        employee = self.employee(userid)
        self.employees = {new if u == userid else u: e for u, e in self.employees.items()}
        employee.userid = new
        self._rename_pairs(userid, new)
        for chat in self.chats.values():
            _rename_in_chat(chat, userid, new)
        for transfer in self.transfers:
            transfer.handover = new if transfer.handover == userid else transfer.handover
            transfer.takeover = new if transfer.takeover == userid else transfer.takeover
        self.emit("change_contact", "update_user", UserID=userid, NewUserID=new, **_places(employee))

    @act
    def fire(self, userid: str) -> None:
        """Somebody leaves: gone from the directory, the customers wait for a successor, the chats for an owner."""
        employee, now = self.employee(userid), self.clock.now()
        employee.status, employee.left_at, employee.contact = 5, now, False
        for external in list(self.follows.get(userid, {})):
            follow = self.drop_follow(userid, external)
            self.close_episode(userid, external, now, "resignation")
            # A customer who had deleted the employee has nobody to be handed over from.
            if not follow.customer_gone:
                self.unassigned.setdefault(userid, {})[external] = now
        for pair in [pair for pair in self.halves if pair[0] == userid]:
            del self.halves[pair]
        for chat in self.chats.values():
            if chat.owner == userid and chat.dismissed_at is None:
                chat.status = 1
        self.emit("change_contact", "delete_user", UserID=userid)

    def close_episode(self, userid: str, external_userid: str, at: int, by: str) -> None:
        """End the pair's open episode; one that has ended keeps how it did."""
        last = self.history[userid, external_userid][-1]
        if last.ended is None:
            last.ended, last.ended_by = at, by

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

    def _party(self, change: str, id: int, **fields: Any) -> None:
        self.emit("change_contact", change, Id=id, **fields)

    def _rename_pairs(self, userid: str, new: str) -> None:
        for external in list(self.follows.get(userid, {})):
            follow = self.drop_follow(userid, external)
            follow.userid = new
            follow.oper_userid = new if follow.oper_userid == userid else follow.oper_userid
            self.put_follow(follow)
        _rekey(self.halves, userid, new)
        _rekey(self.history, userid, new)
        _rekey(self.activity, userid, new)


_TOLD = ("name", "position", "alias", "gender", "status")


def _places(employee: Employee) -> dict[str, Any]:
    leads = ["1" if number in employee.leads else "0" for number in employee.departments]
    return {"Department": ",".join(map(str, employee.departments)), "IsLeaderInDept": ",".join(leads)}


def _rekey(pairs: dict[tuple[str, Any], Any], userid: str, new: str) -> None:
    for pair in [pair for pair in pairs if pair[0] == userid]:
        pairs[new, pair[1]] = pairs.pop(pair)


def _rename_in_chat(chat: Chat, userid: str, new: str) -> None:
    chat.owner = new if chat.owner == userid else chat.owner
    chat.admins = [new if admin == userid else admin for admin in chat.admins]
    if member := chat.members.pop(userid, None):
        member.userid = chat.members.setdefault(new, member).userid = new
    for member in chat.members.values():
        member.invitor = new if member.invitor == userid else member.invitor
    for stay in chat.stays:
        stay.userid = new if stay.userid == userid else stay.userid
