from typing import Any

from wecom.sandbox.acts.leaving import Leaving
from wecom.sandbox.acts.welcoming import Welcoming
from wecom.sandbox.state import Impossible, act
from wecom.sandbox.things import Episode, Follow, Person


class Relations(Leaving, Welcoming):
    """Who is whose customer (events: page 96361)."""

    @act
    def befriend(
        self,
        userid: str,
        external_userid: str | None = None,
        *,
        name: str | None = None,
        add_way: int = 1,
        state: str = "",
        oper: str | None = None,
        quiet: bool = False,
        **person: Any,
    ) -> str:
        """An employee and somebody outside become friends, for the first time or again. Returns the external_userid.

        It also confirms a half adding, and is how a customer who had deleted the employee comes back: each has a new
        createtime.

        Args:
            external_userid: somebody known; one of one's own choice also names a new person.
            name, person: the person's name and fields of ``things.Person``, where new.
            state: of the contact way or link.
            oper: who began it; by default the customer after a scan, else the employee.
            quiet: no event, as was seen when the customer had never deleted the employee.

        Raises:
            Impossible: they are friends already.
        """
        self.employee(userid)
        external = self._person(external_userid, name, person)
        old = self.follows.get(userid, {}).get(external)
        if old and not old.customer_gone:
            raise Impossible(f"{userid} has {external} already")
        half = self.halves.pop((userid, external), None)
        row = Follow(self.next_serial(), userid, external, self.clock.now(), add_way, state or (half or (0, "", ""))[1])
        row.oper_userid = oper or (external if add_way in _BY_CUSTOMER else userid)
        if old:
            # The employee never lost what had been noted; only the friendship is new.
            row.remark, row.description, row.tags, row.personal = old.remark, old.description, old.tags, old.personal
            row.remark_corp_name, row.remark_mobiles = old.remark_corp_name, old.remark_mobiles
        self.begin(row)
        if not quiet:
            code = self.welcome_code(row.userid, external, half_code=half[2] if half else "")
            self.contact_event("add_external_contact", userid, external, State=row.state or None, WelcomeCode=code)
        return external

    @act
    def half_add(
        self, userid: str, external_userid: str | None = None, *, name: str | None = None, state: str = ""
    ) -> str:
        """A customer adds an employee who asks for no verification: no relation until ``befriend`` (84061)."""
        self.employee(userid)
        external = self._person(external_userid, name, {})
        if external in self.follows.get(userid, {}) or (userid, external) in self.halves:
            raise Impossible(f"{userid} has {external} already")
        code = self.welcome_code(userid, external)
        self.halves[userid, external] = (self.clock.now(), state, code or "")
        self.contact_event("add_half_external_contact", userid, external, State=state or None, WelcomeCode=code)
        return external

    @act
    def delete_by_employee(self, userid: str, external_userid: str) -> None:
        """The employee deletes the customer: nothing of the pair is readable any more (84061)."""
        self.pair(userid, external_userid)
        self.drop_follow(userid, external_userid)
        self.close_episode(userid, external_userid, self.clock.now(), "employee")
        self.contact_event("del_external_contact", userid, external_userid)

    @act
    def delete_by_customer(self, userid: str, external_userid: str) -> None:
        """The customer deletes the employee: the pair stays listed and readable, only this event tells it."""
        follow = self.pair(userid, external_userid)
        if follow.customer_gone:
            raise Impossible(f"{external_userid} has deleted {userid} already")
        follow.customer_gone = True
        self.close_episode(userid, external_userid, self.clock.now(), "customer")
        self.count(userid, negative_feedback_cnt=1)
        self.contact_event("del_follow_user", userid, external_userid)

    def begin(self, row: Follow) -> None:
        """The pair is on from now; counted as a new contact of the day."""
        self.put_follow(row)
        episodes = self.history.setdefault((row.userid, row.external_userid), [])
        episodes.append(Episode(row.createtime))
        self.count(row.userid, at=row.createtime, new_contact_cnt=1, new_apply_cnt=int(row.oper_userid == row.userid))

    def pair(self, userid: str, external_userid: str) -> Follow:
        """The friendship of the two, also one that only the employee still keeps.

        Raises:
            Impossible: there is none.
        """
        follow = self.follows.get(userid, {}).get(external_userid)
        if follow is None:
            raise Impossible(f"{userid} hasn't {external_userid}")
        return follow

    def _person(self, external_userid: str | None, name: str | None, fields: dict[str, Any]) -> str:
        external = external_userid or self.ids.external()
        if external not in self.people:
            unionid = self.ids.unionid() if fields.get("type", 1) == 1 else ""
            given = {"avatar": f"https://wx.qlogo.cn/mmhead/{external[2:12]}/0", "unionid": unionid} | fields
            self.people[external] = Person(external, name or f"客户{len(self.people) + 1}", **given)
        return external

    def contact_event(self, change: str, userid: str, external: str, **fields: Any) -> None:
        self.emit("change_external_contact", change, UserID=userid, ExternalUserID=external, **fields)


# Ways by which the customer comes to the employee.
_BY_CUSTOMER = {1, 4, 10, 16}
