"""The message archive: what of it becomes contact, once each, read on from where it was left, and never its words."""

import datetime as dt
from typing import Any
from unittest import mock

import httpx
import pytest
from django.urls import reverse

from core.errors import Conflict
from core.failpoints import FailpointHit
from core.time import now, to_wire
from corps.actors import SYSTEM
from customers.models import Customer
from followups.models import Communication
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered
from tests.customers.privacy.people import client
from tests.doors import refused
from wecom import health
from wecom.archive import reading, taking
from wecom.archive.messages import Message
from wecom.client.wire import TRANSPORTS
from wecom.models import MessageArchive
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.server import application

URL = "/api/v1/message-archive"
AT = dt.datetime(2026, 3, 1, 2, 10, tzinfo=dt.UTC)
BASE = "http://sandbox"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, external_userid="wmA")


@pytest.fixture
def archive(cast: Cast) -> MessageArchive:
    return MessageArchive.objects.create(corp=cast.corp)


def message(seq: int, **more: Any) -> Message:
    given: dict[str, Any] = {"msgid": f"m{seq}_external", "action": "send", "roomid": "", "at": AT, "msgtype": "text"}
    return Message(seq=seq, **{"sender": "wmA", "receivers": ("Wang",)} | given | more)


def take(cast: Cast, *messages: Message, **more: Any) -> MessageArchive:
    return taking.take(corp_id=cast.corp.pk, messages=messages, by=SYSTEM, source="api", **more)


def kept() -> list[tuple[Any, ...]]:
    columns = ("customer_id", "employee_id", "kind", "direction", "at", "content")
    return list(Communication.objects.order_by("at", "id").values_list(*columns))


class TestTaking:
    @pytest.fixture(autouse=True)
    def _named(self, cast: Cast) -> None:
        type(cast.owner).objects.filter(pk=cast.owner.pk).update(userid="Wang")

    def test_an_hour_of_words_is_one_each_way(self, cast: Cast, customer: Customer, archive: MessageArchive) -> None:
        back = {"sender": "Wang", "receivers": ("wmA",)}
        later = AT + dt.timedelta(minutes=20)
        take(cast, message(3, at=later), message(2), message(4, **back), message(5, at=AT + dt.timedelta(hours=1)))
        who = (customer.pk, cast.owner.pk, "message")
        assert kept() == [(*who, "in", AT, ""), (*who, "out", AT, ""), (*who, "in", AT + dt.timedelta(hours=1), "")]
        row = MessageArchive.objects.get()
        assert (row.seq, row.messages, row.counted, row.message_at) == (5, 4, 4, AT + dt.timedelta(hours=1))
        assert OutboxEvent.objects.filter(name="customer.communication.recorded").count() == 3

    @pytest.mark.parametrize(
        "unfit",
        [
            {"action": "recall"},
            {"roomid": "wrA"},
            {"msgtype": "agree"},
            {"sender": "wmNobody"},
            {"receivers": ("Nobody",)},
            {"sender": "Wang"},
            {"sender": "wmA", "receivers": ("wmA",)},
            {"at": now() + dt.timedelta(days=1)},
        ],
        ids=str,
    )
    def test_what_is_no_word_between_the_two_is_read_and_kept_nowhere(
        self, cast: Cast, customer: Customer, archive: MessageArchive, unfit: dict[str, Any]
    ) -> None:
        assert take(cast, message(7, **unfit)).seq == 7
        assert (kept(), MessageArchive.objects.get().counted) == ([], 0)

    def test_a_batch_that_comes_twice_or_under_other_places_makes_none_again(
        self, cast: Cast, customer: Customer, archive: MessageArchive
    ) -> None:
        batch = [message(1), message(2, at=AT + dt.timedelta(hours=3))]
        take(cast, *batch)
        before = kept()
        take(cast, *batch)
        take(cast, message(8, msgid="m1_external"), message(1, at=AT - dt.timedelta(days=1)))
        assert kept() == before
        row = MessageArchive.objects.get()
        assert (row.seq, row.messages) == (8, 3)

    def test_one_that_is_killed_leaves_neither_words_nor_the_place(
        self, cast: Cast, customer: Customer, archive: MessageArchive
    ) -> None:
        with mock.patch.object(taking, "failpoint", side_effect=FailpointHit), pytest.raises(FailpointHit):
            take(cast, message(1))
        assert (kept(), MessageArchive.objects.get().seq) == ([], 0)
        take(cast, message(1))
        assert (len(kept()), MessageArchive.objects.get().seq) == (1, 1)

    def test_another_companys_people_are_not_meant(self, cast: Cast, archive: MessageArchive) -> None:
        make.customer(cast.other_corp, cast.stranger, external_userid="wmA")
        take(cast, message(1))
        assert kept() == []

    def test_one_that_rests_takes_none(self, cast: Cast, customer: Customer, archive: MessageArchive) -> None:
        MessageArchive.objects.update(active=False)
        with pytest.raises(Conflict) as refusal:
            take(cast, message(1))
        assert (refusal.value.code, kept()) == ("archive_off", [])


class TestBridge:
    def sent(self, seq: int = 1, **more: Any) -> dict[str, Any]:
        one = {"seq": seq, "msgid": "m", "action": "send", "from": "wmA", "tolist": ["Wang"], "roomid": ""}
        return {"list": [one | {"msgtime": int(AT.timestamp() * 1000), "msgtype": "text"} | more], "latestSeq": 9}

    def test_it_asks_for_the_place_and_brings_what_lies_behind(
        self, cast: Cast, customer: Customer, archive: MessageArchive
    ) -> None:
        type(cast.owner).objects.filter(pk=cast.owner.pk).update(userid="Wang")
        bridge = api.client(cast.corp)
        assert bridge.get(URL).json()["seq"] == 0
        told = bridge.post(URL, self.sent(3), format="json").json()
        assert (told["seq"], told["latestSeq"], told["behind"], told["counted"]) == (3, 9, 6, 1)
        assert told["messageAt"] == to_wire(AT)
        assert len(kept()) == 1

    @pytest.mark.parametrize("key", ["content", "text"])
    def test_what_was_said_is_refused(self, cast: Cast, archive: MessageArchive, key: str) -> None:
        answer = api.client(cast.corp).post(URL, self.sent(**{key: {"content": "价格"}}), format="json")
        refused(answer, 400, "invalid")
        assert MessageArchive.objects.get().seq == 0

    def test_only_who_may_tell_of_communications_may_and_only_of_their_company(
        self, cast: Cast, archive: MessageArchive
    ) -> None:
        assert client(cast, "owner").post(URL, self.sent(), format="json").status_code == 403
        refused(api.client(cast.other_corp).get(URL), 404, "not_found")
        refused(api.client(cast.other_corp).post(URL, self.sent(), format="json"), 409, "archive_off")
        assert MessageArchive.objects.get().seq == 0


class TestSandbox:
    @pytest.fixture
    def company(self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> Company:
        type(cast.owner).objects.filter(pk=cast.owner.pk).update(userid="Wang")
        company = Company(clock=Clock(int(AT.timestamp())))
        company.hire("Wang", "王小明", [1])
        company.befriend("Wang", "wmA")
        make.wecom_app(cast.corp, sandbox=True, api_base=BASE)
        transport = httpx.WSGITransport(app=application(company))  # type: ignore[arg-type]
        monkeypatch.setitem(TRANSPORTS, BASE, transport)
        MessageArchive.objects.create(corp=cast.corp, source="sandbox")
        return company

    def test_it_is_read_on_in_batches_from_where_it_was_left(
        self, cast: Cast, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "LIMIT", 2)
        monkeypatch.setattr(reading, "BATCHES", 2)
        for n in range(5):
            company.say("Wang", "wmA", theirs=n % 2 == 0, at=int(AT.timestamp()) + n * 3_600)
        assert [reading.read_due() for _n in range(3)] == [4, 1, 0]
        row = MessageArchive.objects.get()
        assert (row.seq, row.latest_seq, row.behind, row.counted, len(kept())) == (5, 5, 0, 5, 5)

    def test_one_that_can_t_be_reached_says_why_and_is_tried_again(
        self, cast: Cast, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        company.say("Wang", "wmA")
        with monkeypatch.context() as away:
            away.setitem(TRANSPORTS, BASE, httpx.MockTransport(lambda request: httpx.Response(502)))
            assert reading.read_due() == 0
        row = MessageArchive.objects.get()
        assert (row.last_error, row.seq, row.read_at) == ("HTTPStatusError", 0, None)
        assert (reading.read_due(), MessageArchive.objects.get().last_error) == (1, "")


class TestLag:
    def test_the_health_page_tells_how_far_behind_it_is(self, cast: Cast, archive: MessageArchive) -> None:
        assert health.parts()["archive"]["status"] == "ok"
        MessageArchive.objects.update(latest_seq=health.ARCHIVE_BEHIND + 1, read_at=now())
        assert health.parts()["archive"] | {"readSeconds": 0} == {
            "status": "degraded",
            "behind": health.ARCHIVE_BEHIND + 1,
            "readSeconds": 0,
        }
        MessageArchive.objects.update(latest_seq=None, read_at=now() - dt.timedelta(hours=2))
        assert health.parts()["archive"]["status"] == "degraded"
        MessageArchive.objects.update(active=False)
        assert "archive" not in health.parts()

    def test_the_console_shows_it_and_an_administrator_switches_it(self, cast: Cast, archive: MessageArchive) -> None:
        MessageArchive.objects.update(seq=7, latest_seq=20)
        browser, page = entered(cast.users["admin"]), reverse("admin:wecom_messagearchive_change", args=[archive.pk])
        assert ">13<" in browser.get(reverse("admin:wecom_messagearchive_changelist")).content.decode().replace(
            "\n", ""
        ).replace(" ", "")
        assert browser.post(page, {"source": "bridge"}).status_code == 302
        row = MessageArchive.objects.get()
        assert (row.active, row.source, row.seq) == (False, "bridge", 7)
