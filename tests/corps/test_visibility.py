"""Who sees which customer, computed twice: by the queryset, and by walking the organisation in plain Python."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corps.actors import Actor
from corps.choices import Role
from corps.models import Corp, DepartmentMember, Employee
from corps.policy import ROLE_ACTS
from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation
from tests import make

DEPARTMENTS, EMPLOYEES, CUSTOMERS = 7, 6, 8


@dataclass
class Organisation:
    """One company as drawn: parents by index (None is a root), departments and followers likewise."""

    parents: list[int | None]
    places: list[set[int]]
    followers: list[dict[int, bool]]
    corp: Any = None
    employees: list[Employee] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)

    def below(self, department: int) -> set[int]:
        """The department and those below it."""
        found = {department}
        while more := {d for d, parent in enumerate(self.parents) if parent in found} - found:
            found |= more
        return found

    def people_of(self, manager: int) -> set[int]:
        led = set().union(*(self.below(d) for d in self.places[manager]))
        return {e for e, places in enumerate(self.places) if places & led} | {manager}

    def can_see(self, role: Role, employee: int | None, customer: int) -> bool:
        if role == Role.ADMIN:
            return True
        if employee is None:
            return False
        people = self.people_of(employee) if role == Role.MANAGER else {employee}
        return any(follows for who, follows in self.followers[customer].items() if who in people)


def organisations() -> st.SearchStrategy[Organisation]:
    parents = st.tuples(
        *(st.none() if d == 0 else st.one_of(st.none(), st.integers(0, d - 1)) for d in range(DEPARTMENTS))
    ).map(list)
    places = st.lists(st.sets(st.integers(0, DEPARTMENTS - 1), max_size=2), min_size=EMPLOYEES, max_size=EMPLOYEES)
    followers = st.lists(
        st.dictionaries(st.integers(0, EMPLOYEES - 1), st.booleans(), max_size=3),
        min_size=CUSTOMERS,
        max_size=CUSTOMERS,
    )
    return st.builds(Organisation, parents, places, followers)


def build(drawn: Organisation) -> None:
    """Make the rows of the drawn organisation."""
    drawn.corp = make.corp()
    departments: list[Any] = []
    for parent in drawn.parents:
        departments.append(make.department(drawn.corp, None if parent is None else departments[parent]))
    drawn.employees = [make.employee(drawn.corp) for _ in drawn.places]
    DepartmentMember.objects.bulk_create(
        DepartmentMember(corp=drawn.corp, department=departments[d], employee=employee)
        for employee, places in zip(drawn.employees, drawn.places, strict=True)
        for d in places
    )
    for followers in drawn.followers:
        customer = make.customer(drawn.corp)
        drawn.customers.append(customer)
        for who, follows in followers.items():
            status = RelationStatus.ACTIVE if follows else _ended()
            make.relation(customer, drawn.employees[who], status=status)


def _ended() -> int:
    return next(s for s in RelationStatus.values if s != RelationStatus.ACTIVE)


def person(corp: Corp, role: Role, employee: Employee | None) -> Actor:
    return Actor(
        kind="user",
        id=1,
        corp_id=corp.pk,
        acts=ROLE_ACTS[role],
        role=role,
        employee_id=employee.pk if employee else None,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(organisations())
def test_the_list_holds_exactly_the_customers_that_each_one_may_see(db: None, drawn: Organisation) -> None:
    build(drawn)
    for role in Role:
        for who in [None, *range(EMPLOYEES)]:
            actor = person(drawn.corp, role, None if who is None else drawn.employees[who])
            listed = set(Customer.objects.visible_to(actor).values_list("pk", flat=True))
            expected = {c.pk for n, c in enumerate(drawn.customers) if drawn.can_see(role, who, n)}
            assert listed == expected, (role, who)


def test_an_actor_without_a_company_sees_nobody_and_a_superuser_without_one_sees_all(db: None) -> None:
    customer = make.customer(make.corp())
    lost = make.user(None, Role.ADMIN).actor
    root = make.user(None, Role.ADMIN, is_superuser=True).actor
    assert not Customer.objects.visible_to(lost).exists()
    assert list(Customer.objects.visible_to(root)) == [customer]
    assert not FollowRelation.objects.visible_to(lost).exists()
