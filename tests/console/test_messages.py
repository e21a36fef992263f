"""Events and dead letters in the console: to be looked at, and sent again by a person's decision."""

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages

from core.time import now
from corps.models import User
from messaging.models import DeadLetter, InboxDelivery, InboxEvent, OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page


def told(response: Any) -> list[str]:
    return [str(m) for m in get_messages(response.wsgi_request)]


def letter(corp_id: int, **fields: Any) -> DeadLetter:
    values = {
        "corp_id": corp_id,
        "digest": f"d{DeadLetter.objects.count()}",
        "queue": "tasks",
        "headers": {"headers": {}, "properties": {}},
        "body": b'{"a": 1}',
    }
    return DeadLetter.objects.create(**values | fields)


def test_an_event_is_shown_with_its_payload_and_leads_to_its_customer(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    event = OutboxEvent.objects.get()
    content = entered(cast.users["admin"]).get(page(event, "change")).content.decode()
    assert str(event.event_id) in content
    assert customer.external_userid in content
    assert f'href="{page(customer, "change")}"' in content


def test_the_waiting_events_are_told_from_the_published(cast: Cast) -> None:
    make.customer(cast.corp)
    make.customer(cast.corp)
    first, second = OutboxEvent.objects.order_by("id")
    OutboxEvent.objects.filter(pk=first.pk).update(published_at=now())
    client = entered(cast.users["admin"])
    listed = {}
    for state in ("waiting", "published", ""):
        answer = client.get(page(OutboxEvent, "changelist"), {"state": state})
        listed[state] = [e.pk for e in answer.context["cl"].result_list]
    assert listed == {"waiting": [second.pk], "published": [first.pk], "": [second.pk, first.pk]}


def test_an_events_name_is_looked_for_among_the_newest(cast: Cast, monkeypatch: Any) -> None:
    from messaging import console

    make.customer(cast.corp)
    make.tagged(make.customer(cast.corp), make.tag(make.group(cast.corp)))
    client = entered(cast.users["admin"])
    query = {"name": "customer.created"}
    assert len(client.get(page(OutboxEvent, "changelist"), query).context["cl"].result_list) == 2
    monkeypatch.setattr(console, "NAME_WINDOW", 2)
    assert len(client.get(page(OutboxEvent, "changelist"), query).context["cl"].result_list) == 1


def test_nobody_adds_changes_or_deletes_a_message_not_even_a_superuser(cast: Cast, one_of_each: dict[str, Any]) -> None:
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    for name, row in one_of_each.items():
        if name.startswith("messaging."):
            assert client.get(page(type(row), "add")).status_code == 403, name
            assert client.post(page(row, "change"), {"name": "x"}).status_code == 403, name
            assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 403, name
            assert type(row).objects.filter(pk=row.pk).exists(), name


def test_a_dead_letter_is_sent_again_once(cast: Cast) -> None:
    row = letter(cast.corp.pk)
    client = entered(cast.users["admin"])
    assert client.get(page(row, "replay")).status_code == 200
    assert DeadLetter.objects.get(pk=row.pk).asked_at is None
    assert told(client.post(page(row, "replay"))) == ["消息已重新发送。"]
    asked = DeadLetter.objects.get(pk=row.pk).asked_at
    assert asked is not None
    again = client.post(page(row, "replay"))
    assert "该消息已经重新发送过" in again.content.decode()
    assert DeadLetter.objects.get(pk=row.pk).asked_at == asked


def test_a_letter_that_is_no_event_is_refused_and_stays(cast: Cast) -> None:
    row = letter(cast.corp.pk, queue=settings.EVENT_QUEUE, body=b"nonsense")
    answer = entered(cast.users["admin"]).post(page(row, "replay"))
    assert "无法将此消息解析为事件" in answer.content.decode()
    assert DeadLetter.objects.get(pk=row.pk).asked_at is None
    assert not InboxEvent.objects.exists()


def test_many_letters_are_sent_again_each_for_itself(cast: Cast) -> None:
    fine, sent = letter(cast.corp.pk), letter(cast.corp.pk, asked_at=now())
    foreign = letter(cast.other_corp.pk)
    posted = {"action": "replay_selected", "_selected_action": [fine.pk, sent.pk, foreign.pk]}
    answer = entered(cast.users["admin"]).post(page(DeadLetter, "changelist"), posted)
    assert told(answer) == ["已重新发送 1 条消息，1 条被拒绝。 该消息已经重新发送过。"]
    assert DeadLetter.objects.get(pk=fine.pk).asked_at is not None
    assert DeadLetter.objects.get(pk=foreign.pk).asked_at is None


def test_a_letter_whose_company_is_unknown_is_the_superusers(cast: Cast) -> None:
    row = letter(0)
    lost = make.user(None, role="admin")
    assert entered(lost).get(page(row, "change")).status_code == 403
    assert entered(cast.users["admin"]).get(page(row, "change")).status_code == 302
    root = entered(User.objects.create_superuser("root", "correct horse battery"))
    assert root.get(page(row, "change")).status_code == 200


def test_dead_deliveries_of_an_event_get_their_tries_again(cast: Cast) -> None:
    event = InboxEvent.objects.create(event_id="e1", corp_id=cast.corp.pk, name="sop.done", payload={}, state="dead")
    fields = {"corp_id": cast.corp.pk, "event": event, "due_at": now()}
    dead = InboxDelivery.objects.create(handler="a", state="dead", attempts=10, **fields)
    done = InboxDelivery.objects.create(handler="b", state="done", attempts=1, **fields)
    client = entered(cast.users["admin"])
    assert told(client.post(page(event, "redeliver"))) == ["将重新投递 1 次。"]
    assert InboxDelivery.objects.get(pk=dead.pk).state == "pending"
    assert InboxDelivery.objects.get(pk=done.pk).attempts == 1
    again = client.post(page(event, "redeliver"))
    assert "此事件没有失败的投递" in again.content.decode()
