import datetime as dt
from functools import partial
from typing import Any

import pytest

from core.time import now
from corps import mirroring, tickets
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.facts import DepartmentFacts, EmployeeFacts
from corps.models import Corp, Department, DepartmentMember, Employee
from corps.tally import Tally
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.test_concurrency import at_once

AS: Any = {"by": SYSTEM, "source": "sync"}


@pytest.fixture
def corp(db: None) -> Corp:
    return make.corp()


def departments(corp: Corp, *told: tuple[int, str, int], whole: bool = True, ticket: int | None = None) -> Tally:
    """Apply departments of (WeCom id, name, parent's id)."""
    facts = [DepartmentFacts(wecom_id=i, name=name, parent_id=parent) for i, name, parent in told]
    number = ticket or tickets.draw(corp.pk)
    return mirroring.apply_departments(corp_id=corp.pk, departments=facts, ticket=number, whole=whole, **AS)


def employees(corp: Corp, *facts: EmployeeFacts, ticket: int | None = None) -> Tally:
    number = ticket or tickets.draw(corp.pk)
    return mirroring.apply_employees(corp_id=corp.pk, employees=facts, ticket=number, **AS)


def tree(corp: Corp) -> dict[int | None, tuple[str, int | None]]:
    """WeCom id → (name, the parent's), and each path as the parents make it."""
    rows = {row.pk: row for row in Department.objects.of_corp(corp.pk).select_related("parent")}
    for row in rows.values():
        above = rows[row.parent_id].path if row.parent_id else "/"
        assert row.path == f"{above}{row.pk}/"
    return {row.wecom_id: (row.name, row.parent.wecom_id if row.parent else None) for row in rows.values()}


def places(userid: str) -> set[tuple[int | None, bool, bool]]:
    rows = DepartmentMember.objects.filter(employee__userid=userid)
    return set(rows.values_list("department__wecom_id", "is_leader", "is_main"))


def forget() -> None:
    OutboxEvent.objects.all().delete()


class TestDepartments:
    def test_parents_may_come_after_their_children(self, corp: Corp, recorded) -> None:
        tally = departments(corp, (9, "西区", 7), (7, "销售", 1), (1, "公司", 0))
        assert tree(corp) == {1: ("公司", None), 7: ("销售", 1), 9: ("西区", 7)}
        assert (tally.new, tally.changed, tally.same) == (3, 0, 0)
        assert [name for name, _id, _data in recorded()] == ["department.created"] * 3

    def test_the_same_again_writes_and_tells_nothing(self, corp: Corp, recorded) -> None:
        departments(corp, (1, "公司", 0), (7, "销售", 1))
        before, told = list(Department.objects.values("pk", "version", "update_time")), recorded()
        assert departments(corp, (1, "公司", 0), (7, "销售", 1)).same == 2
        assert (list(Department.objects.values("pk", "version", "update_time")), recorded()) == (before, told)

    def test_renamed_moved_and_reordered_are_told_by_name_of_field(self, corp: Corp, recorded) -> None:
        departments(corp, (1, "公司", 0), (7, "销售", 1), (9, "西区", 7))
        forget()
        number = tickets.draw(corp.pk)
        facts = [DepartmentFacts(1, "总公司"), DepartmentFacts(7, "销售", 1, 40), DepartmentFacts(9, "西区", 1)]
        mirroring.apply_departments(corp_id=corp.pk, departments=facts, ticket=number, whole=True, **AS)
        rows = {row.wecom_id: row for row in Department.objects.of_corp(corp.pk)}
        assert tree(corp) == {1: ("总公司", None), 7: ("销售", 1), 9: ("西区", 1)}
        assert rows[7].order == 40
        assert {row.version for row in rows.values()} == {2}
        assert [(name, data["changed"]) for name, _id, data in recorded()] == [
            ("department.updated", ["name"]),
            ("department.updated", ["order"]),
            ("department.updated", ["parentId"]),
        ]

    def test_what_hangs_below_a_moved_one_goes_along_without_an_event(self, corp: Corp, recorded) -> None:
        departments(corp, (1, "公司", 0), (2, "乙", 1), (7, "销售", 1), (9, "西区", 7))
        forget()
        departments(corp, (7, "销售", 2), whole=False)
        assert tree(corp)[9] == ("西区", 7)
        assert [data["changed"] for _name, _id, data in recorded()] == [["parentId"]]

    def test_of_a_whole_reading_the_missing_go_deepest_first_with_their_places(self, corp: Corp, recorded) -> None:
        departments(corp, (1, "公司", 0), (7, "销售", 1), (9, "西区", 7))
        employees(corp, EmployeeFacts("lina", "Lina", departments=((9, False),), main_department=9))
        ids = {row.wecom_id: row.pk for row in Department.objects.all()}
        forget()
        assert departments(corp, (1, "公司", 0)).ended == 2
        assert tree(corp) == {1: ("公司", None)}
        assert places("lina") == set()
        assert [(name, pk) for name, pk, _data in recorded()] == [
            ("department.deleted", ids[9]),
            ("department.deleted", ids[7]),
        ]

    def test_of_a_part_nothing_is_missing(self, corp: Corp) -> None:
        departments(corp, (1, "公司", 0), (7, "销售", 1))
        assert departments(corp, (1, "公司", 0), whole=False).ended == 0
        assert 7 in tree(corp)

    def test_an_empty_answer_removes_nothing(self, corp: Corp) -> None:
        departments(corp, (1, "公司", 0), (7, "销售", 1))
        assert departments(corp) == Tally()
        assert len(tree(corp)) == 2

    def test_departments_made_here_stay_and_are_lifted_off_what_goes(self, corp: Corp, recorded) -> None:
        departments(corp, (1, "公司", 0), (7, "销售", 1), (9, "西区", 7))
        mine = make.department(corp, Department.objects.get(wecom_id=9), name="自建")
        forget()
        departments(corp, (1, "公司", 0))
        assert tree(corp)[None] == ("自建", 1)
        assert ("department.updated", mine.pk, {"departmentId": mine.pk, "changed": ["parentId"]}) in recorded()

    def test_removed_by_name_its_children_are_lifted(self, corp: Corp) -> None:
        departments(corp, (1, "公司", 0), (7, "销售", 1), (9, "西区", 7))
        number = tickets.draw(corp.pk)
        tally = mirroring.remove_departments(corp_id=corp.pk, wecom_ids=[7, 1234], ticket=number, **AS)
        assert (tally.ended, tree(corp)) == (1, {1: ("公司", None), 9: ("西区", 1)})

    def test_an_older_reading_neither_overwrites_nor_removes(self, corp: Corp, recorded) -> None:
        old, new = tickets.draw(corp.pk), tickets.draw(corp.pk)
        departments(corp, (1, "公司", 0), (7, "新名", 1), ticket=new)
        told = recorded()
        assert departments(corp, (1, "旧名", 0), ticket=old).refused == 1
        assert tree(corp) == {1: ("公司", None), 7: ("新名", 1)}
        number = mirroring.remove_departments(corp_id=corp.pk, wecom_ids=[7], ticket=old, **AS)
        assert (number.ended, recorded()) == (0, told)

    def test_an_unseen_parent_makes_a_root_until_it_is_seen(self, corp: Corp) -> None:
        departments(corp, (9, "西区", 7), whole=False)
        assert tree(corp) == {9: ("西区", None)}
        departments(corp, (7, "销售", 0), (9, "西区", 7), whole=False)
        assert tree(corp)[9] == ("西区", 7)

    def test_readings_that_cross_never_close_a_loop(self, corp: Corp) -> None:
        departments(corp, (1, "公司", 0), (7, "销售", 1), (9, "西区", 7))
        departments(corp, (7, "销售", 9), whole=False)
        assert tree(corp) == {1: ("公司", None), 7: ("销售", None), 9: ("西区", 7)}
        departments(corp, (1, "公司", 0), (9, "西区", 1), (7, "销售", 9))
        assert tree(corp) == {1: ("公司", None), 9: ("西区", 1), 7: ("销售", 9)}

    def test_another_company_is_left_alone(self, corp: Corp) -> None:
        other = make.corp()
        departments(other, (1, "别家", 0), (7, "别家销售", 1))
        departments(corp, (1, "公司", 0))
        assert tree(other) == {1: ("别家", None), 7: ("别家销售", 1)}

    def test_a_thousand_cost_a_handful_of_statements(self, corp: Corp, django_assert_max_num_queries) -> None:
        told = [(1, "公司", 0), *((n, f"部门{n}", n // 10 or 1) for n in range(2, 1_000))]
        with django_assert_max_num_queries(25):
            departments(corp, *told)
        with django_assert_max_num_queries(9):
            departments(corp, *told)
        # Each table that names departments is asked once whether it names those that end.
        with django_assert_max_num_queries(30):
            departments(corp, (1, "公司", 0))


LINA = EmployeeFacts("lina", "Lina", "L", "销售", 1, ((1, False), (7, True)), 7, ("zhao",))


class TestEmployees:
    @pytest.fixture(autouse=True)
    def house(self, corp: Corp) -> None:
        departments(corp, (1, "公司", 0), (7, "销售", 1))
        forget()

    def test_a_new_one_is_stored_as_told(self, corp: Corp, recorded) -> None:
        assert employees(corp, LINA) == Tally(new=1)
        row = Employee.objects.get()
        assert (row.name, row.alias, row.position, row.status, row.direct_leaders, row.can_follow) == (
            "Lina", "L", "销售", EmployeeStatus.ACTIVE, ["zhao"], False,
        )  # fmt: skip
        assert places("lina") == {(1, False, False), (7, True, True)}
        assert recorded() == [("employee.created", row.pk, {"employeeId": row.pk})]

    def test_the_same_again_writes_and_tells_nothing(self, corp: Corp, recorded) -> None:
        employees(corp, LINA)
        before, told = Employee.objects.values("version", "update_time").get(), recorded()
        assert employees(corp, LINA) == Tally(same=1)
        assert (Employee.objects.values("version", "update_time").get(), recorded()) == (before, told)

    def test_what_is_not_told_stays(self, corp: Corp, recorded) -> None:
        employees(corp, LINA)
        forget()
        assert employees(corp, EmployeeFacts("lina", position="经理")) == Tally(changed=1)
        row = Employee.objects.get()
        assert (row.name, row.position, row.direct_leaders) == ("Lina", "经理", ["zhao"])
        assert places("lina") == {(1, False, False), (7, True, True)}
        assert recorded() == [("employee.updated", row.pk, {"employeeId": row.pk, "changed": ["position"]})]

    def test_places_become_exactly_those_told(self, corp: Corp, recorded) -> None:
        departments(corp, (8, "客服", 1), whole=False)
        employees(corp, LINA)
        forget()
        employees(corp, EmployeeFacts("lina", departments=((7, False), (8, True), (1234, True)), main_department=8))
        assert places("lina") == {(7, False, False), (8, True, True)}
        assert [data["changed"] for _name, _id, data in recorded()] == [["departments"]]

    def test_the_main_department_alone_may_change(self, corp: Corp) -> None:
        employees(corp, LINA)
        employees(corp, EmployeeFacts("lina", main_department=1))
        assert places("lina") == {(1, False, True), (7, True, False)}

    def test_a_place_in_a_department_made_here_is_not_wecoms_to_take(self, corp: Corp) -> None:
        employees(corp, LINA)
        mine = make.department(corp)
        DepartmentMember.objects.create(corp=corp, department=mine, employee=Employee.objects.get())
        employees(corp, EmployeeFacts("lina", departments=((1, False),)))
        assert places("lina") == {(1, False, False), (None, False, False)}

    def test_a_placeholder_is_told_of_when_it_is_first_read(self, corp: Corp, recorded) -> None:
        pk = mirroring.ensure_employees(corp_id=corp.pk, userids=["lina"])["lina"]
        assert recorded() == []
        assert employees(corp, LINA).new == 1
        assert recorded() == [("employee.created", pk, {"employeeId": pk})]

    def test_an_older_reading_is_refused(self, corp: Corp) -> None:
        old = tickets.draw(corp.pk)
        employees(corp, LINA)
        facts = EmployeeFacts("lina", "旧名", departments=())
        assert employees(corp, facts, ticket=old) == Tally(refused=1)
        assert Employee.objects.get().name == "Lina"
        assert len(places("lina")) == 2

    def test_an_unchanged_reading_also_keeps_older_ones_out(self, corp: Corp) -> None:
        employees(corp, LINA)
        old = tickets.draw(corp.pk)
        employees(corp, LINA)
        assert employees(corp, EmployeeFacts("lina", "旧名"), ticket=old) == Tally(refused=1)

    def test_a_member_of_two_departments_is_listed_twice_and_stored_once(self, corp: Corp) -> None:
        number = tickets.draw(corp.pk)
        assert employees(corp, LINA, ticket=number) == Tally(new=1)
        assert employees(corp, LINA, ticket=number) == Tally(same=1)

    def test_texts_are_cut_to_their_columns(self, corp: Corp) -> None:
        employees(corp, EmployeeFacts("lina", "长" * 300))
        assert Employee.objects.get().name == "长" * 100
        assert employees(corp, EmployeeFacts("lina", "长" * 300)) == Tally(same=1)

    def test_a_thousand_cost_a_handful_of_statements(self, corp: Corp, django_assert_max_num_queries) -> None:
        facts = [EmployeeFacts(f"u{n}", f"员工{n}", departments=((1, False), (7, n == 1))) for n in range(1_000)]
        with django_assert_max_num_queries(45):
            employees(corp, *facts)
        with django_assert_max_num_queries(10):
            employees(corp, *facts)
        assert DepartmentMember.objects.count() == 2_000


class TestLeaving:
    @pytest.fixture
    def lina(self, corp: Corp) -> Employee:
        departments(corp, (1, "公司", 0), (7, "销售", 1))
        employees(corp, LINA)
        mirroring.set_followers(corp_id=corp.pk, userids=["lina"], **AS)
        forget()
        return Employee.objects.get(userid="lina")

    def leave(self, corp: Corp, at: dt.datetime, ticket: int | None = None) -> Tally:
        number = ticket or tickets.draw(corp.pk)
        return mirroring.mark_left(corp_id=corp.pk, userids=["lina", "unknown"], ticket=number, at=at, **AS)

    def test_who_has_left_may_have_no_customers_but_keeps_those_there_are(
        self, corp: Corp, lina: Employee, recorded
    ) -> None:
        customer = make.customer(corp, lina)
        forget()
        moment = now()
        assert self.leave(corp, moment) == Tally(ended=1)
        lina.refresh_from_db()
        assert (lina.status, lina.left_at, lina.can_follow) == (EmployeeStatus.LEFT, moment, False)
        assert recorded() == [("employee.left", lina.pk, {"employeeId": lina.pk})]
        assert customer.relations.get().status == 1

    def test_twice_is_once(self, corp: Corp, lina: Employee, recorded) -> None:
        first = now()
        self.leave(corp, first)
        assert self.leave(corp, first + dt.timedelta(days=1)) == Tally(same=1)
        lina.refresh_from_db()
        assert (lina.left_at, len(recorded())) == (first, 1)

    def test_who_was_read_later_has_not_left(self, corp: Corp, lina: Employee) -> None:
        old = tickets.draw(corp.pk)
        employees(corp, LINA)
        assert self.leave(corp, now(), ticket=old) == Tally()
        lina.refresh_from_db()
        assert lina.status == EmployeeStatus.ACTIVE

    def test_whoever_is_read_again_has_come_back(self, corp: Corp, lina: Employee, recorded) -> None:
        self.leave(corp, now())
        employees(corp, EmployeeFacts("lina", "Lina Na"))
        lina.refresh_from_db()
        assert (lina.status, lina.left_at, lina.can_follow) == (EmployeeStatus.ACTIVE, None, False)
        assert [(name, data.get("changed")) for name, _id, data in recorded()] == [
            ("employee.left", None),
            ("employee.returned", None),
            ("employee.updated", ["name"]),
        ]
        assert lina.version == OutboxEvent.objects.order_by("id").last().aggregate_version

    def test_the_status_itself_may_say_that_one_has_left(self, corp: Corp, lina: Employee, recorded) -> None:
        assert employees(corp, EmployeeFacts("lina", status=5)) == Tally(ended=1)
        lina.refresh_from_db()
        assert (lina.status, lina.can_follow, lina.left_at is None) == (EmployeeStatus.LEFT, False, False)
        assert [name for name, _id, _data in recorded()] == ["employee.left"]

    def test_a_disabled_member_is_no_leaver(self, corp: Corp, lina: Employee, recorded) -> None:
        employees(corp, EmployeeFacts("lina", status=2))
        lina.refresh_from_db()
        assert (lina.status, lina.left_at) == (EmployeeStatus.DISABLED, None)
        assert [data["changed"] for _name, _id, data in recorded()] == [["status"]]


class TestFollowers:
    def test_exactly_those_named_may_have_customers(self, corp: Corp, recorded) -> None:
        was, stays = make.employee(corp, userid="was"), make.employee(corp, userid="stays")
        new = make.employee(corp, userid="new", can_follow=False)
        gone = make.employee(corp, userid="gone", can_follow=False, status=EmployeeStatus.LEFT)
        outside = make.employee(make.corp(), userid="was")
        named = ["stays", "new", "gone", "unseen"]
        tally = mirroring.set_followers(corp_id=corp.pk, userids=named, **AS)
        rows = Employee.objects.of_corp(corp.pk)
        assert {row.userid for row in rows if row.can_follow} == {"stays", "new", "unseen"}
        assert outside.can_follow
        assert (tally.changed, tally.same) == (3, 2)
        told = {pk for name, pk, data in recorded() if data.get("changed") == ["canFollow"]}
        assert told == {was.pk, new.pk, rows.get(userid="unseen").pk}
        assert stays.pk not in told
        assert gone.pk not in told

    def test_the_same_again_tells_nothing(self, corp: Corp, recorded) -> None:
        mirroring.set_followers(corp_id=corp.pk, userids=["a"], **AS)
        told = recorded()
        assert mirroring.set_followers(corp_id=corp.pk, userids=["a"], **AS) == Tally(same=1)
        assert recorded() == told


class TestRenaming:
    def rename(self, corp: Corp) -> Tally:
        return mirroring.rename_employee(corp_id=corp.pk, userid="lina", new_userid="lin.na", **AS)

    def test_all_that_is_theirs_stays_theirs(self, corp: Corp, recorded) -> None:
        lina = make.employee(corp, userid="lina")
        customer = make.customer(corp, lina)
        forget()
        assert self.rename(corp) == Tally(changed=1)
        assert customer.relations.get().employee.userid == "lin.na"
        assert recorded() == [("employee.updated", lina.pk, {"employeeId": lina.pk, "changed": ["userid"]})]

    def test_twice_is_once(self, corp: Corp, recorded) -> None:
        make.employee(corp, userid="lina")
        self.rename(corp)
        told = recorded()
        assert self.rename(corp) == Tally(same=1)
        assert recorded() == told

    def test_a_bare_row_of_the_new_userid_gives_way(self, corp: Corp, recorded) -> None:
        lina = make.employee(corp, userid="lina")
        mirroring.ensure_employees(corp_id=corp.pk, userids=["lin.na"])
        assert self.rename(corp) == Tally(changed=1)
        assert list(Employee.objects.values_list("pk", "userid")) == [(lina.pk, "lin.na")]
        assert [name for name, _id, _data in recorded()] == ["employee.updated"]

    def test_one_that_the_world_has_heard_of_is_told_to_have_gone(self, corp: Corp, recorded) -> None:
        lina = make.employee(corp, userid="lina")
        departments(corp, (1, "公司", 0))
        employees(corp, EmployeeFacts("lin.na", "Lin Na", departments=((1, False),)))
        other = Employee.objects.get(userid="lin.na")
        forget()
        assert self.rename(corp) == Tally(changed=1)
        assert [(name, pk) for name, pk, _data in recorded()] == [
            ("employee.left", other.pk),
            ("employee.updated", lina.pk),
        ]

    def test_where_customers_hang_on_both_nothing_changes_and_both_are_named(self, corp: Corp, recorded) -> None:
        lina, other = make.employee(corp, userid="lina"), make.employee(corp, userid="lin.na")
        make.customer(corp, other)
        told = recorded()
        tally = self.rename(corp)
        assert tally.refused == 1
        assert tally.sample == [f"employee {lina.pk} can't take the userid of employee {other.pk}"]
        assert list(Employee.objects.order_by("pk").values_list("userid", flat=True)) == ["lina", "lin.na"]
        assert recorded() == told


class TestPlaceholders:
    def test_who_is_known_is_found_in_one_statement(self, cast: Cast, django_assert_num_queries) -> None:
        userids = [cast.owner.userid, cast.colleague.userid]
        with django_assert_num_queries(1):
            found = mirroring.ensure_employees(corp_id=cast.corp.pk, userids=userids)
        assert found == {cast.owner.userid: cast.owner.pk, cast.colleague.userid: cast.colleague.pk}

    def test_who_is_unknown_is_made_with_the_userid_alone_and_no_event(
        self, cast: Cast, recorded, django_assert_num_queries
    ) -> None:
        before = recorded()
        with django_assert_num_queries(3):
            found = mirroring.ensure_employees(
                corp_id=cast.corp.pk, userids=[cast.stranger.userid, cast.owner.userid, "zhao"]
            )
        made = Employee.objects.of_corp(cast.corp.pk).get(userid="zhao")
        assert found["zhao"] == made.pk
        assert found[cast.owner.userid] == cast.owner.pk
        # The other company's employee of that userid is another person.
        assert found[cast.stranger.userid] not in (cast.stranger.pk, made.pk)
        assert (made.name, made.can_follow, made.fetch_seq, recorded()) == ("", False, 0, before)

    def test_userids_that_differ_in_case_are_two(self, cast: Cast) -> None:
        found = mirroring.ensure_employees(corp_id=cast.corp.pk, userids=["Lina", "lina"])
        assert found["Lina"] != found["lina"]

    def test_nobody_asked_for_is_no_statement(self, cast: Cast, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            assert mirroring.ensure_employees(corp_id=cast.corp.pk, userids=[]) == {}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_eight_who_meet_the_same_unknown_employees_make_each_once() -> None:
    corp = make.corp()
    userids = [f"u{n}" for n in range(50)]
    jobs = [partial(mirroring.ensure_employees, corp_id=corp.pk, userids=userids)] * 8
    assert at_once(jobs) == []
    assert sorted(Employee.objects.values_list("userid", flat=True)) == sorted(userids)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_readings_of_one_house_at_once_leave_the_later_one() -> None:
    corp = make.corp()
    old, new = tickets.draw(corp.pk), tickets.draw(corp.pk)
    facts = [EmployeeFacts(f"u{n}", "新") for n in range(50)]
    stale = [EmployeeFacts(f"u{n}", "旧") for n in reversed(range(50))]
    jobs = [partial(employees, corp, *facts, ticket=new), partial(employees, corp, *stale, ticket=old)] * 2
    assert at_once(jobs) == []
    assert set(Employee.objects.values_list("name", flat=True)) == {"新"}
