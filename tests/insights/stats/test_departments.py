"""Departments side by side: whom each role finds there, in which order, and as many as the departments' own numbers."""

from typing import Any

import pytest

from insights.stats import scopes
from insights.stats.periods import period
from insights.stats.reports import departments, growth
from insights.stats.terms import Span
from tests import api, make
from tests.insights.stats.world import FIRST, World, day

URL = "/api/v1/stats/departments"


@pytest.fixture
def counted(world: World) -> World:
    """The owner and the colleague have one each, the one in both departments two, one lost, the loner one."""
    world.begin(0, "wm0", world.cast.owner)
    world.begin(1, "wm1", world.cast.colleague)
    world.begin(1, "wm2", world.both)
    world.begin(2, "wm2", world.cast.owner)
    world.begin(2, "wm3", world.both)
    world.end(3, who="wm3", employee=world.both)
    world.begin(2, "wm4", world.loner)
    world.at(day(6))
    world.recount(FIRST, day(5))
    return world


def told(world: World, role: str, *, sort: str = "new", page: int = 1, size: int = 20, **named: int) -> dict[str, Any]:
    scope = scopes.asked(world.cast.actor(role), **named)
    return departments.departments(scope, days(world), sort=sort, page=page, size=size)


def days(world: World) -> Any:
    return period(world.corp, Span.DAY, FIRST, day(5))


def named(answer: dict[str, Any], number: str = "new") -> list[tuple[str, int]]:
    return [(row["name"], row[number]["relations"]) for row in answer["list"]]


def test_each_counts_everybody_in_it_and_below_the_greatest_first(counted: World) -> None:
    root, team = counted.cast.department.parent, counted.cast.department
    assert root is not None
    assert named(told(counted, "admin")) == [(root.name, 5), (team.name, 5), (counted.support.name, 2)]
    assert named(told(counted, "admin", sort="lost"), "lost")[0][1] == 1


def test_its_numbers_are_those_of_the_growth_of_the_department(counted: World) -> None:
    for row in told(counted, "admin")["list"]:
        scope = scopes.asked(counted.cast.actor("admin"), department_id=row["departmentId"])
        own = growth.growth(scope, days(counted))["sum"]
        assert {name: row[name] for name in ("total", "new", "lost", "readded")} == {
            name: own[name] for name in ("total", "new", "lost", "readded")
        }


def test_a_manager_finds_the_own_departments_and_those_below_and_staff_none(counted: World) -> None:
    below = make.department(counted.corp, counted.cast.department, name="一组")
    make.employee(counted.corp, below)
    assert [name for name, _n in named(told(counted, "manager"))] == [counted.cast.department.name]
    counted.begin(4, "wm9", make.employee(counted.corp, below))
    counted.recount(FIRST, day(5))
    assert [name for name, _n in named(told(counted, "manager"))] == [counted.cast.department.name, "一组"]
    assert named(told(counted, "owner")) == []
    assert named(told(counted, "stranger")) == []


def test_one_department_is_told_with_those_below_it(counted: World) -> None:
    assert named(told(counted, "admin", department_id=counted.support.pk)) == [(counted.support.name, 2)]


def test_pages_follow_each_other_and_say_whether_there_is_another(counted: World) -> None:
    pages = [told(counted, "admin", page=n, size=1) for n in (1, 2, 3, 4)]
    assert [page["more"] for page in pages] == [True, True, False, False]
    assert [one for page in pages for one in named(page)] == named(told(counted, "admin"))


def test_over_rest_it_is_asked_for_without_an_employee(counted: World) -> None:
    client = api.client(counted.corp)
    answer = client.get(URL, {"fromDay": FIRST, "toDay": day(5)}).json()
    assert [row["new"]["relations"] for row in answer["list"]] == [5, 5, 2]
    assert client.get(URL, {"employeeId": counted.cast.owner.pk}).status_code == 400
    assert client.get(URL, {"sort": "messages"}).status_code == 400
    assert client.get(URL, {"departmentId": make.department(counted.cast.other_corp).pk}).status_code == 404


def test_nothing_but_rows_of_statistics_and_names_is_read(counted: World, django_assert_max_num_queries: Any) -> None:
    client = api.client(counted.corp)
    client.get(URL)
    with django_assert_max_num_queries(8) as asked:
        client.get(URL, {"fromDay": FIRST, "departmentId": counted.support.pk})
    assert "relation_episode" not in " ".join(query["sql"] for query in asked.captured_queries)
