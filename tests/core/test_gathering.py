"""Rows of several tables by one statement, each value of its column's own kind."""

import datetime as dt
from typing import Any

import pytest
from django.db.models import F

from core.gathering import gathered
from corps.models import Corp, Department
from customers.models import Customer
from insights.models import ChurnScore, RiskAlert
from tests import make
from tests.conftest import Cast

HARD = 'say "yes"\\\n\t%s 𠮷 👨\u200d👩\u200d👧'


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name=HARD, city=None)


def test_the_rows_are_those_of_each_query(cast: Cast, customer: Customer) -> None:
    alert, score = make.alert(customer, cast.owner), make.churn(customer, cast.owner)
    parts: dict[str, Any] = {
        "customers": Customer.objects.values_list("pk", "name", "city", "add_time", "blacklisted", "version"),
        "warnings": RiskAlert.objects.values_list("pk", "facts", "closed_at", "opened_at"),
        "scores": ChurnScore.objects.values_list("pk", "reasons", "as_of"),
        "corps": Corp.objects.order_by("pk").values_list("name"),
    }
    found = gathered(parts)
    assert found == {name: list(rows) for name, rows in parts.items()}
    (row,) = found["customers"]
    assert (row[1], row[2], row[4]) == (HARD, None, False)
    assert row[3].tzinfo == dt.UTC
    assert found["warnings"] == [(alert.pk, {"days": 9}, None, alert.opened_at)]
    assert found["scores"] == [(score.pk, [["silent", 95, 30]], score.as_of)]


def test_it_is_one_statement_however_many_parts(cast: Cast, django_assert_num_queries: Any) -> None:
    parts = {f"part{n}": Corp.objects.values_list("pk", "name") for n in range(9)}
    with django_assert_num_queries(1):
        found = gathered(parts)
    assert len(found) == 9
    assert all(len(rows) == 2 for rows in found.values())


def test_each_part_keeps_its_order_and_its_bound(cast: Cast) -> None:
    for n in range(5):
        make.department(cast.corp, name=f"部门{n}")
    rows = Department.objects.order_by("-name", "-pk").values_list("name")
    found = gathered({"first": rows[:3], "rest": rows[3:5], "other": rows.reverse()[:2]})
    names = [row[0] for row in rows]
    assert [row[0] for row in found["first"]] == names[:3]
    assert [row[0] for row in found["rest"]] == names[3:5]
    assert [row[0] for row in found["other"]] == names[::-1][:2]


def test_columns_of_one_name_are_told_apart(cast: Cast, customer: Customer) -> None:
    rows = Customer.objects.annotate(whose=F("follow_user__name")).values_list("pk", "follow_user_id", "whose", "name")
    assert gathered({"all": rows}) == {"all": [(customer.pk, cast.owner.pk, cast.owner.name, HARD)]}


def test_a_part_that_can_have_no_rows_is_empty(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = gathered(
            {"none": Corp.objects.filter(pk__in=[]).values_list("pk"), "all": Corp.objects.values_list("pk")}
        )
    assert found["none"] == []
    assert len(found["all"]) == 2


def test_where_no_part_can_have_rows_nothing_is_asked(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert gathered({"none": Corp.objects.none().values_list("pk")}) == {"none": []}
        assert gathered({}) == {}
