"""Two at once, on a database that has real row locks."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from core.errors import Conflict
from core.time import now
from corps import mirrored
from corps.actors import SYSTEM
from corps.models import Corp, Employee
from customers.choices import ItemState
from customers.models import Customer, TransferItem, TransferJob
from customers.transfers import choosing, failing, running, settling, sheet
from customers.transfers.settling import Outcome
from messaging.models import OutboxEvent
from tests import make
from wecom.transfers import leases

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]
AS: Any = {"by": SYSTEM, "source": "operator"}


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts each in a thread of its own, started together. Returns what each returned or raised."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        gate.wait()
        try:
            found[number] = acts[number]()
        except Exception as error:
            found[number] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def corp() -> Iterator[Corp]:
    row = make.corp(mirrored=True)
    mirrored.forget()
    yield row
    mirrored.forget()


def drawn(owner: Employee, taker: Employee, customers: list[Customer]) -> TransferJob:
    chosen = choosing.Chosen([row.pk for row in customers])
    return sheet.create(handover=owner, takers=[taker], chosen=chosen, **AS)


def test_of_two_transfers_started_together_each_customer_is_in_one(corp: Corp) -> None:
    owner, taker, other = make.employee(corp), make.employee(corp), make.employee(corp)
    customers = [make.customer(corp, owner) for _n in range(20)]
    jobs = [drawn(owner, who, customers) for who in (taker, other)]
    found = at_once(*[lambda job=job: running.start(job=job, **AS) for job in jobs])
    refused = [error for error in found if isinstance(error, Conflict)]
    assert [error.code for error in refused] == ["nothing_to_send"]
    assert TransferItem.objects.under_way().count() == 20
    assert TransferItem.objects.under_way().values("customer").distinct().count() == 20


def test_the_same_transfer_started_twice_at_once_is_started_once(corp: Corp) -> None:
    owner, taker = make.employee(corp), make.employee(corp)
    job = drawn(owner, taker, [make.customer(corp, owner)])
    found = at_once(*[lambda: running.start(job=TransferJob.objects.get(pk=job.pk), **AS)] * 4)
    assert [row.state for row in found] == ["running"] * 4
    assert [act["act"] for act in TransferJob.objects.get().report["acts"]] == ["start"]


def test_of_many_workers_one_has_the_job(corp: Corp) -> None:
    owner, taker = make.employee(corp), make.employee(corp)
    running.start(job=drawn(owner, taker, [make.customer(corp, owner)]), **AS)
    taken = [job for job in at_once(*[leases.take] * 6) if job is not None]
    assert len(taken) == 1
    assert TransferJob.objects.get().fence == 1


@pytest.mark.parametrize("n", range(3))
def test_a_result_and_a_callback_that_come_together_settle_it_once(corp: Corp, n: int) -> None:
    owner, taker = make.employee(corp), make.employee(corp)
    customer = make.customer(corp, owner)
    job = running.start(job=drawn(owner, taker, [customer]), **AS)
    item = job.items.get()
    TransferItem.objects.filter(pk=item.pk).update(state="waiting", sent_at=now())

    def read() -> Any:
        outcome = Outcome(item.pk, ItemState.REFUSED)
        return settling.settle(corp_id=corp.pk, outcomes=[outcome], by=SYSTEM, source="transfer")

    def told() -> Any:
        return failing.note_failure(
            corp_id=corp.pk,
            external_userid=customer.external_userid,
            taker_userid=taker.userid,
            reason="customer_refused",
            by=SYSTEM,
            source="callback",
        )

    found = at_once(read, told)
    assert not [error for error in found if isinstance(error, Exception)], found
    events = OutboxEvent.objects.filter(name="customer.transfer.failed")
    assert [event.payload["data"]["itemId"] for event in events] == [item.pk]
    item.refresh_from_db()
    assert (item.state, item.reason) == ("refused", "customer_refused")
    assert item.told_at
    assert Customer.objects.get().version == events.get().aggregate_version


def test_results_of_several_pages_settled_together_do_not_deadlock(corp: Corp) -> None:
    owner, taker = make.employee(corp), make.employee(corp)
    customers = [make.customer(corp, owner) for _n in range(40)]
    job = running.start(job=drawn(owner, taker, customers), **AS)
    job.items.update(state="waiting", sent_at=now())
    ids = list(job.items.values_list("pk", flat=True))

    def settle(some: list[int]) -> Callable[[], Any]:
        outcomes = [Outcome(pk, ItemState.DONE, takeover_time=now()) for pk in some]
        return lambda: settling.settle(corp_id=corp.pk, outcomes=outcomes, by=SYSTEM, source="transfer")

    found = at_once(settle(ids), settle(ids[::-1]), settle(ids[10:30]))
    assert not [error for error in found if isinstance(error, Exception)], found
    assert sum(len(changed) for changed in found) == 40
    assert OutboxEvent.objects.filter(name="customer.transfer.done").count() == 40
    versions = OutboxEvent.objects.values_list("aggregate_id", "aggregate_version")
    assert len(set(versions)) == len(versions)
