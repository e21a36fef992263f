"""Whatever comes, goes and is run in between: the promises of assignment hold after every step."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.time import now
from customers import assigning, blacklist, lifecycle
from customers.choices import CustomerStatus, RelationStatus
from customers.models import Assignment, AssignmentRule, Customer, FollowRelation
from tests import make
from tests.conftest import Cast
from tests.customers.assigning.test_running import AS
from tests.world import undone

CAP, DAY = 3, 4
steps = st.lists(
    st.tuples(st.sampled_from(["come", "lose", "delete", "list", "run", "one", "plan", "switch"]), st.integers(0, 9)),
    max_size=14,
)


class Story:
    """A company with a rule with bounds before one without, for the lost too."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        both = (cast.owner, cast.colleague)
        self.first = make.assignment_rule(cast.corp, *both, capacity=CAP, day_cap=DAY, order=1)
        self.second = make.assignment_rule(cast.corp, cast.manager, also_lost=True, strategy="least_loaded", order=2)

    def picked(self, n: int) -> Customer | None:
        rows = list(Customer.objects.of_corp(self.cast.corp.pk).order_by("pk"))
        return rows[n % len(rows)] if rows else None

    def come(self, n: int) -> None:
        make.customer(self.cast.corp)

    def lose(self, n: int) -> None:
        if row := self.picked(n):
            FollowRelation.objects.filter(customer=row).update(status=RelationStatus.ENDED_BY_CUSTOMER, ended_at=now())
            row.episodes.filter(ended_at=None).update(ended_at=now(), ended_by=3)
            Customer.objects.filter(pk=row.pk, status=CustomerStatus.NORMAL).exclude(follow_user=None).update(
                status=CustomerStatus.LOST
            )

    def delete(self, n: int) -> None:
        if row := self.picked(n):
            lifecycle.delete(customer=row, **AS)

    def list(self, n: int) -> None:
        if (row := self.picked(n)) and row.status != CustomerStatus.DELETED:
            blacklist.put(customer=row, reason="恶意", **AS)

    def run(self, n: int) -> None:
        planned = {
            d.person.customer_id: d.choice.seat.employee_id
            for d in assigning.plan(corp=self.cast.corp).decisions
            if d.choice.seat
        }
        report = assigning.run(corp=self.cast.corp, **AS)
        assert {row.customer_id: row.employee_id for row in report.assigned} == planned
        assert assigning.run(corp=self.cast.corp, **AS).assigned == []

    def one(self, n: int) -> None:
        if row := self.picked(n):
            assert len(assigning.assign_one(corp=self.cast.corp, customer_id=row.pk).assigned) <= 1

    def plan(self, n: int) -> None:
        before = Assignment.objects.count()
        assigning.plan(corp=self.cast.corp)
        assert Assignment.objects.count() == before

    def switch(self, n: int) -> None:
        rule = AssignmentRule.objects.get(pk=self.first.pk)
        assigning.update_rule(rule=rule, active=not rule.active, **AS)

    def holds(self) -> None:
        """What is true whatever has happened."""
        living = FollowRelation.objects.filter(status=RelationStatus.ACTIVE)
        per_customer = Counter(living.values_list("customer_id", flat=True))
        assert set(per_customer.values()) <= {1}
        per_employee = Counter(living.values_list("employee_id", flat=True))
        given = Counter(Assignment.objects.values_list("employee_id", flat=True))
        for employee in (self.cast.owner, self.cast.colleague):
            assert per_employee[employee.pk] <= CAP
            assert given[employee.pk] <= DAY
        # Nobody was given twice to the same one.
        pairs = Counter(Assignment.objects.values_list("customer_id", "employee_id"))
        assert set(pairs.values()) <= {1}
        assert set(Assignment.objects.values_list("rule_id", flat=True)) <= {self.first.pk, self.second.pk}


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_promises_hold_after_every_step(cast: Cast, taken: Any) -> None:
    with undone():
        story = Story(cast)
        for name, n in taken:
            getattr(story, name)(n)
            story.holds()
