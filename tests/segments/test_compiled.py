"""A condition is one statement over keys, and means the same however it is wrapped."""

from itertools import product
from typing import Any

import pytest
from django.db import connection

from customers.models import Customer
from segments.conditions import answering, compiled
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Node, Not
from tests import make
from tests.conftest import Cast
from tests.segments import scene

pytestmark = pytest.mark.django_db


def who(cast: Cast, root: Node | None) -> set[str]:
    rows = compiled.rows(Condition(cast.corp.pk, root), scene.MOMENT)
    return set(rows.values_list("name", flat=True))


def test_no_answer_is_lost_between_yes_and_no_where_there_is_no_value(cast: Cast) -> None:
    """NULL is neither to SQL. Every nesting of not, and, or over values, blanks and NULL is a plain yes or no here."""
    held: list[Any] = [None, "", "x", "y"]
    for city, province in product(held, held):
        row = make.customer(cast.corp, name=f"{city}|{province}")
        Customer.objects.filter(pk=row.pk).update(city=city, province=province)
    known = {
        f"{city}|{province}": {"status": 1, "blacklisted": False, "city": city, "province": province}
        for city, province in product(held, held)
    }
    leaves = [Asked("city", "is", "x"), Asked("city", "unset"), Asked("province", "isNot", "x")]
    leaves += [Not(leaf) for leaf in leaves]
    pairs = [kind(pair) for kind in (All, AnyOf) for pair in product(leaves, leaves)]
    for root in [*leaves, *pairs, *map(Not, pairs), *(Not(All((pair, leaves[0]))) for pair in pairs)]:
        condition = Condition(cast.corp.pk, root)
        expected = {name for name, row in known.items() if answering.holds(condition, row, scene.MOMENT)}
        assert who(cast, root) == expected, root
        assert who(cast, Not(root)) == set(known) - expected, root


def test_only_the_companys_own_customers_are_found(cast: Cast) -> None:
    make.customer(cast.corp, name="mine")
    make.customer(cast.other_corp, name="foreign")
    assert who(cast, None) == {"mine"}
    assert who(cast, Not(Asked("city", "is", "x"))) == {"mine"}


def test_it_is_one_statement_without_any_row_twice(cast: Cast, django_assert_num_queries: Any) -> None:
    tags = [make.tag(make.group(cast.corp)) for _ in range(3)]
    customer = make.tagged(make.customer(cast.corp, cast.owner), *tags)
    make.relation(customer, cast.colleague)
    asked = Asked("followUser", "in", (cast.owner.pk, cast.colleague.pk))
    condition = Condition(cast.corp.pk, AnyOf((asked, Asked("tagGroups", "any", tuple(tag.group_id for tag in tags)))))
    with django_assert_num_queries(1):
        assert compiled.rows(condition, scene.MOMENT).count() == 1


def test_the_customers_of_a_tag_are_found_by_a_key(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    rows = compiled.rows(Condition(cast.corp.pk, Asked("tags", "any", (tag.pk,))), scene.MOMENT)
    plan = rows.explain()
    assert "ix_tag_customer" in plan or connection.vendor == "mysql", plan
