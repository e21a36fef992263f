"""Odd questions to lists and odd values for many customers: one shape of refusal, and nothing is written."""

from typing import Any

import pytest

from customers import custom
from customers.custom.options import Wanted
from customers.models import Customer, CustomField
from tests import api, make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, everything, held, ids_of, put

URL = "/api/v1/customers"
BULK = f"{URL}/bulk/custom-fields"


@pytest.fixture
def fields(cast: Cast) -> dict[str, CustomField]:
    """A choice with a retired option, a number, a text, and one that is not in use any more."""
    level = make.custom_field(cast.corp, "level", "甲", "乙")
    some = make.custom_field(cast.corp, "some", "一", "二", kind=K.CHOICES)
    kinds = {"age": K.NUMBER, "nick": K.TEXT, "seen": K.DATE_TIME}
    more = {key: make.custom_field(cast.corp, key, kind=kind) for key, kind in kinds.items()}
    make.custom_field(cast.corp, "gone", active=False)
    return {"level": level, "some": some} | more


@pytest.fixture
def retired(fields: dict[str, CustomField]) -> int:
    """An option that is not in use any more."""
    ids = ids_of(fields["level"])
    custom.update_field(field=fields["level"], options=[Wanted("甲", ids["甲"], False), Wanted("乙", ids["乙"])], **AS)
    return ids["甲"]


def shape(answer: Any) -> None:
    """A refusal as every other is, with the place of each fault."""
    told = answer.json()
    assert {"code", "message", "errors"} <= set(told)
    assert told["errors"]
    assert all(set(error) == {"field", "code", "message"} and error["message"] for error in told["errors"])


class TestLists:
    @pytest.mark.parametrize(
        "asked",
        [
            "nothing:set",
            "gone:unset",
            "level:like:1",
            "level:gte:1",
            "some:lt:1",
            "level:in:",
            "level:is:-1",
            "level:is:1.0",
            "level:is:٣x",
            "age:is:NaN",
            "age:gt:Infinity",
            "age:lt:1e400",
            "age:is:" + "9" * 500,
            "age:in:1,,2",
            "seen:is:9999-99-99T00:00:00Z",
            "seen:gt:0001-01-01T00:00:00+14:00",
            "nick:gt:a",
            "age:is",
            "age:set:1",
            "::",
        ],
    )
    def test_what_means_nothing_is_refused_at_the_parameter_with_one_shape(
        self, cast: Cast, fields: Any, asked: str
    ) -> None:
        before = everything()
        answer = api.client(cast.corp).get(URL, {"customField": asked})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
        shape(answer)
        assert {error["field"] for error in answer.json()["errors"]} == {"customField"}
        assert everything() == before

    def test_one_odd_question_among_good_ones_spoils_the_list(self, cast: Cast, fields: Any) -> None:
        answer = api.client(cast.corp).get(URL, {"customField": ["age:set", "nothing:set"]})
        assert (answer.status_code, "list" in answer.json()) == (400, False)

    def test_who_has_a_retired_option_is_found_by_it(self, cast: Cast, fields: Any) -> None:
        ids, customer = ids_of(fields["level"]), make.customer(cast.corp)
        make.customer(cast.corp)
        put(customer, level=ids["甲"])
        wanted = [Wanted("甲", ids["甲"], False), Wanted("乙", ids["乙"])]
        custom.update_field(field=CustomField.objects.get(key="level"), options=wanted, **AS)
        told = api.client(cast.corp).get(URL, {"customField": f"level:is:{ids['甲']}"}).json()
        assert [row["id"] for row in told["list"]] == [customer.pk]

    def test_an_option_of_another_company_finds_nobody(self, cast: Cast, fields: Any) -> None:
        make.customer(cast.corp)
        foreign = make.custom_field(cast.other_corp, "level", "甲")
        answer = api.client(cast.corp).get(URL, {"customField": f"level:is:{ids_of(foreign)['甲']}"})
        assert (answer.status_code, answer.json()["list"]) == (200, [])

    def test_the_greatest_number_that_a_field_holds_is_found_and_none_above_it(self, cast: Cast, fields: Any) -> None:
        customer = make.customer(cast.corp)
        put(customer, age=99_999_999_999)
        for asked, found in (("is:99999999999", 1), ("gt:99999999998", 1), ("gt:99999999999", 0)):
            told = api.client(cast.corp).get(URL, {"customField": f"age:{asked}"}).json()
            assert len(told["list"]) == found, asked


ODD: list[Any] = [
    ({"nothing": 1}, "custom_field_unknown"),
    ({"gone": "x"}, "custom_field_retired"),
    ({"age": 10**30}, "custom_values_invalid"),
    ({"age": 0.00001}, "custom_values_invalid"),
    ({"age": True}, "custom_values_invalid"),
    ({"age": [1]}, "custom_values_invalid"),
    ({"age": {"value": 1}}, "custom_values_invalid"),
    ({"nick": "\0"}, "custom_values_invalid"),
    ({"nick": "长" * 5_000}, "custom_values_invalid"),
    ({"nick": 1}, "custom_values_invalid"),
    ({"level": 10**30}, "custom_values_invalid"),
    ({"level": "甲"}, "custom_values_invalid"),
    ({"some": [10**18]}, "custom_values_invalid"),
    ({"seen": "2026-01-31"}, "custom_values_invalid"),
    ({"nick": "good", "age": "bad"}, "custom_values_invalid"),
]


class TestBulk:
    def ask(self, cast: Cast, customers: list[Customer], values: Any) -> Any:
        body = {"customerIds": [row.pk for row in customers], "customFields": values}
        return api.client(cast.corp).post(BULK, body, format="json")

    @pytest.mark.parametrize(("values", "code"), ODD)
    def test_odd_values_fail_for_each_customer_and_nothing_is_written(
        self, cast: Cast, fields: Any, values: Any, code: str
    ) -> None:
        customers = [make.filled(make.customer(cast.corp), age=1, nick="x") for _n in range(2)]
        before = everything()
        answer = self.ask(cast, customers, values)
        assert answer.status_code == 200
        told = answer.json()
        assert (told["total"], told["failed"]) == (2, 2)
        assert [(row["customerId"], row["code"]) for row in told["list"]] == [(row.pk, code) for row in customers]
        assert all(row["message"] for row in told["list"])
        assert everything() == before

    @pytest.mark.parametrize(("values", "code"), ODD)
    def test_one_customer_is_refused_the_same_with_the_place_of_each_fault(
        self, cast: Cast, fields: Any, values: Any, code: str
    ) -> None:
        customer = make.customer(cast.corp)
        before = everything()
        url = f"{URL}/{customer.pk}/custom-fields"
        answer = api.client(cast.corp).patch(url, {"customFields": values}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        shape(answer)
        assert {error["field"] for error in answer.json()["errors"]} <= {f"customFields.{key}" for key in values}
        assert everything() == before

    def test_a_retired_option_is_kept_by_who_has_it_and_given_to_nobody(
        self, cast: Cast, fields: dict[str, CustomField]
    ) -> None:
        ids = ids_of(fields["level"])
        has, lacks = make.filled(make.customer(cast.corp), level=ids["甲"]), make.customer(cast.corp)
        wanted = [Wanted("甲", ids["甲"], False), Wanted("乙", ids["乙"])]
        custom.update_field(field=CustomField.objects.get(key="level"), options=wanted, **AS)
        before = everything()
        told = self.ask(cast, [has, lacks], {"level": ids["甲"]}).json()
        assert [row["status"] for row in told["list"]] == ["unchanged", "failed"]
        assert told["list"][1]["code"] == "custom_values_invalid"
        assert everything() == before

    def test_a_retired_option_beside_a_good_value_keeps_that_out_too(
        self, cast: Cast, fields: Any, retired: int
    ) -> None:
        customer = make.customer(cast.corp)
        told = self.ask(cast, [customer], {"level": retired, "nick": "neu"}).json()
        assert told["failed"] == 1
        assert (held(customer, "level"), held(customer, "nick")) == (None, None)

    def test_one_who_is_gone_spoils_nothing_for_the_others(self, cast: Cast, fields: Any) -> None:
        gone, there = make.customer(cast.corp), make.customer(cast.corp)
        Customer.objects.filter(pk=gone.pk).update(status=0)
        told = self.ask(cast, [gone, there], {"age": 7}).json()
        assert [row["status"] for row in told["list"]] == ["failed", "changed"]
        assert told["list"][0]["code"] == "customer_deleted"
        assert (held(gone, "age"), held(there, "age")) == (None, 7)
