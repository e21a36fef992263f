"""Many writers at once, on a database that has real row locks."""

import threading
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection, transaction

from core.locks import lock
from core.retry import atomic_retry
from corps.actors import SYSTEM
from customers import finding, lifecycle, tagging
from customers.models import Customer, CustomerTag
from messaging.models import OutboxEvent
from tests import make

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]


def at_once(jobs: list[Callable[[], object]]) -> list[BaseException]:
    """Run the jobs each in a thread of its own, started together; return what they raised."""
    gate, raised = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        gate.wait()
        try:
            job()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_no_tag_is_lost_when_eight_writers_add_two_hundred_to_one_customer() -> None:
    corp = make.corp()
    group = make.group(corp)
    tags = [make.tag(group).pk for _ in range(200)]
    customer = make.customer(corp)

    def writer(mine: list[int]) -> Callable[[], object]:
        def add() -> None:
            for tag in mine:
                tagging.add_tags(customer=Customer(pk=customer.pk), tag_ids=[tag], by=SYSTEM, source="api")

        return add

    assert at_once([writer(tags[n::8]) for n in range(8)]) == []
    assert CustomerTag.objects.filter(customer=customer).count() == 200
    assert Customer.objects.get().version == 201
    versions = OutboxEvent.objects.order_by("aggregate_version").values_list("aggregate_version", flat=True)
    assert list(versions) == list(range(1, 202))


def test_of_two_changes_from_one_version_exactly_one_wins() -> None:
    customer = make.customer(make.corp(), name="原名")

    def change(name: str) -> Callable[[], object]:
        return lambda: lifecycle.update(
            customer=Customer(pk=customer.pk), by=SYSTEM, source="api", if_version=1, name=name
        )

    raised = at_once([change(f"名{n}") for n in range(6)])
    assert sorted(getattr(e, "code", repr(e)) for e in raised) == ["version_passed"] * 5
    assert Customer.objects.get().version == 2


def test_one_of_many_creations_of_the_same_customer_wins() -> None:
    corp = make.corp()
    # As the door calls it: the losers meet at the unique key, where the database may break a deadlock.
    create = atomic_retry(lifecycle.create)
    raised = at_once([lambda: create(corp_id=corp.pk, external_userid="wmRace", by=SYSTEM, source="api")] * 6)
    assert sorted(getattr(e, "code", repr(e)) for e in raised) == ["customer_exists"] * 5
    assert Customer.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


def test_finding_locks_so_that_a_rule_needs_no_second_statement(django_assert_num_queries) -> None:
    corp = make.corp()
    customer = make.customer(corp)
    with transaction.atomic():
        found = finding.locked(customer.pk, make.service(corp))
        with django_assert_num_queries(0):
            assert lock(found) is found
