from typing import Any

import pytest
from django.db import OperationalError

from corps.models import Corp
from messaging import inbox, intake
from messaging.deadletters import Letter
from messaging.models import DeadLetter, InboxEvent
from tests.messaging.conftest import body


def letter(corp_id: int, ident: str, **fields: Any) -> Letter:
    return Letter("q", "shop.order.paid", body(corpId=corp_id, eventId=ident, **fields))


def test_a_batch_is_stored_and_says_what_waits(corp: Corp) -> None:
    waiting = intake.receive([letter(corp.pk, "a"), letter(corp.pk, "b")])
    assert sorted(waiting) == sorted(InboxEvent.objects.values_list("pk", flat=True))


def test_nothing_is_nothing() -> None:
    assert intake.receive([]) == []


def test_bad_messages_do_not_hold_up_the_good_ones_between_them(corp: Corp) -> None:
    good = [letter(corp.pk, f"good{n}") for n in range(20)]
    bad = [
        Letter("q", "shop.order.paid", b"no json"),
        letter(corp.pk + 1, "foreign"),
        letter(corp.pk, "shapeless", data=[]),
    ]
    mixed = [*good[:7], bad[0], *good[7:9], bad[1], bad[2], *good[9:]]
    assert len(intake.receive(mixed)) == 20
    assert InboxEvent.objects.count() == 20
    assert sorted(DeadLetter.objects.values_list("reason", flat=True)) == ["corp_unknown", "data_invalid", "not_json"]


def test_what_the_database_will_not_have_is_a_dead_letter_too(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = inbox.store

    def picky(events: Any) -> list[int]:
        if any(event.event_id == "odd" for event in events):
            raise ValueError("can't adapt")
        return whole(events)

    monkeypatch.setattr(inbox, "store", picky)
    intake.receive([letter(corp.pk, "a"), letter(corp.pk, "odd"), letter(corp.pk, "b")])
    assert set(InboxEvent.objects.values_list("event_id", flat=True)) == {"a", "b"}
    assert DeadLetter.objects.get().reason == "not_storable (ValueError)"


def test_an_outage_is_nobodys_fault_and_makes_no_dead_letter(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(events: Any) -> list[int]:
        raise OperationalError(2006, "gone away")

    monkeypatch.setattr(inbox, "store", away)
    with pytest.raises(OperationalError):
        intake.receive([letter(corp.pk, "a"), letter(corp.pk, "b")])
    assert not DeadLetter.objects.exists()
    assert not InboxEvent.objects.exists()
