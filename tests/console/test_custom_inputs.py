"""How a custom field is filled in on a page: the input of each kind, what it shows, and what is sent."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django import forms

from customers.console import custom_inputs
from customers.custom import values
from customers.models import Customer, CustomField, CustomValue
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import K, ids_of, one_of_each, put


@pytest.fixture
def fields(cast: Cast) -> dict[int, CustomField]:
    return one_of_each(cast.corp)


def row_of(customer: Customer, field: CustomField) -> CustomValue | None:
    return values.of(customer.pk, None, [field.pk]).get(field.pk)


def test_each_kind_has_an_input_of_its_own_that_asks_for_nothing(fields: dict[int, CustomField]) -> None:
    # Files have a page of their own.
    inputs = {kind: custom_inputs.made(field, None) for kind, field in fields.items() if kind != K.FILES}
    assert {kind: type(one).__name__ for kind, one in inputs.items()} == {
        K.TEXT: "CharField",
        K.LONG_TEXT: "CharField",
        K.NUMBER: "DecimalField",
        K.DATE: "DateField",
        K.DATE_TIME: "SplitDateTimeField",
        K.FLAG: "ChoiceField",
        K.CHOICE: "ChoiceField",
        K.CHOICES: "MultipleChoiceField",
        K.PHONE: "CharField",
        K.LINK: "CharField",
        K.EMAIL: "CharField",
    }
    for kind, one in inputs.items():
        assert not one.required, kind
        assert one.initial is None, kind
        assert one.label == fields[kind].name


@pytest.mark.parametrize(
    ("kind", "raw", "shown"),
    [
        (K.TEXT, "甲", "甲"),
        (K.LONG_TEXT, "一\n二", "一\n二"),
        (K.NUMBER, 12.5, Decimal("12.5")),
        (K.NUMBER, 100, Decimal("1E+2")),
        (K.DATE, "1990-05-01", dt.date(1990, 5, 1)),
        (K.DATE_TIME, "2026-01-31T00:30:00Z", dt.datetime(2026, 1, 31, 0, 30, tzinfo=dt.UTC)),
        (K.FLAG, True, "true"),
        (K.FLAG, False, "false"),
        (K.PHONE, "4008", "4008"),
        (K.LINK, "https://example.com", "https://example.com"),
        (K.EMAIL, "a@example.com", "a@example.com"),
    ],
)
def test_an_input_shows_what_is_held(
    cast: Cast, fields: dict[int, CustomField], kind: int, raw: Any, shown: Any
) -> None:
    customer = make.customer(cast.corp)
    put(customer, **{f"f{kind}": raw})
    assert custom_inputs.made(fields[kind], row_of(customer, fields[kind])).initial == shown


def test_choices_show_what_is_chosen_and_offer_what_is_in_use(cast: Cast, fields: dict[int, CustomField]) -> None:
    one, some = ids_of(fields[K.CHOICE]), ids_of(fields[K.CHOICES])
    customer = make.customer(cast.corp)
    put(customer, f7=one["乙"], f8=[some["甲"], some["丙"]])
    for kind, label in ((K.CHOICE, "甲"), (K.CHOICES, "丙")):
        fields[kind].options.filter(label=label).update(active=False)
    single: Any = custom_inputs.made(fields[K.CHOICE], row_of(customer, fields[K.CHOICE]))
    assert single.initial == str(one["乙"])
    assert [value for value, _label in single.choices] == ["", str(one["乙"]), str(one["丙"])]
    several: Any = custom_inputs.made(fields[K.CHOICES], row_of(customer, fields[K.CHOICES]))
    assert several.initial == [str(some["甲"]), str(some["丙"])]
    # The retired one is there for whoever has it, and for nobody else.
    assert [value for value, _label in several.choices] == [str(pk) for pk in some.values()]
    bare: Any = custom_inputs.made(fields[K.CHOICES], None)
    assert [value for value, _label in bare.choices] == [str(some["甲"]), str(some["乙"])]


def test_what_is_left_of_a_former_kind_is_not_shown_in_the_input(cast: Cast) -> None:
    field, customer = make.custom_field(cast.corp, "f"), make.customer(cast.corp)
    put(customer, f="viel")
    CustomField.objects.filter(pk=field.pk).update(kind=K.NUMBER)
    field.refresh_from_db()
    assert custom_inputs.made(field, row_of(customer, field)).initial is None


def test_who_ought_to_fill_one_in_is_told_so_until_it_is(cast: Cast) -> None:
    field, customer = make.custom_field(cast.corp, "f", required=True), make.customer(cast.corp)
    assert custom_inputs.made(field, None).help_text
    put(customer, f="x")
    assert not custom_inputs.made(field, row_of(customer, field)).help_text


@pytest.mark.parametrize(
    ("kind", "cleaned", "sent"),
    [
        (K.TEXT, "甲", "甲"),
        (K.TEXT, "", ""),
        (K.LONG_TEXT, "一\r\n二", "一\r\n二"),
        (K.NUMBER, Decimal("12.50"), "12.50"),
        (K.NUMBER, None, None),
        (K.DATE, dt.date(1990, 5, 1), "1990-05-01"),
        (K.DATE, None, None),
        (K.DATE_TIME, dt.datetime(2026, 1, 31, 0, 30, tzinfo=dt.UTC), "2026-01-31T00:30:00+00:00"),
        (K.DATE_TIME, None, None),
        (K.FLAG, "true", True),
        (K.FLAG, "false", False),
        (K.FLAG, "", None),
        (K.CHOICE, "7", 7),
        (K.CHOICE, "", None),
        (K.CHOICES, ["7", "8"], [7, 8]),
        (K.CHOICES, [], []),
    ],
)
def test_what_was_filled_in_is_sent_as_json_has_it(kind: int, cleaned: Any, sent: Any) -> None:
    found = custom_inputs.sent(CustomField(kind=kind), cleaned)
    assert found == sent
    assert type(found) is type(sent)


def test_an_input_refuses_what_is_too_long_before_a_rule_has_to(fields: dict[int, CustomField]) -> None:
    for kind, length in ((K.TEXT, 500), (K.LONG_TEXT, 5_000), (K.EMAIL, 254)):
        with pytest.raises(forms.ValidationError):
            custom_inputs.made(fields[kind], None).clean("x" * (length + 1))
    with pytest.raises(forms.ValidationError):
        custom_inputs.made(fields[K.NUMBER], None).clean("1.23456")
    with pytest.raises(forms.ValidationError):
        custom_inputs.made(fields[K.CHOICE], None).clean("99")
