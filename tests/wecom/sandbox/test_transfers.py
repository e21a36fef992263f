"""Customers and groups handed over: a start, 24 hours, an end."""

from typing import Any

import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING, Api, told
from wecom.sandbox.company import Company
from wecom.sandbox.state import Impossible

START, RESULT = "externalcontact/transfer_customer", "externalcontact/transfer_result"
RESIGNED, RESIGNED_RESULT = "externalcontact/resigned/transfer_customer", "externalcontact/resigned/transfer_result"
UNASSIGNED = "externalcontact/get_unassigned_list"
GROUPS, GROUPS_ON_JOB = "externalcontact/groupchat/transfer", "externalcontact/groupchat/onjob_transfer"


@pytest.fixture
def customer(company: Company) -> str:
    external = company.befriend("lina")
    company.take_events()
    return external


@pytest.fixture(autouse=True)
def days_go_by(api: Api) -> None:
    api.renewing = True


def start(api: Api, *customers: str, giver: str = "lina", taker: str = "bob", address: str = START) -> dict[str, int]:
    """customer → code."""
    answer = api.post(address, handover_userid=giver, takeover_userid=taker, external_userid=list(customers))
    assert answer["errcode"] == 0, answer
    return {row["external_userid"]: row["errcode"] for row in answer["customer"]}


def results(api: Api, giver: str = "lina", taker: str = "bob", address: str = RESULT) -> list[dict[str, Any]]:
    answer = api.post(address, handover_userid=giver, takeover_userid=taker)
    assert answer["errcode"] == 0, answer
    rows: list[dict[str, Any]] = answer["customer"]
    return rows


def test_a_start_is_no_transfer_yet(company: Company, api: Api, customer: str) -> None:
    assert start(api, customer) == {customer: 0}
    assert results(api) == [{"external_userid": customer, "status": 2, "takeover_time": MORNING + DAY}]
    assert api.get("externalcontact/list", userid="lina")["external_userid"] == [customer]
    assert told(company) == []


def test_after_a_day_it_is_done_and_told_from_both_sides(company: Company, api: Api, customer: str) -> None:
    start(api, customer)
    company.advance(DAY - 1)
    assert results(api)[0]["status"] == 2
    company.advance(5)
    events = company.take_events()
    assert [(e["ChangeType"], e["UserID"], e.get("Source")) for e in events] == [
        ("del_external_contact", "lina", "DELETE_BY_TRANSFER"),
        ("add_external_contact", "bob", None),
    ]
    assert {event["CreateTime"] for event in events} == {MORNING + DAY}
    assert results(api) == [{"external_userid": customer, "status": 1, "takeover_time": MORNING + DAY}]
    (row,) = api.get("externalcontact/get", external_userid=customer)["follow_user"]
    assert (row["userid"], row["createtime"], row["add_way"]) == ("bob", MORNING + DAY, 202)
    follows = company.truth()["follows"]
    assert follows["lina", customer]["episodes"] == [(MORNING, MORNING + DAY, "transfer")]
    assert follows["bob", customer]["episodes"] == [(MORNING + DAY, None, None)]


def test_a_call_of_the_api_finds_done_what_was_due(company: Company, api: Api, customer: str) -> None:
    start(api, customer)
    company.clock.advance(DAY)
    assert results(api)[0]["status"] == 1
    assert len(told(company)) == 2


def test_the_taker_who_has_the_customer_already_is_told_nothing(company: Company, api: Api, customer: str) -> None:
    company.befriend("bob", customer)
    company.take_events()
    start(api, customer)
    company.finish_transfers()
    assert told(company) == [("del_external_contact", "lina", customer, "DELETE_BY_TRANSFER")]
    truth = company.truth()["follows"]["bob", customer]
    assert truth["createtime"] == MORNING


def test_one_who_comes_back_to_a_former_owner_brings_no_add_event(company: Company, api: Api, customer: str) -> None:
    start(api, customer)
    company.finish_transfers()
    company.take_events()
    start(api, customer, giver="bob", taker="lina")
    company.finish_transfers()
    assert [event["ChangeType"] for event in company.take_events()] == ["del_external_contact"]
    assert company.truth()["follows"]["lina", customer]["status"] == "active"


def test_a_customer_refuses_and_stays(company: Company, api: Api, customer: str) -> None:
    start(api, customer)
    company.refuse_transfer("bob", customer)
    (event,) = company.take_events()
    assert (event["ChangeType"], event["UserID"], event["FailReason"]) == ("transfer_fail", "bob", "customer_refused")
    assert results(api) == [{"external_userid": customer, "status": 3, "takeover_time": 0}]
    company.advance(2 * DAY)
    assert api.get("externalcontact/list", userid="lina")["external_userid"] == [customer]
    assert told(company) == []


def test_only_who_is_on_the_way_can_refuse(company: Company, api: Api, customer: str) -> None:
    with pytest.raises(Impossible):
        company.refuse_transfer("bob", customer)
    start(api, customer)
    with pytest.raises(Impossible):
        company.refuse_transfer("lina", customer)
    assert results(api)[0]["status"] == 2


def test_one_that_wecom_has_no_record_of_tells_nobody_and_moves_nobody(
    company: Company, api: Api, customer: str
) -> None:
    with pytest.raises(Impossible):
        company.forget_transfer("bob", customer)
    start(api, customer)
    with pytest.raises(Impossible):
        company.forget_transfer("lina", customer)
    company.forget_transfer("bob", customer)
    assert results(api) == [{"external_userid": customer, "status": 5}]
    company.advance(2 * DAY)
    assert (told(company), results(api)[0]["status"]) == ([], 5)
    assert api.get("externalcontact/list", userid="lina")["external_userid"] == [customer]
    # It was none: the customer may be handed over anew, and the new attempt is the one that counts.
    start(api, customer)
    assert [row["status"] for row in results(api)] == [2]


def test_a_taker_can_be_full(company: Company, api: Api, customer: str) -> None:
    company.befriend("bob")
    company.employees["bob"].customer_limit = 1
    company.take_events()
    start(api, customer)
    company.finish_transfers()
    (event,) = company.take_events()
    assert (event["ChangeType"], event["FailReason"]) == ("transfer_fail", "customer_limit_exceed")
    assert results(api) == [{"external_userid": customer, "status": 4}]
    assert api.get("externalcontact/list", userid="lina")["external_userid"] == [customer]


def test_a_customer_who_deleted_the_giver_counts_as_refusing(company: Company, api: Api, customer: str) -> None:
    start(api, customer)
    company.delete_by_customer("lina", customer)
    company.finish_transfers()
    assert results(api)[0]["status"] == 3


def test_a_taker_who_leaves_meanwhile_takes_nobody(company: Company, api: Api, customer: str) -> None:
    start(api, customer)
    company.fire("bob")
    company.take_events()
    company.finish_transfers()
    assert told(company) == []
    assert company.truth()["follows"]["lina", customer]["status"] == "active"


def test_each_customer_has_a_code_of_its_own(company: Company, api: Api, customer: str) -> None:
    others = company.befriend("bob")
    assert start(api, customer, others, "wm-unknown") == {customer: 0, others: 40131, "wm-unknown": 40096}
    assert start(api, customer) == {customer: 40129}
    assert start(api, customer, taker="lina") == {customer: 40130}


def test_a_taker_without_a_real_name_takes_nobody(company: Company, api: Api, customer: str) -> None:
    company.employees["bob"].verified = False
    assert start(api, customer) == {customer: 40098}
    assert results(api) == []


def test_the_third_time_in_ninety_days_is_too_often(company: Company, api: Api, customer: str) -> None:
    start(api, customer)
    company.finish_transfers()
    start(api, customer, giver="bob", taker="lina")
    company.finish_transfers()
    assert start(api, customer) == {customer: 40128}
    company.advance(87 * DAY)
    assert start(api, customer) == {customer: 40128}
    company.advance(3 * DAY)
    assert start(api, customer) == {customer: 0}


def test_a_refused_transfer_does_not_count(company: Company, api: Api, customer: str) -> None:
    for _ in range(3):
        assert start(api, customer) == {customer: 0}
        company.refuse_transfer("bob", customer)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"handover_userid": ""}, 41009),
        ({"takeover_userid": ""}, 41009),
        ({"handover_userid": "nobody"}, 40003),
        ({"takeover_userid": "nobody"}, 40003),
        ({"takeover_userid": "finance"}, 84074),
        ({"external_userid": []}, 41035),
        ({"external_userid": ["wm"] * 101}, 40058),
    ],
)
def test_a_start_is_refused_as_a_whole(
    company: Company, api: Api, customer: str, fields: dict[str, Any], code: int
) -> None:
    company.hire("finance", "财务", contact=False)
    body = {"handover_userid": "lina", "takeover_userid": "bob", "external_userid": [customer]}
    answer = api.post(START, **(body | fields))
    assert (answer["errcode"], answer["customer"]) == (code, [])
    assert company.transfers == []


def test_results_are_of_the_pair_of_members_asked_for(company: Company, api: Api, customer: str) -> None:
    start(api, customer)
    assert results(api, giver="bob", taker="lina") == []
    assert results(api, address=RESIGNED_RESULT) == []


def test_results_tell_the_last_attempt(company: Company, api: Api, customer: str) -> None:
    start(api, customer)
    company.refuse_transfer("bob", customer)
    company.advance(10)
    start(api, customer)
    assert [row["status"] for row in results(api)] == [2]


def test_results_come_a_thousand_a_page(company: Company, api: Api) -> None:
    customers = [company.befriend("lina") for _ in range(1001)]
    for place in range(0, 1001, 100):
        start(api, *customers[place : place + 100])
    pages = api.pages(RESULT, "customer", handover_userid="lina", takeover_userid="bob")
    assert [len(page) for page in pages] == [1000, 1]


def test_a_leavers_customer_is_handed_on(company: Company, api: Api, customer: str) -> None:
    company.fire("lina")
    company.take_events()
    assert start(api, customer, address=RESIGNED) == {customer: 0}
    assert api.post(UNASSIGNED)["info"] == []
    assert start(api, customer, address=RESIGNED) == {customer: 40100}
    company.finish_transfers()
    assert results(api, address=RESIGNED_RESULT)[0]["status"] == 1
    assert results(api) == []
    assert told(company) == []
    assert company.truth()["follows"]["bob", customer]["status"] == "active"


def test_a_leavers_without_a_record_is_not_listed(company: Company, api: Api, customer: str) -> None:
    company.fire("lina")
    start(api, customer, address=RESIGNED)
    company.forget_transfer("bob", customer)
    assert (results(api, address=RESIGNED_RESULT), api.post(UNASSIGNED)["info"]) == ([], [])


def test_a_leavers_transfer_can_be_announced_to_the_taker(company: Company, api: Api, customer: str) -> None:
    company.switches.resigned_add_event = True
    company.fire("lina")
    company.take_events()
    start(api, customer, address=RESIGNED)
    company.finish_transfers()
    assert [(e["ChangeType"], e["UserID"]) for e in company.take_events()] == [("add_external_contact", "bob")]
    assert company.truth()["follows"]["bob", customer]["add_way"] == 202


def test_a_leavers_customer_who_refuses_is_nobodys(company: Company, api: Api, customer: str) -> None:
    company.fire("lina")
    start(api, customer, address=RESIGNED)
    company.refuse_transfer("bob", customer)
    assert api.get("externalcontact/get", external_userid=customer)["errcode"] == 84061
    assert api.post(UNASSIGNED)["info"] == []


def test_who_has_not_left_is_no_leaver(api: Api, customer: str) -> None:
    body = {"handover_userid": "lina", "takeover_userid": "bob", "external_userid": [customer]}
    assert api.post(RESIGNED, **body)["errcode"] == 40097


def test_a_leaver_hands_nothing_on_himself(company: Company, api: Api, customer: str) -> None:
    company.fire("lina")
    body = {"handover_userid": "lina", "takeover_userid": "bob", "external_userid": [customer]}
    assert api.post(START, **body)["errcode"] == 40003


def test_the_unassigned_come_in_pages(company: Company, api: Api) -> None:
    customers = [company.befriend("lina") for _ in range(5)]
    company.fire("lina")
    first = api.post(UNASSIGNED, page_size=3)
    assert (len(first["info"]), first["is_last"]) == (3, False)
    second = api.post(UNASSIGNED, page_size=3, cursor=first["next_cursor"])
    assert (second["is_last"], second["next_cursor"]) == (True, "")
    assert [row["external_userid"] for row in [*first["info"], *second["info"]]] == customers


def test_a_leavers_groups_get_an_owner(company: Company, api: Api, customer: str) -> None:
    chat, other = company.open_chat("lina", [customer]), company.open_chat("bob", [customer])
    company.fire("lina")
    company.take_events()
    answer = api.post(GROUPS, chat_id_list=[chat, other, "wr-unknown"], new_owner="bob")
    assert [(row["chat_id"], row["errcode"]) for row in answer["failed_chat_list"]] == [
        (other, 90500),
        ("wr-unknown", 90501),
    ]
    assert "resigned" in answer["failed_chat_list"][0]["errmsg"]
    rows = api.post("externalcontact/groupchat/list", limit=10)["group_chat_list"]
    assert {row["chat_id"]: row["status"] for row in rows} == {chat: 3, other: 0}
    again = api.post(GROUPS, chat_id_list=[chat], new_owner="bob")["failed_chat_list"]
    assert [row["errcode"] for row in again] == [90508]
    assert told(company) == []


def test_a_group_changes_hands_twice_in_ninety_days(company: Company, api: Api, customer: str) -> None:
    chat = company.open_chat("lina", [customer])

    def give(to: str) -> list[int]:
        rows = api.post(GROUPS_ON_JOB, chat_id_list=[chat], new_owner=to)["failed_chat_list"]
        return [row["errcode"] for row in rows]

    assert give("lina") == [90504]
    assert (give("bob"), give("lina"), give("bob")) == ([], [], [40128])
    company.advance(91 * DAY)
    assert give("bob") == []
    company.fire("bob")
    assert give("lina") == [90502]
    company.dismiss(chat)
    assert give("lina") == [49008]


def test_three_hundred_groups_a_day_go_to_one_person(company: Company, api: Api, customer: str) -> None:
    chats = [company.open_chat("lina", [customer]) for _ in range(301)]
    failed = []
    for place in range(0, 301, 100):
        body = {"chat_id_list": chats[place : place + 100], "new_owner": "bob"}
        failed += api.post(GROUPS_ON_JOB, **body)["failed_chat_list"]
    assert [(row["chat_id"], row["errcode"]) for row in failed] == [(chats[-1], 45009)]


@pytest.mark.parametrize("chats", [[], ["wr"] * 101])
def test_a_hundred_groups_go_at_once(api: Api, chats: list[str]) -> None:
    assert api.post(GROUPS, chat_id_list=chats, new_owner="bob")["errcode"] == 40058
