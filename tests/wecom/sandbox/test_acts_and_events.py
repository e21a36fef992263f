"""Every act, and exactly the events that WeCom sends of it: kind, change and fields (pages 96361, 96302)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING
from tests.wecom.sandbox.furniture import WAY, Furnished, furnish
from wecom.sandbox.company import Company
from wecom.sandbox.control import acts

HOUSE, CONTACT = "change_contact", "change_external_contact"
TAGS, CHATS = "change_external_tag", "change_external_chat"
HEAD = ("ToUserName", "FromUserName", "CreateTime", "MsgType")
VERSIONS = {"LastMemVer": "a version", "CurMemVer": "a version"}
Event = dict[str, Any]
Act = Callable[[Furnished], Any]


@pytest.fixture
def here(company: Company) -> Furnished:
    return furnish(company)


def event(kind: str, change: str, **fields: Any) -> Event:
    return {"Event": kind, "ChangeType": change, **fields}


def pair(change: str, userid: str, external: str, **fields: Any) -> Event:
    return event(CONTACT, change, UserID=userid, ExternalUserID=external, **fields)


def chat(change: str, **fields: Any) -> Event:
    return event(CHATS, change, ChatId="CHAT", **fields)


def tag(change: str, id: str, kind: str) -> Event:
    return event(TAGS, change, Id=id, TagType=kind)


def members(detail: str, who: list[str], **scene: int) -> Event:
    return chat("update", UpdateDetail=detail, MemChangeCnt=len(who), MemChangeList=who, **VERSIONS, **scene)


def plain(here: Furnished, told: Event) -> Event:
    """Without the head, ids by their names, and of what is drawn only its kind."""
    names = {id: name for name, id in here.names.items()}

    def shown(field: str, value: Any) -> Any:
        if field == "WelcomeCode":
            return "a code"
        if field in VERSIONS:
            return "a version"
        if isinstance(value, str) and len(value) == 32 and value[:2] in {"wm", "et", "wr"}:
            return names.get(value, f"new {value[:2]}")
        return value

    return {field: shown(field, value) for field, value in told.items() if field not in HEAD}


def transferred(here: Furnished, then: Callable[[], Any]) -> None:
    here.company.start_transfer("lina", "bob", "wm1", resigned=False)
    then()


def full(here: Furnished) -> None:
    here.company.employees["bob"].customer_limit = 0
    transferred(here, here.company.finish_transfers)


WELCOMED = {"WelcomeCode": "a code"}
# Act and case: what is done, and what is told of it.
TABLE: dict[str, tuple[Act, list[Event]]] = {
    "add_app": (lambda w: w.company.add_app(agent_id=7, secret="s"), []),
    "add_department": (
        lambda w: w.company.add_department("华东", parentid=2, order=5),
        [event(HOUSE, "create_party", Id=5, Name="华东", ParentId=2, Order=5)],
    ),
    "rename_department": (
        lambda w: w.company.rename_department(2, "直销"),
        [event(HOUSE, "update_party", Id=2, Name="直销")],
    ),
    "move_department": (lambda w: w.company.move_department(3, 2), [event(HOUSE, "update_party", Id=3, ParentId=2)]),
    "delete_department": (lambda w: w.company.delete_department(3), [event(HOUSE, "delete_party", Id=3)]),
    "hire": (
        lambda w: w.company.hire("wu", "吴越", [1, 2], leads=[2], gender="1"),
        [event(HOUSE, "create_user", UserID="wu", Name="吴越", Department="1,2", IsLeaderInDept="0,1", Status=1)],
    ),
    "move_employee": (
        lambda w: w.company.move_employee("lina", [1, 2]),
        [event(HOUSE, "update_user", UserID="lina", Department="1,2", IsLeaderInDept="0,1")],
    ),
    "change_employee": (
        lambda w: w.company.change_employee("bob", position="经理", status=2),
        [event(HOUSE, "update_user", UserID="bob", Position="经理", Status=2)],
    ),
    "change_employee: what no event has": (
        lambda w: w.company.change_employee("bob", verified=False, customer_limit=1),
        [event(HOUSE, "update_user", UserID="bob")],
    ),
    "rename_userid": (
        lambda w: w.company.rename_userid("bob", "wang.bo"),
        [event(HOUSE, "update_user", UserID="bob", NewUserID="wang.bo", Department="2", IsLeaderInDept="0")],
    ),
    "fire: says nothing of customers and chats": (
        lambda w: w.company.fire("lina"),
        [event(HOUSE, "delete_user", UserID="lina")],
    ),
    "befriend: somebody new": (
        lambda w: w.company.befriend("bob"),
        [pair("add_external_contact", "bob", "new wm", **WELCOMED)],
    ),
    "befriend: a colleague's customer, by a way": (
        lambda w: w.company.befriend("bob", "wm1", state="expo"),
        [pair("add_external_contact", "bob", "wm1", State="expo", **WELCOMED)],
    ),
    "befriend: confirms a half adding": (
        lambda w: w.company.befriend("lina", "wm2"),
        [pair("add_external_contact", "lina", "wm2", **WELCOMED)],
    ),
    "befriend: quietly": (lambda w: w.company.befriend("bob", "wm3", quiet=True), []),
    "befriend: another company's member": (
        lambda w: w.company.befriend("bob", type=2),
        [pair("add_external_contact", "bob", "new wm")],
    ),
    "half_add": (
        lambda w: w.company.half_add("bob", "wm1", state="expo"),
        [pair("add_half_external_contact", "bob", "wm1", State="expo", **WELCOMED)],
    ),
    "delete_by_employee": (
        lambda w: w.company.delete_by_employee("lina", "wm1"),
        [pair("del_external_contact", "lina", "wm1")],
    ),
    "delete_by_customer": (
        lambda w: w.company.delete_by_customer("lina", "wm1"),
        [pair("del_follow_user", "lina", "wm1")],
    ),
    "edit_follow: several at once are one": (
        lambda w: w.company.edit_follow("lina", "wm1", remark="海总", description="问价", corp_name="海"),
        [pair("edit_external_contact", "lina", "wm1")],
    ),
    "edit_follow: mobiles alone": (lambda w: w.company.edit_follow("lina", "wm1", mobiles=["19900000001"]), []),
    "edit_follow: as it was": (lambda w: w.company.edit_follow("lina", "wm1", remark=""), []),
    "tag_follow": (
        lambda w: w.company.tag_follow("lina", "wm1", [w.tag, w.only]),
        [pair("edit_external_contact", "lina", "wm1")],
    ),
    "tag_follow: off what isn't on": (lambda w: w.company.tag_follow("lina", "wm1", [], [w.tag]), []),
    "put_personal_tag": (
        lambda w: w.company.put_personal_tag("lina", "wm1", "网球"),
        [pair("edit_external_contact", "lina", "wm1")],
    ),
    "change_person": (lambda w: w.company.change_person("wm1", name="江河"), []),
    "make_way": (lambda w: w.company.make_way(dict(WAY)), []),
    "scan": (
        lambda w: w.company.scan(w.way),
        [pair("add_external_contact", "lina", "new wm", State="expo", **WELCOMED)],
    ),
    "scan: where no verification is asked": (
        lambda w: w.company.scan(w.way, half=True),
        [pair("add_half_external_contact", "lina", "new wm", State="expo", **WELCOMED)],
    ),
    "say": (lambda w: w.company.say("lina", "wm1"), []),
    "talk": (lambda w: w.company.talk("lina", messages=3, asked=1, answered=1), []),
    "add_tag_group": (
        lambda w: w.company.add_tag_group("行业", ["餐饮", "零售"]),
        [tag("create", "new et", "tag_group"), tag("create", "new et", "tag"), tag("create", "new et", "tag")],
    ),
    "add_tag": (lambda w: w.company.add_tag(w.group, "丁"), [tag("create", "new et", "tag")]),
    "rename_tag": (lambda w: w.company.rename_tag(w.tag, "一等"), [tag("update", "TAG", "tag")]),
    "rename_group": (lambda w: w.company.rename_group(w.group, "等第"), [tag("update", "GROUP", "tag_group")]),
    "delete_tag": (lambda w: w.company.delete_tag(w.tag), [tag("delete", "TAG", "tag")]),
    "delete_tag: the last of its group": (
        lambda w: w.company.delete_tag(w.only),
        [tag("delete", "ALONE", "tag_group")],
    ),
    "delete_group: its tags go silently": (
        lambda w: w.company.delete_group(w.group),
        [tag("delete", "GROUP", "tag_group")],
    ),
    "shuffle: of a group's tags": (lambda w: w.company.shuffle(w.group), [event(TAGS, "shuffle", Id="GROUP")]),
    "shuffle: of the groups": (lambda w: w.company.shuffle(), [event(TAGS, "shuffle", Id="")]),
    "open_chat: with whoever is invited at once": (
        lambda w: w.company.open_chat("bob", ["wm1", "lina"]),
        [event(CHATS, "create", ChatId="new wr")],
    ),
    "join: by the code": (
        lambda w: w.company.join(w.chat, "wm2", "wm3"),
        [members("add_member", ["wm2", "wm3"], JoinScene=3)],
    ),
    "join: invited": (
        lambda w: w.company.join(w.chat, "carl", scene=1, invitor="lina"),
        [members("add_member", ["carl"], JoinScene=0)],
    ),
    "leave": (lambda w: w.company.leave(w.chat, "wm1"), [members("del_member", ["wm1"], QuitScene=0)]),
    "leave: removed, two at once": (
        lambda w: w.company.leave(w.chat, "wm1", "bob", scene=1),
        [members("del_member", ["wm1", "bob"], QuitScene=1)],
    ),
    "rename_chat": (lambda w: w.company.rename_chat(w.chat, "新名"), [chat("update", UpdateDetail="change_name")]),
    "change_notice": (
        lambda w: w.company.change_notice(w.chat, "周五直播"),
        [chat("update", UpdateDetail="change_notice")],
    ),
    "change_owner: a member": (
        lambda w: w.company.change_owner(w.chat, "bob"),
        [chat("update", UpdateDetail="change_owner")],
    ),
    "change_owner: one who is let in first": (
        lambda w: w.company.change_owner(w.chat, "carl"),
        [members("add_member", ["carl"], JoinScene=0), chat("update", UpdateDetail="change_owner")],
    ),
    "set_admins": (lambda w: w.company.set_admins(w.chat, ["bob"]), []),
    "dismiss: says nothing of members": (lambda w: w.company.dismiss(w.chat), [chat("dismiss")]),
    "chatter": (lambda w: w.company.chatter(w.chat, "wm1", messages=5), []),
    "start_transfer": (lambda w: w.company.start_transfer("lina", "bob", "wm1", resigned=False), []),
    "refuse_transfer": (
        lambda w: transferred(w, lambda: w.company.refuse_transfer("bob", "wm1")),
        [pair("transfer_fail", "bob", "wm1", FailReason="customer_refused")],
    ),
    "forget_transfer": (lambda w: transferred(w, lambda: w.company.forget_transfer("bob", "wm1")), []),
    "finish_transfers": (
        lambda w: transferred(w, w.company.finish_transfers),
        [
            pair("del_external_contact", "lina", "wm1", Source="DELETE_BY_TRANSFER"),
            pair("add_external_contact", "bob", "wm1"),
        ],
    ),
    "finish_transfers: to one who is full": (
        full,
        [pair("transfer_fail", "bob", "wm1", FailReason="customer_limit_exceed")],
    ),
}
ALL = pytest.mark.parametrize(("act", "expected"), TABLE.values(), ids=list(TABLE))
# Told, though the truth is as before: what was tried, an order of which the truth knows nothing, a promise.
NO_OTHER_TRUTH = {"change_employee: what no event has", "refuse_transfer", "finish_transfers: to one who is full"}
NO_OTHER_TRUTH |= {"half_add", "scan: where no verification is asked"}


@ALL
def test_an_act_sends_these_events_and_no_others(here: Furnished, act: Act, expected: list[Event]) -> None:
    act(here)
    assert [plain(here, told) for told in here.company.take_events()] == expected


@ALL
def test_each_event_has_the_common_head(here: Furnished, act: Act, expected: list[Event]) -> None:
    act(here)
    for told in here.company.take_events():
        assert (told["ToUserName"], told["FromUserName"], told["MsgType"]) == (here.company.corpid, "sys", "event")
        assert told["CreateTime"] == here.company.clock.now()
        assert None not in told.values()


@ALL
def test_an_act_of_an_app_is_not_announced(here: Furnished, act: Act, expected: list[Event]) -> None:
    with here.company.by_api():
        act(here)
    assert here.company.take_events() == []


@ALL
def test_an_act_of_an_app_is_announced_like_any_other_where_that_is_switched_on(
    here: Furnished, act: Act, expected: list[Event]
) -> None:
    here.company.switches.api_events = True
    with here.company.by_api():
        act(here)
    assert [plain(here, told) for told in here.company.take_events()] == expected


@pytest.mark.parametrize("case", [case for case, row in TABLE.items() if row[1] and case not in NO_OTHER_TRUTH])
def test_what_is_announced_has_happened(here: Furnished, case: str) -> None:
    before = here.company.truth()
    TABLE[case][0](here)
    assert here.company.truth() != before


def test_the_table_has_every_act() -> None:
    assert {case.split(":")[0] for case in TABLE} == set(acts())


def test_a_leavers_customer_is_handed_on_without_an_event() -> None:
    """Neither side is told: the leaver's is gone already, and no page says that the taker's comes."""
    company = Company()
    here = furnish(_housed(company))
    company.start_transfer("gone", "bob", "wm4", resigned=True)
    company.finish_transfers()
    assert company.take_events() == []
    assert "wm4" in here.company.follows["bob"]


def test_a_transfer_is_told_at_the_second_it_fell_due_and_not_when_somebody_looked(here: Furnished) -> None:
    here.company.start_transfer("lina", "bob", "wm1", resigned=False)
    here.company.advance(3 * DAY)
    times = [told["CreateTime"] for told in here.company.take_events()]
    assert times == [MORNING + DAY, MORNING + DAY]


def _housed(company: Company) -> Company:
    company.add_department("销售部")
    company.hire("lina", "林娜", [2])
    company.hire("bob", "王博", [2])
    return company
