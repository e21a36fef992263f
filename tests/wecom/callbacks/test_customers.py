"""What events of customers leave in the mirror, however late, doubled, lost or out of order they come."""

from unittest import mock

import pytest

from customers.choices import TagKind
from customers.models import Customer
from messaging.models import OutboxEvent
from tags.models import Tag
from tests.wecom.callbacks.live import Live, State
from wecom.callbacks import drain
from wecom.models import CallbackReceipt
from wecom.sandbox.faults import Faults

EMPLOYEE, CUSTOMER, TRANSFER = "ENDED_BY_EMPLOYEE", "ENDED_BY_CUSTOMER", "ENDED_BY_TRANSFER"


def names() -> list[str]:
    return [event.name for event in OutboxEvent.objects.order_by("id") if event.name.startswith("customer.")]


def test_a_new_customer_is_here_with_what_wecom_knows_of_them(live: Live) -> None:
    live.company.befriend("lina", "wmA", name="海洋", add_way=3, state="expo")
    live.settle()
    pair = live.pair("lina", "wmA")
    assert (pair["status"], pair["add_way"], pair["state"]) == ("ACTIVE", 3, "expo")
    assert Customer.objects.get().name == "海洋"
    assert live.states() == [State.DONE]
    assert "customer.followed" in names()


def test_several_events_of_one_customer_are_one_reading(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.company.edit_follow("lina", "wmA", remark="海先生")
    live.company.befriend("wangwu", "wmA")
    live.settle()
    assert live.calls("externalcontact/get") == 1
    assert live.pairs() == {("lina", "wmA"): "ACTIVE", ("wangwu", "wmA"): "ACTIVE"}
    assert set(live.states()) == {State.DONE}


def test_an_edited_remark_and_tags_are_taken_over_with_a_tag_that_was_not_known(live: Live) -> None:
    group = live.company.add_tag_group("等级", ["甲"])
    (tag,) = live.company.tags_of(group.id)
    live.happen()
    live.company.befriend("lina", "wmA")
    live.company.edit_follow("lina", "wmA", remark="海先生")
    live.company.tag_follow("lina", "wmA", [tag.id])
    live.settle()
    assert (live.pair("lina", "wmA")["remark"], live.pair("lina", "wmA")["tags"]) == ("海先生", [tag.id])
    assert Tag.objects.get(wecom_id=tag.id).kind == TagKind.CORP


def test_a_tag_that_no_catalogue_lists_is_looked_for_once(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    group = live.company.add_tag_group("规则组", ["北"])
    (tag,) = live.company.tags_of(group.id)
    live.company.tag_follow("lina", "wmA", [tag.id])
    # As with those of rule groups: it is on the customer, and the list of the company's doesn't have it.
    live.company.tag_groups[group.id].deleted = tag.deleted = True
    live.tell([event for event in live.happen() if event["Event"] == "change_external_contact"])
    live.work()
    asked = live.calls("get_corp_tag_list")
    live.company.edit_follow("lina", "wmA", remark="海先生")
    live.settle()
    assert live.calls("get_corp_tag_list") == asked
    assert live.pair("lina", "wmA")["remark"] == "海先生"


def test_of_two_edits_in_one_second_both_are_here_though_their_events_are_the_same_to_the_byte(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.edit_follow("lina", "wmA", remark="海")
    live.tell()
    drain.once()
    live.company.edit_follow("lina", "wmA", remark="海先生")
    live.tell()
    live.work()
    assert live.told[-1] == live.told[-2]
    assert live.pair("lina", "wmA")["remark"] == "海先生"


def test_nothing_changed_records_nothing(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    before = names()
    live.company.edit_follow("lina", "wmA", remark="海先生")
    live.company.edit_follow("lina", "wmA", remark="")
    live.settle()
    assert names() == before


# --- How it ends ---


def test_added_and_deleted_before_we_have_looked_there_is_nobody_here(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.company.delete_by_employee("lina", "wmA")
    live.settle()
    assert (live.pairs(), live.states()) == ({}, [State.DONE, State.DONE])


def test_deleted_by_the_employee_it_ended_when_the_event_says(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.advance(100)
    live.company.delete_by_employee("lina", "wmA")
    live.settle()
    began, ended = (event["CreateTime"] for event in live.told)
    assert live.pair("lina", "wmA")["status"] == EMPLOYEE
    assert live.pair("lina", "wmA")["episodes"] == [(began, ended, "employee", False)]
    assert live.states() == [State.DONE, State.DONE]


def test_handed_over_it_ended_by_transfer_and_begins_with_the_taker(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.start_transfer("lina", "wangwu", "wmA", resigned=False)
    live.company.advance(86_401)
    live.settle()
    assert live.pairs() == {("lina", "wmA"): TRANSFER, ("wangwu", "wmA"): "ACTIVE"}


def test_deleted_by_the_customer_it_is_over_although_wecom_still_shows_it(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.advance(100)
    live.company.delete_by_customer("lina", "wmA")
    live.settle()
    live.company.edit_follow("lina", "wmA", remark="走了")
    live.settle()
    assert live.pair("lina", "wmA")["status"] == CUSTOMER
    assert live.pair("lina", "wmA")["remark"] == "走了"


def test_the_customer_deletes_before_we_have_heard_of_them_and_is_gone_all_the_same(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.company.advance(5)
    live.company.delete_by_customer("lina", "wmA")
    live.settle()
    began, ended = (event["CreateTime"] for event in live.told)
    assert live.pair("lina", "wmA")["status"] == CUSTOMER
    assert live.pair("lina", "wmA")["episodes"] == [(began, ended, "customer", False)]


def test_the_adding_was_lost_and_the_customers_deletion_is_the_first_we_hear(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.happen()
    live.company.advance(5)
    live.company.delete_by_customer("lina", "wmA")
    live.settle()
    assert live.pair("lina", "wmA")["status"] == CUSTOMER


def test_added_again_after_the_customer_left_a_new_stay_begins(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.company.advance(100)
    live.company.delete_by_customer("lina", "wmA")
    live.company.advance(100)
    live.company.befriend("lina", "wmA")
    live.settle()
    pair = live.pair("lina", "wmA")
    assert pair["status"] == "ACTIVE"
    assert pair["createtime"] == live.told[-1]["CreateTime"]


# --- Out of order, doubled, lost ---

ORDERS = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("by", ["delete_by_employee", "delete_by_customer"])
def test_in_whatever_order_the_events_of_a_returning_customer_come(live: Live, by: str, order: tuple[int, ...]) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.advance(100)
    getattr(live.company, by)("lina", "wmA")
    live.company.advance(100)
    live.company.befriend("lina", "wmA")
    live.company.advance(100)
    live.company.edit_follow("lina", "wmA", remark="回来了")
    events = live.happen()
    for at in order:
        live.tell([events[at]])
        live.work()
    pair = live.pair("lina", "wmA")
    first, deleted, added = live.told[0]["CreateTime"], events[0]["CreateTime"], events[1]["CreateTime"]
    who = "employee" if by == "delete_by_employee" else "customer"
    assert (pair["status"], pair["createtime"], pair["remark"]) == ("ACTIVE", added, "回来了")
    assert pair["episodes"] == [(first, deleted, who, False), (added, None, None, False)]


def test_every_event_twice_and_the_second_later_has_the_effect_of_once(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.company.advance(10)
    live.company.delete_by_employee("lina", "wmA")
    live.company.advance(10)
    live.company.befriend("lina", "wmA")
    live.settle()
    before = live.pair("lina", "wmA"), names()
    live.tell(list(live.told))
    live.work()
    assert (live.pair("lina", "wmA"), names()) == before
    assert len(live.states()) == 3


def test_a_receipt_played_again_long_after_changes_nothing(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.advance(10)
    live.company.delete_by_employee("lina", "wmA")
    live.settle()
    live.company.advance(10)
    live.company.befriend("lina", "wmA")
    live.settle()
    before = live.pair("lina", "wmA"), names()
    CallbackReceipt.objects.update(state=State.PENDING)
    live.let_pass(3600)
    live.work()
    assert (live.pair("lina", "wmA"), names()) == before


def test_the_deletion_was_lost_and_the_next_event_of_the_customer_shows_it(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.company.befriend("wangwu", "wmA")
    live.settle()
    live.company.delete_by_employee("lina", "wmA")
    live.happen()
    live.company.edit_follow("wangwu", "wmA", remark="海")
    live.settle()
    assert live.pairs() == {("lina", "wmA"): EMPLOYEE, ("wangwu", "wmA"): "ACTIVE"}


def test_found_gone_before_its_deletion_is_told_the_event_still_says_how_and_when(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.company.befriend("wangwu", "wmA")
    live.settle()
    live.company.advance(100)
    live.company.delete_by_employee("lina", "wmA")
    (deleted,) = live.happen()
    live.company.edit_follow("wangwu", "wmA", remark="海")
    live.settle()
    assert live.pair("lina", "wmA")["episodes"][-1][3] is True
    live.tell([deleted])
    live.work()
    assert live.pair("lina", "wmA")["episodes"][-1][1:] == (deleted["CreateTime"], "employee", False)


# --- WeCom is behind its own events ---


def test_a_deletion_that_wecom_still_shows_is_believed_and_looked_at_again(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.advance(10)
    live.tell([deletion(live)])
    live.work()
    assert live.pair("lina", "wmA")["status"] == EMPLOYEE
    assert live.states() == [State.DONE, State.PENDING]
    assert live.waiting() == [1]
    live.company.delete_by_employee("lina", "wmA")
    live.happen()
    live.let_pass(3)
    live.work()
    assert live.pair("lina", "wmA")["status"] == EMPLOYEE
    assert live.states() == [State.DONE, State.DONE]


def test_after_a_minute_of_showing_it_wecom_is_right(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.advance(10)
    live.tell([deletion(live)])
    waits = []
    for seconds in (0, 3, 8, 50):
        live.let_pass(seconds)
        live.work()
        waits += live.waiting()
    assert waits == [1, 5, 46]
    assert live.pair("lina", "wmA")["status"] == "ACTIVE"
    assert len(live.pair("lina", "wmA")["episodes"]) == 1
    assert live.states() == [State.DONE, State.DONE]


def deletion(live: Live) -> dict[str, object]:
    """The event of a deletion that the API doesn't show."""
    head = {"ToUserName": live.company.corpid, "FromUserName": "sys", "CreateTime": live.company.clock.now()}
    event = {"MsgType": "event", "Event": "change_external_contact", "ChangeType": "del_external_contact"}
    return head | event | {"UserID": "lina", "ExternalUserID": "wmA"}


def test_one_who_was_added_and_is_not_shown_yet_is_looked_for_again(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    events = live.happen()
    follow = live.company.follows["lina"].pop("wmA")
    live.company.followers["wmA"].pop("lina")
    live.tell(events)
    live.work()
    assert (live.pairs(), live.waiting()) == ({}, [1])
    live.company.begin(follow)
    live.let_pass(3)
    live.work()
    assert (live.pairs(), live.states()) == ({("lina", "wmA"): "ACTIVE"}, [State.DONE])


# --- Half added, refused transfers ---


def test_half_added_there_is_nobody_here_yet_and_nothing_is_asked(live: Live) -> None:
    live.company.half_add("lina", "wmA")
    live.settle()
    assert (live.pairs(), live.states()) == ({}, [State.DONE])
    assert live.calls("externalcontact/get") == 0


def test_confirmed_by_the_employee_they_are_here(live: Live) -> None:
    live.company.half_add("lina", "wmA")
    live.company.befriend("lina", "wmA")
    live.settle()
    assert live.pairs() == {("lina", "wmA"): "ACTIVE"}


def test_a_refused_transfer_is_told_with_the_taker_and_the_reason(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.start_transfer("lina", "wangwu", "wmA", resigned=False)
    live.company.refuse_transfer("wangwu", "wmA")
    live.settle()
    customer = Customer.objects.get()
    taker = live.box.corp.employee_set.get(userid="wangwu")
    event = OutboxEvent.objects.get(name="customer.transfer.failed")
    unknown = dict.fromkeys(["transferId", "itemId", "handoverId", "errorCode"])
    told = {"customerId": customer.pk, "takerId": taker.pk, "reason": "customer_refused"}
    assert event.payload["data"] == told | unknown
    assert event.aggregate_version == customer.version
    assert live.pairs()["lina", "wmA"] == "ACTIVE"


def test_a_refused_transfer_of_nobody_we_know_is_no_event(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.company.start_transfer("lina", "wangwu", "wmA", resigned=False)
    live.company.refuse_transfer("wangwu", "wmA")
    live.tell([event for event in live.happen() if event["ChangeType"] == "transfer_fail"])
    live.work()
    assert (live.states(), names()) == ([State.DONE], [])


# --- What proves nothing ---


def refusing(code: int) -> dict[str, dict[int, float]]:
    return {"externalcontact/get": {code: 1.0}}


@pytest.mark.parametrize("code", [40096, 610004, 60011, 40003])
def test_an_answer_that_the_app_may_not_see_them_ends_nothing(live: Live, code: int) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.edit_follow("lina", "wmA", remark="海")
    live.box.server.faults.set(errors=refusing(code))
    live.settle()
    assert live.pairs() == {("lina", "wmA"): "ACTIVE"}
    assert live.states() == [State.DONE, State.DONE]


@pytest.mark.parametrize("fault", ["short", "empty"])
def test_a_follower_that_one_answer_lacks_and_the_next_one_shows_has_not_ended(live: Live, fault: str) -> None:
    for userid in ("lina", "wangwu"):
        live.company.befriend(userid, "wmA")
    live.settle()
    before = names()
    live.company.edit_follow("lina", "wmA", remark="海")
    live.tell()
    live.box.server.faults.set(**{fault: 0.5, "only": ["externalcontact/get"]})
    with mock.patch.object(Faults, "_draw", side_effect=[0.0, 1.0]):
        live.work()
    assert set(live.pairs().values()) == {"ACTIVE"}
    assert live.pair("lina", "wmA")["remark"] == "海"
    assert names() == [*before, "customer.relation.updated"]


def test_an_error_of_one_customer_keeps_none_of_the_others(live: Live) -> None:
    for customer in ("wmA", "wmB", "wmC"):
        live.company.befriend("lina", customer)
    live.tell()
    CallbackReceipt.objects.filter(external_userid="wmB").update(body_sealed="broken", change_type="transfer_fail")
    live.work()
    assert live.states() == [State.DONE, State.PENDING, State.DONE]
    assert set(live.pairs()) == {("lina", "wmA"), ("lina", "wmC")}
    assert CallbackReceipt.objects.get(external_userid="wmB").last_error.startswith("SealBroken")
