"""Two who apply readings at once, in opposite orders, of the same new and known customers."""

import pytest

from core.retry import atomic_retry
from corps.models import Corp
from customers.models import Customer, FollowRelation, RelationEpisode
from messaging.models import OutboxEvent
from tests import make
from tests.customers.mirroring.readings import follow, read
from tests.customers.test_concurrency import at_once

PAGES, SIZE = 6, 25

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def apply_all(corp: Corp, userid: str, names: list[str], ticket: int) -> None:
    for start in range(0, len(names), SIZE):
        facts = [follow(name, userid, remark=f"{userid}{ticket}") for name in names[start : start + SIZE]]
        atomic_retry(read)(corp, *facts, ticket=ticket)


@pytest.mark.parametrize("known", [False, True], ids=["new customers", "known customers"])
def test_opposite_orders_end_in_everything_once(known: bool) -> None:
    corp = make.corp()
    who = [make.employee(corp).userid for _ in range(2)]
    names = [f"wm{n:04}" for n in range(PAGES * SIZE)]
    if known:
        apply_all(corp, who[0], names, 1)
    jobs = [lambda: apply_all(corp, who[0], names, 2), lambda: apply_all(corp, who[1], names[::-1], 3)]
    assert at_once(jobs) == []
    assert Customer.objects.of_corp(corp.pk).count() == len(names)
    assert FollowRelation.objects.of_corp(corp.pk).count() == 2 * len(names)
    assert RelationEpisode.objects.of_corp(corp.pk).filter(ended_at=None).count() == 2 * len(names)
    created = OutboxEvent.objects.filter(corp_id=corp.pk, name="customer.created")
    assert created.count() == len(names)
    for customer in Customer.objects.of_corp(corp.pk):
        events = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=customer.pk)
        versions = sorted(events.values_list("aggregate_version", flat=True))
        assert versions == list(range(1, customer.version + 1))
