"""What events of group chats leave in the mirror: who came and left when and how, also when WeCom lags behind."""

from typing import Any

import pytest

from groups.choices import ChatStatus, QuitScene
from groups.models import GroupChat, GroupMember
from tests.wecom import comparing
from tests.wecom.callbacks.live import Live, State


@pytest.fixture
def chat_id(live: Live) -> str:
    """A group of lina's with wmA, known here."""
    live.company.befriend("lina", "wmA")
    live.company.befriend("lina", "wmB")
    ident = live.company.open_chat("lina", ["wmA"], name="北区客户")
    live.settle()
    live.let_pass(60)
    live.work()
    return ident


def chat(live: Live) -> dict[str, Any]:
    (row,) = comparing.chats(live.box.corp).values()
    return row


def true(live: Live) -> dict[str, Any]:
    (row,) = comparing.true_chats(live.company.truth()).values()
    return row


def stay(userid: str) -> tuple[Any, int | None]:
    row = GroupMember.objects.filter(userid=userid).latest("join_time")
    return comparing.seconds(row.left_at), row.quit_scene


def test_a_new_group_is_here_with_everybody_in_it(live: Live, chat_id: str) -> None:
    assert chat(live) == true(live)
    assert set(chat(live)["members"]) == {"lina", "wmA"}
    assert set(live.states()) == {State.DONE}


ACTS = {
    "a name": lambda company, chat: company.rename_chat(chat, "南区客户"),
    "a notice": lambda company, chat: company.change_notice(chat, "周五发货"),
    "an owner": lambda company, chat: company.change_owner(chat, "wangwu"),
    "somebody coming": lambda company, chat: company.join(chat, "wmB"),
    "somebody leaving": lambda company, chat: company.leave(chat, "wmA"),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_change_of_the_group_is_taken_over(live: Live, chat_id: str, act: str) -> None:
    live.company.advance(10)
    ACTS[act](live.company, chat_id)
    live.settle()
    assert chat(live) == true(live)


@pytest.mark.parametrize("act", ACTS)
def test_a_change_that_wecom_shows_only_later_is_looked_for_again(live: Live, chat_id: str, act: str) -> None:
    live.company.switches.chat_lag_seconds = 5
    live.company.advance(10)
    ACTS[act](live.company, chat_id)
    live.tell()
    live.work()
    for seconds in (2, 10, 60):
        live.let_pass(seconds)
        live.work()
    live.company.switches.chat_lag_seconds = 0
    wanted = true(live)
    if act.startswith("some"):
        assert chat(live) == wanted
    assert set(live.states()) == {State.DONE}


@pytest.mark.parametrize("seconds", [3, 11])
def test_a_name_that_wecom_shows_seconds_after_its_event_is_here_in_the_end(
    live: Live, chat_id: str, seconds: int
) -> None:
    live.company.rename_chat(chat_id, "南区客户")
    events = live.happen()
    live.company.rename_chat(chat_id, "北区客户")
    live.happen()
    live.tell(events)
    live.work()
    assert chat(live)["name"] == "北区客户"
    live.company.rename_chat(chat_id, "南区客户")
    live.happen()
    live.let_pass(seconds)
    live.work()
    assert chat(live)["name"] == "南区客户"


@pytest.mark.parametrize("scene", [QuitScene.LEFT, QuitScene.REMOVED])
def test_how_and_when_somebody_left_is_what_the_event_says(live: Live, chat_id: str, scene: int) -> None:
    live.company.advance(100)
    live.company.leave(chat_id, "wmA", scene=scene)
    (event,) = live.happen()
    live.company.advance(500)
    live.tell([event])
    live.work()
    assert stay("wmA") == (event["CreateTime"], scene)
    live.box.sync("groups")
    assert stay("wmA") == (event["CreateTime"], scene)


def test_found_gone_before_its_event_comes_the_event_still_says_how(live: Live, chat_id: str) -> None:
    live.company.advance(100)
    live.company.leave(chat_id, "wmA", scene=1)
    (left,) = live.happen()
    live.company.rename_chat(chat_id, "南区")
    live.settle()
    assert stay("wmA")[1] == QuitScene.UNSEEN
    live.tell([left])
    live.work()
    assert stay("wmA") == (left["CreateTime"], QuitScene.REMOVED)


def test_back_again_before_the_leaving_is_told_there_are_two_stays(live: Live, chat_id: str) -> None:
    live.company.advance(100)
    live.company.leave(chat_id, "wmA")
    live.company.advance(100)
    live.company.join(chat_id, "wmA")
    left, came = live.happen()
    live.tell([came])
    live.work()
    live.tell([left])
    live.work()
    assert chat(live)["members"] == true(live)["members"]
    rows = GroupMember.objects.filter(userid="wmA").order_by("join_time")
    ends = [(comparing.seconds(row.left_at), row.quit_scene) for row in rows]
    assert ends == [(left["CreateTime"], QuitScene.LEFT), (None, None)]


def test_without_a_list_of_who_left_the_reading_finds_them_gone(live: Live, chat_id: str) -> None:
    live.company.advance(100)
    live.company.leave(chat_id, "wmA")
    (event,) = live.happen()
    del event["MemChangeList"]
    live.tell([event])
    live.work()
    assert stay("wmA")[1] == QuitScene.UNSEEN


def test_a_list_with_commas_is_read_as_well(live: Live, chat_id: str) -> None:
    live.company.join(chat_id, "wmB")
    live.settle()
    live.company.advance(100)
    live.company.leave(chat_id, "wmA", "wmB")
    (event,) = live.happen()
    live.tell([event | {"MemChangeList": "wmA,wmB"}])
    live.work()
    assert stay("wmA") == stay("wmB") == (event["CreateTime"], QuitScene.LEFT)


# --- Its end ---


def test_dismissed_it_and_every_stay_end_when_the_event_says(live: Live, chat_id: str) -> None:
    live.company.advance(100)
    live.company.dismiss(chat_id)
    (event,) = live.happen()
    live.company.advance(100)
    live.tell([event])
    live.work()
    row = GroupChat.objects.get()
    assert (row.status, comparing.seconds(row.dismissed_at)) == (ChatStatus.DISMISSED, event["CreateTime"])
    assert stay("wmA") == stay("lina") == (event["CreateTime"], QuitScene.DISMISSED)


def test_a_dismissal_that_wecom_does_not_show_yet_is_believed_and_then_confirmed(live: Live, chat_id: str) -> None:
    live.company.advance(100)
    head = {"ToUserName": live.company.corpid, "FromUserName": "sys", "CreateTime": live.company.clock.now()}
    event = {"MsgType": "event", "Event": "change_external_chat", "ChangeType": "dismiss", "ChatId": chat_id}
    live.tell([head | event])
    live.work()
    assert GroupChat.objects.get().status == ChatStatus.DISMISSED
    live.company.dismiss(chat_id)
    live.happen()
    live.let_pass(3)
    live.work()
    assert GroupChat.objects.get().status == ChatStatus.DISMISSED
    assert set(live.states()) == {State.DONE}


def test_a_group_that_wecom_shows_a_minute_after_its_dismissal_lives(live: Live, chat_id: str) -> None:
    live.company.advance(100)
    head = {"ToUserName": live.company.corpid, "FromUserName": "sys", "CreateTime": live.company.clock.now()}
    event = {"MsgType": "event", "Event": "change_external_chat", "ChangeType": "dismiss", "ChatId": chat_id}
    live.tell([head | event])
    live.work()
    live.let_pass(61)
    live.work()
    assert GroupChat.objects.get().status == ChatStatus.NORMAL
    assert set(chat(live)["members"]) == {"lina", "wmA"}


def test_the_dismissal_was_lost_and_the_next_event_shows_it(live: Live, chat_id: str) -> None:
    live.company.rename_chat(chat_id, "南区")
    renamed = live.happen()
    live.company.dismiss(chat_id)
    live.happen()
    live.tell(renamed)
    live.work()
    assert GroupChat.objects.get().status == ChatStatus.DISMISSED


def test_created_and_dismissed_before_we_have_looked_there_is_nothing_here(live: Live) -> None:
    live.company.dismiss(live.company.open_chat("lina"))
    live.settle()
    live.let_pass(61)
    live.work()
    assert not GroupChat.objects.exists()
    assert set(live.states()) == {State.DONE}


def test_a_group_whose_owner_the_app_may_not_see_is_not_ours_to_mirror(live: Live, chat_id: str) -> None:
    live.box.server.faults.set(errors={"externalcontact/groupchat/get": {60011: 1.0}})
    live.company.rename_chat(chat_id, "南区")
    live.settle()
    assert chat(live)["name"] == "北区客户"
    assert live.states()[-1] == State.DONE


def test_of_two_groups_one_that_fails_keeps_the_other_from_nothing(live: Live, chat_id: str) -> None:
    other = live.company.open_chat("wangwu", name="二")
    live.company.rename_chat(chat_id, "一")
    live.tell()
    live.box.server.faults.set(errors={"externalcontact/groupchat/get": {81026: 0.5}}, seed=3)
    for _ in range(12):
        live.let_pass(4000)
        live.work()
    names = {row.chat_id: row.name for row in GroupChat.objects.all()}
    assert names == {chat_id: "一", other: "二"}
