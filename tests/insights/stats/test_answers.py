"""What the doors promise: shapes as documented, each role its own numbers, files in the reader's language."""

import csv
import io
from typing import Any

import jsonschema
import pytest
from rest_framework.test import APIClient

from corps.models import DepartmentMember, User
from customers import talk_figures
from customers.talk_figures import Figures
from insights.api.stats import schema, shapes
from tests import api, make
from tests.customers.mirroring.readings import day as moment
from tests.customers.mirroring.readings import the
from tests.insights.stats.world import FIRST, World, day

URL = "/api/v1/stats"
SHAPES: dict[str, tuple[Any, Any]] = {
    "overview": (shapes.OVERVIEW, schema.OVERVIEW),
    "growth": (shapes.GROWTH, schema.GROWTH),
    "retention": (shapes.RETENTION, schema.RETENTION),
    "activity": (shapes.ACTIVITY, schema.ACTIVITY),
    "channels": (shapes.CHANNELS, schema.CHANNELS),
    "employees": (shapes.EMPLOYEES, schema.EMPLOYEES),
    "departments": (shapes.DEPARTMENTS, schema.DEPARTMENTS),
    "groups": (shapes.GROUPS_SERIES, schema.GROUPS_REPORT),
    "funnel": (shapes.FUNNEL, schema.FUNNEL),
}
FILES = tuple(SHAPES)


@pytest.fixture
def full(world: World) -> World:
    """Something of everything, and all of it counted."""
    for n, person in enumerate(world.people):
        world.begin(n, f"wm{n}", person, state="expo")
    world.end(2, who="wm0")
    make.staged(the("wm1"), make.stage(world.corp))
    the("wm1").stage_changes.update(at=moment(3))
    make.chat(world.corp, world.cast.owner, "wmX", opened_at=moment(2))
    told = {day(3): Figures(4, 20, 66.67, 3, 1, 2, 1)}
    talk_figures.store(corp_id=world.corp.pk, employee_id=world.cast.owner.pk, days=told, today=day(9))
    world.at(day(6))
    world.rebuild(FIRST, day(5))
    return world


def speaker(user: User) -> Any:
    client = APIClient(headers={"Accept-Language": "en"})
    client.force_authenticate(user.actor)
    return client


def since(where: str) -> dict[str, Any]:
    """The question of the days of this history; the overview has days of its own."""
    return {} if where in ("overview", "forecast") else {"fromDay": FIRST}


def table(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


class TestShapes:
    def test_a_full_answer_is_as_documented_and_says_nothing_more(self, full: World) -> None:
        for where in SHAPES:
            answer = api.client(full.corp).get(f"{URL}/{where}").json()
            form = SHAPES[where][0]
            jsonschema.validate(answer, form)
            assert set(answer) == set(form["properties"])
            for row in answer.get("list", []):
                assert set(row) == set(form["properties"]["list"]["items"]["properties"])

    def test_an_empty_answer_is_as_documented(self, world: World) -> None:
        for where in SHAPES:
            jsonschema.validate(api.client(world.corp).get(f"{URL}/{where}").json(), SHAPES[where][0])

    def test_the_example_is_as_documented(
        self,
    ) -> None:
        for where in SHAPES:
            form, about = SHAPES[where]
            jsonschema.validate(about["responses"][200].examples[0].value, form)

    def test_each_number_of_a_line_has_its_definition(self, full: World) -> None:
        for where in SHAPES:
            answer = api.client(full.corp).get(f"{URL}/{where}").json()
            lines = answer["list"] if "list" in answer else [answer["day"]["now"]]
            names = {
                name
                for name, value in lines[0].items()
                if isinstance(value, dict | list) or (isinstance(value, int | float) and not name.endswith("Id"))
            }
            assert names <= set(answer["definitions"])


class TestRoles:
    def sums(self, user: User, **query: Any) -> tuple[int, int]:
        answer = speaker(user).get(f"{URL}/growth", {"fromDay": FIRST, "toDay": day(5), "by": "month"} | query)
        told = answer.json()["sum"]["new"]
        return told["relations"], told["people"]

    def test_staff_see_their_own_managers_their_departments_and_others_all(self, full: World) -> None:
        users = full.cast.users
        assert self.sums(users["owner"]) == (1, 1)
        assert self.sums(users["manager"]) == (3, 3)
        assert self.sums(users["admin"]) == (4, 4)
        assert self.sums(users["stranger"]) == (0, 0)

    def test_a_manager_narrows_to_one_of_their_people_and_no_other(self, full: World) -> None:
        manager = full.cast.users["manager"]
        assert self.sums(manager, employeeId=full.cast.colleague.pk) == (1, 1)
        refused = speaker(manager).get(f"{URL}/growth", {"employeeId": full.loner.pk})
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")

    def test_lists_of_employees_end_where_the_scope_does(self, full: World) -> None:
        def names(role: str) -> set[str]:
            answer = speaker(full.cast.users[role]).get(f"{URL}/employees", {"fromDay": FIRST})
            return {row["name"] for row in answer.json()["list"]}

        assert names("owner") == {"王小明"}
        assert names("manager") == {"王小明", "李小红", "两边"}
        assert names("admin") == {"王小明", "李小红", "两边", "独行"}
        assert names("stranger") == set()

    def test_the_file_ends_there_too(self, full: World) -> None:
        answer = speaker(full.cast.users["owner"]).get(f"{URL}/employees/export", {"fromDay": FIRST})
        assert [line[0] for line in table(answer)[1:]] == ["王小明"]

    def test_who_has_moved_sees_by_the_chart_of_today(self, full: World) -> None:
        DepartmentMember.objects.filter(employee=full.cast.manager).update(department=full.support)
        assert self.sums(full.cast.users["manager"]) == (1, 1)

    def test_figures_and_groups_of_talk_are_scoped_as_well(self, full: World) -> None:
        for role, messages, joins in (("owner", 20, 1), ("colleague", 0, 0), ("manager", 20, 1), ("stranger", 0, 0)):
            client = speaker(full.cast.users[role])
            assert client.get(f"{URL}/activity").json()["sum"]["messages"] == messages, role
            assert client.get(f"{URL}/groups").json()["sum"]["groupJoins"]["relations"] == joins, role

    def test_channels_are_not_for_staff(self, full: World) -> None:
        for role, status in (("owner", 403), ("manager", 200), ("admin", 200)):
            for where in ("channels", "channels/export"):
                assert speaker(full.cast.users[role]).get(f"{URL}/{where}").status_code == status, (role, where)

    def test_nobody_unknown_sees_anything(self, full: World) -> None:
        for where in (*SHAPES, *(f"{name}/export" for name in FILES)):
            assert APIClient().get(f"{URL}/{where}").status_code == 401


class TestFiles:
    def test_it_is_a_table_with_a_heading_and_equal_lines(self, full: World) -> None:
        for where in FILES:
            answer = api.client(full.corp).get(f"{URL}/{where}/export", since(where))
            assert answer["Content-Type"] == "text/csv; charset=utf-8"
            lines = table(answer)
            assert len(lines) > 1
            assert len({len(line) for line in lines}) == 1
            assert len(set(lines[0])) == len(lines[0])

    @pytest.mark.parametrize(
        ("where", "heading"),
        [("growth", "日期"), ("channels", "渠道"), ("employees", "员工"), ("departments", "部门"), ("funnel", "阶段")],
    )
    def test_the_heading_is_in_the_language_asked_for(self, full: World, where: str, heading: str) -> None:
        client = api.client(full.corp, **{"Accept-Language": "zh-hans"})
        assert table(client.get(f"{URL}/{where}/export"))[0][0] == heading

    def test_what_is_no_question_is_refused_there_too(self, world: World) -> None:
        for where in FILES:
            for query in ({"what": "1"}, {"toDay": "31.12."}, {"fromDay": "2030-01-01"}, {"format": "pdf"}):
                assert api.client(world.corp).get(f"{URL}/{where}/export", query).status_code == 400

    def test_a_name_that_is_a_formula_is_written_as_the_other_files_write_it(self, full: World) -> None:
        type(full.cast.owner).objects.filter(pk=full.cast.owner.pk).update(name="=1+1")
        names = [line[0] for line in table(api.client(full.corp).get(f"{URL}/employees/export", {"fromDay": FIRST}))]
        assert "=1+1" not in names
        assert "'=1+1" in names
