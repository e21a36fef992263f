"""Who may ask for whose numbers, and what a question costs."""

from typing import Any

import pytest

from core.errors import NotFound
from corps.models import DepartmentMember
from insights.stats import scopes
from insights.stats.terms import Dim
from tests import api, make
from tests.insights.stats.world import FIRST, World, day

URL = "/api/v1/stats"
REPORTS = ("overview", "growth", "retention", "activity", "employees", "groups", "funnel")


def ids(world: World, role: str, **named: int) -> tuple[Dim, tuple[int, ...]]:
    found = scopes.asked(world.cast.actor(role), **named)
    assert found.corp_id == world.corp.pk
    return found.dim, found.idents


class TestScopes:
    def test_without_a_name_it_is_all_that_one_may_see(self, world: World) -> None:
        assert ids(world, "admin") == (Dim.CORP, (0,))
        assert ids(world, "owner") == (Dim.EMPLOYEE, (world.cast.owner.pk,))
        assert ids(world, "manager") == (Dim.DEPARTMENT, (world.cast.department.pk,))

    def test_a_manager_of_several_departments_has_each_once_and_none_below_another(self, world: World) -> None:
        manager = world.cast.manager
        DepartmentMember.objects.create(corp=world.corp, department=world.support, employee=manager)
        departments = tuple(sorted((world.cast.department.pk, world.support.pk)))
        assert ids(world, "manager") == (Dim.DEPARTMENT, departments)
        root = world.cast.department.parent
        DepartmentMember.objects.create(corp=world.corp, department=root, employee=manager)
        assert ids(world, "manager") == (Dim.DEPARTMENT, (root.pk,))  # type: ignore[union-attr]

    def test_a_manager_of_nothing_sees_their_own(self, world: World) -> None:
        DepartmentMember.objects.filter(employee=world.cast.manager).delete()
        assert ids(world, "manager") == (Dim.EMPLOYEE, (world.cast.manager.pk,))

    def test_staff_ask_for_nobody_else_and_no_department(self, world: World) -> None:
        assert ids(world, "owner", employee_id=world.cast.owner.pk)[1] == (world.cast.owner.pk,)
        for named in ({"employee_id": world.cast.colleague.pk}, {"department_id": world.cast.department.pk}):
            with pytest.raises(NotFound):
                ids(world, "owner", **named)

    def test_managers_ask_for_their_people_and_departments_alone(self, world: World) -> None:
        below = make.department(world.corp, world.cast.department)
        assert ids(world, "manager", employee_id=world.cast.owner.pk)[1] == (world.cast.owner.pk,)
        assert ids(world, "manager", department_id=below.pk) == (Dim.DEPARTMENT, (below.pk,))
        root = world.cast.department.parent_id or 0
        for named in ({"employee_id": world.loner.pk}, {"department_id": world.support.pk}, {"department_id": root}):
            with pytest.raises(NotFound):
                ids(world, "manager", **named)

    def test_channels_are_for_those_who_may_read_channels(self, world: World) -> None:
        for role in ("admin", "manager"):
            assert ids(world, role, channel_id=world.channel.pk) == (Dim.CHANNEL, (world.channel.pk,))
        assert ids(world, "admin", channel_id=-1) == (Dim.CHANNEL, (-1,))
        with pytest.raises(NotFound):
            ids(world, "owner", channel_id=world.channel.pk)

    def test_nobody_asks_for_another_companys(self, world: World) -> None:
        theirs = world.cast.other_corp
        strange = {
            "employee_id": world.cast.stranger.pk,
            "department_id": make.department(theirs).pk,
            "channel_id": make.channel(theirs, "expo").pk,
        }
        for name, ident in strange.items():
            with pytest.raises(NotFound):
                ids(world, "admin", **{name: ident})

    def test_a_department_lists_the_people_in_it_and_below(self, world: World) -> None:
        below = make.employee(world.corp, make.department(world.corp, world.support))
        found = scopes.asked(world.cast.actor("admin"), department_id=world.support.pk)
        assert found.employees == (world.both.pk, below.pk)
        assert scopes.asked(world.cast.actor("admin")).employees is None


class TestDoors:
    @pytest.mark.parametrize("where", REPORTS)
    def test_a_foreign_employee_or_department_is_not_there(self, world: World, where: str) -> None:
        client = api.client(world.corp)
        theirs = make.department(world.cast.other_corp)
        for query in ({"employeeId": world.cast.stranger.pk}, {"departmentId": theirs.pk}, {"employeeId": 2**62}):
            answer = client.get(f"{URL}/{where}", query)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize("where", [*REPORTS, "channels"])
    def test_what_is_no_question_is_refused(self, world: World, where: str) -> None:
        client = api.client(world.corp)
        wrong = [{"what": 1}, {"fromDay": "yesterday"}, {"fromDay": "0001-01-01"}, {"fromDay": "2026-04-01"}]
        if where == "overview":
            wrong = wrong[:1]
        for query in wrong:
            answer = client.get(f"{URL}/{where}", query)
            assert answer.status_code == 400, (where, query, answer.content)

    def test_longer_times_are_asked_for_by_the_week_or_month(self, world: World) -> None:
        client = api.client(world.corp)
        for where, query in (("growth", {"fromDay": "2025-03-01"}), ("employees", {"fromDay": "2025-11-01"})):
            assert client.get(f"{URL}/{where}", query).json()["code"] == "days_invalid"
            assert client.get(f"{URL}/{where}", query | {"by": "month"}).status_code == 200

    @pytest.mark.parametrize("where", [*REPORTS, "channels"])
    def test_a_report_costs_as_many_queries_with_many_rows_as_with_few(
        self, world: World, where: str, django_assert_max_num_queries: Any
    ) -> None:
        client = api.client(world.corp)
        for n, person in enumerate(world.people * 2):
            world.begin(n, f"wm{n}", person)
        world.recount(FIRST, day(12))
        client.get(f"{URL}/{where}")
        # Who is active goes by definitions of the company's own, which are asked for as well.
        with django_assert_max_num_queries(9 if where == "activity" else 8):
            assert client.get(f"{URL}/{where}", {"departmentId": world.support.pk} if where in REPORTS else {})

    def test_nothing_but_the_rows_of_statistics_is_read(self, world: World, django_assert_max_num_queries: Any) -> None:
        world.begin(1)
        world.recount(FIRST, day(12))
        client = api.client(world.corp)
        for where in (*REPORTS, "channels"):
            with django_assert_max_num_queries(8) as asked:
                client.get(f"{URL}/{where}")
            text = " ".join(query["sql"] for query in asked.captured_queries)
            for table in ("relation_episode", "follow_up", "group_member", "customer_tag_relation", "talk_figures"):
                assert table not in text, (where, table)
