"""Rivals who give customers away, on a database that has real row locks."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.retry import atomic_retry
from corps.actors import SYSTEM
from customers import assigning, lifecycle
from customers.models import Assignment, AssignmentRule, Customer, FollowRelation
from messaging.models import OutboxEvent
from tests import make
from tests.customers.test_concurrency import at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]
AS: Any = {"by": SYSTEM, "source": "operator"}


def test_two_runs_at_once_give_nobody_two_employees_and_keep_the_turn() -> None:
    corp = make.corp()
    make.assignment_rule(corp, *(make.employee(corp) for _n in range(3)))
    rows = [make.customer(corp) for _n in range(12)]

    def run() -> None:
        atomic_retry(assigning.run)(corp=corp, **AS)

    assert at_once([run] * 4) == []
    given = Counter(Assignment.objects.values_list("customer_id", flat=True))
    assert given == {row.pk: 1 for row in rows}
    assert FollowRelation.objects.count() == OutboxEvent.objects.filter(name="customer.assigned").count() == 12
    assert set(Counter(Assignment.objects.values_list("employee_id", flat=True)).values()) == {4}


def test_those_who_come_at_once_are_given_away_within_the_bounds() -> None:
    corp = make.corp()
    make.assignment_rule(corp, *(make.employee(corp) for _n in range(2)), capacity=2, day_cap=2)
    rows = [make.customer(corp) for _n in range(8)]

    def come(row: Customer) -> Callable[[], object]:
        return lambda: atomic_retry(assigning.assign_one)(corp=corp, customer_id=row.pk)

    assert at_once([come(row) for row in rows]) == []
    assert sorted(Counter(Assignment.objects.values_list("employee_id", flat=True)).values()) == [2, 2]


def test_who_is_followed_meanwhile_is_not_given_to_somebody_else() -> None:
    corp = make.corp()
    mine, other = make.employee(corp), make.employee(corp)
    make.assignment_rule(corp, mine)
    customer = make.customer(corp)

    def follow() -> None:
        row = Customer.objects.get(pk=customer.pk)
        atomic_retry(lifecycle.update)(customer=row, follow_user_id=other.pk, **AS)

    def run() -> None:
        atomic_retry(assigning.run)(corp=corp, **AS)

    assert at_once([follow, run]) == []
    # Whoever was first: a run after the other's following gives nothing away.
    customer.refresh_from_db()
    assert customer.follow_user_id == other.pk
    assert FollowRelation.objects.count() == 1 + Assignment.objects.count()


def test_a_rule_that_is_changed_while_it_gives_keeps_both() -> None:
    corp = make.corp()
    people = [make.employee(corp) for _n in range(2)]
    rule = make.assignment_rule(corp, *people)
    for _n in range(4):
        make.customer(corp)

    def change() -> None:
        row = AssignmentRule.objects.get(pk=rule.pk)
        atomic_retry(assigning.update_rule)(rule=row, order=7, **AS)

    def run() -> None:
        atomic_retry(assigning.run)(corp=corp, **AS)

    assert at_once([change, run, run]) == []
    rule.refresh_from_db()
    assert (rule.order, rule.version, rule.pointer) == (7, 2, people[1].pk)
    assert Assignment.objects.count() == 4
