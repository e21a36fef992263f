"""What is forgotten, and the figures of what is there."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from core.time import now
from corps.models import Corp
from messaging import cleaning, deadletters, outbox, stats
from messaging.deadletters import Letter
from messaging.models import Command, DeadLetter, InboxDelivery, InboxEvent, OutboxEvent
from tests import make

DAY = dt.timedelta(days=1)


def published(corp: Corp, days: int) -> OutboxEvent:
    customer = make.customer(corp)
    OutboxEvent.objects.filter(aggregate_id=customer.pk).update(published_at=now() - days * DAY)
    return OutboxEvent.objects.get(aggregate_id=customer.pk)


def test_published_events_are_kept_a_week_and_unpublished_ones_for_ever(corp: Corp) -> None:
    old, young, owed = published(corp, 8), published(corp, 6), published(corp, 0)
    OutboxEvent.objects.filter(pk=owed.pk).update(published_at=None, occurred_at=now() - 400 * DAY)
    assert cleaning.prune() == 1
    assert set(OutboxEvent.objects.values_list("pk", flat=True)) == {young.pk, owed.pk}
    assert not OutboxEvent.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize(
    ("state", "days", "kept"),
    [
        ("done", 15, False),
        ("done", 13, True),
        ("ignored", 15, False),
        ("pending", 400, True),
        ("dead", 89, True),
        ("dead", 91, False),
    ],
)
def test_incoming_events_are_kept_by_their_state(arrive: Any, state: str, days: int, kept: bool) -> None:
    arrive()
    InboxEvent.objects.update(state=state, received_at=now() - days * DAY)
    cleaning.prune()
    assert InboxEvent.objects.exists() is kept
    assert InboxDelivery.objects.exists() is kept


@pytest.mark.parametrize(
    ("state", "days", "kept"),
    [("done", 15, False), ("done", 13, True), ("dead", 15, False), ("dead", 13, True), ("waiting", 400, True)],
)
def test_settled_commands_are_kept_for_two_weeks_and_open_ones_for_ever(
    corp: Corp, state: str, days: int, kept: bool
) -> None:
    moment = now() - days * DAY
    make.command(corp, state=state, due_at=moment, settled_at=None if state == "waiting" else moment)
    cleaning.prune()
    assert Command.objects.exists() is kept


def test_dead_letters_are_kept_for_ninety_days(corp: Corp) -> None:
    for ident, days in (("a", 91), ("b", 89)):
        deadletters.keep(Letter("q", "k", ident.encode()), reason="expired")
        DeadLetter.objects.filter(pk=DeadLetter.objects.latest("id").pk).update(received_at=now() - days * DAY)
    assert cleaning.prune() == 1
    assert bytes(DeadLetter.objects.get().body) == b"b"


def test_much_is_deleted_a_little_at_a_time(
    corp: Corp, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(cleaning, "BATCH", 2)
    monkeypatch.setattr(cleaning, "MOST_BATCHES", 2)
    for _ in range(7):
        published(corp, 8)
    OutboxEvent.objects.update(part=3)
    assert cleaning.prune() == 4
    assert OutboxEvent.objects.count() == 3


def test_an_empty_service_has_nothing_to_report(db: None) -> None:
    assert stats.figures() == {
        "outbox_backlog": 0,
        "outbox_oldest_seconds": 0.0,
        "inbox_pending": 0,
        "dead_deliveries": 0,
        "dead_letters": 0,
    }


def test_the_figures_count_what_is_owed_waits_and_died(corp: Corp, arrive: Any, django_assert_num_queries: Any) -> None:
    customers = [make.customer(corp) for _ in range(3)]
    OutboxEvent.objects.filter(aggregate_id=customers[0].pk).update(published_at=now())
    OutboxEvent.objects.filter(aggregate_id=customers[1].pk).update(occurred_at=now() - dt.timedelta(seconds=90))
    arrive(eventId="a")
    arrive("shop.order.both", eventId="b")
    InboxDelivery.objects.filter(handler__endswith="stumble").update(state="dead")
    deadletters.keep(Letter("q", "k", b"a"), reason="expired")
    deadletters.keep(Letter("q", "k", b"b"), reason="expired")
    DeadLetter.objects.filter(body=b"b").update(replayed_at=now())
    with django_assert_num_queries(6):
        figures = stats.figures()
    assert 90 <= figures.pop("outbox_oldest_seconds") < 150
    assert figures == {"outbox_backlog": 2, "inbox_pending": 2, "dead_deliveries": 1, "dead_letters": 1}


def test_an_event_outside_a_transaction_is_refused(transactional_db: None) -> None:
    customer = make.customer(make.corp())
    before = OutboxEvent.objects.count()
    with pytest.raises(transaction.TransactionManagementError):
        outbox.record("customer.updated", subject=customer, data={}, source="api")
    assert OutboxEvent.objects.count() == before
