"""From the API through every reader of its events: what each one makes of a follow-up's life, once, in any order."""

import random
from typing import Any

import pytest
from django.utils.module_loading import import_string

from core.time import now
from corps.actors import SYSTEM
from followups import commenting, revising, writing
from followups.models import FollowUp, TimelineEntry
from insights.models import RiskAlert, RiskRule
from insights.risks import settling
from messaging import subscriptions
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.insights.scene import Scene
from wecom.models import Notice


class Readers:
    """All readers of this service, hearing what has been recorded since the last time."""

    def __init__(self) -> None:
        self.upto = OutboxEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def hear(self, dice: random.Random | None = None, *, times: int = 1) -> list[str]:
        events = list(OutboxEvent.objects.filter(pk__gt=self.upto).order_by("pk"))
        self.upto = max([self.upto, *(event.pk for event in events)])
        heard = events * times
        if dice:
            dice.shuffle(heard)
        for event in heard:
            told = Incoming(str(event.event_id), event.name, event.corp_id, event.payload["data"], 0)
            for path in subscriptions.handlers_of(event.name):
                import_string(path)(told)
        return [event.name for event in events]


def test_who_is_named_over_rest_is_told_once_however_often_it_is_heard(cast: Cast) -> None:
    customer, readers = make.customer(cast.corp, cast.owner), Readers()
    client = api.client(cast.corp)
    body = {"content": "请看", "mentionIds": [cast.colleague.pk], "employeeId": cast.owner.pk}
    made = client.post(f"/api/v1/customers/{customer.pk}/followups", body).json()
    address = f"/api/v1/followups/{made['id']}"
    client.patch(address, {"content": "请再看", "mentionIds": [cast.colleague.pk, cast.manager.pk]})
    client.post(f"{address}/comments", {"content": "好", "mentionIds": [cast.owner.pk]})
    names = readers.hear(random.Random(1), times=2)
    assert names == ["customer.followup.created", "customer.followup.updated", "customer.followup.commented"]
    told = sorted(Notice.objects.values_list("employee_id", "kind", "customer_id"))
    assert told == sorted((who, "mention", customer.pk) for who in (cast.colleague.pk, cast.manager.pk, cast.owner.pk))


@pytest.mark.parametrize("seed", range(3))
def test_every_reader_takes_a_whole_life_in_any_order(cast: Cast, seed: int) -> None:
    customer, readers = make.customer(cast.corp, cast.owner), Readers()
    row = writing.write(customer=customer, content="一", by=SYSTEM, source="api", mention_ids=[cast.owner.pk])
    revising.edit(follow_up=row, content="二", by=SYSTEM, source="api")
    commenting.comment(follow_up=FollowUp.objects.get(), content="三", by=SYSTEM, source="api")
    make.attachment(FollowUp.objects.get())
    revising.delete(follow_up=FollowUp.objects.get(), by=SYSTEM, source="api")
    readers.hear(random.Random(seed), times=2)
    # The timeline tells that it was written; that it is gone changes nothing of what happened.
    assert TimelineEntry.objects.filter(kind="follow_up").count() == 1
    assert Notice.objects.count() == 1


def test_an_import_is_history_and_tells_nobody_in_wecom(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner, external_userid="wmA")
    readers = Readers()
    data = b"externalUserid,happenedAt,content\nwmA,2026-03-01 09:30,x\n"
    answer = api.client(cast.corp).post("/api/v1/followups/import", {"file": _file(data)}, format="multipart")
    assert answer.json()["created"] == 1
    assert readers.hear() == ["customer.followup.created"]
    assert TimelineEntry.objects.filter(kind="follow_up").count() == 1
    assert not Notice.objects.exists()


def _file(data: bytes) -> Any:
    return import_string("django.core.files.uploadedfile.SimpleUploadedFile")("x.csv", data)


@pytest.fixture
def scene(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Scene:
    scene = Scene(cast, monkeypatch)
    scene.begin(0)
    RiskRule.objects.create(corp=cast.corp, kind="silence", threshold=30, level=1)
    return scene


def silent(cast: Cast) -> list[str]:
    """The states of the customer's warnings of silence, as they stand when everything is looked at."""
    settling.settle_customers(corp_id=cast.corp.pk, customer_ids=[readings.the("wmA").pk])
    return list(RiskAlert.objects.filter(kind="silence").order_by("opened_at").values_list("state", flat=True))


def test_a_call_ends_a_silence_and_a_deleted_follow_up_never_did(cast: Cast, scene: Scene) -> None:
    scene.today = 40
    assert silent(cast) == ["open"]
    row = writing.write(customer=readings.the("wmA"), content="x", by=SYSTEM, source="api", happened_at=day(39))
    assert silent(cast) == ["passed"]
    revising.delete(follow_up=row, by=SYSTEM, source="api")
    assert silent(cast) == ["open"]
    make.communication(readings.the("wmA"), at=day(39))
    assert silent(cast) == ["passed"]


def test_a_silence_is_measured_from_the_last_message(cast: Cast, scene: Scene) -> None:
    make.communication(readings.the("wmA"), at=day(20), kind="message")
    scene.today = 45
    assert silent(cast) == []
    scene.today = 51
    assert silent(cast) == ["open"]


def test_the_clock_of_these_tests_is_the_scenes(scene: Scene) -> None:
    assert day(0) < now()
