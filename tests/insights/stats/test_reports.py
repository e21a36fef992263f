"""The reports over REST: every number against the story that it tells of."""

import csv
import io
from typing import Any

import pytest

from customers import talk_figures
from customers.talk_figures import Figures
from groups.choices import MemberType
from insights.models import StatWindow
from insights.stats.terms import KEPT_AFTER
from insights.stats.words import definitions
from tests import api, make
from tests.customers.mirroring.readings import day as moment
from tests.customers.mirroring.readings import the
from tests.insights.stats.world import FIRST, World, day

URL = "/api/v1/stats"
NOTHING = {"relations": 0, "people": 0}


def both(relations: int, people: int | None = None) -> dict[str, int]:
    return {"relations": relations, "people": relations if people is None else people}


@pytest.fixture
def story(world: World) -> World:
    """Two customers of the owner's from day 2; one of them also the colleague's, who loses her on day 12."""
    world.begin(2, "wmA", state="expo")
    world.begin(2, "wmB", state="unheard")
    world.begin(3, "wmA", world.cast.colleague, add_way=None)
    world.end(12, "customer", "wmA", world.cast.colleague)
    world.begin(13, "wmC", world.loner, state="expo")
    world.at(day(20))
    world.recalled(FIRST, day(19))
    return world


def get(client: Any, where: str, **query: Any) -> Any:
    names = {"first": "fromDay", "last": "toDay"}
    answer = client.get(f"{URL}/{where}", {names.get(name, name): value for name, value in query.items()})
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def client(story: World) -> Any:
    return api.client(story.corp)


class TestGrowth:
    def test_each_day_tells_relations_and_people(self, story: World, client: Any) -> None:
        answer = get(client, "growth", first=day(2), last=day(4))
        second, third, fourth = answer["list"]
        assert (second["day"], second["total"], second["new"], second["net"]) == (
            "2026-03-03",
            both(2),
            both(2),
            both(2),
        )
        # The colleague's is one relation more, and nobody more.
        assert (third["total"], third["new"], third["net"]) == (both(3, 2), both(1), both(1, 0))
        assert fourth["new"] == fourth["lost"] == NOTHING
        assert answer["sum"]["new"] == both(3)
        assert answer["sum"]["net"] == both(3, 2)
        # There are no days before that were counted.
        assert (answer["before"]["total"], answer["before"]["net"]["people"]) == (both(0), None)

    def test_losses_by_who_ended_and_against_the_days_before(self, story: World, client: Any) -> None:
        answer = get(client, "growth", first=day(10), last=day(12))
        assert answer["sum"]["lost"] == answer["sum"]["lostByCustomer"] == both(1)
        assert answer["sum"]["lostByEmployee"] == answer["sum"]["transferred"] == NOTHING
        assert answer["sum"]["net"] == both(-1, 0)
        assert answer["before"] == answer["before"] | {"lost": NOTHING, "total": both(3, 2), "net": both(0)}

    def test_people_of_a_week_and_a_month_are_counted_once(self, story: World, client: Any) -> None:
        answer = get(client, "growth", by="week", first=day(2), last=day(3))
        assert [(row["day"], row["new"]) for row in answer["list"]] == [("2026-03-02", both(3, 2))]
        answer = get(client, "growth", by="month", first=day(2))
        assert (answer["from"], answer["to"], answer["by"]) == ("2026-03-01", day(19).isoformat(), "month")
        assert answer["list"][0]["new"] == both(4, 3)
        assert answer["list"][0]["total"] == both(3)

    def test_of_an_employee_a_department_or_a_channel(self, story: World, client: Any) -> None:
        colleague = get(client, "growth", first=day(3), last=day(12), employeeId=story.cast.colleague.pk)
        assert (colleague["sum"]["new"], colleague["sum"]["lost"]) == (both(1), both(1))
        assert colleague["scope"] == {"kind": "employee", "ids": [story.cast.colleague.pk]}
        sales = get(client, "growth", first=day(2), last=day(13), departmentId=story.cast.department.pk)
        assert sales["sum"]["new"] == both(3)
        assert sales["list"][1]["total"] == both(3, 2)
        expo = get(client, "growth", first=day(2), last=day(13), channelId=story.channel.pk)
        assert expo["sum"]["new"] == both(2)
        unknown, none = (get(client, "growth", first=day(2), channelId=ident)["sum"]["new"] for ident in (-1, 0))
        assert (unknown, none) == (both(1), both(1))

    def test_the_file_has_the_same_numbers(self, story: World, client: Any) -> None:
        answer = client.get(f"{URL}/growth/export", {"fromDay": day(2), "toDay": day(3)})
        assert answer["Content-Disposition"] == 'attachment; filename="growth.csv"'
        lines = read(answer)
        assert lines[0][:3] == ["day", "total.relations", "total.people"]
        assert [line[:5] for line in lines[1:]] == [
            ["2026-03-03", "2", "2", "2", "2"],
            ["2026-03-04", "3", "2", "1", "1"],
        ]


class TestFreshness:
    def test_it_says_up_to_which_day_and_whether_that_is_final(self, story: World, client: Any) -> None:
        answer = get(client, "growth", first=day(15), last=day(17))
        known = {"day": "2026-03-18", "computedAt": "2026-03-21T04:00:00Z", "final": True, "missing": 0}
        assert answer["asOf"] == known
        assert get(client, "growth", first=day(15))["asOf"]["final"] is False

    def test_what_has_not_been_counted_is_missing_and_not_nothing(self, story: World, client: Any) -> None:
        StatWindow.objects.filter(day=day(19)).delete()
        answer = get(client, "growth", first=day(18))
        assert (answer["asOf"]["missing"], answer["asOf"]["final"], answer["asOf"]["day"]) == (1, False, "2026-03-19")
        assert answer["list"][-1]["total"] is None
        assert answer["list"][-1]["net"]["people"] is None

    def test_every_number_is_defined_in_the_language_asked_for(self, story: World) -> None:
        told = get(api.client(story.corp, **{"Accept-Language": "zh-hans"}), "growth")["definitions"]
        assert set(told) == {"relations", "people", "total", "net", "kept"} - {"kept"} | set(definitions(("new",))) | {
            "readded",
            "lost",
            "lostByEmployee",
            "lostByCustomer",
            "lostUnknown",
            "transferred",
        }
        assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in told.values())

    def test_a_company_that_was_never_counted_has_an_empty_answer(self, world: World) -> None:
        client = api.client(world.corp)
        for where in ("overview", "growth", "retention", "activity", "channels", "employees", "groups", "funnel"):
            assert get(client, where)["asOf"] == {"day": None, "computedAt": None, "final": False} | {
                "missing": get(client, where)["asOf"]["missing"]
            }


class TestOverview:
    def test_the_last_day_week_and_month_against_those_before(self, story: World, client: Any) -> None:
        answer = get(client, "overview")
        assert answer["to"] == "2026-03-20"
        assert answer["day"]["now"]["new"] == NOTHING
        assert answer["day"]["now"]["total"] == both(3)
        # Days 13 to 19, and 6 to 12.
        assert (answer["week"]["now"]["new"], answer["week"]["before"]["lost"]) == (both(1), both(1))
        assert answer["week"]["now"]["net"] == both(1)
        assert answer["month"]["now"]["new"] == both(4)

    def test_before_the_night_it_is_of_the_newest_day_that_was_counted(self, story: World, client: Any) -> None:
        story.at(day(23))
        assert get(client, "overview")["to"] == "2026-03-20"

    def test_work_and_groups_are_told_beside(self, story: World, client: Any) -> None:
        make.alert(the("wmA"), story.cast.owner, opened_at=moment(19))
        story.rebuild(day(19), day(19))
        answer = get(client, "overview")["day"]["now"]
        assert (answer["warningsOpened"], answer["groupJoins"]) == (both(1), NOTHING)


class TestRetention:
    def test_a_month_of_adding_tells_who_stayed_of_those_that_are_long_enough_ago(
        self, story: World, client: Any
    ) -> None:
        answer = get(client, "retention", first=FIRST)
        (month,) = answer["list"]
        seven = month["kept"][0]
        # Of day 2 and 3 all stayed for a week; day 13 isn't a week ago.
        assert (month["month"], month["new"]) == ("2026-03", both(4))
        assert seven == {"days": 7, "of": both(3), "stayed": both(3), "rate": 1.0}
        assert [point["days"] for point in month["kept"]] == list(KEPT_AFTER)
        assert month["kept"][1] == {"days": 30, "of": NOTHING, "stayed": NOTHING, "rate": None}
        assert answer["all"] == {"new": month["new"], "kept": month["kept"]}

    def test_who_left_within_the_time_did_not_stay(self, story: World, client: Any) -> None:
        story.begin(4, "wmD")
        story.end(7, who="wmD")
        story.at(day(50))
        story.recount(FIRST, day(49))
        point = get(client, "retention", first=FIRST, last=day(30))["list"][0]["kept"]
        assert (point[0]["of"]["relations"], point[0]["stayed"]["relations"], point[0]["rate"]) == (5, 4, 0.8)
        assert (point[1]["of"]["relations"], point[1]["stayed"]["relations"]) == (5, 3)

    def test_of_a_channel(self, story: World, client: Any) -> None:
        answer = get(client, "retention", first=FIRST, channelId=story.channel.pk)
        assert answer["list"][0]["kept"][0]["of"] == both(1)


class TestChannels:
    def test_each_channel_then_unknown_states_then_the_rest(self, story: World, client: Any) -> None:
        rows = get(client, "channels", first=FIRST)["list"]
        assert [(row["kind"], row["name"], row["total"], row["new"]) for row in rows] == [
            ("channel", "展会", both(2), both(2)),
            ("unknown", "", both(1), both(1)),
            ("none", "", both(0), both(1)),
        ]
        assert (rows[2]["lost"], rows[2]["channelId"], rows[0]["channelId"]) == (both(1), None, story.channel.pk)
        assert rows[0]["kept"][0] == {"days": 7, "of": both(1), "stayed": both(1), "rate": 1.0}

    def test_they_add_up_to_the_company_also_when_a_channel_is_gone(self, story: World, client: Any) -> None:
        story.channel.keys.all().delete()
        story.channel.delete()
        rows = get(client, "channels", first=FIRST)["list"]
        assert [row["kind"] for row in rows] == ["channel", "unknown", "none"]
        assert sum(row["new"]["relations"] for row in rows) == 4

    def test_the_file_has_the_same(self, story: World, client: Any) -> None:
        lines = read(client.get(f"{URL}/channels/export", {"fromDay": FIRST}))
        assert [line[:5] for line in lines[1:]] == [
            ["展会", "2", "2", "2", "2"],
            ["unknown", "1", "1", "1", "1"],
            ["none", "0", "0", "1", "1"],
        ]
        assert lines[0][-15:-12] == ["kept7.of", "kept7.stayed", "kept7.rate"]
        assert lines[1][-15:-12] == ["1", "1", "1.0"]


class TestEmployees:
    def test_the_greatest_first_with_all_of_their_numbers(self, story: World, client: Any) -> None:
        answer = get(client, "employees", first=FIRST)
        assert [(row["name"], row["new"], row["total"]) for row in answer["list"]] == [
            ("王小明", both(2), both(2)),
            ("李小红", both(1), NOTHING),
            ("独行", both(1), both(1)),
        ]
        assert answer["list"][1]["lostByCustomer"] == both(1)
        assert answer["more"] is False
        lost = get(client, "employees", first=FIRST, sort="lost", size=1)
        assert ([row["name"] for row in lost["list"]], lost["more"]) == (["李小红"], True)
        second = get(client, "employees", first=FIRST, sort="lost", size=1, page=2)
        assert [row["name"] for row in second["list"]] == ["王小明"]

    def test_those_of_a_department(self, story: World, client: Any) -> None:
        answer = get(client, "employees", first=FIRST, departmentId=story.cast.department.pk)
        assert [row["name"] for row in answer["list"]] == ["王小明", "李小红"]
        assert get(client, "employees", first=FIRST, departmentId=story.support.pk)["list"] == []

    def test_the_file_has_all_of_them(self, story: World, client: Any) -> None:
        lines = read(client.get(f"{URL}/employees/export", {"fromDay": FIRST, "sort": "new"}))
        assert [line[0] for line in lines] == ["employee", "王小明", "李小红", "独行"]
        assert len({len(line) for line in lines}) == 1


class TestActivity:
    @pytest.fixture(autouse=True)
    def _talk(self, story: World) -> None:
        told = [
            (story.cast.owner, Figures(12, 80, 66.67, 9, 1, 6, 5)),
            (story.cast.colleague, Figures(2, 20, 100.0, 3)),
        ]
        for employee, figures in told:
            days = {day(18): figures, day(19): Figures(chats=1, messages=5)}
            talk_figures.store(corp_id=story.corp.pk, employee_id=employee.pk, days=days, today=day(20))
        story.rebuild(day(18), day(19))

    def test_sums_means_and_how_they_lie_among_the_employees(self, story: World, client: Any) -> None:
        answer = get(client, "activity", first=day(18))
        first, second = answer["list"]
        assert (first["messages"], first["replyPercentage"], first["replyMinutes"]) == (100, 83.33, 6.0)
        assert (second["messages"], second["replyPercentage"], second["replyMinutes"]) == (10, None, None)
        assert (answer["sum"]["chats"], answer["sum"]["negativeFeedback"], answer["sum"]["newContacts"]) == (16, 1, 5)
        assert answer["before"]["messages"] == 0
        assert answer["spread"]["messages"] == {
            "of": 2,
            "mean": 55.0,
            "p0": 25,
            "p25": 25,
            "p50": 25,
            "p75": 85,
            "p100": 85,
        }
        assert [(row["name"], row["messages"]) for row in answer["ranking"]] == [("王小明", 85), ("李小红", 25)]

    def test_provisional_figures_make_the_day_provisional(self, story: World, client: Any) -> None:
        assert get(client, "activity", first=day(18))["asOf"]["final"] is False

    def test_an_employees_own(self, story: World, client: Any) -> None:
        answer = get(client, "activity", first=day(18), employeeId=story.cast.colleague.pk)
        assert (answer["sum"]["messages"], answer["spread"]["messages"]["of"]) == (25, 1)


class TestGroups:
    def test_who_joined_left_and_is_there(self, story: World, client: Any) -> None:
        chat = make.chat(story.corp, story.cast.owner, "wmX", "wmY", opened_at=moment(18))
        chat.members.filter(userid="wmY", type=MemberType.CUSTOMER).update(left_at=moment(19))
        story.rebuild(day(17), day(19))
        answer = get(client, "groups", first=day(18))
        assert [(row["groupMembers"], row["groups"]) for row in answer["list"]] == [
            (both(2), both(1, 0)),
            (both(1), both(1, 0)),
        ]
        assert (answer["sum"]["groupJoins"], answer["sum"]["groupLeaves"]) == (both(2), both(1))
        assert answer["before"]["groupJoins"] == NOTHING


class TestFunnel:
    def test_each_stage_with_its_share_of_the_one_before(self, story: World, client: Any) -> None:
        first, second, third = (make.stage(story.corp) for _n in range(3))
        for who in ("wmA", "wmB"):
            make.staged(the(who), first)
        make.staged(the("wmA"), second)
        the("wmA").stage_changes.update(at=moment(19))
        the("wmB").stage_changes.update(at=moment(19))
        story.rebuild(day(19), day(19))
        rows = get(client, "funnel", first=day(18))["list"]
        assert [(row["stageId"], row["entered"], row["conversion"], row["standing"]) for row in rows] == [
            (first.pk, both(2), None, 1),
            (second.pk, both(1), 0.5, 1),
            (third.pk, NOTHING, 0.0, 0),
        ]
        mine = get(client, "funnel", first=day(18), employeeId=story.cast.colleague.pk)["list"]
        assert [(row["entered"], row["standing"]) for row in mine] == [(NOTHING, None)] * 3


def read(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))
