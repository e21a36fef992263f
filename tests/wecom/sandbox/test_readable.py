"""After any history, what the API shows equals the truth, as far as an API can show it.

A machine draws acts of both sides of every friendship, of groups, tags, transfers and departures. After each step it
looks at small invariants; at the end of each history it reads everything back.
"""

import itertools
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.wecom.sandbox.conftest import MORNING, SECRET, Api
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.server import application
from wecom.sandbox.state import Impossible

PEOPLE = st.sampled_from(["lina", "bob", "zhao"])
NUMBERS = st.integers(0, 5)
STRANGERS = 6


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.company = Company(clock=Clock(MORNING))
        self.company.add_app(agent_id=1000002, secret=SECRET)
        for userid in ("lina", "bob", "zhao"):
            self.company.hire(userid, userid)
        self.tags = [tag.id for tag in self.company.tags_of(self.company.add_tag_group("等级", ["甲", "乙", "丙"]).id)]
        self.server = application(self.company)
        self.api = Api(self.company, self.server, renewing=True)
        self.told: list[dict[str, Any]] = []

    def do(self, act: Any, *args: Any, **kwargs: Any) -> Any:
        """An act that may be impossible now; a second goes by."""
        self.company.advance(1)
        before, changes = self.company.truth(), len(self.company.outgoing)
        try:
            return act(*args, **kwargs)
        except Impossible:
            assert self.company.truth() == before
            assert len(self.company.outgoing) == changes
            return None

    @rule(userid=PEOPLE, number=NUMBERS)
    def befriend(self, userid: str, number: int) -> None:
        self.do(self.company.befriend, userid, f"wm{number}")

    @rule(userid=PEOPLE, number=NUMBERS)
    def half_add(self, userid: str, number: int) -> None:
        self.do(self.company.half_add, userid, f"wm{number}")

    @rule(userid=PEOPLE, number=NUMBERS)
    def delete_by_employee(self, userid: str, number: int) -> None:
        self.do(self.company.delete_by_employee, userid, f"wm{number}")

    @rule(userid=PEOPLE, number=NUMBERS)
    def delete_by_customer(self, userid: str, number: int) -> None:
        self.do(self.company.delete_by_customer, userid, f"wm{number}")

    @rule(userid=PEOPLE, number=NUMBERS, text=st.sampled_from(["", "老板", "重点"]))
    def note(self, userid: str, number: int, text: str) -> None:
        self.do(self.company.edit_follow, userid, f"wm{number}", remark=text, mobiles=[text])

    @rule(userid=PEOPLE, number=NUMBERS, add=st.sets(st.integers(0, 2)), remove=st.sets(st.integers(0, 2)))
    def tag(self, userid: str, number: int, add: set[int], remove: set[int]) -> None:
        chosen = [[self.tags[index] for index in sorted(one)] for one in (add, remove)]
        self.do(self.company.tag_follow, userid, f"wm{number}", *chosen)

    @rule(index=st.integers(0, 2))
    def delete_tag(self, index: int) -> None:
        self.do(self.company.delete_tag, self.tags[index])

    @rule(handover=PEOPLE, takeover=PEOPLE, number=NUMBERS)
    def transfer(self, handover: str, takeover: str, number: int) -> None:
        leaver = self.company.employees[handover].left_at is not None
        address = "externalcontact/resigned/transfer_customer" if leaver else "externalcontact/transfer_customer"
        body = {"handover_userid": handover, "takeover_userid": takeover, "external_userid": [f"wm{number}"]}
        self.api.post(address, **body)

    @rule(takeover=PEOPLE, number=NUMBERS)
    def refuse(self, takeover: str, number: int) -> None:
        self.do(self.company.refuse_transfer, takeover, f"wm{number}")

    @rule(hours=st.sampled_from([1, 13, 25]))
    def wait(self, hours: int) -> None:
        self.company.advance(hours * 3600)

    @rule(userid=st.sampled_from(["bob", "zhao"]))
    def fire(self, userid: str) -> None:
        self.do(self.company.fire, userid)

    @rule(owner=PEOPLE, numbers=st.sets(NUMBERS, max_size=3))
    def open_chat(self, owner: str, numbers: set[int]) -> None:
        if len(self.company.chats) < 4:
            self.do(self.company.open_chat, owner, [f"wm{number}" for number in sorted(numbers)])

    @rule(place=st.integers(0, 3), number=NUMBERS, coming=st.booleans())
    def come_or_go(self, place: int, number: int, coming: bool) -> None:
        chats = list(self.company.chats)
        if place < len(chats):
            self.do(self.company.join if coming else self.company.leave, chats[place], f"wm{number}")

    @rule(place=st.integers(0, 3))
    def dismiss(self, place: int) -> None:
        chats = list(self.company.chats)
        if place < len(chats):
            self.do(self.company.dismiss, chats[place])

    @invariant()
    def the_two_sides_of_pairs_agree(self) -> None:
        one = {(userid, external) for userid, rows in self.company.follows.items() for external in rows}
        other = {(userid, external) for external, rows in self.company.followers.items() for userid in rows}
        assert one == other

    @invariant()
    def episodes_follow_one_another(self) -> None:
        for episodes in self.company.history.values():
            for earlier, later in itertools.pairwise(episodes):
                assert earlier.ended is not None
                assert earlier.began <= earlier.ended <= later.began

    def teardown(self) -> None:
        truth = self.company.truth()
        shown = {(u, e) for (u, e), row in truth["follows"].items() if row["status"] in {"active", "customer_gone"}}
        self.pairs_are_read_as_they_are(truth, shown)
        self.leavers_are_read_as_they_are(truth)
        self.chats_are_read_as_they_are(truth)
        self.events_tell_every_ending(truth)

    def pairs_are_read_as_they_are(self, truth: dict[str, Any], shown: set[tuple[str, str]]) -> None:
        working = [userid for userid, row in truth["employees"].items() if row["left_at"] is None]
        assert self.api.get("externalcontact/get_follow_user_list")["follow_user"] == working
        pages = self.api.pages(
            "externalcontact/batch/get_by_user", "external_contact_list", userid_list=working, limit=2
        )
        batch = {(r["follow_info"]["userid"], r["external_contact"]["external_userid"]): r for p in pages for r in p}
        assert set(batch) == shown
        assert sum(map(len, pages)) == len(shown)
        for pair in shown:
            told, wanted = batch[pair]["follow_info"], truth["follows"][pair]
            assert (told["createtime"], told["remark"], sorted(told["tag_id"])) == (
                wanted["createtime"],
                wanted["remark"],
                wanted["tags"],
            )
            assert told["createtime"] == wanted["episodes"][-1][0]
        for userid in working:
            listed = self.api.get("externalcontact/list", userid=userid)["external_userid"]
            assert {(userid, external) for external in listed} == {pair for pair in shown if pair[0] == userid}
        for number in range(STRANGERS):
            answer = self.api.get("externalcontact/get", external_userid=f"wm{number}")
            followers = {row["userid"] for row in answer["follow_user"]}
            assert followers == {userid for userid, external in shown if external == f"wm{number}"}
            assert answer["errcode"] in ({0} if followers else {84061, 40096})

    def leavers_are_read_as_they_are(self, truth: dict[str, Any]) -> None:
        rows = self.api.post("externalcontact/get_unassigned_list")["info"]
        waiting = {(row["handover_userid"], row["external_userid"]) for row in rows}
        assert waiting == {pair for pair, row in truth["follows"].items() if row["status"] == "unassigned"}

    def chats_are_read_as_they_are(self, truth: dict[str, Any]) -> None:
        owners = list(truth["employees"])
        body = {"owner_filter": {"userid_list": owners}, "limit": 3}
        pages = self.api.pages("externalcontact/groupchat/list", "group_chat_list", **body)
        listed = {row["chat_id"]: row["status"] for page in pages for row in page}
        assert listed == {id: c["status"] for id, c in truth["chats"].items() if c["dismissed_at"] is None}
        for id in listed:
            group = self.api.post("externalcontact/groupchat/get", chat_id=id)["group_chat"]
            assert {member["userid"] for member in group["member_list"]} == set(truth["chats"][id]["members"])
            assert group["member_version"] == truth["chats"][id]["member_version"]

    def events_tell_every_ending(self, truth: dict[str, Any]) -> None:
        """Whoever hears everything can tell who ended what: the counts of endings and of their events are equal."""
        told = {(e["ChangeType"], e.get("UserID"), e.get("ExternalUserID")): 0 for e in self.company.outgoing}
        for event in self.company.outgoing:
            told[event["ChangeType"], event.get("UserID"), event.get("ExternalUserID")] += 1
        for (userid, external), row in truth["follows"].items():
            by_customer = sum(1 for _began, _ended, by in row["episodes"] if by == "customer")
            assert told.get(("del_follow_user", userid, external), 0) == by_customer


History.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestHistory = History.TestCase
