"""The console's figures over group chats."""

from typing import Any

import pytest
from django.urls import reverse

from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.groups.story import Story, at, one


def shown(user: Any, name: str, **query: Any) -> Any:
    answer = entered(user).get(reverse(f"admin:groups_groupchat_{name}"), query)
    assert answer.status_code == 200
    return answer


def test_growth_inviters_and_ways_of_leaving_stand_on_one_page(cast: Cast, story: Story) -> None:
    story.read(one("wmA", 1, inviter_userid=cast.owner.userid), one("wmB", 2))
    story.told("wmA", minute=9, scene=1)
    answer = shown(cast.users["admin"], "analysis", first="2026-11-01", last="2026-11-03")
    assert [str(day["day"]) for day in answer.context["days"]] == ["2026-11-03", "2026-11-02", "2026-11-01"]
    assert answer.context["total"]["net"] == 1
    assert (answer.context["days"][1]["joinedWidth"], answer.context["days"][1]["leftWidth"]) == (100, 50)
    content = answer.content.decode()
    assert "王小明" in content
    assert "被移出" in content or "移" in content


@pytest.mark.parametrize(
    ("first", "last"), [("x", "y"), ("2026-11-03", "2026-11-01"), ("2020-01-01", "2026-01-01"), ("0001-01-01", "")]
)
def test_days_that_can_not_be_are_told_of_and_the_last_thirty_shown(cast: Cast, first: str, last: str) -> None:
    answer = shown(cast.users["admin"], "analysis", first=first, last=last)
    assert len(answer.context["days"]) == 30
    assert answer.context["form"].errors


def test_each_sees_the_figures_of_the_own_chats(cast: Cast, story: Story) -> None:
    story.read(one("wmA", 1))
    days = {"first": "2026-11-02", "last": "2026-11-02"}
    totals = {who: shown(cast.users[who], "analysis", **days).context["total"]["joined"] for who in cast.users}
    assert totals == {"owner": 1, "colleague": 0, "manager": 1, "admin": 1, "stranger": 0}


def test_people_in_several_chats_are_listed_with_links(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner, name="大海")
    chats = [make.chat(cast.corp, cast.owner, customer, "wmOther", name=f"第{n}群") for n in range(2)]
    content = shown(cast.users["admin"], "people").content.decode()
    assert "大海" in content and page(customer, "change") in content
    assert all(page(chat, "change") in content and chat.name in content for chat in chats)
    # A colleague's chats, and so the people in them, are not there.
    assert "大海" not in shown(cast.users["colleague"], "people").content.decode()
    alone = shown(cast.users["admin"], "people", least="1", friend="nobody").content.decode()
    assert "大海" not in alone and "wmOther" in alone


def test_a_customer_of_others_is_named_and_not_linked(cast: Cast) -> None:
    other = make.customer(cast.corp, cast.colleague, name="他的")
    for _n in range(2):
        make.chat(cast.corp, cast.owner, other)
    content = shown(cast.users["owner"], "people").content.decode()
    assert "他的" in content
    assert page(other, "change") not in content


def test_people_are_shown_by_pages_that_link_to_each_other(cast: Cast) -> None:
    for _n in range(2):
        make.chat(cast.corp, cast.owner, *(f"wm{n:02}" for n in range(25)))
    first, second = (shown(cast.users["admin"], "people", page=n) for n in (1, 2))
    assert (len(first.context["people"]), len(second.context["people"])) == (20, 5)
    assert "page=2" in first.content.decode() and "page=1" in second.content.decode()
    assert len(shown(cast.users["admin"], "people", page="x").context["people"]) == 20


def test_friends_who_are_not_in_the_chat_stand_on_a_page_of_their_own(cast: Cast) -> None:
    friends = [make.customer(cast.corp, cast.owner, name=f"好友{n:02}") for n in range(22)]
    chat = make.chat(cast.corp, cast.owner, cast.owner, friends[0])
    client, address = entered(cast.users["owner"]), page(chat, "absent")
    content = client.get(address).content.decode()
    assert "好友21" in content and "好友00" not in content and "page=2" in content
    assert "好友01" in client.get(f"{address}?page=2").content.decode()
    away = entered(cast.users["colleague"]).get(address)
    assert (away.status_code, away.url) == (302, reverse("admin:index"))


def test_an_empty_company_has_a_page_without_figures(cast: Cast) -> None:
    assert shown(cast.users["stranger"], "analysis").context["total"]["joined"] == 0
    assert shown(cast.users["stranger"], "people").context["people"] == []


def test_the_pages_cost_the_same_however_many(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = entered(cast.users["admin"])
    for _n in range(4):
        make.chat(cast.corp, cast.owner, *(f"wm{n:02}" for n in range(25)))
    for name, most in (("analysis", 10), ("people", 10)):
        address = reverse(f"admin:groups_groupchat_{name}")
        client.get(address)
        with django_assert_max_num_queries(most):
            client.get(address)


def test_joining_is_shown_with_the_inviters_name(cast: Cast) -> None:
    chat = make.chat(cast.corp, cast.owner, members=(make.chat_member("wmA", at(1), inviter_userid=cast.owner.userid),))
    assert "王小明" in entered(cast.users["admin"]).get(page(chat, "change")).content.decode()
