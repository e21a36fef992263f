"""Numbers of days, cut at midnight in UTC+8."""

from typing import Any

import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING, Api
from wecom.sandbox.acts.welcoming import midnight
from wecom.sandbox.company import Company

TODAY = MORNING - 10 * 3600
YESTERDAY = TODAY - DAY
CONTACTS = "externalcontact/get_user_behavior_data"
BY_OWNER, BY_DAY = "externalcontact/groupchat/statistic", "externalcontact/groupchat/statistic_group_by_day"


@pytest.fixture(autouse=True)
def days_go_by(api: Api) -> None:
    api.renewing = True


def contacts(api: Api, first: int, last: int, **who: Any) -> list[dict[str, Any]]:
    answer = api.post(CONTACTS, start_time=first, end_time=last, **(who or {"userid": ["lina"]}))
    assert answer["errcode"] == 0, answer
    rows: list[dict[str, Any]] = answer["behavior_data"]
    return rows


@pytest.mark.parametrize(
    ("moment", "day"),
    [(TODAY, TODAY), (TODAY - 1, YESTERDAY), (TODAY + DAY - 1, TODAY), (MORNING, TODAY)],
)
def test_a_day_begins_at_midnight_in_shanghai(moment: int, day: int) -> None:
    assert midnight(moment) == day
    assert (day + 8 * 3600) % DAY == 0


def test_a_day_of_contacts_is_counted(company: Company, api: Api) -> None:
    gone = company.befriend("lina", add_way=2)
    company.befriend("lina", add_way=1)
    company.delete_by_customer("lina", gone)
    company.talk("lina", messages=7, chats=3, asked=3, answered=2, minutes=9)
    assert contacts(api, MORNING, MORNING) == [
        {
            "stat_time": TODAY,
            "chat_cnt": 3,
            "message_cnt": 7,
            "negative_feedback_cnt": 1,
            "new_apply_cnt": 1,
            "new_contact_cnt": 2,
            "reply_percentage": 66.67,
            "avg_reply_time": 9,
        }
    ]


def test_on_a_quiet_day_nothing_is_said_of_replies(api: Api) -> None:
    (row,) = contacts(api, YESTERDAY, YESTERDAY)
    assert {"reply_percentage", "avg_reply_time"}.isdisjoint(row)
    assert (row["stat_time"], row["chat_cnt"], row["new_contact_cnt"]) == (YESTERDAY, 0, 0)


def test_several_people_are_one_sum(company: Company, api: Api) -> None:
    company.talk("lina", messages=7)
    company.talk("bob", messages=5)
    assert contacts(api, TODAY, TODAY, userid=["lina", "bob"])[0]["message_cnt"] == 12
    assert contacts(api, TODAY, TODAY, partyid=[1])[0]["message_cnt"] == 12
    assert contacts(api, TODAY, TODAY, partyid=[2], userid=["lina"])[0]["message_cnt"] == 12


def test_a_new_userid_takes_the_days_along(company: Company, api: Api) -> None:
    company.talk("lina", messages=7)
    company.rename_userid("lina", "lin.na")
    assert contacts(api, TODAY, TODAY, userid=["lin.na"])[0]["message_cnt"] == 7


def test_there_is_a_row_for_each_day(company: Company, api: Api) -> None:
    company.befriend("lina")
    company.advance(2 * DAY)
    company.befriend("lina")
    rows = contacts(api, TODAY + 5, TODAY + 2 * DAY + 5)
    assert [(row["stat_time"], row["new_contact_cnt"]) for row in rows] == [
        (TODAY, 1),
        (TODAY + DAY, 0),
        (TODAY + 2 * DAY, 1),
    ]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (TODAY - 29 * DAY, TODAY, 0),
        (TODAY - 30 * DAY, TODAY, 600018),
        (TODAY - 180 * DAY, TODAY - 180 * DAY, 0),
        (TODAY - 181 * DAY, TODAY - 181 * DAY, 600018),
        (TODAY, YESTERDAY, 600018),
        (TODAY + DAY, TODAY + DAY, 600018),
        (0, TODAY, 600018),
    ],
)
def test_contacts_are_counted_thirty_days_at_a_time_of_the_last_180(api: Api, first: int, last: int, code: int) -> None:
    assert api.post(CONTACTS, userid=["lina"], start_time=first, end_time=last)["errcode"] == code


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ({}, 40063),
        ({"userid": ["lina"] * 101}, 40032),
        ({"partyid": [2] * 101}, 40032),
        ({"userid": ["nobody"]}, 40003),
    ],
)
def test_contacts_are_of_people_who_are_named(api: Api, who: dict[str, Any], code: int) -> None:
    assert api.post(CONTACTS, start_time=TODAY, end_time=TODAY, **who)["errcode"] == code


def test_yesterday_can_be_empty_until_the_morning(company: Company, api: Api) -> None:
    company.switches.statistics_hour = 8
    company.befriend("lina")
    company.advance(TODAY + DAY + 3 * 3600 - MORNING)
    assert contacts(api, TODAY, TODAY)[0]["new_contact_cnt"] == 0
    company.advance(5 * 3600)
    assert contacts(api, TODAY, TODAY)[0]["new_contact_cnt"] == 1


@pytest.fixture
def groups(company: Company) -> list[str]:
    """Yesterday lina opened a chat of three that wrote; bob one of two that didn't. Now is the day after."""
    first, second = company.befriend("lina"), company.befriend("bob")
    chats = [company.open_chat("lina", [first]), company.open_chat("bob", [second])]
    company.join(chats[0], second)
    company.chatter(chats[0], first, second, messages=9)
    company.advance(DAY)
    return chats


def test_groups_are_counted_by_owner(api: Api, groups: list[str]) -> None:
    body = {"day_begin_time": TODAY, "owner_filter": {"userid_list": ["lina", "bob"]}, "order_by": 4}
    answer = api.post(BY_OWNER, **body)
    assert (answer["total"], answer["next_offset"]) == (2, 2)
    assert [item["owner"] for item in answer["items"]] == ["lina", "bob"]
    assert answer["items"][0]["data"] == {
        "new_chat_cnt": 1,
        "chat_total": 1,
        "chat_has_msg": 1,
        "new_member_cnt": 1,
        "member_total": 3,
        "member_has_msg": 2,
        "msg_total": 9,
        "migrate_trainee_chat_cnt": 0,
    }
    assert answer["items"][1]["data"]["msg_total"] == 0
    turned = api.post(BY_OWNER, **body, order_asc=1)
    assert [item["owner"] for item in turned["items"]] == ["bob", "lina"]


def test_owners_come_in_pages(api: Api, groups: list[str]) -> None:
    first = api.post(BY_OWNER, day_begin_time=TODAY, limit=1)
    second = api.post(BY_OWNER, day_begin_time=TODAY, limit=1, offset=first["next_offset"])
    assert (first["next_offset"], second["next_offset"], second["total"]) == (1, 2, 2)
    assert {first["items"][0]["owner"], second["items"][0]["owner"]} == {"lina", "bob"}


def test_groups_are_counted_by_day(company: Company, api: Api, groups: list[str]) -> None:
    company.dismiss(groups[1])
    company.advance(DAY)
    items = api.post(BY_DAY, day_begin_time=TODAY, day_end_time=TODAY + DAY)["items"]
    assert [(item["stat_time"], item["data"]["chat_total"]) for item in items] == [(TODAY, 2), (TODAY + DAY, 1)]
    assert [item["data"]["new_chat_cnt"] for item in items] == [2, 0]


def test_members_who_left_count_until_they_did(company: Company, api: Api, groups: list[str]) -> None:
    member = next(m.userid for m in company.chats[groups[0]].members.values() if m.type == 2)
    company.leave(groups[0], member)
    company.advance(DAY)
    items = api.post(BY_DAY, day_begin_time=TODAY, day_end_time=TODAY + DAY, owner_filter={"userid_list": ["lina"]})
    assert [item["data"]["member_total"] for item in items["items"]] == [3, 2]


@pytest.mark.parametrize("address", [BY_OWNER, BY_DAY])
@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (YESTERDAY, YESTERDAY, 0),
        (YESTERDAY, 0, 0),
        (TODAY, TODAY, 600018),
        (YESTERDAY, TODAY, 600018),
        (YESTERDAY - 29 * DAY, YESTERDAY, 0),
        (YESTERDAY - 30 * DAY, YESTERDAY, 600018),
        (TODAY - 181 * DAY, 0, 600018),
    ],
)
def test_groups_have_no_numbers_of_today(api: Api, address: str, first: int, last: int, code: int) -> None:
    body = {"day_begin_time": first} | ({"day_end_time": last} if last else {})
    assert api.post(address, **body)["errcode"] == code


@pytest.mark.parametrize("page", [{"limit": 1001}, {"limit": 0}, {"offset": -1}])
def test_a_wrong_page_of_owners_is_refused(api: Api, page: dict[str, int]) -> None:
    assert api.post(BY_OWNER, day_begin_time=YESTERDAY, **page)["errcode"] == 600041
