"""Customers of a few cities, and short ways to make segments of them and to let time and workers do their part."""

from collections.abc import Sequence
from typing import Any

from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp
from customers import lifecycle
from customers.models import Customer
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from segments import catalogue, handlers
from segments.models import Segment, SegmentPending, SegmentRun, SegmentStanding, SegmentStay
from segments.refreshing import draining, queue, working
from tests import make

BY: Any = {"by": SYSTEM, "source": "system"}


def asking(field: str, op: str, value: Any = None) -> dict[str, Any]:
    """A condition of one question."""
    return {"version": 1, "where": {"field": field, "op": op} | ({} if value is None else {"value": value})}


def of_city(*cities: str) -> dict[str, Any]:
    return asking("city", "in", list(cities))


def people(corp: Corp, *cities: str) -> list[Customer]:
    """A customer of each city, made by the rule."""
    return [make.customer(corp, city=city) for city in cities]


def segment(corp: Corp, condition: Any = None, *, counted: bool = True, **fields: Any) -> Segment:
    """A dynamic segment, with its members if it is to be counted; by default of the people of 北京."""
    number = Segment.objects.count() + 1
    given = {"name": f"分组{number}", "condition": condition or of_city("北京")} | BY | fields
    row = catalogue.create_segment(corp_id=corp.pk, **given)
    if counted:
        run_all()
    return row


def listed(corp: Corp, customers: Sequence[Customer], **fields: Any) -> Segment:
    number = Segment.objects.count() + 1
    given = {"name": f"名单{number}", "customer_ids": [one.pk for one in customers]} | BY | fields
    return catalogue.create_list(corp_id=corp.pk, **given)


def run_all() -> None:
    """What the workers do: every open run, to its end."""
    for _n in range(100):
        due = queue.due()
        if not due:
            return
        for run_id in due:
            working.work(run_id)
    raise AssertionError("a run doesn't come to its end")


def move(customer: Customer, city: str | None) -> None:
    lifecycle.update(customer=Customer.objects.get(pk=customer.pk), city=city, **BY)


def hear(corp: Corp) -> None:
    """Hand the handlers the events of customers that nobody has heard of yet, and ask about who has changed."""
    unheard = OutboxEvent.objects.filter(corp_id=corp.pk, published_at=None).order_by("pk")
    for event in unheard.filter(name__startswith="customer."):
        handlers.customer_changed(incoming(event))
    unheard.update(published_at=now())
    while draining.drain_some(corp_id=corp.pk):
        pass
    assert not SegmentPending.objects.of_corp(corp.pk).exists()


def incoming(event: OutboxEvent) -> Incoming:
    return Incoming(str(event.event_id), event.name, event.corp_id, event.payload["data"], 0)


def members(row: Segment) -> set[int]:
    """Whom readers see."""
    run = SegmentStanding.objects.get(pk=row.pk).run
    return set(SegmentStay.objects.of_segment(row.pk).present(run).values_list("customer_id", flat=True))


def standing(row: Segment) -> SegmentStanding:
    return SegmentStanding.objects.get(pk=row.pk)


def last_run(row: Segment) -> SegmentRun:
    return SegmentRun.objects.filter(segment=row).latest("pk")


def told(row: Segment) -> list[tuple[str, list[int], str]]:
    """(entered or left, customers, cause) as events told it, in their order."""
    events = OutboxEvent.objects.filter(name__startswith="segment.member.", aggregate_id=row.pk)
    return [
        (event.name.rpartition(".")[2], event.payload["data"]["customerIds"], event.payload["data"]["cause"])
        for event in events.order_by("aggregate_version")
    ]


def ids(*customers: Customer) -> set[int]:
    return {one.pk for one in customers}
