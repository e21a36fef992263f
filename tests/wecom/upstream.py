"""What people do in a company's WeCom, drawn at random: the mutations of the convergence test."""

import random
from collections.abc import Callable
from typing import Any

from wecom.sandbox.company import Company
from wecom.sandbox.state import Impossible

Act = tuple[int, Callable[["Upstream"], None]]


class Upstream:
    """Draws acts by weight. What can't be done at the moment is drawn again."""

    def __init__(self, company: Company, drawn: random.Random) -> None:
        self.company, self.drawn = company, drawn
        self.serial = 0
        self.log: list[str] = []

    def furnish(self) -> None:
        company = self.company
        for n in range(3):
            company.add_department(f"部门{n}")
        for n in range(5):
            company.hire(f"staff{n}", f"员工{n}", [1 + n % 4])
        for n in range(2):
            company.add_tag_group(f"组{n}", [f"标签{n}甲", f"标签{n}乙"])
        for _ in range(10):
            self.new_customer()

    def mutate(self) -> str:
        """Do something. Returns its name."""
        while True:
            name = self.drawn.choices(_NAMES, _WEIGHTS)[0]
            try:
                getattr(self, name)()
            except (Impossible, IndexError):
                continue
            self.log.append(name)
            return name

    # --- Relations ---

    def new_customer(self) -> None:
        self.serial += 1
        way = self.drawn.choice([1, 2, 3, 10, 16])
        kind = {"type": self.drawn.choice([1, 1, 2])}
        self.company.befriend(self.staff(), f"wmC{self.serial:05}", name=f"客户{self.serial}", add_way=way, **kind)

    def known_customer(self) -> None:
        userid, external = self.staff(), self.one(self.company.people)
        self.not_at_once(userid, external)
        self.company.befriend(userid, external, state=self.drawn.choice(["", "expo"]))

    def half_add(self) -> None:
        self.serial += 1
        self.company.half_add(self.staff(), f"wmC{self.serial:05}", name=f"客户{self.serial}")

    def confirm_half(self) -> None:
        userid, external = self.one(self.company.halves)
        self.company.befriend(userid, external)

    def come_back(self) -> None:
        gone = [(f.userid, f.external_userid) for f in self.follows() if f.customer_gone]
        ended = [pair for pair, e in self.company.history.items() if e[-1].ended is not None and self.works(pair[0])]
        userid, external = self.one(gone + ended)
        self.not_at_once(userid, external)
        self.company.befriend(userid, external, quiet=self.drawn.random() < 0.1)

    def note(self) -> None:
        userid, external = self.pair()
        n = self.drawn.randrange(100)
        some = [
            {"remark": f"备注{n}"},
            {"description": f"说明{n}"},
            {"corp_name": f"公司{n}"},
            {"mobiles": [f"138{n:08}"]},
        ]
        self.company.edit_follow(userid, external, **self.drawn.choice(some))  # type: ignore[arg-type]

    def tag(self) -> None:
        living = [tag.id for tag in self.company.tags.values() if not tag.deleted]
        some = self.drawn.sample(living, min(2, len(living)))
        self.company.tag_follow(*self.pair(), add=some[:1], remove=some[1:])

    def own_tag(self) -> None:
        self.company.put_personal_tag(*self.pair(), tag=f"自己{self.drawn.randrange(5)}")

    def employee_deletes(self) -> None:
        self.company.delete_by_employee(*self.pair())

    def customer_deletes(self) -> None:
        self.company.delete_by_customer(*self.pair())

    def person_changes(self) -> None:
        self.serial += 1
        self.company.change_person(self.one(self.company.people), name=f"改名{self.serial}")

    # --- Transfers ---

    def hand_over(self) -> None:
        userid, external = self.pair()
        taker = self.staff()
        follow = self.company.follows[userid][external]
        if taker == userid or follow.customer_gone or self.company.waiting(external):
            raise Impossible("no transfer")
        self.company.start_transfer(userid, taker, external, resigned=False)

    def hand_over_of_leaver(self) -> None:
        leaver = self.one(self.company.unassigned)
        external = self.one(self.company.unassigned[leaver])
        if self.company.waiting(external):
            raise Impossible("no transfer")
        self.company.start_transfer(leaver, self.staff(), external, resigned=True)

    def refuse_transfer(self) -> None:
        waiting = [t for t in self.company.transfers if t.outcome is None]
        transfer = self.one(waiting)
        self.company.refuse_transfer(transfer.takeover, transfer.external_userid)

    # --- The house ---

    def hire(self) -> None:
        self.serial += 1
        self.company.hire(f"new{self.serial}", f"新人{self.serial}", [self.department()])

    def fire(self) -> None:
        if len(self.working()) < 4:
            raise Impossible("nobody would be left")
        self.company.fire(self.staff())

    def employee_changes(self) -> None:
        self.serial += 1
        field = self.drawn.choice(["name", "position"])
        self.company.change_employee(self.staff(), **{field: f"改{self.serial}"})

    def employee_moves(self) -> None:
        where = sorted({self.department(), self.department()})
        self.company.move_employee(self.staff(), where, leads=where[:1] if self.drawn.random() < 0.5 else [])

    def new_department(self) -> None:
        self.serial += 1
        self.company.add_department(f"部门{self.serial}", parentid=self.department(), order=self.serial)

    def department_changes(self) -> None:
        self.serial += 1
        self.company.rename_department(self.department(), f"部门{self.serial}")

    def department_moves(self) -> None:
        if (moved := self.department()) == 1:
            raise Impossible("the root stays")
        self.company.move_department(moved, self.department())

    def department_goes(self) -> None:
        self.company.delete_department(self.department())

    # --- Tags ---

    def new_tag(self) -> None:
        self.serial += 1
        self.company.add_tag(self.group(), f"标签{self.serial}", order=self.serial)

    def new_group(self) -> None:
        self.serial += 1
        self.company.add_tag_group(f"组{self.serial}", [f"标签{self.serial}"], order=self.serial)

    def tag_changes(self) -> None:
        self.serial += 1
        self.company.rename_tag(self.living_tag(), f"标签{self.serial}")

    def group_changes(self) -> None:
        self.serial += 1
        self.company.rename_group(self.group(), f"组{self.serial}")

    def tag_goes(self) -> None:
        self.company.delete_tag(self.living_tag())

    def group_goes(self) -> None:
        if len(self.company.living_groups()) < 2:
            raise Impossible("none would be left")
        self.company.delete_group(self.group())

    # --- Group chats ---

    def new_chat(self) -> None:
        owner = self.staff()
        members = {self.one(self.company.people) for _ in range(4)}
        self.serial += 1
        self.company.open_chat(owner, sorted(members), name=f"群{self.serial}")

    def join(self) -> None:
        who = self.one([*self.company.people, *self.working()])
        self.company.join(self.chat(), who, scene=self.drawn.choice([1, 2, 3]))

    def leave(self) -> None:
        chat = self.company.chats[self.chat()]
        self.company.leave(chat.chat_id, self.one(chat.members), scene=self.drawn.choice([0, 1]))

    def chat_changes(self) -> None:
        self.serial += 1
        if self.drawn.random() < 0.5:
            self.company.rename_chat(self.chat(), f"群{self.serial}")
        else:
            self.company.change_notice(self.chat(), f"公告{self.serial}")

    def chat_owner(self) -> None:
        self.company.change_owner(self.chat(), self.staff())

    def chat_admins(self) -> None:
        chat = self.company.chats[self.chat()]
        staff = [who for who, member in chat.members.items() if member.type == 1]
        self.company.set_admins(chat.chat_id, staff[:2])

    def chat_ends(self) -> None:
        self.company.dismiss(self.chat())

    # --- Picking ---

    def one(self, some: Any) -> Any:
        return self.drawn.choice(sorted(some) if isinstance(some, (set, dict)) else list(some))

    def works(self, userid: str) -> bool:
        return self.company.employees[userid].left_at is None

    def working(self) -> list[str]:
        return [userid for userid in self.company.employees if self.works(userid)]

    def staff(self) -> str:
        return self.one(self.working())

    def department(self) -> int:
        return self.one(self.company.departments)

    def follows(self) -> list[Any]:
        return [follow for rows in self.company.follows.values() for follow in rows.values()]

    def pair(self) -> tuple[str, str]:
        follow = self.one(self.follows())
        return follow.userid, follow.external_userid

    def not_at_once(self, userid: str, external: str) -> None:
        """Nobody deletes a friend and adds them again within one second, the grain of WeCom's times."""
        episodes = self.company.history.get((userid, external))
        if episodes and self.company.clock.now() in (episodes[-1].began, episodes[-1].ended):
            raise Impossible("in the same second")

    def living_tag(self) -> str:
        return self.one([tag.id for tag in self.company.tags.values() if not tag.deleted])

    def group(self) -> str:
        return self.one(self.company.living_groups()).id

    def chat(self) -> str:
        return self.one([chat.chat_id for chat in self.company.chats.values() if chat.dismissed_at is None])


_WEIGHED = {
    "new_customer": 14,
    "known_customer": 8,
    "half_add": 2,
    "confirm_half": 2,
    "come_back": 8,
    "note": 10,
    "tag": 10,
    "own_tag": 2,
    "employee_deletes": 8,
    "customer_deletes": 8,
    "person_changes": 2,
    "hand_over": 4,
    "hand_over_of_leaver": 3,
    "refuse_transfer": 2,
    "hire": 2,
    "fire": 1,
    "employee_changes": 2,
    "employee_moves": 2,
    "new_department": 1,
    "department_changes": 1,
    "department_moves": 1,
    "department_goes": 1,
    "new_tag": 2,
    "new_group": 1,
    "tag_changes": 2,
    "group_changes": 1,
    "tag_goes": 1,
    "group_goes": 1,
    "new_chat": 2,
    "join": 6,
    "leave": 5,
    "chat_changes": 3,
    "chat_owner": 1,
    "chat_admins": 1,
    "chat_ends": 1,
}
_NAMES, _WEIGHTS = list(_WEIGHED), list(_WEIGHED.values())
