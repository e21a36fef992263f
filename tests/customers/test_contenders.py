"""Callers who meet at the same customers, over the doors, on a database with real row locks: nobody hears of it."""

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from core.retry import atomic_retry
from corps.actors import SYSTEM
from corps.models import Corp
from customers import lifecycle, search, upkeep
from customers.models import Customer, CustomerGram, CustomerTag, FollowRelation
from messaging.models import OutboxEvent
from tags import catalog
from tests import make
from tests.customers.test_concurrency import at_once
from tests.customers.test_write_machine import replayed

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]
URL = "/api/v1/customers"


def caller(corp: Corp) -> Any:
    client = APIClient()
    client.force_authenticate(make.service(corp))
    return client


def in_step(corp: Corp) -> None:
    """Versions, events, tags and grams of every customer of the corp tell the same story."""
    for row in Customer.objects.of_corp(corp.pk):
        events = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=row.pk)
        told = [(e.aggregate_version, e.name, e.payload["data"]) for e in events.order_by("aggregate_version")]
        assert [version for version, _name, _data in told] == list(range(1, row.version + 1))
        held = CustomerTag.objects.filter(customer=row).values_list("tag_id", "follower_id")
        assert replayed(told) == set(held)
        grams = CustomerGram.objects.filter(corp_id=corp.pk, customer_id=row.pk).values_list("gram", "alive")
        assert dict(grams) == dict.fromkeys(search.grams(row.search_text), bool(row.alive))


@pytest.mark.parametrize("keyed", [False, True], ids=["each for itself", "under a key"])
def test_bulk_requests_over_the_same_customers_in_opposite_order_all_succeed(keyed: bool) -> None:
    corp = make.corp()
    group = make.group(corp)
    tags = [make.tag(group).pk for _ in range(4)]
    customers = [make.customer(corp).pk for _ in range(25)]

    def request(number: int) -> Callable[[], None]:
        client, order = caller(corp), customers if number % 2 else customers[::-1]
        headers = {"Idempotency-Key": f"bulk-{number}"} if keyed else {}

        def send() -> None:
            body = {"customerIds": order, "addTagIds": [tags[number]]}
            answer = client.post(f"{URL}/bulk/tags", body, headers=headers)
            assert answer.status_code == 200, answer.content
            assert [row["customerId"] for row in answer.json()["list"]] == order
            assert answer.json()["changed"] == len(customers)

        return send

    assert at_once([request(number) for number in range(4)]) == []
    assert CustomerTag.objects.count() == 100
    assert set(Customer.objects.values_list("version", flat=True)) == {5}
    in_step(corp)


def test_any_mix_of_changes_to_few_customers_leaves_them_in_step() -> None:
    corp = make.corp()
    group = make.group(corp)
    tags = [make.tag(group).pk for _ in range(4)]
    staff = [make.employee(corp).pk for _ in range(2)]
    customers = [make.customer(corp).pk for _ in range(3)]

    def worker(seed: int) -> Callable[[], None]:
        rng, client = random.Random(seed), caller(corp)

        def act() -> Any:
            where, some = f"{URL}/{rng.choice(customers)}", rng.sample(tags, 2)
            return rng.choice(
                [
                    lambda: client.post(f"{where}/tags", {"addTagIds": some[:1], "removeTagIds": some[1:]}),
                    lambda: client.post(f"{where}/tags", {"tagIds": some}),
                    lambda: client.delete(f"{where}/tags", {"tagIds": some}),
                    lambda: client.patch(where, {"name": rng.choice(["张三", "李四", "王五六"])}),
                    lambda: client.patch(where, {"followUserId": rng.choice([None, *staff])}),
                    lambda: client.delete(where),
                    lambda: client.patch(where, {"status": 1}),
                    lambda: client.post(f"{URL}/bulk/tags", {"customerIds": customers, "addTagIds": some}),
                ]
            )()

        def run() -> None:
            for _ in range(20):
                answer = act()
                # 409: deleted by another one just before. Nothing else may come of meeting.
                assert answer.status_code in (200, 204, 409), answer.content

        return run

    assert at_once([worker(seed) for seed in range(6)]) == []
    assert OutboxEvent.objects.count() > 30
    in_step(corp)


def test_a_sweep_against_taggers_and_a_merger_leaves_no_ended_tag_and_no_gap() -> None:
    corp = make.corp()
    group = make.group(corp)
    old, new = make.tag(group), make.tag(group)
    customers = [make.tagged(make.customer(corp), old).pk for _ in range(20)]
    merged = threading.Event()

    def tagger() -> None:
        client = caller(corp)
        for pk in customers:
            answer = client.post(f"{URL}/{pk}/tags", {"tagIds": [old.pk]})
            assert answer.status_code in (200, 422), answer.content

    def merge() -> None:
        catalog.merge_tag(tag=old, into=new, by=SYSTEM, source="api")
        merged.set()

    def sweep() -> None:
        merged.wait(20)
        while atomic_retry(upkeep.sweep_tag)(tag_id=old.pk, batch=6):
            pass

    assert at_once([tagger, tagger, merge, sweep, sweep]) == []
    # What was being put on just when the tag ended is found by the next regular sweep.
    for tag_id in upkeep.unswept():
        while upkeep.sweep_tag(tag_id=tag_id):
            pass
    assert sorted(CustomerTag.objects.values_list("customer_id", "tag_id")) == [(pk, new.pk) for pk in customers]
    in_step(corp)


def test_of_deletions_and_changes_at_once_each_is_told_in_its_order() -> None:
    corp = make.corp()
    pk = make.customer(corp, name="原名").pk

    def send(method: str, body: dict[str, Any] | None = None) -> Callable[[], None]:
        client = caller(corp)

        def run() -> None:
            answer = (
                client.generic(method, f"{URL}/{pk}") if body is None else getattr(client, method)(f"{URL}/{pk}", body)
            )
            assert answer.status_code in (200, 204, 409)

        return run

    jobs = [send("DELETE") for _ in range(3)] + [send("patch", {"name": f"名{n}"}) for n in range(3)]
    assert at_once(jobs) == []
    names = list(OutboxEvent.objects.order_by("aggregate_version").values_list("name", flat=True))
    assert names.count("customer.deleted") == 1
    # Whatever came after the deletion was refused.
    assert names[-1] == "customer.deleted"
    assert Customer.objects.get().status == 0
    in_step(corp)


def test_one_who_comes_again_from_many_sides_is_revived_once() -> None:
    corp = make.corp()
    owner = make.employee(corp)
    customer = make.customer(corp, external_userid="wmBack")
    lifecycle.delete(customer=Customer(pk=customer.pk), by=SYSTEM, source="api")
    statuses: list[int] = []

    def come() -> Callable[[], None]:
        client = caller(corp)

        def run() -> None:
            answer = client.post(URL, {"externalUserid": "wmBack", "name": "回来", "followUserId": owner.pk})
            statuses.append(answer.status_code)

        return run

    assert at_once([come() for _ in range(6)]) == []
    assert sorted(statuses) == [201] + [409] * 5
    assert Customer.objects.get().version == 3
    assert FollowRelation.objects.count() == 1
    in_step(corp)
