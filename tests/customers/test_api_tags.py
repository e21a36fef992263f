import pytest

from customers.models import Customer, CustomerTag
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"


@pytest.fixture
def tags(cast: Cast) -> list[int]:
    group = make.group(cast.corp)
    return [make.tag(group, name=f"标签{n}").pk for n in range(3)]


def on(customer: Customer) -> list[int]:
    return sorted(CustomerTag.objects.filter(customer=customer).values_list("tag_id", flat=True))


def names() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def test_tags_are_added_as_in_the_original_and_the_customer_answers(cast: Cast, tags: list[int]) -> None:
    customer = make.customer(cast.corp)
    answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/tags", {"tagIds": tags[:2]})
    assert answer.status_code == 200
    assert [t["id"] for t in answer.json()["tags"]] == tags[:2]
    assert (answer.json()["id"], answer.json()["version"], answer["ETag"]) == (customer.pk, 2, '"2"')
    assert on(customer) == tags[:2]
    event = OutboxEvent.objects.order_by("-id")[0]
    assert (event.name, event.payload["data"]["tagIds"]) == ("customer.tag.added", tags[:2])


def test_both_directions_at_once(cast: Cast, tags: list[int]) -> None:
    client = api.client(cast.corp)
    customer = make.customer(cast.corp)
    client.post(f"{URL}/{customer.pk}/tags/", {"tagIds": tags[:2]})
    answer = client.post(f"{URL}/{customer.pk}/tags", {"addTagIds": [tags[2]], "removeTagIds": [tags[0]]})
    assert [t["id"] for t in answer.json()["tags"]] == tags[1:]
    assert names()[-2:] == ["customer.tag.removed", "customer.tag.added"]


def test_tags_are_removed_by_delete(cast: Cast, tags: list[int]) -> None:
    client = api.client(cast.corp)
    customer = make.customer(cast.corp)
    client.post(f"{URL}/{customer.pk}/tags", {"tagIds": tags})
    answer = client.delete(f"{URL}/{customer.pk}/tags", {"tagIds": tags[:1]})
    assert [t["id"] for t in answer.json()["tags"]] == tags[1:]
    assert on(customer) == tags[1:]
    before = names()
    assert client.delete(f"{URL}/{customer.pk}/tags", {"tagIds": tags[:1]}).status_code == 200
    assert names() == before


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "no_tags"),
        ({"tagIds": []}, 400, "no_tags"),
        ({"tagIds": "1"}, 400, "invalid"),
        ({"tagIds": [0]}, 400, "invalid"),
        ({"tagIds": [1.5]}, 400, "invalid"),
        ({"tagIds": [999_999]}, 422, "tag_unknown"),
        ({"tagIds": list(range(1, 102))}, 400, "invalid"),
        ({"addTagIds": [5], "removeTagIds": [5]}, 422, "tag_both_ways"),
        ({"tags": [1]}, 400, "invalid"),
    ],
)
def test_a_wrong_request_is_refused_and_nothing_changes(cast: Cast, body: dict, status: int, code: str) -> None:
    customer = make.customer(cast.corp)
    before = names()
    answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/tags", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert on(customer) == []
    assert names() == before


def test_a_foreign_customer_takes_no_tags(cast: Cast, tags: list[int]) -> None:
    foreign = make.customer(cast.other_corp)
    answer = api.client(cast.corp).post(f"{URL}/{foreign.pk}/tags", {"tagIds": tags})
    assert answer.status_code == 404
    assert on(foreign) == []


def test_a_reader_may_not_tag(cast: Cast, tags: list[int]) -> None:
    customer = make.customer(cast.corp)
    answer = api.client(cast.corp, "read").post(f"{URL}/{customer.pk}/tags", {"tagIds": tags})
    assert answer.status_code == 403
    assert on(customer) == []


def test_a_tag_stands_only_for_a_follower_of_the_customer(cast: Cast, tags: list[int]) -> None:
    customer = make.customer(cast.corp, cast.owner)
    body = {"tagIds": tags, "followUserId": cast.colleague.pk}
    answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/tags", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_follower")
    assert on(customer) == []


def test_many_customers_are_tagged_each_for_itself(cast: Cast, tags: list[int]) -> None:
    plain, has, deleted = (make.customer(cast.corp) for _ in range(3))
    foreign = make.customer(cast.other_corp)
    client = api.client(cast.corp)
    client.post(f"{URL}/{has.pk}/tags", {"tagIds": tags[:1]})
    client.delete(f"{URL}/{deleted.pk}")
    body = {"customerIds": [foreign.pk, plain.pk, has.pk, deleted.pk], "addTagIds": tags[:1]}
    answer = client.post(f"{URL}/bulk/tags", body).json()
    assert [(r["customerId"], r["status"], r.get("code")) for r in answer["list"]] == [
        (foreign.pk, "failed", "not_found"),
        (plain.pk, "changed", None),
        (has.pk, "unchanged", None),
        (deleted.pk, "failed", "customer_deleted"),
    ]
    assert {k: answer[k] for k in ("total", "changed", "unchanged", "failed")} == {
        "total": 4,
        "changed": 1,
        "unchanged": 1,
        "failed": 2,
    }
    assert on(plain) == tags[:1]
    assert on(foreign) == on(deleted) == []


def test_the_bulk_request_repeated_with_its_key_tags_once(cast: Cast, tags: list[int]) -> None:
    customer = make.customer(cast.corp)
    client = api.client(cast.corp)
    body, key = {"customerIds": [customer.pk], "addTagIds": tags}, {"Idempotency-Key": "bulk-1"}
    first, again = (client.post(f"{URL}/bulk/tags/", body, headers=key) for _ in range(2))
    assert first.json()["changed"] == 1
    assert first.content == again.content
    assert names().count("customer.tag.added") == 1


@pytest.mark.parametrize("ids", [[], list(range(1, 102)), ["x"]])
def test_a_bulk_request_names_one_to_a_hundred_customers(cast: Cast, tags: list[int], ids: list) -> None:
    answer = api.client(cast.corp).post(f"{URL}/bulk/tags", {"customerIds": ids, "addTagIds": tags})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith("customerIds")
