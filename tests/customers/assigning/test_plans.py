"""The statements of assignment are answered by the keys that were made for them."""

from typing import Any

import pytest
from django.db import connection

from customers import assigning
from customers.assigning import desks, planning, waiting
from customers.models import Assignment
from tests import make
from tests.conftest import Cast
from tests.customers.assigning.test_running import lost
from tests.customers.channels.test_plans import plans


@pytest.fixture
def busy(cast: Cast) -> Any:
    """Enough rows that a key is worth it."""
    for _n in range(20):
        make.assignment(make.customer(cast.corp, cast.owner), cast.owner)
        make.customer(cast.corp)
        lost(cast, cast.owner)
    return make.assignment_rule(cast.corp, cast.colleague, capacity=90, day_cap=90, also_lost=True)


def by_key(plan: str, *names: str) -> bool:
    return any(name in plan for name in names)


def test_who_waits_is_read_along_the_keys_of_follower_and_status(cast: Cast, busy: Any) -> None:
    found = plans(lambda: waiting.waiting(cast.corp.pk, after=0, most=10, lost=True), "customer")
    assert len(found) == 2
    # With so few rows a server may take the primary key, but never looks at every customer.
    for plan in found:
        assert by_key(plan, "ix_customer_", "PRIMARY", "PRIMARY KEY"), plan
        assert "SCAN customer" not in plan, plan


def test_without_rules_for_the_lost_they_are_not_looked_for(cast: Cast, busy: Any) -> None:
    found = plans(lambda: waiting.waiting(cast.corp.pk, after=0, most=10, lost=False), "customer")
    assert len(found) == 1


def test_what_was_given_today_is_counted_along_its_key(cast: Cast, busy: Any) -> None:
    for plan in plans(lambda: desks.desk_of(cast.corp, planning.rules_of(cast.corp.pk)), "FROM"):
        assert "SCAN assignment" not in plan, plan


def test_loads_are_counted_along_the_key_of_an_employees_customers(cast: Cast, busy: Any) -> None:
    for plan in plans(lambda: desks.desk_of(cast.corp, planning.rules_of(cast.corp.pk)), "follow_relation"):
        assert "ix_relation_employee" in plan, plan


@pytest.mark.parametrize("column", ["corp_id", "customer_id"])
def test_the_history_has_a_key_for_what_it_is_narrowed_by(cast: Cast, busy: Any, column: str) -> None:
    value = cast.corp.pk if column == "corp_id" else Assignment.objects.first().customer_id  # type: ignore[union-attr]
    rows = Assignment.objects.filter(**{column: value}).order_by("-id")
    for plan in plans(lambda: list(rows[:5]), "assignment"):
        assert by_key(plan, "ix_assignment_", "PRIMARY"), plan


def test_all_of_it_is_found_in_the_end(cast: Cast, busy: Any) -> None:
    assert len(assigning.plan(corp=cast.corp, most=100).decisions) == 40
    assert connection.vendor in ("sqlite", "mysql")
