"""Follow-ups are found by their words and by their customers' names, and a look reads so many rows at most."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from followups import searching
from followups.models import FollowUp
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.doors import refused
from tests.followups.test_sop_api import signed_in

ALL = "/api/v1/followups"


def on(day: int) -> dt.datetime:
    return dt.datetime(2026, 1, day, 9, tzinfo=dt.UTC)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


@pytest.fixture
def ten(cast: Cast, customer: Customer) -> list[FollowUp]:
    """Of ten days, of which every third asks for a sample; the first two of one moment."""
    words = ["要样品 A4" if n % 3 == 0 else f"第{n}次" for n in range(10)]
    return [
        make.follow_up(customer, cast.owner, content=text, happened_at=on(max(n, 1))) for n, text in enumerate(words)
    ]


def asked(client: Any, **query: Any) -> Any:
    return client.get(f"{ALL}?{urlencode(query)}").json()


def days(answer: Any) -> list[int]:
    return [int(row["happenedAt"][8:10]) for row in answer["list"]]


def shallow(monkeypatch: pytest.MonkeyPatch, depth: int) -> None:
    monkeypatch.setattr(searching, "DEPTH", depth)


def test_words_are_found_in_all_that_one_may_see_and_in_nothing_else(
    cast: Cast, ten: list[FollowUp], client: Any
) -> None:
    make.follow_up(make.customer(cast.other_corp, cast.stranger), cast.stranger, content="要样品")
    make.follow_up(make.customer(cast.corp, cast.colleague), cast.colleague, content="样品 a4", happened_at=on(20))
    answer = asked(client, q="样品")
    assert (days(answer), answer["total"], answer["searchedBackTo"]) == ([20, 9, 6, 3, 1], 5, None)
    assert days(asked(client, q="a4", happenedTo="2026-01-07T00:00:00Z")) == [6, 3, 1]
    for name, wanted in {"owner": [9, 6, 3, 1], "colleague": [20], "manager": [20, 9, 6, 3, 1]}.items():
        assert days(asked(signed_in(cast, name), q="样品")) == wanted, name
    assert len(asked(signed_in(cast, "stranger"), q="样品")["list"]) == 1


@pytest.mark.parametrize(
    ("depth", "found", "back"), [(4, [9, 6], 6), (9, [9, 6, 3], 1), (10, [9, 6, 3, 1], None), (11, [9, 6, 3, 1], None)]
)
def test_so_many_rows_are_looked_through_and_how_far_that_reached_is_told(
    ten: list[FollowUp], client: Any, monkeypatch: pytest.MonkeyPatch, depth: int, found: list[int], back: int | None
) -> None:
    shallow(monkeypatch, depth)
    answer = asked(client, q="样品")
    assert days(answer) == found
    assert answer["searchedBackTo"] == (back and f"2026-01-{back:02}T09:00:00Z")


@pytest.mark.parametrize("depth", [1, 2, 4, 100])
def test_by_cursor_all_of_them_are_found_in_the_end(
    ten: list[FollowUp], client: Any, monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    shallow(monkeypatch, depth)
    seen: list[int] = []
    cursor: str | None = ""
    for _n in range(30):
        if cursor is None:
            break
        answer = asked(client, q="样品", cursor=cursor, size=2)
        seen, cursor = seen + days(answer), answer["nextCursor"]
    assert (seen, cursor) == ([9, 6, 3, 1], None)


def test_an_export_that_could_not_hold_all_of_them_is_refused(
    cast: Cast, ten: list[FollowUp], client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = urlencode({"q": "样品"})
    assert client.get(f"{ALL}/export?{words}").status_code == 200
    shallow(monkeypatch, 4)
    refused(client.get(f"{ALL}/export?{words}"), 400, "search_unbounded")
    shown = entered(cast.users["admin"]).get(f"{page(FollowUp, 'changelist')}export/?{words}", follow=True)
    assert "缩小范围" in str(next(iter(shown.context["messages"])))


def test_they_are_found_by_what_their_customer_is_called(cast: Cast, ten: list[FollowUp], client: Any) -> None:
    make.follow_up(make.customer(cast.corp, cast.colleague, name="李四"), cast.colleague, content="李四的样品")
    foreign = make.customer(cast.other_corp, cast.stranger, name="张三")
    make.follow_up(foreign, cast.stranger, content="外")
    assert {row["content"] for row in asked(client, customer="李四")["list"]} == {"李四的样品"}
    assert days(asked(client, customer="三丰", q="样品")) == [9, 6, 3, 1]
    assert asked(client, customer="王五")["list"] == []


def test_a_name_of_too_many_is_refused(
    cast: Cast, ten: list[FollowUp], client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_CUSTOMERS", 1)
    assert len(asked(client, customer="张")["list"]) == 10
    make.customer(cast.corp, cast.owner, name="张四")
    told = refused(client.get(f"{ALL}?customer=张"), 400, "too_many_customers")
    assert told["errors"][0]["field"] == "customer"


def test_a_search_costs_three_statements_more_at_any_size(cast: Cast, ten: list[FollowUp], client: Any) -> None:
    costs = []
    for query in ({}, {"q": "样品"}, {"q": "样品", "customer": "张三"}):
        client.get("/api/v1/me")
        with CaptureQueriesContext(connection) as captured:
            asked(client, **query)
        costs.append(len(captured))
    # How far it may look; whom the name finds.
    assert [cost - costs[0] for cost in costs] == [0, 1, 2]


class TestConsole:
    def shown(self, cast: Cast, who: str = "admin", **query: Any) -> Any:
        return entered(cast.users[who]).get(page(FollowUp, "changelist"), query)

    def test_the_box_finds_words_and_the_picker_customers(self, cast: Cast, ten: list[FollowUp]) -> None:
        other = make.follow_up(make.customer(cast.corp, cast.colleague), cast.colleague, content="样品")
        found = self.shown(cast, q="样品").context["cl"].result_list
        assert [row.happened_at.day for row in found][1:] == [9, 6, 3, 1]
        mine = self.shown(cast, q="样品", customer__id__exact=other.customer_id).context["cl"].result_list
        assert [row.pk for row in mine] == [other.pk]
        assert self.shown(cast, "stranger", q="样品").context["cl"].result_count == 0

    def test_a_look_that_ended_early_says_so_and_leads_on(
        self, cast: Cast, ten: list[FollowUp], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shallow(monkeypatch, 4)
        content = self.shown(cast, q="样品").content.decode()
        assert "已搜索到 2026-01-06" in content
        assert "happened_at_to=2026-01-06" in content
        further = self.shown(cast, q="样品", happened_at_to="2026-01-06").context["cl"].result_list
        assert [row.happened_at.day for row in further] == [6, 3]
        shallow(monkeypatch, 100)
        assert "已搜索到" not in self.shown(cast, q="样品").content.decode()
