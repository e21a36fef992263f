"""The clock, the ids, and what holds for every act of the company."""

import threading
import time
from typing import Any

import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING, Api
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.control import acts
from wecom.sandbox.ids import Ids
from wecom.sandbox.state import Impossible


def test_a_clock_follows_real_time_with_what_it_was_put_forward() -> None:
    before = int(time.time())
    clock = Clock()
    assert before <= clock.now() <= int(time.time())
    clock.advance(1000)
    assert before + 1000 <= clock.now() <= int(time.time()) + 1000


def test_a_clock_with_a_start_moves_only_when_told() -> None:
    clock = Clock(MORNING)
    assert [clock.now(), clock.advance(5), clock.now(), clock.advance(0)] == [
        MORNING,
        MORNING + 5,
        MORNING + 5,
        MORNING + 5,
    ]


def test_ids_come_from_the_seed_and_their_number() -> None:
    one, other = Ids(1), Ids(1)
    assert [one.external(), one.tag(), one.chat()] == [other.external(), other.tag(), other.chat()]
    assert Ids(1, drawn=3).code() == one.code()
    assert Ids(2).external() != Ids(1).external()


@pytest.mark.parametrize(
    ("kind", "prefix", "length"),
    [("external", "wm", 32), ("tag", "et", 32), ("chat", "wr", 32), ("unionid", "o", 28), ("code", "", 43)],
)
def test_ids_have_wecoms_forms(kind: str, prefix: str, length: int) -> None:
    ids = Ids(7)
    drawn = [getattr(ids, kind)() for _ in range(500)]
    assert all(one.startswith(prefix) and len(one) == length for one in drawn)
    assert len(set(drawn)) == 500
    assert all(set(one) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") for one in drawn)


def test_a_version_is_32_hex_digits() -> None:
    assert set(Ids(7).hexadecimal()) <= set("0123456789abcdef")
    assert len(Ids(7).hexadecimal()) == 32


def test_every_act_counts_as_a_change(company: Company) -> None:
    external = company.befriend("lina")
    for act in (
        lambda: company.edit_follow("lina", external, remark="x"),
        lambda: company.talk("lina"),
        lambda: company.shuffle(),
        lambda: company.advance(1),
    ):
        before = company.changes
        act()
        assert company.changes > before


def test_reading_changes_nothing(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    before = company.changes
    api.get("department/list")
    api.get("externalcontact/get", external_userid=external)
    api.post("externalcontact/batch/get_by_user", userid_list=["lina"])
    api.post("externalcontact/get_corp_tag_list")
    company.truth()
    company.counts()
    assert company.changes == before


@pytest.mark.parametrize(
    ("act", "arguments"),
    [
        ("befriend", ["nobody"]),
        ("half_add", ["nobody"]),
        ("fire", ["nobody"]),
        ("move_employee", ["nobody", [1]]),
        ("move_employee", ["lina", [99]]),
        ("change_employee", ["nobody"]),
        ("rename_userid", ["nobody", "new"]),
        ("rename_userid", ["lina", "bob"]),
        ("rename_userid", ["lina", "BOB"]),
        ("add_department", ["部门", 99]),
        ("rename_department", [99, "部门"]),
        ("move_department", [2, 99]),
        ("move_department", [99, 1]),
        ("delete_department", [99]),
        ("delete_by_employee", ["lina", "wm"]),
        ("delete_by_customer", ["lina", "wm"]),
        ("edit_follow", ["lina", "wm"]),
        ("tag_follow", ["lina", "wm", []]),
        ("put_personal_tag", ["lina", "wm", "网球"]),
        ("add_tag_group", ["空组", []]),
        ("add_tag", ["et", "甲"]),
        ("rename_tag", ["et", "甲"]),
        ("rename_group", ["et", "甲"]),
        ("delete_tag", ["et"]),
        ("delete_group", ["et"]),
        ("shuffle", ["et"]),
        ("open_chat", ["nobody"]),
        ("join", ["wr", "lina"]),
        ("leave", ["wr", "lina"]),
        ("rename_chat", ["wr", "群"]),
        ("change_notice", ["wr", "公告"]),
        ("change_owner", ["wr", "bob"]),
        ("set_admins", ["wr", []]),
        ("dismiss", ["wr"]),
        ("chatter", ["wr"]),
        ("refuse_transfer", ["bob", "wm"]),
        ("talk", ["nobody"]),
        ("say", ["nobody", "wmNobody"]),
        ("say", ["lina", "wmNobody"]),
    ],
)
def test_what_nobody_could_do_changes_and_announces_nothing(company: Company, act: str, arguments: list[Any]) -> None:
    before = company.truth()
    keywords = {"parentid": arguments.pop()} if act == "add_department" else {}
    with pytest.raises(Impossible):
        getattr(company, act)(*arguments, **keywords)
    assert company.truth() == before
    assert company.take_events() == []


def test_the_list_of_impossible_things_misses_no_act() -> None:
    tried = {mark.args[1][n][0] for mark in _marks() for n in range(len(mark.args[1]))}
    # These can always be done, are tried elsewhere, or check nothing because their callers do.
    others = {
        "add_app",
        "hire",
        "change_person",
        "scan",
        "make_way",
        "start_transfer",
        "finish_transfers",
        "forget_transfer",
    }
    assert set(acts()) - tried == others


def _marks() -> list[Any]:
    return [m for m in test_what_nobody_could_do_changes_and_announces_nothing.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]


def test_acts_of_many_threads_are_done_one_at_a_time(company: Company) -> None:
    def live(userid: str) -> None:
        for _ in range(200):
            external = company.befriend(userid)
            company.delete_by_customer(userid, external)
            company.befriend(userid, external)

    threads = [threading.Thread(target=live, args=(userid,)) for userid in ("lina", "bob") for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert company.counts()["relations"] == 1200
    assert len(company.take_events()) == 3 * 1200
    serials = [follow.serial for rows in company.follows.values() for follow in rows.values()]
    assert len(set(serials)) == 1200


def test_only_acts_of_the_api_are_muted_and_only_theirs(company: Company) -> None:
    with company.by_api():
        company.befriend("lina")
        with company.by_api():
            company.befriend("lina")
        company.befriend("lina")
    assert company.take_events() == []
    company.befriend("lina")
    assert len(company.take_events()) == 1


def test_counts_tell_what_there_is_now(company: Company) -> None:
    external = company.befriend("lina")
    company.befriend("bob", external)
    company.add_tag_group("等级", ["甲", "乙"])
    company.delete_tag(next(iter(company.tags)))
    company.dismiss(company.open_chat("lina"))
    company.take_events()
    company.fire("bob")
    assert company.counts() == {
        "employees": 1,
        "departments": 2,
        "customers": 1,
        "relations": 1,
        "tags": 1,
        "chats": 0,
        "unassigned": 1,
        "events waiting": 1,
    }


def test_the_truth_is_a_copy(company: Company) -> None:
    external = company.befriend("lina")
    chat = company.open_chat("lina", [external])
    truth = company.truth()
    company.edit_follow("lina", external, remark="后来")
    company.leave(chat, external)
    company.advance(DAY)
    assert truth["follows"]["lina", external]["remark"] == ""
    assert external in truth["chats"][chat]["members"]
    truth["employees"]["lina"]["departments"].append(99)
    assert company.employees["lina"].departments == [2]


def test_the_truth_tells_what_is_noted(company: Company) -> None:
    tag = company.tags_of(company.add_tag_group("等级", ["甲"]).id)[0].id
    external = company.befriend("lina", name="海洋", add_way=2, state="expo", gender=1)
    company.edit_follow(
        "lina", external, remark="海总", description="问价", corp_name="海公司", mobiles=["19900000001"]
    )
    company.tag_follow("lina", external, [tag])
    company.put_personal_tag("lina", external, "网球", group="爱好")
    assert company.truth()["follows"]["lina", external] == {
        "createtime": MORNING,
        "remark": "海总",
        "description": "问价",
        "remark_corp_name": "海公司",
        "remark_mobiles": ("19900000001",),
        "add_way": 2,
        "state": "expo",
        "oper_userid": "lina",
        "tags": [tag],
        "personal_tags": [("爱好", "网球")],
        "status": "active",
        "episodes": [(MORNING, None, None)],
    }
    assert company.truth()["people"][external]["name"] == "海洋"
