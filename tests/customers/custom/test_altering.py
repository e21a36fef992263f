"""What one change of a field comes to: for each kind, what was there and what is done."""

from dataclasses import dataclass
from typing import Any

import pytest

from core.errors import RuleViolation
from customers.custom import altering
from customers.custom.kinds import FORMS
from customers.models import CustomField, CustomOption
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import K, ids_of, midnight


@dataclass
class Case:
    """``held``, ``said`` and ``after`` name options by their labels."""

    kind: int
    op: str
    held: Any = None
    said: Any = None
    after: Any = None
    code: str = ""


CASES: dict[str, Case] = {
    "a text is put in": Case(
        kind=K.TEXT,
        op="set",
        said="  新 ",
        after="新",
    ),
    "a text takes the place of another": Case(
        kind=K.TEXT,
        op="set",
        held="旧",
        said="新",
        after="新",
    ),
    "a text is emptied": Case(
        kind=K.TEXT,
        op="clear",
        held="旧",
    ),
    "nothing put in empties": Case(
        kind=K.TEXT,
        op="set",
        held="旧",
        said="",
    ),
    "a text is no list": Case(
        kind=K.TEXT,
        op="set",
        said=["新"],
        code="custom_value_invalid",
    ),
    "a number is put in": Case(
        kind=K.NUMBER,
        op="set",
        said=12.5,
        after=12.5,
    ),
    "a number may be a text": Case(
        kind=K.NUMBER,
        op="set",
        said="12.50",
        after=12.5,
    ),
    "a word is no number": Case(
        kind=K.NUMBER,
        op="set",
        held=1,
        said="many",
        code="custom_value_invalid",
    ),
    "a day is put in": Case(
        kind=K.DATE,
        op="set",
        said="2026-01-31",
        after=midnight(2026, 1, 31),
    ),
    "a day that there is not": Case(
        kind=K.DATE,
        op="set",
        said="2026-02-31",
        code="custom_value_invalid",
    ),
    "yes is put in": Case(
        kind=K.FLAG,
        op="set",
        said=True,
        after=1,
    ),
    "no is something too": Case(
        kind=K.FLAG,
        op="set",
        said=False,
        after=0,
    ),
    "an option is chosen": Case(
        kind=K.CHOICE,
        op="set",
        held=["乙"],
        said="甲",
        after=["甲"],
    ),
    "a choice is emptied": Case(
        kind=K.CHOICE,
        op="clear",
        held=["乙"],
    ),
    "a retired option is not chosen": Case(
        kind=K.CHOICE,
        op="set",
        said="丁",
        code="custom_option_retired",
    ),
    "whoever has a retired option may keep it": Case(
        kind=K.CHOICE,
        op="set",
        held=["丁"],
        said="丁",
        after=["丁"],
    ),
    "several are chosen": Case(
        kind=K.CHOICES,
        op="set",
        held=["丙"],
        said=["乙", "甲"],
        after=["甲", "乙"],
    ),
    "one is put to those that are there": Case(
        kind=K.CHOICES,
        op="add",
        held=["乙"],
        said=["甲"],
        after=["甲", "乙"],
    ),
    "one is put to none": Case(
        kind=K.CHOICES,
        op="add",
        said=["甲"],
        after=["甲"],
    ),
    "one that is there already": Case(
        kind=K.CHOICES,
        op="add",
        held=["甲", "乙"],
        said=["甲"],
        after=["甲", "乙"],
    ),
    "a retired one is not put to them": Case(
        kind=K.CHOICES,
        op="add",
        held=["甲"],
        said=["丁"],
        code="custom_option_retired",
    ),
    "beside a retired one another is put": Case(
        kind=K.CHOICES,
        op="add",
        held=["丁"],
        said=["甲"],
        after=["甲", "丁"],
    ),
    "one is taken from them": Case(
        kind=K.CHOICES,
        op="remove",
        held=["甲", "乙"],
        said=["甲"],
        after=["乙"],
    ),
    "a retired one is taken from them": Case(
        kind=K.CHOICES,
        op="remove",
        held=["甲", "丁"],
        said=["丁"],
        after=["甲"],
    ),
    "the last one is taken away": Case(
        kind=K.CHOICES,
        op="remove",
        held=["甲"],
        said=["甲"],
    ),
    "one that is not there is taken away": Case(
        kind=K.CHOICES,
        op="remove",
        held=["乙"],
        said=["甲"],
        after=["乙"],
    ),
    "one is taken from none": Case(
        kind=K.CHOICES,
        op="remove",
        said=["甲"],
    ),
}


def field_of(cast: Cast, kind: int) -> CustomField:
    labels = ("甲", "乙", "丙", "丁") if kind in (K.CHOICE, K.CHOICES) else ()
    field = make.custom_field(cast.corp, "f", *labels, kind=kind)
    CustomOption.objects.filter(label="丁").update(active=False)
    return field


@pytest.mark.parametrize("name", CASES)
def test_what_a_change_comes_to(cast: Cast, name: str) -> None:
    case = CASES[name]
    field = field_of(cast, case.kind)
    ids = ids_of(field)

    def named(labels: Any) -> Any:
        if isinstance(labels, list) and ids:
            return [ids[label] for label in labels]
        return ids.get(labels, labels) if isinstance(labels, str) else labels

    def kept(labels: Any) -> Any:
        return tuple(sorted(named(labels))) if isinstance(labels, list) else labels

    if case.code:
        with pytest.raises(RuleViolation) as refusal:
            altering.altered(field, kept(case.held), case.op, named(case.said))
        assert (refusal.value.code, refusal.value.errors[0].field) == (case.code, "customFields.f")
    else:
        assert altering.altered(field, kept(case.held), case.op, named(case.said)) == kept(case.after)


@pytest.mark.parametrize("op", altering.OPS)
def test_a_field_that_is_not_in_use_is_left_alone(cast: Cast, op: str) -> None:
    field = make.custom_field(cast.corp, "f", "甲", kind=K.CHOICES, active=False)
    with pytest.raises(RuleViolation) as refusal:
        altering.altered(field, None, op, list(ids_of(field).values()))
    assert refusal.value.code == "custom_field_retired"


def test_what_can_be_done_to_each_kind() -> None:
    assert {kind: altering.ops_of(kind) for kind in FORMS} == {
        K.TEXT: ("set", "clear"),
        K.LONG_TEXT: ("set", "clear"),
        K.NUMBER: ("set", "clear"),
        K.DATE: ("set", "clear"),
        K.DATE_TIME: ("set", "clear"),
        K.FLAG: ("set", "clear"),
        K.CHOICE: ("set", "clear"),
        K.CHOICES: ("set", "clear", "add", "remove"),
        K.PHONE: ("set", "clear"),
        K.LINK: ("set", "clear"),
        K.EMAIL: ("set", "clear"),
        K.FILES: ("clear",),
    }
