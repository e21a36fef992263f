"""One tag change for many customers: each for itself, unless the request has promised to be one."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from corps.models import IdempotencyKey
from customers import bulk, lifecycle, tagging
from customers.models import Customer, CustomerTag
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers/bulk/tags"


@pytest.fixture
def tags(cast: Cast) -> list[int]:
    group = make.group(cast.corp)
    return [make.tag(group).pk for _ in range(3)]


@pytest.fixture
def customers(cast: Cast) -> list[Customer]:
    return [make.customer(cast.corp, cast.owner) for _ in range(4)]


def pairs() -> list[tuple[int, int]]:
    return sorted(CustomerTag.objects.values_list("customer_id", "tag_id"))


def versions() -> list[int]:
    return list(Customer.objects.order_by("pk").values_list("version", flat=True))


def test_results_come_in_the_order_asked_and_each_customer_once(
    cast: Cast, customers: list[Customer], tags: list[int]
) -> None:
    asked = [customers[2].pk, 10**12, customers[0].pk, customers[2].pk, customers[3].pk]
    answer = api.client(cast.corp).post(URL, {"customerIds": asked, "addTagIds": tags[:1]}).json()
    assert [row["customerId"] for row in answer["list"]] == list(dict.fromkeys(asked))
    assert [row["status"] for row in answer["list"]] == ["changed", "failed", "changed", "changed"]
    assert (answer["total"], answer["changed"], answer["unchanged"], answer["failed"]) == (4, 3, 0, 1)
    assert versions() == [2, 1, 2, 2]


def test_a_result_names_what_came_on_and_what_went_off(cast: Cast, customers: list[Customer], tags: list[int]) -> None:
    tagging.add_tags(customer=customers[0], tag_ids=tags[:2], by=make.service(cast.corp), source="api")
    body = {"customerIds": [c.pk for c in customers[:2]], "addTagIds": tags[1:2], "removeTagIds": tags[:1]}
    answer = api.client(cast.corp).post(URL, body).json()
    assert [(row["added"], row["removed"]) for row in answer["list"]] == [([], tags[:1]), (tags[1:2], [])]
    assert pairs() == [(customers[0].pk, tags[1]), (customers[1].pk, tags[1])]
    assert versions() == [3, 2, 1, 1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"addTagIds": [10**12]}, "tag_unknown"),
        ({"addTagIds": [5], "removeTagIds": [5]}, "tag_both_ways"),
        ({"addTagIds": list(range(1, 60)), "removeTagIds": list(range(60, 120))}, "too_many_tags"),
        ({"removeTagIds": [5], "followUserId": 10**12}, "not_a_follower"),
    ],
)
def test_what_fails_for_all_is_said_of_each_and_nothing_is_written(
    cast: Cast, customers: list[Customer], tags: list[int], change: dict[str, Any], code: str
) -> None:
    events = OutboxEvent.objects.count()
    answer = api.client(cast.corp).post(URL, {"customerIds": [c.pk for c in customers], **change})
    assert answer.status_code == 200
    assert [(row["status"], row["code"]) for row in answer.json()["list"]] == [("failed", code)] * 4
    assert all(row["message"] and row["added"] == row["removed"] == [] for row in answer.json()["list"])
    assert (pairs(), versions(), OutboxEvent.objects.count()) == ([], [1] * 4, events)


@pytest.mark.parametrize("change", [{}, {"addTagIds": []}, {"addTagIds": [], "removeTagIds": []}])
def test_a_bulk_without_any_tag_is_400(cast: Cast, customers: list[Customer], change: dict[str, Any]) -> None:
    answer = api.client(cast.corp).post(URL, {"customerIds": [customers[0].pk], **change})
    assert (answer.status_code, answer.json()["code"]) == (400, "no_tags")


def test_a_hundred_customers_and_a_hundred_tags_are_the_most(cast: Cast, tags: list[int]) -> None:
    client = api.client(cast.corp)
    ids = list(range(10**9, 10**9 + 101))
    assert client.post(URL, {"customerIds": ids[:100], "addTagIds": tags}).json()["failed"] == 100
    assert client.post(URL, {"customerIds": ids, "addTagIds": tags}).status_code == 400
    assert client.post(URL, {"customerIds": ids[:1], "addTagIds": ids}).status_code == 400


@pytest.mark.parametrize("bad", [0, -1, 2**63, 1.5, "x", None, True, [1]])
def test_an_id_that_no_row_can_have_is_named_by_its_place(cast: Cast, tags: list[int], bad: Any) -> None:
    answer = api.client(cast.corp).post(URL, {"customerIds": [1, bad], "addTagIds": tags})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["customerIds.1"]


def test_the_tag_stands_for_the_follower_named_where_that_one_follows(
    cast: Cast, customers: list[Customer], tags: list[int]
) -> None:
    make.relation(customers[1], cast.colleague)
    body = {"customerIds": [c.pk for c in customers[:2]], "addTagIds": tags[:1], "followUserId": cast.colleague.pk}
    answer = api.client(cast.corp).post(URL, body).json()
    assert [row.get("code") for row in answer["list"]] == ["not_a_follower", None]
    row = CustomerTag.objects.get()
    assert (row.customer_id, row.follower_id) == (customers[1].pk, cast.colleague.pk)


def test_each_customer_told_has_its_own_event_by_its_own_caller(
    cast: Cast, customers: list[Customer], tags: list[int]
) -> None:
    actor = make.service(cast.corp)
    bulk.change_tags(customer_ids=[c.pk for c in customers], add=tags, remove=[], by=actor, source="operator")
    told = OutboxEvent.objects.filter(name="customer.tag.added").order_by("aggregate_id")
    assert [e.aggregate_id for e in told] == [c.pk for c in customers]
    assert {(e.payload["actor"], e.payload["source"], tuple(e.payload["data"]["tagIds"])) for e in told} == {
        (actor.label, "operator", tuple(tags))
    }


@pytest.fixture
def failing_at_the_third(customers: list[Customer], monkeypatch: pytest.MonkeyPatch) -> None:
    """The process breaks down when it comes to the third customer."""
    real = tagging.change_tags

    def change_tags(*, customer: Customer, **rest: Any) -> Any:
        if customer.pk == customers[2].pk:
            raise MemoryError
        return real(customer=customer, **rest)

    monkeypatch.setattr(tagging, "change_tags", change_tags)


def unraising(cast: Cast) -> Any:
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(make.service(cast.corp))
    return client


def test_a_breakdown_half_way_keeps_what_was_done_and_a_repeat_does_the_rest(
    cast: Cast, customers: list[Customer], tags: list[int], failing_at_the_third: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, body = unraising(cast), {"customerIds": [c.pk for c in customers], "addTagIds": tags[:1]}
    assert client.post(URL, body).status_code == 500
    assert versions() == [2, 2, 1, 1]
    monkeypatch.undo()
    answer = client.post(URL, body).json()
    assert [row["status"] for row in answer["list"]] == ["unchanged", "unchanged", "changed", "changed"]
    assert versions() == [2, 2, 2, 2]


def test_a_breakdown_under_an_idempotency_key_undoes_all_and_leaves_the_key_free(
    cast: Cast, customers: list[Customer], tags: list[int], failing_at_the_third: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, body = unraising(cast), {"customerIds": [c.pk for c in customers], "addTagIds": tags[:1]}
    events, key = OutboxEvent.objects.count(), {"Idempotency-Key": "all-or-nothing"}
    assert client.post(URL, body, headers=key).status_code == 500
    assert (versions(), pairs(), OutboxEvent.objects.count()) == ([1] * 4, [], events)
    assert not IdempotencyKey.objects.exists()
    monkeypatch.undo()
    assert client.post(URL, body, headers=key).json()["changed"] == 4
    assert client.post(URL, body, headers=key)["Idempotent-Replayed"] == "true"
    assert versions() == [2] * 4


def test_partial_failures_under_a_key_are_kept_and_replayed_as_they_were(
    cast: Cast, customers: list[Customer], tags: list[int]
) -> None:
    lifecycle.delete(customer=customers[0], by=make.service(cast.corp), source="api")
    client, key = api.client(cast.corp), {"Idempotency-Key": "some-fail"}
    body = {"customerIds": [c.pk for c in customers], "addTagIds": tags[:1]}
    first = client.post(URL, body, headers=key)
    assert (first.json()["changed"], first.json()["failed"]) == (3, 1)
    # The reason is gone; the answer to this key is the one that was given.
    lifecycle.update(customer=Customer(pk=customers[0].pk), by=make.service(cast.corp), source="api", status=1)
    assert client.post(URL, body, headers=key).content == first.content
    assert client.post(URL, body).json()["changed"] == 1
