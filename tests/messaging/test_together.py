"""First tries share a transaction; a bad event costs only itself."""

from typing import Any

import pytest

from customers.models import Customer
from messaging import dispatch, tries
from messaging.models import InboxDelivery, InboxEvent, OutboxEvent
from tests.customers.test_concurrency import at_once
from tests.messaging.test_dispatch import due_now

Sizes = list[int]


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> Sizes:
    """How many deliveries each transaction has run, as far as it was not undone."""
    found: Sizes = []
    run = dispatch._run

    def counted(left: list[InboxDelivery], begun: list[InboxDelivery]) -> None:
        run(left, begun)
        found.append(len(begun))

    monkeypatch.setattr(dispatch, "_run", counted)
    return found


def tried() -> list[tuple[str, int]]:
    """(state, attempts) of every delivery, in the order of their events."""
    return list(InboxDelivery.objects.order_by("event_id", "id").values_list("state", "attempts"))


def test_first_tries_share_a_transaction_up_to_its_fill(
    arrive: Any, sizes: Sizes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MOST_TOGETHER", 3)
    for n in range(7):
        arrive(eventId=f"e{n}")
    assert dispatch.sweep() == 7
    assert sizes == [3, 3, 1]
    assert tried() == [("done", 1)] * 7
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {"done"}
    assert Customer.objects.count() == 7


def test_a_bad_event_costs_only_itself(arrive: Any, sizes: Sizes) -> None:
    names = ["shop.order.paid", "shop.order.paid", "shop.order.lost", "shop.order.paid", "shop.order.paid"]
    events = [arrive(name, eventId=f"e{n}") for n, name in enumerate(names)]
    assert dispatch.sweep() == 5
    assert sizes == [1, 1, 2], "what was begun with it runs alone, what comes after it together again"
    assert tried() == [("done", 1), ("done", 1), ("pending", 1), ("done", 1), ("done", 1)]
    assert InboxDelivery.objects.get(event=events[2]).last_error == "ValueError: as told"
    states = InboxEvent.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["done", "done", "pending", "done", "done"]
    names_left = set(Customer.objects.values_list("external_userid", flat=True))
    assert names_left == {"welcome-e0", "welcome-e1", "welcome-e3", "welcome-e4"}
    assert OutboxEvent.objects.filter(name="customer.created").count() == 4


def test_what_has_failed_once_never_runs_with_others_again(arrive: Any, sizes: Sizes) -> None:
    for n in range(3):
        arrive("shop.order.lost", eventId=f"e{n}")
    dispatch.sweep()
    assert tried() == [("pending", 1)] * 3
    InboxEvent.objects.filter(event_id="e1").update(payload={"data": {"fail": False}})
    due_now()
    arrive(eventId="new")
    arrive(eventId="newer")
    assert dispatch.sweep() == 5
    assert sorted(sizes) == [1, 2]
    assert tried() == [("pending", 2), ("done", 2), ("pending", 2), ("done", 1), ("done", 1)]


def test_ten_failures_among_good_events_make_only_the_bad_one_dead(arrive: Any) -> None:
    bad = arrive("shop.order.lost", eventId="bad")
    for n in range(10):
        arrive(eventId=f"good{n}")
        due_now()
        dispatch.sweep()
    bad.refresh_from_db()
    assert (bad.state, InboxDelivery.objects.get(event=bad).attempts) == ("dead", 10)
    assert InboxEvent.objects.filter(state="done").count() == 10


def test_each_event_of_a_batch_is_the_cause_of_what_its_own_handler_records(arrive: Any, sizes: Sizes) -> None:
    hops = {"e0": 0, "e1": 3, "e2": 7}
    for ident, number in hops.items():
        arrive(eventId=ident, hops=number)
    dispatch.sweep()
    assert sizes == [3]
    told = {row["causeId"]: row["hops"] for row in OutboxEvent.objects.values_list("payload", flat=True)}
    assert told == {"e0": 1, "e1": 4, "e2": 8}


def test_a_batch_runs_in_the_order_of_its_events(arrive: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handled: list[str] = []
    monkeypatch.setattr("tests.messaging.readers.welcome", lambda event: handled.append(event.event_id))
    events = [arrive(eventId=f"e{n}") for n in range(4)]
    dispatch.deliver([event.pk for event in reversed(events)])
    assert handled == ["e0", "e1", "e2", "e3"]


def test_a_transaction_whose_time_is_up_leaves_the_rest_to_the_next_one(
    arrive: Any, sizes: Sizes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "TOGETHER_SECONDS", -1)
    for n in range(3):
        arrive(eventId=f"e{n}")
    assert dispatch.sweep() == 3
    assert sizes == [1, 1, 1]
    assert tried() == [("done", 1)] * 3


def test_of_a_batch_only_that_runs_with_which_nobody_was_faster(arrive: Any) -> None:
    first, second = arrive(eventId="e0"), arrive(eventId="e1")
    stale = list(InboxDelivery.objects.order_by("pk"))
    InboxDelivery.objects.filter(event=first).update(attempts=1)
    assert dispatch._try(stale) == 1
    assert set(Customer.objects.values_list("external_userid", flat=True)) == {"welcome-e1"}
    second.refresh_from_db()
    assert second.state == "done"
    assert tried() == [("pending", 1), ("done", 1)]


def test_a_claim_that_passed_to_another_while_the_batch_waited_is_left_to_them(arrive: Any) -> None:
    first, second = arrive(eventId="e0"), arrive(eventId="e1")
    mine = tries.claim(list(InboxDelivery.objects.order_by("pk")))
    InboxDelivery.objects.filter(event=first).update(attempts=2)
    begun: list[InboxDelivery] = []
    dispatch._run(mine, begun)
    assert [row.event_id for row in begun] == [first.pk, second.pk]
    assert set(Customer.objects.values_list("external_userid", flat=True)) == {"welcome-e1"}
    assert tried() == [("pending", 2), ("done", 1)]


def test_a_failure_that_shows_only_at_the_end_of_a_batch_is_its_culprits_alone(
    arrive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = arrive(eventId="e1")
    arrive(eventId="e2")
    marked = tries.done

    def refuse(deliveries: Any) -> None:
        marked(deliveries)
        if any(row.event_id == bad.pk for row in deliveries):
            raise ValueError("at the commit")

    monkeypatch.setattr(tries, "done", refuse)
    dispatch.sweep()
    assert tried() == [("pending", 1), ("done", 1)]
    assert InboxDelivery.objects.get(event=bad).last_error == "ValueError: at the commit"


def test_a_bell_takes_the_oldest_others_along_and_a_repeat_takes_none(arrive: Any, sizes: Sizes) -> None:
    silent = [arrive(eventId=f"e{n}") for n in range(3)]
    rung = arrive(eventId="rung")
    dispatch.deliver([rung.pk])
    assert sizes == [4]
    assert tried() == [("done", 1)] * 4
    arrive(eventId="later")
    dispatch.deliver([rung.pk, silent[0].pk])
    assert tried()[-1] == ("pending", 0)


def test_a_bell_takes_along_no_more_than_a_transactions_fill_and_nothing_that_failed(
    arrive: Any, sizes: Sizes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MOST_TOGETHER", 3)
    failed = arrive("shop.order.lost", eventId="failed")
    dispatch.sweep()
    due_now()
    for n in range(3):
        arrive(eventId=f"e{n}")
    dispatch.deliver([arrive(eventId="rung").pk])
    assert sizes == [3]
    assert InboxDelivery.objects.get(event=failed).attempts == 1
    assert InboxDelivery.objects.filter(state="done").count() == 3


def test_events_of_a_batch_get_each_the_state_that_their_deliveries_add_up_to(arrive: Any) -> None:
    states = {"e0": ["done", "done"], "e1": ["done", "pending"], "e2": ["dead", "done"], "e3": ["dead", "pending"]}
    events = [arrive("shop.order.both", eventId=ident) for ident in states]
    for event in events:
        rows = InboxDelivery.objects.filter(event=event).order_by("pk")
        for row, state in zip(rows, states[event.event_id], strict=True):
            InboxDelivery.objects.filter(pk=row.pk).update(state=state)
    tries.settle([event.pk for event in events])
    rows = InboxEvent.objects.order_by("pk").values_list("event_id", "state", "settled_at")
    assert {ident: (state, settled is not None) for ident, state, settled in rows} == {
        "e0": ("done", True),
        "e1": ("pending", False),
        "e2": ("dead", True),
        "e3": ("pending", False),
    }


def test_statements_of_a_batch_do_not_grow_with_it(arrive: Any, django_assert_max_num_queries: Any) -> None:
    for n in range(12):
        arrive("shop.order.none", eventId=f"e{n}")
    events = InboxEvent.objects.order_by("pk")
    InboxDelivery.objects.bulk_create(
        InboxDelivery(corp_id=row.corp_id, event=row, handler="tests.messaging.readers.ignore", due_at=row.received_at)
        for row in events
    )
    # The list, two of the claim, two before the handlers and four of the marks; the rest are savepoints of this test.
    with django_assert_max_num_queries(13):
        dispatch.sweep()
    assert tried() == [("done", 1)] * 12


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_workers_that_begin_with_the_same_deliveries_run_each_once(arrive: Any) -> None:
    for n in range(60):
        arrive("shop.order.both", eventId=f"e{n}", data={"fail": n == 30})
    assert at_once([dispatch.sweep] * 3) == []
    due = InboxDelivery.objects.exclude(state="done").values_list("event__event_id", "handler", "attempts")
    assert list(due) == [("e30", "tests.messaging.readers.stumble", 1)]
    assert set(InboxDelivery.objects.values_list("attempts", flat=True)) == {1}
    assert Customer.objects.count() == 119
    assert set(InboxEvent.objects.exclude(event_id="e30").values_list("state", flat=True)) == {"done"}
