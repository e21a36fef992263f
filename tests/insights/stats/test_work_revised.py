"""What people change of their follow-ups, and whose numbers a manager of two departments and the staff are shown."""

import csv
import io
from typing import Any

import pytest

from core import exporting
from corps.actors import SYSTEM
from corps.models import DepartmentMember
from followups import revising, writing
from followups.models import FollowUp
from insights.stats import computing, scopes
from insights.stats.periods import Period
from insights.stats.periods import period as period_of
from insights.stats.reports import employees, growth
from insights.stats.terms import Dim, Metric, Span
from tests import api
from tests.customers.mirroring.readings import day as moment
from tests.customers.mirroring.readings import the
from tests.insights.stats import model
from tests.insights.stats.world import FIRST, World, day

URL = "/api/v1/stats"
BY: Any = {"by": SYSTEM, "source": "api"}


def wrote(world: World, at: float, who: str = "wmA") -> FollowUp:
    whose: Any = {"employee_id": world.cast.owner.pk, "happened_at": moment(at)}
    return writing.write(customer=the(who), content="电话", **whose, **BY)


def of_company(world: World, number: int) -> tuple[int, int] | None:
    """Follow-ups, and their customers, of a day that is counted now."""
    world.at(day(9))
    computing.compute_day(corp=world.corp, day=day(number), today=day(9))
    rows = model.stored(world.corp, [Metric.FOLLOWUPS])
    return rows.get((Span.DAY, day(number), Dim.CORP, Metric.FOLLOWUPS, 0, 0))


class TestFollowUps:
    def test_other_words_are_no_second_piece_of_work(self, world: World) -> None:
        world.begin(0)
        row = wrote(world, 4.1)
        assert of_company(world, 4) == (1, 1)
        revising.edit(follow_up=row, content="改过", kind="call", **BY)
        assert of_company(world, 4) == (1, 1)

    def test_what_is_said_to_have_been_on_another_day_moves_there(self, world: World) -> None:
        world.begin(0)
        row = wrote(world, 4.1)
        wrote(world, 4.2)
        assert (of_company(world, 4), of_company(world, 3)) == ((2, 1), None)
        revising.edit(follow_up=row, happened_at=moment(3.1), **BY)
        assert (of_company(world, 4), of_company(world, 3)) == ((1, 1), (1, 1))

    def test_what_was_deleted_counts_no_more_and_the_last_one_leaves_nothing(self, world: World) -> None:
        world.begin(0)
        world.begin(0, "wmB")
        first, second = wrote(world, 4.1), wrote(world, 4.2, "wmB")
        assert of_company(world, 4) == (2, 2)
        revising.delete(follow_up=first, **BY)
        assert of_company(world, 4) == (1, 1)
        revising.delete(follow_up=second, **BY)
        assert of_company(world, 4) is None
        assert model.stored(world.corp, [Metric.FOLLOWUPS]) == {}

    def test_a_week_and_a_month_forget_it_too(self, world: World) -> None:
        world.begin(0)
        row = wrote(world, 4.1)
        assert of_company(world, 4) == (1, 1)
        spans = {key[0] for key in model.stored(world.corp, [Metric.FOLLOWUPS])}
        assert spans == set(Span)
        revising.delete(follow_up=row, **BY)
        of_company(world, 4)
        assert model.stored(world.corp, [Metric.FOLLOWUPS]) == {}


@pytest.fixture
def story(world: World) -> World:
    """The owner has A and loses B; the one of both departments has B; who is in none has C."""
    world.begin(2, "wmA")
    world.begin(2, "wmB")
    world.begin(3, "wmB", world.both)
    world.begin(3, "wmC", world.loner)
    world.end(5, "customer", "wmB")
    world.at(day(8))
    world.recalled(FIRST, day(7))
    DepartmentMember.objects.create(corp=world.corp, department=world.support, employee=world.cast.manager)
    return world


def period(story: World, first: int, last: int) -> Period:
    return period_of(story.corp, Span.DAY, day(first), day(last))


def numbers(story: World, role: str, **named: int) -> dict[str, Any]:
    scope = scopes.asked(story.cast.actor(role), **named)
    found: dict[str, Any] = growth.growth(scope, period(story, 2, 5))["sum"]
    return found


def listed(story: World, role: str, **named: int) -> list[int]:
    scope = scopes.asked(story.cast.actor(role), **named)
    found = employees.employees(scope, period(story, 2, 5), sort="new", page=1, size=20)
    return [row["employeeId"] for row in found["list"]]


class TestScopes:
    def test_two_departments_are_added_up_and_nobody_outside_is_in_them(self, story: World) -> None:
        # Who is in both departments counts in each.
        assert numbers(story, "manager")["new"]["relations"] == 4
        assert numbers(story, "admin")["new"]["relations"] == 4
        apart = [numbers(story, "manager", department_id=one.pk) for one in (story.cast.department, story.support)]
        assert [one["new"]["relations"] for one in apart] == [3, 1]
        assert [one["lost"]["relations"] for one in apart] == [1, 0]

    def test_each_of_their_people_is_listed_once_and_no_other(self, story: World) -> None:
        assert listed(story, "manager") == [story.cast.owner.pk, story.both.pk]
        assert listed(story, "manager", department_id=story.support.pk) == [story.both.pk]
        assert set(listed(story, "admin")) == {story.cast.owner.pk, story.both.pk, story.loner.pk}

    def test_staff_are_shown_their_own_and_are_listed_alone(self, story: World) -> None:
        assert numbers(story, "owner")["new"] == {"relations": 2, "people": 2}
        assert numbers(story, "owner")["lost"] == {"relations": 1, "people": 1}
        assert numbers(story, "colleague")["new"] == {"relations": 0, "people": 0}
        assert (listed(story, "owner"), listed(story, "colleague")) == ([story.cast.owner.pk], [])

    def test_who_leads_a_department_no_more_sees_none_of_it(self, story: World) -> None:
        DepartmentMember.objects.filter(employee=story.cast.manager, department=story.cast.department).delete()
        assert listed(story, "manager") == [story.both.pk]
        assert numbers(story, "manager")["new"]["relations"] == 1


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


class TestFiles:
    def test_a_negative_net_is_a_number_in_the_file(self, story: World) -> None:
        asked = {"fromDay": day(5), "toDay": day(5)}
        head, row = lines(api.client(story.corp).get(f"{URL}/growth/export", asked))
        told = dict(zip(head, row, strict=True))
        assert (told["net.relations"], told["net.people"], told["lost.relations"]) == ("-1", "0", "1")

    def test_so_are_all_numbers_of_all_lines_of_a_person(self, story: World) -> None:
        scope = scopes.asked(story.cast.actor("owner"))
        table = lines(exporting.as_csv(growth.table(growth.growth(scope, period(story, 4, 6))), "growth.csv"))
        where = table[0].index("net.people")
        assert [line[where] for line in table[1:]] == ["0", "-1", "0"]
        assert all(cell.lstrip("-").isdecimal() for line in table[1:] for cell in line[1:])

    def test_the_file_of_employees_has_those_of_the_list(self, story: World) -> None:
        scope = scopes.asked(story.cast.actor("manager"))
        table = lines(exporting.as_csv(employees.table(scope, period(story, 2, 5), "new"), "employees.csv"))
        assert [line[0] for line in table[1:]] == ["王小明", "两边"]
