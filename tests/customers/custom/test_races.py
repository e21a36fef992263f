"""Rivals among custom fields, on a database that has real row locks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.errors import RuleViolation
from core.retry import atomic_retry
from customers import custom
from customers.custom.options import Wanted
from customers.models import CustomChange, CustomChosen, Customer, CustomField, CustomValue
from messaging.models import OutboxEvent
from tests import make
from tests.customers.custom.common import AS, K, ids_of, put
from tests.customers.stages.test_races import codes
from tests.customers.test_concurrency import at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]


def fill(customer: Customer, **values: Any) -> Callable[[], object]:
    def run() -> None:
        atomic_retry(custom.set_values)(customer=Customer.objects.get(pk=customer.pk), values=values, **AS)

    return run


def update(field: CustomField, **fields: Any) -> Callable[[], object]:
    def run() -> None:
        atomic_retry(custom.update_field)(field=CustomField.objects.get(pk=field.pk), **fields, **AS)

    return run


def test_rivals_leave_one_value_and_a_chain_without_gaps() -> None:
    corp = make.corp()
    make.custom_field(corp, "nick")
    customer = make.customer(corp)
    assert at_once([fill(customer, nick=text) for text in "一二三四"]) == []
    chain = list(CustomChange.objects.order_by("id").values_list("before", "after"))
    assert [step[0] for step in chain] == ["", *(step[1] for step in chain[:-1])]
    assert len(chain) == 4
    assert CustomValue.objects.get().text == chain[-1][1]
    assert Customer.objects.get(pk=customer.pk).version == 5


def test_rivals_at_different_fields_of_one_customer_lose_nothing() -> None:
    corp = make.corp()
    for key in "abcd":
        make.custom_field(corp, key)
    customer = make.customer(corp)
    assert at_once([fill(customer, **{key: key}) for key in "abcd"]) == []
    assert sorted(CustomValue.objects.values_list("text", flat=True)) == list("abcd")
    assert OutboxEvent.objects.filter(name="customer.field.changed").count() == 4


def test_a_field_is_either_taken_away_or_holds_values() -> None:
    corp = make.corp()
    for n in range(3):
        field, people = make.custom_field(corp, f"f{n}"), [make.customer(corp) for _n in range(3)]

        def away(field: CustomField = field) -> None:
            atomic_retry(custom.delete_field)(field=field, **AS)

        raised = at_once([away, *(fill(row, **{f"f{n}": "x"}) for row in people)])
        found = codes(raised)
        if CustomField.objects.filter(pk=field.pk).exists():
            assert found == {"custom_field_in_use"}
            assert CustomValue.objects.filter(field=field).count() == 3
        else:
            assert found <= {"custom_field_unknown", "custom_field_changed"}
            assert not CustomValue.objects.filter(customer__in=people).exists()


def test_who_writes_while_the_kind_changes_loses_no_value() -> None:
    corp = make.corp()
    field = make.custom_field(corp, "f")
    people = [make.customer(corp) for _n in range(4)]
    for row in people:
        put(row, f="1")
    raised = at_once([update(field, kind=K.NUMBER), *(fill(row, f="2") for row in people)])
    assert raised == []
    rows = list(CustomValue.objects.filter(field=field))
    assert len(rows) == 4
    for row in rows:
        assert (row.kind, row.number, row.text) in {(K.NUMBER, 2, None), (K.TEXT, None, "2")}


def test_an_option_that_somebody_takes_is_not_taken_away() -> None:
    corp = make.corp()
    for n in range(3):
        field = make.custom_field(corp, f"f{n}", "甲", "乙")
        ids, customer = ids_of(field), make.customer(corp)
        raised = at_once([update(field, options=[Wanted("乙", ids["乙"])]), fill(customer, **{f"f{n}": ids["甲"]})])
        there = field.options.filter(pk=ids["甲"]).exists()
        chosen = CustomChosen.objects.filter(option_id=ids["甲"]).count()
        assert (there, chosen) in {(True, 1), (False, 0)}
        assert all(isinstance(error, RuleViolation) for error in raised), raised


def test_of_eight_who_take_one_key_one_wins_and_no_two_get_one_place() -> None:
    corp = make.corp()

    def create(key: str, name: str) -> Callable[[], object]:
        given = {"subject": "customer", "key": key, "name": name, "kind": K.TEXT}
        return lambda: atomic_retry(custom.create_field)(corp_id=corp.pk, **given, **AS)

    acts = [create("same", f"名{n}") for n in range(4)] + [create(f"k{n}", f"字段{n}") for n in range(4)]
    raised = at_once(acts)
    assert (codes(raised), len(raised)) == ({"custom_field_exists"}, 3)
    assert sorted(CustomField.objects.values_list("order", flat=True)) == [0, 1, 2, 3, 4]
    assert OutboxEvent.objects.filter(name="custom_field.created").count() == 5
