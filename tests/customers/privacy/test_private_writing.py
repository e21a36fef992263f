"""Personal custom fields that come back with stars: those that were shown change nothing, others are refused."""

from typing import Any

import pytest

from corps.choices import Masking
from customers.custom import bulk
from customers.models import CustomChange, Customer
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import everything, held
from tests.customers.privacy.people import URL, choose, client
from tests.customers.privacy.private import HELD, NOTE, private, starred
from tests.doors import refused


@pytest.fixture
def customer(cast: Cast) -> Customer:
    row, _held = private(cast)
    choose(cast, Masking.PEOPLE)
    return row


def sent(cast: Cast, name: str, customer: Customer, values: dict[str, Any], below: str = "") -> Any:
    url = f"{URL}/{customer.pk}{below}/custom-fields"
    return client(cast, name).patch(url, {"customFields": values}, format="json")


def test_all_that_was_shown_comes_back_and_changes_nothing(cast: Cast, customer: Customer) -> None:
    before = everything()
    answer = sent(cast, "owner", customer, starred())
    assert answer.status_code == 200, answer.content
    assert {row["key"]: row["value"] for row in answer.json()["list"]} == starred()
    below = f"/follows/{cast.owner.pk}"
    assert sent(cast, "owner", customer, {NOTE[0]: NOTE[2]}, below).status_code == 200
    assert everything() == before


def test_stars_beside_a_change_keep_what_is_held(cast: Cast, customer: Customer) -> None:
    answer = sent(cast, "owner", customer, starred() | {"hobby": "下棋", "nick": "阿明"})
    told = {row["key"]: row["value"] for row in answer.json()["list"]}
    assert (told["hobby"], told["nick"]) == ("下棋", "****")
    assert (held(customer, "nick"), held(customer, "idCard")) == ("阿明", HELD["idCard"][1])
    assert CustomChange.objects.order_by("-id").first().after  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("key", "value"),
    [("idCard", "440****0000"), ("nick", "小****"), ("salary", "***** "), ("birthday", "1990-**-****")],
)
def test_other_stars_are_refused_and_nothing_is_written(cast: Cast, customer: Customer, key: str, value: str) -> None:
    before = everything()
    answer = sent(cast, "owner", customer, {"hobby": "下棋", key: value})
    assert refused(answer, 422, "number_masked")["errors"][0]["field"] == f"customFields.{key}"
    assert everything() == before


def test_the_stars_of_a_field_that_holds_nothing_are_refused(cast: Cast, customer: Customer) -> None:
    make.filled(customer, nick=None)
    refused(sent(cast, "owner", customer, {"nick": "****"}), 422, "number_masked")
    refused(sent(cast, "manager", customer, {NOTE[0]: "****"}, f"/follows/{cast.owner.pk}"), 422, "number_masked")


def test_a_whole_value_is_written_and_answered_with_stars(cast: Cast, customer: Customer) -> None:
    answer = sent(cast, "owner", customer, {"salary": 5, "birthday": None})
    told = {row["key"]: row["value"] for row in answer.json()["list"]}
    assert (told["salary"], "birthday" in told, held(customer, "salary")) == ("****", False, 5)


def test_who_sees_everything_may_mean_stars(cast: Cast, customer: Customer) -> None:
    assert sent(cast, "admin", customer, {"nick": "****"}).status_code == 200
    assert held(customer, "nick") == "****"


def test_in_a_field_that_is_not_personal_stars_are_a_text(cast: Cast, customer: Customer) -> None:
    assert sent(cast, "owner", customer, {"hobby": "****"}).status_code == 200
    assert held(customer, "hobby") == "****"


def test_an_unknown_field_is_refused_as_ever(cast: Cast, customer: Customer) -> None:
    refused(sent(cast, "owner", customer, {"nothing": "****"}), 422, "custom_field_unknown")
    refused(sent(cast, "manager", customer, {NOTE[0]: "****"}, f"/follows/{cast.colleague.pk}"), 422, "number_masked")


def test_in_bulk_each_customer_is_answered_for_itself(cast: Cast, customer: Customer) -> None:
    other = make.filled(make.customer(cast.corp, cast.owner), idCard="110101198001019999")
    told = OutboxEvent.objects.count()
    ids, values = [customer.pk, other.pk], {"idCard": HELD["idCard"][2]}
    results = bulk.set_many(customer_ids=ids, values=values, by=cast.actor("owner"), source="api")
    assert [(one["status"], one.get("code")) for one in results] == [("unchanged", None), ("failed", "number_masked")]
    assert OutboxEvent.objects.count() == told
