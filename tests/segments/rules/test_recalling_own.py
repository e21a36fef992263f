"""Why a rule acted, where it asked for custom fields: by the facts that were kept, whatever the fields hold now."""

from typing import Any

import pytest
from django.utils import translation

from core.time import now
from customers import custom
from customers.custom.options import Wanted
from customers.models import Customer, CustomField
from segments.models import RuleEffect
from segments.rules import recalling, whys
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, ids_of, put
from tests.segments.rules.played import adds, asks, followed, rule
from tests.segments.test_sets import asked, some

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def acted(cast: Cast, condition: Any, employee_id: int | None = None, /, **values: Any) -> RuleEffect:
    """What a rule of this condition did to a customer who holds these values."""
    customer = make.customer(cast.corp, cast.owner)
    put(customer, employee_id, **values)
    rule(cast.corp, adds(make.tag(make.group(cast.corp))), condition=condition)
    followed(customer)
    return RuleEffect.objects.select_related("rule", "rule_version").get()


KINDS: list[Any] = [
    (K.TEXT, "公司", "contains", "公"),
    (K.LONG_TEXT, "很长的话", "contains", "长"),
    (K.NUMBER, 30, "is", 30),
    (K.NUMBER, 12.5, "gte", 12.5),
    (K.NUMBER, -3, "between", [-4, -2]),
    (K.DATE, "1990-05-01", "set", None),
    (K.DATE, "1990-05-01", "before", "1991-01-01"),
    (K.DATE_TIME, "2026-01-31T00:30:00Z", "set", None),
    (K.FLAG, True, "is", True),
    (K.FLAG, False, "is", False),
    (K.EMAIL, "a@example.com", "is", "a@example.com"),
]


@pytest.mark.parametrize(("kind", "held", "op", "value"), KINDS)
def test_of_each_kind_what_was_kept_explains_it_after_the_field_was_emptied(
    cast: Cast, kind: int, held: Any, op: str, value: Any
) -> None:
    make.custom_field(cast.corp, "own", kind=kind)
    effect = acted(cast, asks("custom.own", op, value), own=held)
    before = recalling.explained(effect, cast.corp)
    assert before is not None
    put(effect.customer, own=None)
    after = recalling.explained(RuleEffect.objects.get(), cast.corp)
    assert after == before
    assert after.parts[0].holds
    assert after.parts[0].held


@pytest.mark.parametrize("kind", [K.CHOICE, K.CHOICES])
def test_an_option_is_called_as_it_is_called_now_and_told_as_retired(cast: Cast, kind: int) -> None:
    field = make.custom_field(cast.corp, "level", "甲", "乙", kind=kind)
    ids = ids_of(field)
    asked_for: Any = ("is", ids["甲"]) if kind == K.CHOICE else ("any", [ids["甲"]])
    effect = acted(cast, asks("custom.level", *asked_for), level=ids["甲"] if kind == K.CHOICE else [ids["甲"]])
    wanted = [Wanted("核心", ids["甲"], False), Wanted("乙", ids["乙"])]
    custom.update_field(field=CustomField.objects.get(), options=wanted, **AS)
    told = recalling.explained(effect, cast.corp)
    assert told is not None
    assert "核心" in told.parts[0].held
    assert "核心" in told.parts[0].sentence
    assert "甲" not in told.parts[0].sentence + told.parts[0].held


def test_a_relation_s_field_is_recalled_of_each_relation(cast: Cast) -> None:
    make.custom_field(cast.corp, "mood", kind=K.NUMBER, subject="relation")
    condition = {"version": 1, "where": some("relation", asked("custom.mood", "gte", 3))}
    effect = acted(cast, condition, cast.owner.pk, mood=4)
    put(effect.customer, cast.owner.pk, mood=1)
    told = recalling.explained(effect, cast.corp)
    assert told is not None
    assert (told.holds, told.parts[0].held) == (True, "1 of 1")


def test_then_and_now_are_told_beside_each_other(cast: Cast) -> None:
    make.custom_field(cast.corp, "age", kind=K.NUMBER, name="年龄")
    effect = acted(cast, asks("custom.age", "gte", 18), age=20)
    put(effect.customer, age=17)
    why = whys.of_rule(effect.rule, Customer.objects.get())
    assert why.then is not None
    assert why.explained is not None
    assert (why.holds, why.explained.parts[0].held, why.then.parts[0].held) == (False, "17", "20")


def test_a_field_of_another_kind_by_now_is_not_guessed_at(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "own")
    effect = acted(cast, asks("custom.own", "is", "x"), own="x")
    assert recalling.explained(effect, cast.corp) is not None
    custom.update_field(field=field, kind=K.NUMBER, leave_old=True, **AS)
    assert recalling.explained(effect, cast.corp) is None


def test_without_the_field_s_fact_nothing_is_explained(cast: Cast) -> None:
    make.custom_field(cast.corp, "own")
    effect = acted(cast, asks("custom.own", "is", "x"), own="x")
    assert effect.at <= now()
    for kept in ({}, {"city": "北京"}, None):
        effect.facts = kept
        assert recalling.explained(effect, cast.corp) is None
