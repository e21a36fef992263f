import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from followups import writing
from followups.models import FollowUp
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def url(customer: Customer) -> str:
    return f"/api/v1/customers/{customer.pk}/followups"


def signed_in(cast: Cast, name: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(user=cast.actor(name))
    return client


def wrote(customer: Customer, content: str, day: int) -> FollowUp:
    moment = dt.datetime(2026, 1, day, tzinfo=dt.UTC)
    return writing.write(customer=customer, content=content, by=SYSTEM, source="system", happened_at=moment)


def test_a_follow_up_is_written_and_read_again(cast: Cast, customer: Customer, client) -> None:
    body = {"content": "约下周看样品", "employeeId": cast.owner.pk, "happenedAt": "2026-03-01T10:00:00+08:00"}
    answer = client.post(f"{url(customer)}/", body)
    row = FollowUp.objects.get()
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["id"], shown["customerId"], shown["content"]) == (row.pk, customer.pk, "约下周看样品")
    assert (shown["employeeId"], shown["employeeName"], shown["actor"]) == (cast.owner.pk, "王小明", row.actor)
    assert shown["happenedAt"] == "2026-03-01T02:00:00Z"
    assert client.get(url(customer)).json()["list"] == [shown]
    assert OutboxEvent.objects.filter(name="customer.followup.created", aggregate_id=row.pk).count() == 1


def test_a_time_without_a_zone_is_utc(cast: Cast, customer: Customer, client) -> None:
    answer = client.post(url(customer), {"content": "x", "happenedAt": "2026-03-01T02:00:00"})
    assert answer.json()["happenedAt"] == "2026-03-01T02:00:00Z"


def test_the_history_is_newest_first_in_pages_and_of_this_customer_alone(
    cast: Cast, customer: Customer, client, django_assert_num_queries
) -> None:
    rows = [wrote(customer, f"第{day}次", day) for day in (2, 3, 1)]
    wrote(make.customer(cast.corp), "别人的", 5)
    client.get(url(customer))
    # The customer, which records are theirs, the page, whom it names and its files.
    with django_assert_num_queries(5):
        body = client.get(url(customer)).json()
    assert [f["id"] for f in body["list"]] == [rows[1].pk, rows[0].pk, rows[2].pk]
    second = client.get(f"{url(customer)}?page=2&size=2").json()
    assert ([f["id"] for f in second["list"]], second["total"]) == ([rows[2].pk], 3)
    assert body["list"][0]["employeeName"] is None


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "content"),
        ({"content": ""}, 400, "content"),
        ({"content": "长" * 5_001}, 400, "content"),
        ({"content": "x", "employeeId": 0}, 400, "employeeId"),
        ({"content": "x", "employeeId": 2**63}, 400, "employeeId"),
        ({"content": "x", "employeeId": 999_999}, 422, "employeeId"),
        ({"content": "x", "happenedAt": "soon"}, 400, "happenedAt"),
        ({"content": "x", "happenedAt": "2999-01-01T00:00:00Z"}, 422, "happenedAt"),
        ({"content": "x", "colour": "red"}, 400, "colour"),
    ],
)
def test_a_wrong_follow_up_names_its_field_and_writes_nothing(
    cast: Cast, customer: Customer, client, body: dict[str, Any], status: int, field: str
) -> None:
    before = OutboxEvent.objects.count()
    answer = client.post(url(customer), body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert not FollowUp.objects.exists()
    assert OutboxEvent.objects.count() == before


def test_a_deleted_customer_keeps_its_history_and_takes_no_more(cast: Cast, customer: Customer, client) -> None:
    wrote(customer, "旧", 1)
    lifecycle.delete(customer=customer, by=SYSTEM, source="system")
    answer = client.post(url(customer), {"content": "新"})
    assert (answer.status_code, answer.json()["code"]) == (409, "customer_deleted")
    assert [f["content"] for f in client.get(url(customer)).json()["list"]] == ["旧"]


def test_a_customer_whom_the_caller_doesnt_see_isnt_there(cast: Cast, customer: Customer) -> None:
    wrote(customer, "内部", 1)
    before = OutboxEvent.objects.count()
    for stranger in (api.client(cast.other_corp), signed_in(cast, "stranger"), signed_in(cast, "colleague")):
        assert stranger.get(url(customer)).status_code == 404
        assert stranger.post(url(customer), {"content": "x"}).status_code == 404
    assert FollowUp.objects.count() == 1
    assert OutboxEvent.objects.count() == before


def test_staff_write_to_their_own_customers_as_themselves(cast: Cast, customer: Customer) -> None:
    answer = signed_in(cast, "owner").post(url(customer), {"content": "电话"})
    assert (answer.status_code, answer.json()["employeeId"]) == (201, cast.owner.pk)
    refused = signed_in(cast, "owner").post(url(customer), {"content": "电话", "employeeId": cast.colleague.pk})
    assert (refused.status_code, refused.json()["code"]) == (422, "employee_unknown")
    assert FollowUp.objects.count() == 1


def test_a_service_that_only_reads_writes_none(cast: Cast, customer: Customer) -> None:
    reader = api.client(cast.corp, "read")
    assert reader.get(url(customer)).status_code == 200
    assert reader.post(url(customer), {"content": "x"}).status_code == 403
    assert not FollowUp.objects.exists()


def test_a_repeated_post_with_one_key_writes_once(cast: Cast, customer: Customer, client) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = client.post(url(customer), {"content": "电话"}, headers=key)
    again = client.post(url(customer), {"content": "电话"}, headers=key)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert FollowUp.objects.count() == 1
    assert client.post(url(customer), {"content": "别的"}, headers=key).status_code == 422


def test_an_unknown_parameter_and_a_customer_no_row_can_be_are_refused(cast: Cast, customer: Customer, client) -> None:
    assert client.get(f"{url(customer)}?colour=red").status_code == 400
    for ident in ("0", "9" * 19, "9" * 30):
        assert client.get(f"/api/v1/customers/{ident}/followups").status_code == 404
