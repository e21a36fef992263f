import datetime as dt
from typing import Any

import pytest

from corps.models import Corp
from customers.models import Customer
from messaging import dispatch, tries
from messaging.models import InboxDelivery, InboxEvent, OutboxEvent


def due_now() -> None:
    """What waits for its next try may be tried at once."""
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    InboxDelivery.objects.filter(state="pending").update(due_at=moment)


def of(event: InboxEvent) -> InboxDelivery:
    return InboxDelivery.objects.get(event=event)


def test_a_handler_runs_once_however_often_the_bell_rings(arrive: Any) -> None:
    event = arrive()
    for _ in range(3):
        dispatch.deliver([event.pk])
        dispatch.sweep()
    assert Customer.objects.count() == 1
    assert (of(event).state, of(event).attempts) == ("done", 1)
    event.refresh_from_db()
    assert event.state == "done"
    assert event.settled_at is not None


def test_what_a_handler_records_names_the_event_as_its_cause(arrive: Any) -> None:
    event = arrive(hops=3)
    dispatch.deliver([event.pk])
    payload = OutboxEvent.objects.get(name="customer.created").payload
    assert (payload["causeId"], payload["hops"]) == (event.event_id, 4)


def test_a_handler_that_fails_leaves_no_work_behind_and_is_tried_later(arrive: Any) -> None:
    event = arrive("shop.order.lost")
    dispatch.deliver([event.pk])
    assert not Customer.objects.exists()
    assert not OutboxEvent.objects.exists()
    delivery = of(event)
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("pending", 1, "ValueError: as told")
    dispatch.deliver([event.pk])
    assert of(event).attempts == 1, "it is not due yet"


def test_the_sweep_finds_what_nobody_rang_for(arrive: Any) -> None:
    event = arrive()
    assert dispatch.sweep() == 1
    assert of(event).state == "done"
    assert dispatch.sweep() == 0


def test_ten_failures_make_a_delivery_dead_and_the_event_with_it(arrive: Any) -> None:
    event = arrive("shop.order.lost")
    for number in range(1, 11):
        due_now()
        dispatch.sweep()
        assert of(event).attempts == number
    due_now()
    assert dispatch.sweep() == 0
    event.refresh_from_db()
    assert (of(event).state, event.state) == ("dead", "dead")
    assert not Customer.objects.exists()


def test_a_try_that_killed_its_worker_counts_and_runs_out_too(arrive: Any) -> None:
    event = arrive()
    # As ten killed workers leave it: claimed ten times, and never marked.
    InboxDelivery.objects.update(attempts=10)
    due_now()
    dispatch.deliver([event.pk])
    event.refresh_from_db()
    assert (of(event).state, event.state) == ("dead", "dead")
    assert "WorkerLost" in of(event).last_error
    assert not Customer.objects.exists()


def test_a_try_is_counted_before_it_begins(arrive: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    event = arrive()

    def die(*_: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(dispatch, "_run", die)
    with pytest.raises(SystemExit):
        dispatch.deliver([event.pk])
    assert (of(event).state, of(event).attempts) == ("pending", 1)
    dispatch.deliver([event.pk])
    assert of(event).attempts == 1, "others keep away while the try may still be running"


def test_one_of_two_readers_failing_does_not_hold_up_the_other(arrive: Any) -> None:
    event = arrive("shop.order.both")
    dispatch.deliver([event.pk])
    states = dict(event.deliveries.values_list("handler", "state"))
    assert states == {"tests.messaging.readers.stumble": "pending", "tests.messaging.readers.welcome": "done"}
    event.refresh_from_db()
    assert event.state == "pending"
    assert Customer.objects.count() == 1


def test_a_claim_that_was_overtaken_does_no_work(arrive: Any) -> None:
    event = arrive()
    stale = of(event)
    InboxDelivery.objects.update(attempts=1)
    assert dispatch._try([stale]) == 0
    assert not Customer.objects.exists()


def test_a_run_whose_claim_has_passed_to_another_does_no_work(arrive: Any) -> None:
    event = arrive()
    stale = of(event)
    assert tries.claim([stale]) == [stale]
    InboxDelivery.objects.update(attempts=2)
    dispatch._run([stale], [])
    assert not Customer.objects.exists()
    assert of(event).state == "pending"


def test_a_reader_that_was_taken_out_of_the_code_ends_as_dead_not_as_an_endless_loop(arrive: Any) -> None:
    event = arrive()
    InboxDelivery.objects.update(handler="tests.messaging.readers.gone")
    for _ in range(10):
        due_now()
        dispatch.sweep()
    assert of(event).state == "dead"
    assert "ImportError" in of(event).last_error


def test_the_pauses_grow_from_a_second_to_an_hour() -> None:
    seconds = [tries.pause_after(n).total_seconds() for n in range(1, 11)]
    assert seconds[0] == 1
    assert seconds == sorted(seconds)
    assert seconds[-1] == 3600


def test_the_sweep_begins_nothing_when_its_time_is_up(arrive: Any) -> None:
    event = arrive()
    assert dispatch.sweep(seconds=-1) == 0
    assert of(event).attempts == 0


def test_events_of_two_corps_stay_with_their_corp(arrive: Any, corp: Corp) -> None:
    other = Corp.objects.create(name="乙")
    arrive(eventId="a")
    arrive(eventId="b", corpId=other.pk)
    dispatch.sweep()
    assert dict(Customer.objects.values_list("external_userid", "corp_id")) == {
        "welcome-a": corp.pk,
        "welcome-b": other.pk,
    }
