from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from corps.models import Corp
from messaging import deadletters
from messaging.deadletters import Letter
from messaging.models import DeadLetter, InboxDelivery, InboxEvent
from tests.messaging.conftest import body


def letter(corp_id: int, ident: str, **fields: Any) -> DeadLetter:
    message = body(corpId=corp_id, eventId=ident, **fields)
    deadletters.keep(Letter(settings.EVENT_QUEUE, "shop.order.paid", message), reason="rejected")
    return DeadLetter.objects.latest("id")


def test_the_list_names_dead_messages_and_dead_deliveries_without_what_they_say(
    corp: Corp, arrive: Any, capsys: Any
) -> None:
    row = letter(corp.pk, "a", data={"name": "李雷"})
    arrive("shop.order.paid", eventId="b")
    InboxDelivery.objects.update(state="dead", last_error="ValueError: 李雷 13800000000")
    call_command("dead_letters", "list")
    out = capsys.readouterr().out
    assert f"message {row.pk}  {settings.EVENT_QUEUE}  shop.order.paid  rejected" in out
    assert "event b  shop.order.paid  tests.messaging.readers.welcome  ValueError" in out
    assert "李雷" not in out


def test_one_letter_is_sent_again_by_its_number(corp: Corp, capsys: Any) -> None:
    row, other = letter(corp.pk, "a"), letter(corp.pk, "b")
    call_command("dead_letters", "replay", str(row.pk))
    assert f"message {row.pk}: sent again" in capsys.readouterr().out
    assert list(InboxEvent.objects.values_list("event_id", flat=True)) == ["a"]
    other.refresh_from_db()
    assert other.replayed_at is None


def test_all_are_sent_again_and_what_can_not_be_is_said(corp: Corp, capsys: Any, settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    letter(corp.pk, "a")
    broken = letter(corp.pk, "b", data=None)
    call_command("dead_letters", "replay", "--all")
    out = capsys.readouterr().out
    assert InboxEvent.objects.count() == 1
    assert f"message {broken.pk}: " in out
    assert "data_invalid" in out


def test_neither_numbers_nor_all_is_a_mistake(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("dead_letters", "replay")
    with pytest.raises(CommandError, match="no message 7"):
        call_command("dead_letters", "replay", "7")


def test_a_dead_event_is_delivered_again_by_its_id(arrive: Any, capsys: Any) -> None:
    event = arrive(eventId="b")
    InboxDelivery.objects.update(state="dead", attempts=10)
    call_command("dead_letters", "redeliver", "b")
    assert "event b: sent again" in capsys.readouterr().out
    assert event.deliveries.get().state == "pending"
    with pytest.raises(CommandError, match="no event x"):
        call_command("dead_letters", "redeliver", "x")
