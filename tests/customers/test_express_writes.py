"""Creations and tags through both ways, Django's alone and the short cut: the same answers, rows and events."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.core.cache import cache as shared_cache
from django.db import OperationalError, transaction

from core.throttling import meter
from corps import accounts, express
from corps.actors import SYSTEM
from customers import lifecycle, tagging
from customers.api import express as short
from customers.models import Customer, CustomerTag, FollowRelation
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.two_ways import Answer, Ways, posted

URL = "/api/v1/customers"
_TIMES = ("createTime", "updateTime")


@pytest.fixture(autouse=True)
def _one_connection(one_connection: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(express, "close_old_connections", lambda: None)


@pytest.fixture
def key(cast: Cast) -> str:
    return accounts.issue_key(account=make.account(cast.corp, rate=1_000_000), by=SYSTEM)[1]


@pytest.fixture
def tags(cast: Cast) -> list[int]:
    group = make.group(cast.corp)
    return [make.tag(group).pk for _ in range(3)]


@pytest.fixture
def customer(cast: Cast, tags: list[int]) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三")


@pytest.fixture
def ways(key: str, customer: Customer) -> Ways:
    """Both, the short cut having seen one answer of Django's of each kind."""
    ways = Ways()
    new = posted(b'{"externalUserid": "wmFirst"}', HTTP_X_API_KEY=key)
    assert ways.ask(ways.express, URL, **new)[0] == "201 Created"
    other = Customer.objects.get(external_userid="wmFirst")
    body = orjson.dumps({"tagIds": [make.tag(make.group(customer.corp)).pk]})
    assert ways.ask(ways.express, f"{URL}/{other.pk}/tags", **posted(body, HTTP_X_API_KEY=key))[0] == "200 OK"
    assert ways.handed_over == 2
    ways.handed_over = 0
    return ways


def told(answer: Answer) -> tuple[Any, ...]:
    """An answer, and what is stored then, without the times and the new id that differ from one run to the next."""
    status, headers, raw = answer
    body = orjson.loads(raw)
    new = str(body.get("id", ""))
    body = {name: value for name, value in body.items() if name not in (*_TIMES, "id")}
    places = [(name, value.replace(new, "ID") if name == "Location" else value) for name, value in headers]
    events = [(e.name, e.aggregate_version, e.payload["source"]) for e in OutboxEvent.objects.order_by("pk")]
    held = list(CustomerTag.objects.order_by("tag_id").values_list("tag_id", "follower_id", "actor"))
    return status, places, body, events, held, Customer.objects.count(), FollowRelation.objects.count()


def both(ways: Ways, path: str, body: bytes, **headers: Any) -> tuple[Any, ...]:
    """The same request through each way, from the same beginning, and what came of it."""
    seen = []
    for way in (ways.django, ways.express):
        with transaction.atomic():
            seen.append(told(ways.ask(way, path, **posted(body, **headers))))
            transaction.set_rollback(True)
    assert seen[1] == seen[0]
    return seen[1]


NEW = {
    "externalUserid": "wmNew",
    "name": "李四",
    "channel": "qrcode",
    "gender": 1,
    "addTime": "2026-05-01T08:00:00+08:00",
}


def test_a_creation_is_the_same_either_way(ways: Ways, key: str, cast: Cast) -> None:
    body = orjson.dumps(NEW | {"followUserId": cast.owner.pk, "corpId": cast.corp.pk})
    for path in (URL, f"{URL}/"):
        seen = both(ways, path, body, HTTP_X_API_KEY=key)
        assert seen[0] == "201 Created"
        assert seen[3][-1] == ("customer.created", 1, "api")
        assert dict(seen[1])["Location"] == f"{URL}/ID"
    assert ways.handed_over == 0


def test_tags_are_put_the_same_either_way(ways: Ways, key: str, customer: Customer, tags: list[int]) -> None:
    tagging.add_tags(customer=customer, tag_ids=tags[:1], by=SYSTEM, source="system")
    asked = [{"tagIds": tags[1:]}, {"addTagIds": tags[1:2], "removeTagIds": tags[:1]}, {"tagIds": tags[:1]}]
    versions = []
    for body in asked:
        seen = both(ways, f"{URL}/{customer.pk}/tags", orjson.dumps(body), HTTP_X_API_KEY=key)
        assert seen[0] == "200 OK"
        versions.append(dict(seen[1])["ETag"])
    assert versions == ['"3"', '"4"', '"2"']
    assert ways.handed_over == 0


def _refused(ways: Ways, key: str, path: str, body: Any, status: str, **headers: Any) -> None:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    before = (Customer.objects.count(), OutboxEvent.objects.count(), CustomerTag.objects.count())
    ways.handed_over = 0
    for language in ("zh-hans", "en"):
        seen = both(ways, path, raw, HTTP_X_API_KEY=key, HTTP_ACCEPT_LANGUAGE=language, **headers)
        assert seen[0].startswith(status), seen
    assert (Customer.objects.count(), OutboxEvent.objects.count(), CustomerTag.objects.count()) == before
    assert ways.handed_over == 2


def test_every_refusal_is_djangos_and_changes_nothing(
    ways: Ways, key: str, customer: Customer, cast: Cast, tags: list[int]
) -> None:
    foreign, gone = make.customer(cast.other_corp), make.customer(cast.corp)
    lifecycle.delete(customer=gone, by=SYSTEM, source="api")
    for body, status in (
        ({"externalUserid": customer.external_userid}, "409"),
        ({"externalUserid": "wm x"}, "422"),
        ({"externalUserid": "wmNew", "followUserId": cast.stranger.pk}, "422"),
        ({"externalUserid": "wmNew", "corpId": cast.other_corp.pk}, "422"),
        ({"externalUserid": "wmNew", "nonsense": 1}, "400"),
        ([], "400"),
        (b"{", "400"),
    ):
        _refused(ways, key, URL, body, status)
    for who, body, status in (
        (customer.pk, {"tagIds": []}, "400"),
        (customer.pk, {"tagIds": [999_999]}, "422"),
        (customer.pk, {"tagIds": ["x"]}, "400"),
        (foreign.pk, {"tagIds": tags}, "404"),
        (gone.pk, {"tagIds": tags}, "409"),
        (10**18 * 9 + 9 * 10**17, {"tagIds": tags}, "404"),
    ):
        _refused(ways, key, f"{URL}/{who}/tags", body, status)


@pytest.mark.parametrize(
    "more",
    [
        {"CONTENT_TYPE": "application/json; charset=utf-8"},
        {"CONTENT_TYPE": "text/plain"},
        {"CONTENT_LENGTH": ""},
        {"CONTENT_LENGTH": "2", "HTTP_TRANSFER_ENCODING": "chunked"},
        {"CONTENT_LENGTH": "99999999"},
        {"HTTP_IDEMPOTENCY_KEY": "once"},
        {"HTTP_COOKIE": "sessionid=x"},
        {"QUERY_STRING": "x=1"},
        {"HTTP_X_API_KEY": ""},
        {"HTTP_X_API_KEY": "", "HTTP_AUTHORIZATION": "Bearer nonsense"},
        {"REQUEST_METHOD": "PUT"},
    ],
)
def test_what_asks_for_more_goes_the_usual_way(ways: Ways, key: str, customer: Customer, more: dict[str, str]) -> None:
    for path in (URL, f"{URL}/{customer.pk}/tags"):
        ways.handed_over = 0
        both(ways, path, orjson.dumps(NEW), **({"HTTP_X_API_KEY": key} | more))
        assert ways.handed_over == 1


def test_a_key_without_the_right_is_refused(ways: Ways, cast: Cast, customer: Customer, tags: list[int]) -> None:
    _row, narrow = accounts.issue_key(account=make.account(cast.corp, "read"), by=SYSTEM)
    _refused(ways, narrow, URL, NEW, "403")
    _refused(ways, narrow, f"{URL}/{customer.pk}/tags", {"tagIds": tags}, "403")


def test_each_request_is_counted_once(ways: Ways, cast: Cast, customer: Customer, tags: list[int]) -> None:
    _row, few = accounts.issue_key(account=make.account(cast.corp, rate=3), by=SYSTEM)
    for body in ({"tagIds": tags}, {"tagIds": []}):
        statuses = []
        for way in (ways.django, ways.express):
            meter.clear()
            shared_cache.clear()
            asks = [posted(orjson.dumps(body), HTTP_X_API_KEY=few) for _ in range(4)]
            statuses.append([ways.ask(way, f"{URL}/{customer.pk}/tags", **ask)[0][:3] for ask in asks])
        assert statuses[0] == statuses[1]
        assert statuses[1][3:] == ["429"]


@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError(2013, "lost"), "503"), (OperationalError(1205, "busy"), "503"), (KeyError("x"), "500")],
)
def test_after_a_fault_the_work_is_not_done_again(
    ways: Ways,
    key: str,
    customer: Customer,
    tags: list[int],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: str,
) -> None:
    done: list[str] = []

    def failing(name: str) -> Callable[..., Any]:
        def fail(*_: Any, **_more: Any) -> Any:
            done.append(name)
            raise error

        return fail

    monkeypatch.setattr(lifecycle, "create", failing("create"))
    monkeypatch.setattr(short, "add_all", failing("tags"))
    for path, body in ((URL, NEW), (f"{URL}/{customer.pk}/tags", {"tagIds": tags})):
        ask = posted(orjson.dumps(body), HTTP_X_API_KEY=key)
        assert ways.ask(ways.express, path, **ask)[0].startswith(status)
    assert done == ["create", "tags"]
    assert ways.handed_over == 2
