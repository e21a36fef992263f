"""Stops reach the operation service: at least once, under one key, and a person sees those that don't."""

from typing import Any

import httpx
import pytest

from core.errors import Conflict
from core.rendering import dumps
from core.time import now
from corps.actors import SYSTEM
from customers import blacklist
from customers.models import Customer
from followups import handlers, tasks
from followups.models import SopEnrolment, SopStop
from followups.operation_stub import OperationStub
from followups.stops import retrying, sending
from messaging import dispatch, inbox
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.followups.operation import event, hear
from tests.followups.stops.service import connect, wanted


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def due_again() -> None:
    SopStop.objects.update(due_at=now())


def test_the_round_trip_with_the_operation_service(
    cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def publish(name: str, envelope: dict[str, Any]) -> None:
        inbox.store([inbox.parse(name, dumps(envelope))])

    there = OperationStub(publish)
    asked = connect(monkeypatch, settings, there.answer)
    one = there.enrol(cast.corp.pk, customer.pk, name="新客户欢迎")
    two = there.enrol(cast.corp.pk, customer.pk, sop_id="birthday")
    there.due(one, 1, content="发产品手册")
    there.done(one, 1)
    there.end(one)
    dispatch.sweep()
    assert dict(SopEnrolment.objects.values_list("enrolment_id", "state")) == {
        one.ident: "ended",
        two.ident: "running",
    }
    blacklist.put(customer=Customer.objects.get(), reason="恶意", by=SYSTEM, source="system")
    handlers.customer_changed(Incoming("e", "customer.blacklisted", cast.corp.pk, {"customerId": customer.pk}, 0))
    assert (sending.send_due(), len(asked), two.running) == (1, 1, False)
    dispatch.sweep()
    assert SopEnrolment.objects.values_list("state", "why").get(enrolment_id=two.ident) == (
        "ended_early",
        "blacklisted",
    )
    stop = SopStop.objects.get()
    assert (stop.state, stop.tries, stop.last_error) == ("told", 1, "")
    assert stop.settled_at
    assert sending.send_due() == 0


def test_without_an_address_stops_are_kept_and_not_sent(customer: Customer, settings: Any) -> None:
    settings.OPERATION_SERVICE = settings.OPERATION_SERVICE | {"URL": ""}
    stop = wanted(customer)
    tasks.tell_stops()
    stop.refresh_from_db()
    assert (stop.state, stop.tries) == ("waiting", 0)


def test_a_lost_answer_is_asked_for_again_under_the_same_key_and_the_service_stops_once(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    stop, told = wanted(customer), []
    there = OperationStub(lambda name, envelope: told.append(name))
    there.enrol(customer.corp_id, customer.pk)
    there.enrolments["en-1"] = there.enrolments.popitem()[1]

    def lossy(request: httpx.Request) -> httpx.Response:
        answer = there.answer(request)
        if len(asked) == 1:
            raise httpx.ReadTimeout("lost", request=request)
        return answer

    asked = connect(monkeypatch, settings, lossy)
    sending.send_due()
    stop.refresh_from_db()
    assert (stop.state, stop.tries, stop.last_error) == ("waiting", 1, "ReadTimeout")
    assert stop.due_at > now()
    assert sending.send_due() == 0
    due_again()
    sending.send_due()
    stop.refresh_from_db()
    assert (stop.state, stop.tries) == ("told", 2)
    assert {request.headers["Idempotency-Key"] for request in asked} == {"key-en-1"}
    assert told == ["sop.enrolled", "sop.ended"]


def test_while_it_is_away_a_round_ends_with_the_first_and_nothing_is_given_up(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    for ident in ("en-1", "en-2"):
        wanted(customer, ident)
    SopStop.objects.update(tries=10 * sending.MOST_TRIES)
    asked = connect(monkeypatch, settings, lambda request: httpx.Response(503))
    assert (sending.send_due(), len(asked)) == (1, 1)
    assert set(SopStop.objects.values_list("state", flat=True)) == {"waiting"}


def test_what_it_refuses_is_given_up_and_the_others_go_on(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    for ident in ("en-1", "en-2", "en-3"):
        wanted(customer, ident)
    statuses = {"en-1": 422, "en-2": 200, "en-3": 500}
    connect(monkeypatch, settings, lambda request: httpx.Response(statuses[request.url.path.split("/")[-2]], json={}))
    assert sending.send_due() == 3
    states = dict(SopStop.objects.values_list("enrolment__enrolment_id", "state"))
    assert states == {"en-1": "dead", "en-2": "told", "en-3": "waiting"}
    SopStop.objects.filter(state="waiting").update(tries=sending.MOST_TRIES - 1, due_at=now())
    sending.send_due()
    assert SopStop.objects.get(enrolment__enrolment_id="en-3").state == "dead"


def test_what_has_ended_meanwhile_needs_no_telling(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    stop = wanted(customer)
    hear(event("sop.ended", customer.corp_id, enrolmentId="en-1", customerId=customer.pk))
    asked = connect(monkeypatch, settings, lambda request: httpx.Response(200))
    sending.send_due()
    stop.refresh_from_db()
    assert (stop.state, asked) == ("moot", [])


def test_two_workers_do_not_send_the_same(customer: Customer, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    stop = wanted(customer)

    def meanwhile(request: httpx.Request) -> httpx.Response:
        assert sending.send_due() == 0
        # The lease has run out, and another one has sent and settled it.
        SopStop.objects.update(tries=2, state="told")
        return httpx.Response(422, json={})

    connect(monkeypatch, settings, meanwhile)
    assert sending.send_due() == 1
    stop.refresh_from_db()
    assert (stop.state, stop.tries, stop.last_error) == ("told", 2, "")


def test_a_person_has_one_sent_again_that_was_given_up_but_none_that_was_taken(customer: Customer) -> None:
    stop = wanted(customer)
    SopStop.objects.update(state="dead", tries=12, settled_at=now(), last_error="status 422")
    events = OutboxEvent.objects.count()
    row = retrying.retry(stop=stop, by=SYSTEM, source="operator")
    assert (row.state, row.tries, row.key, row.settled_at) == ("waiting", 12, "key-en-1", None)
    assert row.due_at <= now()
    for state in ("told", "moot"):
        SopStop.objects.update(state=state)
        before = SopStop.objects.values().get()
        with pytest.raises(Conflict) as refusal:
            retrying.retry(stop=SopStop.objects.get(), by=SYSTEM, source="operator")
        assert (refusal.value.code, SopStop.objects.values().get()) == ("stop_settled", before)
    assert OutboxEvent.objects.count() == events
