"""The company's tree and who is below whom, against parents in a dictionary and plain walks over them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from core.errors import RuleViolation
from corps import staffing
from corps.actors import SYSTEM, Actor
from corps.choices import Role
from corps.models import Department, DepartmentMember, Employee
from corps.policy import ROLE_ACTS
from tests import make

NTH = st.integers(0, 30)
PEOPLE = 4


class TreeMachine(RuleBasedStateMachine):
    """One company beside another one. ``parents`` is the whole model: department → the one above it, or None."""

    def __init__(self) -> None:
        super().__init__()
        self.corp, self.other = make.corp(), make.corp()
        self.foreign = make.department(self.other)
        self.people = [make.employee(self.corp) for _ in range(PEOPLE)]
        self.stranger = make.employee(self.other, self.foreign)
        self.parents: dict[int, int | None] = {}
        self.members: set[tuple[int, int]] = set()

    def nth(self, n: int) -> int:
        return sorted(self.parents)[n % len(self.parents)]

    def a_parent(self, n: int | None) -> Department | None:
        return None if n is None or not self.parents else Department.objects.get(pk=self.nth(n))

    def line(self, pk: int) -> list[int]:
        """From the root down to this one."""
        above = self.parents[pk]
        return [*(self.line(above) if above else []), pk]

    def below(self, pk: int) -> set[int]:
        return {d for d in self.parents if pk in self.line(d)}

    def members_of(self, departments: set[int]) -> set[int]:
        return {who for who, where in self.members if where in departments}

    @rule(n=st.one_of(st.none(), NTH, NTH))
    def create(self, n: int | None) -> None:
        parent = self.a_parent(n)
        row = staffing.create_department(corp=self.corp, name="部门", parent=parent, by=SYSTEM)
        self.parents[row.pk] = parent.pk if parent else None

    @precondition(lambda self: self.parents)
    @rule(n=NTH, to=st.one_of(st.none(), NTH, NTH, NTH))
    def move(self, n: int, to: int | None) -> None:
        row, parent = Department.objects.get(pk=self.nth(n)), self.a_parent(to)
        if parent and parent.pk in self.below(row.pk):
            with pytest.raises(RuleViolation, match="department_cycle"):
                staffing.move_department(department=row, parent=parent, by=SYSTEM)
            return
        moved = staffing.move_department(department=row, parent=parent, by=SYSTEM)
        self.parents[row.pk] = parent.pk if parent else None
        assert (moved.pk, moved.parent_id) == (row.pk, self.parents[row.pk])

    @precondition(lambda self: self.parents)
    @rule(n=NTH)
    def a_move_across_companies_is_refused_in_both_directions(self, n: int) -> None:
        mine = Department.objects.get(pk=self.nth(n))
        for row, parent in ((mine, self.foreign), (self.foreign, mine)):
            with pytest.raises(RuleViolation, match="department_foreign"):
                staffing.move_department(department=row, parent=parent, by=SYSTEM)

    @precondition(lambda self: self.parents)
    @rule(who=st.integers(0, PEOPLE - 1), n=NTH)
    def join(self, who: int, n: int) -> None:
        employee, department = self.people[who], Department.objects.get(pk=self.nth(n))
        if (employee.pk, department.pk) not in self.members:
            staffing.place(DepartmentMember(employee=employee, department=department), by=SYSTEM)
            self.members.add((employee.pk, department.pk))

    @precondition(lambda self: self.members)
    @rule(who=st.integers(0, PEOPLE - 1))
    def a_manager_has_those_of_their_departments_and_below(self, who: int) -> None:
        me = self.people[who].pk
        mine = set().union(*(self.below(where) for employee, where in self.members if employee == me))
        rows = Employee.objects.managed_by(manager(self.corp.pk, me))
        # Each one once, however many ways lead to them.
        assert sorted(rows.values_list("pk", flat=True)) == sorted(self.members_of(mine) | {me})

    @precondition(lambda self: self.members)
    @rule(n=NTH)
    def a_department_has_its_members_and_those_below(self, n: int) -> None:
        pk, actor = self.nth(n), manager(self.corp.pk, self.people[0].pk)
        rows = Employee.objects.visible_to(actor).in_department(pk, actor)
        assert sorted(rows.values_list("pk", flat=True)) == sorted(self.members_of(self.below(pk)))
        outsider = manager(self.other.pk, self.stranger.pk)
        assert not Employee.objects.in_department(pk, outsider).exists()

    @invariant()
    def each_path_names_the_departments_from_the_root_down(self) -> None:
        stored = {d.pk: (d.parent_id, d.path) for d in Department.objects.of_corp(self.corp.pk)}
        lines = {pk: "".join(f"/{d}" for d in self.line(pk)) + "/" for pk in self.parents}
        assert stored == {pk: (self.parents[pk], lines[pk]) for pk in self.parents}

    @invariant()
    def the_other_company_is_as_it_was(self) -> None:
        assert list(Department.objects.of_corp(self.other.pk).values_list("pk", "path")) == [
            (self.foreign.pk, f"/{self.foreign.pk}/")
        ]

    def teardown(self) -> None:
        """In the order of the paths each department comes after its parent: a reader builds the tree in one pass."""
        known: set[int | None] = {None}
        for row in Department.objects.of_corp(self.corp.pk):
            assert row.parent_id in known
            known.add(row.pk)


def manager(corp_id: int, employee_id: int | None) -> Actor:
    return Actor(
        kind="user",
        id=1,
        corp_id=corp_id,
        acts=ROLE_ACTS[Role.MANAGER],
        role=Role.MANAGER,
        employee_id=employee_id,
    )


def test_whatever_is_moved_the_paths_are_those_of_the_tree(db: None) -> None:
    run_state_machine_as_test(
        TreeMachine,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_department_whose_number_begins_like_anothers_is_not_below_it(db: None) -> None:
    corp = make.corp()
    first = make.department(corp)
    alike = Department.objects.create(pk=first.pk * 10, corp=corp, name="x", path=f"/{first.pk * 10}/")
    below = make.employee(corp, alike)
    boss = make.employee(corp, first, leads=True)
    assert list(Employee.objects.managed_by(manager(corp.pk, boss.pk))) == [boss]
    staffing.move_department(department=first, parent=alike, by=SYSTEM)
    assert Department.objects.get(pk=alike.pk).path == f"/{alike.pk}/"
    assert set(Employee.objects.managed_by(manager(corp.pk, below.pk))) == {below, boss}


@pytest.mark.parametrize("employee", ["nobody", "a stranger"])
def test_a_manager_who_is_no_employee_here_manages_nobody(db: None, employee: str) -> None:
    corp, other = make.corp(), make.corp()
    make.employee(corp, make.department(corp))
    outside: Any = make.employee(other, make.department(other))
    who = None if employee == "nobody" else outside.pk
    assert not Employee.objects.managed_by(manager(corp.pk, who)).exists()


def test_a_stranger_is_placed_in_no_department_of_ours(db: None) -> None:
    corp, other = make.corp(), make.corp()
    department, outside = make.department(corp), make.employee(other)
    with pytest.raises(RuleViolation) as refusal:
        staffing.place(DepartmentMember(employee=outside, department=department), by=SYSTEM)
    assert refusal.value.code == "department_foreign"
    assert not DepartmentMember.objects.exists()


def test_a_place_belongs_to_the_company_of_its_employee_whatever_the_form_said(db: None) -> None:
    corp, other = make.corp(), make.corp()
    row = DepartmentMember(corp=other, employee=make.employee(corp), department=make.department(corp), is_leader=True)
    staffing.place(row, by=SYSTEM)
    stored = DepartmentMember.objects.get()
    assert (stored.corp_id, stored.is_leader) == (corp.pk, True)
    stored.is_leader = False
    staffing.place(stored, by=SYSTEM)
    assert DepartmentMember.objects.get().is_leader is False
