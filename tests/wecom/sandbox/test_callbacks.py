"""How events go out: encrypted, signed, repeated, and with the mishaps that were switched on."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from defusedxml import ElementTree
from django.core.wsgi import get_wsgi_application

from tests import make
from wecom import crypto, secrets
from wecom.callbacks import keys
from wecom.models import CallbackReceipt, WecomApp
from wecom.sandbox.callbacks import Sender, xml
from wecom.sandbox.company import Company
from wecom.sandbox.mishaps import Mishaps

TOKEN, KEY = "callbacktoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass
class Receiver:
    """Takes callbacks as a service would, and answers each with the next of ``statuses``, then with 200."""

    corpid: str
    statuses: list[int] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        query = dict(parse_qsl(environ["QUERY_STRING"]))
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        cipher = query.get("echostr") or ElementTree.fromstring(body).findtext("Encrypt")
        signed = crypto.is_signed(query["msg_signature"], TOKEN, query["timestamp"], query["nonce"], cipher)
        status = self.statuses.pop(0) if self.statuses else 200
        start(f"{status if signed else 403} -", [])
        text = crypto.decrypt(cipher, KEY, self.corpid)
        if environ["REQUEST_METHOD"] == "GET":
            return [text]
        self.bodies.append(body)
        self.got.append(read(text))
        return [b""]


def read(text: bytes) -> dict[str, Any]:
    """The fields of a decrypted event."""
    root = ElementTree.fromstring(text)
    return {e.tag: [item.text for item in e] if len(e) else e.text for e in root}


@pytest.fixture
def receiver(company: Company) -> Receiver:
    return Receiver(company.corpid)


def sender(company: Company, receiver: Any, **options: Any) -> Sender:
    transport = httpx.WSGITransport(app=receiver)
    given = {"transport": transport, "sleep": lambda _seconds: None} | options
    return Sender("http://service/wecom/callback/x/", TOKEN, KEY, company.corpid, 1000002, **given)


def numbered(count: int) -> list[dict[str, Any]]:
    return [{"Event": "x", "CreateTime": 1000 + number, "Number": str(number)} for number in range(count)]


def numbers(receiver: Receiver) -> list[int]:
    return [int(event["Number"]) for event in receiver.got]


def test_an_event_arrives_as_it_was(company: Company, receiver: Receiver) -> None:
    external = company.befriend("lina", state="expo")
    (event,) = company.take_events()
    sender(company, receiver).send([event])
    assert receiver.got == [{name: str(value) for name, value in event.items()}]
    assert receiver.got[0]["ExternalUserID"] == external


def test_the_envelope_names_corp_and_app(company: Company, receiver: Receiver) -> None:
    company.befriend("lina")
    sender(company, receiver).send(company.take_events())
    envelope = read(receiver.bodies[0])
    assert list(envelope) == ["ToUserName", "AgentID", "Encrypt"]
    assert (envelope["ToUserName"], envelope["AgentID"]) == (company.corpid, "1000002")


def test_changed_members_arrive_as_items(company: Company, receiver: Receiver) -> None:
    guests = [company.befriend("lina") for _ in range(3)]
    chat = company.open_chat("lina")
    company.take_events()
    company.join(chat, *guests)
    sender(company, receiver).send(company.take_events())
    assert receiver.got[0]["MemChangeList"] == guests
    assert receiver.got[0]["MemChangeCnt"] == "3"


@pytest.mark.parametrize("text", ["a<b>&c", "]]>", "甲]]>乙", '"', "<![CDATA[x]]>", "😀", " "])
def test_texts_survive_whatever_is_in_them(text: str) -> None:
    assert read(xml({"Name": text}).encode())["Name"] == text


def test_the_address_is_verified_by_an_echo(company: Company, receiver: Receiver) -> None:
    assert sender(company, receiver).verify() is True


def test_an_address_that_echoes_something_else_is_not_verified(company: Company) -> None:
    def liar(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return [b"something"]

    def failing(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    assert sender(company, liar).verify() is False
    assert sender(company, None, transport=httpx.MockTransport(failing)).verify() is False


@pytest.mark.parametrize(("failures", "arrives"), [(1, True), (3, True), (4, False)])
def test_an_event_is_repeated_three_times(company: Company, receiver: Receiver, failures: int, arrives: bool) -> None:
    receiver.statuses = [500] * failures
    waits: list[float] = []
    sending = sender(company, receiver, pause=2.5, sleep=waits.append)
    assert sending.deliver(numbered(1)[0]) is arrives
    assert len(receiver.got) == min(failures + 1, 4)
    assert waits == [2.5] * min(failures, 3)
    assert sending.counted["delivered"] == int(arrives)
    assert sending.counted["given_up"] == int(not arrives)


def test_a_repeat_carries_the_same_text_under_another_cipher(company: Company, receiver: Receiver) -> None:
    receiver.statuses = [500]
    sender(company, receiver).send(numbered(1))
    assert receiver.got[0] == receiver.got[1]
    assert receiver.bodies[0] != receiver.bodies[1]


def test_silence_counts_as_failure(company: Company) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        assert request.extensions["timeout"]["read"] == 5.0
        raise httpx.ReadTimeout("no answer", request=request)

    sending = sender(company, None, transport=httpx.MockTransport(silent))
    assert sending.deliver(numbered(1)[0]) is False
    assert sending.counted == {"repeated": 3, "given_up": 1}


def test_without_mishaps_everything_arrives_once_and_in_order(company: Company, receiver: Receiver) -> None:
    sending = sender(company, receiver)
    sending.send(numbered(50))
    assert numbers(receiver) == list(range(50))


def test_some_are_lost(company: Company, receiver: Receiver) -> None:
    sending = sender(company, receiver, mishaps=Mishaps(loss=0.2))
    sending.send(numbered(300))
    assert 30 < sending.counted["lost"] < 90
    assert len(receiver.got) == 300 - sending.counted["lost"]
    assert numbers(receiver) == sorted(set(numbers(receiver)))


def test_some_come_twice(company: Company, receiver: Receiver) -> None:
    sending = sender(company, receiver, mishaps=Mishaps(doubling=0.2))
    sending.send(numbered(300))
    assert 30 < sending.counted["doubled"] < 90
    assert len(receiver.got) == 300 + sending.counted["doubled"]
    assert set(numbers(receiver)) == set(range(300))


def test_a_window_changes_the_order_and_loses_nobody(company: Company, receiver: Receiver) -> None:
    sending = sender(company, receiver, mishaps=Mishaps(window=20))
    sending.send(numbered(100))
    assert len(receiver.got) == 80
    sending.flush()
    assert sorted(numbers(receiver)) == list(range(100))
    assert numbers(receiver) != list(range(100))
    assert all(number <= place + 20 for place, number in enumerate(numbers(receiver)))


def test_some_wait_before_they_go(company: Company, receiver: Receiver) -> None:
    waits: list[float] = []
    sender(company, receiver, mishaps=Mishaps(delay=3.0), sleep=waits.append).send(numbered(20))
    assert len(waits) == 20
    assert all(0 <= wait <= 3 for wait in waits)
    assert max(waits) > 1


def test_some_carry_the_second_of_the_one_before(company: Company, receiver: Receiver) -> None:
    sender(company, receiver, mishaps=Mishaps(same_second=1.0)).send(numbered(4))
    assert [event["CreateTime"] for event in receiver.got] == ["1000", "1000", "1001", "1002"]


def test_the_same_seed_has_the_same_mishaps(company: Company) -> None:
    def arrived() -> list[int]:
        receiver = Receiver(company.corpid)
        mishaps = Mishaps(seed=5, loss=0.3, doubling=0.3, window=7)
        sending = sender(company, receiver, mishaps=mishaps)
        sending.send(numbered(60))
        sending.flush()
        return numbers(receiver)

    assert arrived() == arrived()


def test_a_running_sender_sends_what_happens_in_its_apps_range(company: Company, receiver: Receiver) -> None:
    company.hire("outside", "外", [1])
    company.apps[1000002].sees = [2]
    company.take_events()
    company.befriend("outside")
    mine = company.befriend("lina")
    stopping = threading.Event()

    def taken(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        stopping.set()
        return receiver(environ, start)

    sender(company, taken).run(company, stopping, every=0.01)
    assert [event["ExternalUserID"] for event in receiver.got] == [mine]
    assert company.outgoing == []


def test_a_sender_takes_what_its_app_has(company: Company) -> None:
    app = company.apps[1000002]
    app.token, app.aes_key = TOKEN, KEY
    receiver = Receiver(company.corpid)
    transport = httpx.WSGITransport(app=receiver)
    sending = Sender.of(company, app, "http://service/", transport=transport)
    assert sending.verify()
    assert sending.deliver(numbered(1)[0])


def test_the_service_itself_takes_them(company: Company, db: None, one_connection: None) -> None:
    corp = make.corp(wecom_corpid=company.corpid)
    sealed = {"callback_token_sealed": secrets.seal(TOKEN), "callback_key_sealed": secrets.seal(KEY)}
    common = {"name": "沙箱", "agent_id": 1000002, "secret_sealed": secrets.seal("s")}
    WecomApp.objects.create(corp=corp, corpid=company.corpid, **common, **sealed)
    keys.forget()
    transport = httpx.WSGITransport(app=get_wsgi_application())
    url = f"http://localhost/wecom/callback/{company.corpid}/"
    sending = Sender(url, TOKEN, KEY, company.corpid, 1000002, transport=transport, sleep=lambda _seconds: None)
    assert sending.verify()
    company.befriend("lina")
    company.add_tag_group("等级", ["甲"])
    events = company.take_events()
    sending.send([*events, events[0]])
    assert sending.counted == {"delivered": 4}
    assert CallbackReceipt.objects.count() == 3
