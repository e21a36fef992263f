"""Query strings of the statistics: what each parameter means at its bounds, and what is refused by which code."""

import datetime as dt
from typing import Any

import pytest

from insights.stats.periods import MOST, USUAL
from insights.stats.reports import employees
from insights.stats.terms import Span
from tests import api, make
from tests.insights.stats.world import World, day

URL = "/api/v1/stats"
NARROWED = ("overview", "growth", "retention", "activity", "employees", "groups", "funnel")
BY = ("growth", "activity", "employees", "groups", "funnel")
DAYS = (*BY, "retention", "channels")


@pytest.fixture
def client(world: World) -> Any:
    return api.client(world.corp)


def asked(client: Any, where: str, **query: Any) -> Any:
    return client.get(f"{URL}/{where}", query)


def told(client: Any, where: str, **query: Any) -> Any:
    answer = asked(client, where, **query)
    assert answer.status_code == 200, answer.content
    return answer.json()


class TestDays:
    @pytest.mark.parametrize(("by", "span"), [("day", Span.DAY), ("week", Span.WEEK), ("month", Span.MONTH)])
    def test_by_default_the_usual_number_up_to_yesterday(self, world: World, client: Any, by: str, span: Span) -> None:
        for where in BY:
            answer = told(client, where, by=by)
            assert (answer["by"], answer["to"]) == (by, day(18).isoformat())
            if "list" in answer and where not in ("employees", "funnel"):
                assert len(answer["list"]) == USUAL[span]
                assert answer["list"][0]["day"] == answer["from"]

    def test_yesterday_is_the_last_also_where_a_later_day_is_asked_for(self, world: World, client: Any) -> None:
        for where in DAYS:
            assert told(client, where, toDay="2027-01-01", fromDay=day(17))["to"] == day(18).isoformat()

    @pytest.mark.parametrize(
        "query",
        [
            {"fromDay": "2026-03-19", "toDay": "2026-03-01"},
            {"fromDay": "2026-04-20"},
        ],
    )
    def test_days_that_hold_nothing_are_refused_by_name(self, client: Any, query: dict[str, str]) -> None:
        for where in DAYS:
            if where == "retention" and "toDay" in query:
                query = {"fromDay": "2026-03-19", "toDay": "2026-02-01"}
            answer = asked(client, where, **query)
            assert (answer.status_code, answer.json()["code"]) == (400, "days_invalid")
            assert answer.json()["errors"][0]["field"] == "from"

    @pytest.mark.parametrize("wrong", ["2026-02-30", "today", "1", "2026-3-1x", "9999-12-31", "0001-01-01", "²"])
    def test_what_is_no_day_is_refused(self, client: Any, wrong: str) -> None:
        for where in DAYS:
            for name in ("fromDay", "toDay"):
                assert asked(client, where, **{name: wrong}).status_code == 400, name

    def test_an_empty_value_is_one_that_is_not_given(self, client: Any) -> None:
        for where in DAYS:
            assert told(client, where, fromDay="", toDay="") == told(client, where)

    def test_a_year_of_days_is_the_most(self, client: Any) -> None:
        for where in ["growth", "groups", "funnel"]:
            most = day(18) - dt.timedelta(days=MOST[Span.DAY] - 1)
            assert told(client, where, fromDay=most)["from"] == most.isoformat()
            assert asked(client, where, fromDay=most - dt.timedelta(days=1)).json()["code"] == "days_invalid"

    def test_a_quarter_of_days_where_each_employee_is_looked_at(self, client: Any) -> None:
        for where in ["activity", "employees"]:
            most = day(18) - dt.timedelta(days=employees.MOST[Span.DAY] - 1)
            assert told(client, where, fromDay=most)["from"] == most.isoformat()
            refused = asked(client, where, fromDay=most - dt.timedelta(days=1))
            assert refused.json()["code"] == "days_invalid"
            assert str(employees.MOST[Span.DAY]) in refused.json()["message"]

    def test_the_companys_zone_says_which_day_is_yesterday(self, world: World, client: Any) -> None:
        world.moment = dt.datetime(2026, 3, 20, 1, tzinfo=dt.UTC)
        assert told(client, "growth")["to"] == "2026-03-19"
        world.zone("America/New_York")
        assert told(client, "growth")["to"] == "2026-03-18"


class TestNames:
    def test_an_employee_or_a_department_says_so_in_the_answer(self, world: World, client: Any) -> None:
        for where in NARROWED:
            who, department = world.loner.pk, world.support.pk
            assert told(client, where, employeeId=who)["scope"] == {"kind": "employee", "ids": [who]}
            assert told(client, where, departmentId=department)["scope"] == {"kind": "department", "ids": [department]}
            assert told(client, where)["scope"] == {"kind": "corp", "ids": []}

    @pytest.mark.parametrize("wrong", ["0", "-1", "x", "1.5", "99999999999999999999999"])
    def test_what_is_no_id_is_refused_or_not_there(self, client: Any, wrong: str) -> None:
        for where in NARROWED:
            for name in ("employeeId", "departmentId"):
                assert asked(client, where, **{name: wrong}).status_code in (400, 404), name

    def test_a_channel_may_be_the_unknown_or_none(self, world: World, client: Any) -> None:
        theirs = make.channel(world.cast.other_corp, "expo").pk
        for where in ["growth", "retention"]:
            for ident in (world.channel.pk, 0, -1):
                assert told(client, where, channelId=ident)["scope"] == {"kind": "channel", "ids": [ident]}
            assert asked(client, where, channelId=theirs).status_code == 404
            assert asked(client, where, channelId=-2).status_code == 400

    def test_the_others_know_no_channel(self, client: Any) -> None:
        for where in ["overview", "activity", "employees", "groups", "funnel", "channels"]:
            answer = asked(client, where, channelId=1)
            assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")

    def test_channels_know_no_employee(self, world: World, client: Any) -> None:
        assert asked(client, "channels", employeeId=world.loner.pk).json()["code"] == "unknown_parameter"


class TestRanking:
    @pytest.mark.parametrize("sort", employees.SORTS)
    def test_each_order_is_taken(self, client: Any, sort: str) -> None:
        assert told(client, "employees", sort=sort)["list"] == []

    @pytest.mark.parametrize("query", [{"sort": "name"}, {"sort": "-new"}, {"size": 101}, {"size": 0}, {"page": 0}])
    def test_no_other_order_and_no_other_page(self, client: Any, query: dict[str, Any]) -> None:
        assert asked(client, "employees", **query).status_code == 400

    def test_pages_hold_each_employee_once(self, world: World, client: Any) -> None:
        for n, person in enumerate(world.people):
            world.begin(2, f"wm{n}", person)
        world.recount(day(2), day(3))
        pages = [told(client, "employees", size=3, page=n, fromDay=day(2)) for n in (1, 2, 3)]
        assert [len(page["list"]) for page in pages] == [3, 1, 0]
        assert [page["more"] for page in pages] == [True, False, False]
        seen = [row["employeeId"] for page in pages for row in page["list"]]
        assert seen == sorted(person.pk for person in world.people)


class TestBy:
    def test_only_by_day_week_or_month(self, client: Any) -> None:
        for where in BY:
            for wrong in ("hour", "year", "1", "Day"):
                assert asked(client, where, by=wrong).status_code == 400

    def test_the_others_have_one_way(self, client: Any) -> None:
        for where in ["overview", "retention", "channels"]:
            assert asked(client, where, by="week").json()["code"] == "unknown_parameter"
