"""How many deliveries a second one worker makes after a first sync: ``python -m bench.within deliveries 1000``."""

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from corps.models import Corp, Employee
from customers.models import Customer
from messaging import inbox, tasks
from messaging.models import InboxDelivery, InboxEvent

CUSTOMERS = 1000
# As many events as a bell of the consumer's names at most.
_BELL = 200


def main(arguments: Sequence[str]) -> None:
    """Print the figures as JSON. In a database of its own: the company stays there."""
    print(json.dumps(figures(int(arguments[0]) if arguments else CUSTOMERS)))


def figures(customers: int) -> dict[str, Any]:
    """Each customer is created and followed: two events, four deliveries."""
    pks = _store(customers)
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(pks), _BELL):
        tasks.deliver(pks[start : start + _BELL])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    done = InboxDelivery.objects.filter(event__in=pks, state=InboxDelivery.State.DONE).count()
    if done < 4 * customers:
        raise SystemExit(f"{done} of {4 * customers} deliveries were done.")
    return {"deliveries": done, "a second": round(done / wall), "CPU ms each": round(cpu * 1000 / done, 3)}


def _store(customers: int) -> list[int]:
    corp = Corp.objects.create(name="bench")
    employee = Employee.objects.create(corp=corp, userid="bench", name="bench")
    Customer.objects.bulk_create(
        Customer(corp=corp, external_userid=f"wmBench{n}", name="bench", follow_user=employee) for n in range(customers)
    )
    events = [
        event for pk in Customer.objects.of_corp(corp.pk).values_list("pk", flat=True) for event in _of(pk, employee)
    ]
    inbox.store(events)
    return list(InboxEvent.objects.filter(corp_id=corp.pk).order_by("pk").values_list("pk", flat=True))


def _of(customer_id: int, employee: Employee) -> Iterator[InboxEvent]:
    about = {"customerId": customer_id, "employeeId": employee.pk, "followUserId": employee.pk, "state": ""}
    for version, name in enumerate(("customer.created", "customer.followed"), 1):
        envelope = {"eventId": str(uuid.uuid4()), "corpId": employee.corp_id, "data": about, "hops": 0}
        subject = {"aggregateType": "customer", "aggregateId": customer_id, "aggregateVersion": version}
        yield inbox.parse(name, json.dumps(envelope | subject).encode())
