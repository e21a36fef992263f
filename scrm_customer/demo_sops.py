"""The demo's SOPs, as the operation service tells of them: steps overdue, due today and tomorrow, one that is over, and
one that the service would not stop."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import httpx

from core.rendering import dumps
from core.time import now, to_wire
from corps.actors import SYSTEM
from corps.models import Corp, Employee
from customers.choices import CustomerStatus
from customers.models import Customer, CustomerTag
from followups import reminding, sops
from followups.models import SopEnrolment
from followups.operation_client import OperationServiceClient
from followups.operation_stub import Enrolment, OperationStub
from followups.stops import sending
from messaging import inbox
from scrm_customer import demo_words as words

# How many days from today a step is due, of each employee's customers in their order.
DUE = (-1, 0, 1)
STEPS: dict[str, Any] = {"name": words.SOP, "steps": len(words.SOP_STEPS)}


def add(corp: Corp, employees: Iterable[Employee]) -> None:
    """Put customers of these employees into an SOP, unless somebody of the company is in one."""
    if SopEnrolment.objects.of_corp(corp.pk).exists():
        return
    stub = OperationStub(publish=_heard)
    for employee in employees:
        theirs = Customer.objects.of_corp(corp.pk).alive().filter(follow_user=employee, status=CustomerStatus.NORMAL)
        for days, customer in zip((*DUE, None), theirs.order_by("external_userid"), strict=False):
            _go_through(stub, corp, customer, days)
        for customer in theirs.order_by("-external_userid")[:1]:
            _own_reminder(corp, customer, employee)
    _fail_to_stop(stub, corp)


def _go_through(stub: OperationStub, corp: Corp, customer: Customer, days: int | None) -> None:
    """Its first step is done; the second is due in so many days, or all of it is over."""
    course = stub.enrol(corp.pk, customer.pk, at=_day(corp, -4), **STEPS)
    steps = words.SOP_STEPS if days is None else words.SOP_STEPS[:1]
    for number, content in enumerate(steps, 1):
        _due(stub, corp, course, number, content, at=-4 + number, until=-3 + number)
        stub.done(course, number, at=_day(corp, -3 + number, hour=11))
    if days is None:
        stub.end(course, at=_day(corp, 0, hour=9))
    else:
        _due(stub, corp, course, 2, words.SOP_STEPS[1], at=-2, until=days)


def _due(stub: OperationStub, corp: Corp, course: Enrolment, number: int, content: str, *, at: int, until: int) -> None:
    stub.due(course, number, content=content, at=_day(corp, at), dueAt=_day(corp, until, hour=18))


def _own_reminder(corp: Corp, customer: Customer, employee: Employee) -> None:
    about: dict[str, Any] = {"employee_id": employee.pk, "by": SYSTEM, "source": "system"}
    reminding.remind(customer=customer, content=words.REMINDER, due_at=_moment(corp, 1, 10), **about)


def _fail_to_stop(stub: OperationStub, corp: Corp) -> None:
    """Somebody has the tag that was the goal from the beginning; the service says that it ends nothing."""
    tagged = CustomerTag.objects.of_corp(corp.pk).filter(tag__deleted_at=None, customer__status=CustomerStatus.NORMAL)
    reached = tagged.order_by("customer__external_userid", "tag__name", "pk").first()
    if reached is None:
        return
    stub.enrol(corp.pk, reached.customer_id, at=_day(corp, -1), goalTagId=reached.tag_id, **STEPS)
    deaf = httpx.MockTransport(lambda _request: httpx.Response(422, json={"code": "unfit"}))
    config = {"URL": "http://operation.invalid", "TOKEN": "", "TIMEOUT": 1}
    sending.send_due(client=OperationServiceClient(config, transport=deaf))


def _heard(name: str, envelope: dict[str, Any]) -> None:
    sops.hear(inbox.incoming(inbox.parse(name, dumps(envelope))))


def _moment(corp: Corp, days: int, hour: int) -> dt.datetime:
    """This hour of the company's day so many days from today."""
    day = now().astimezone(corp.zone).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour), corp.zone)


def _day(corp: Corp, days: int, hour: int = 10) -> str:
    return to_wire(_moment(corp, days, hour)) or ""
