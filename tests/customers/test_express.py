"""Every request through both ways, Django's alone and the one with the short cut: nobody may be able to tell which."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache as shared_cache
from django.db import OperationalError, connection
from prometheus_client import REGISTRY

from core import safe_cache
from core.throttling import meter
from core.time import now
from corps import accounts, express, keyring
from corps.actors import SYSTEM
from corps.models import ApiAccount, ApiKey
from customers import cache, lifecycle
from customers.models import Customer
from tests import make
from tests.conftest import Cast
from tests.customers.two_ways import Ways

URL = "/api/v1/customers"


@pytest.fixture(autouse=True)
def _one_connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways look at their connection between two requests; the test's own transaction must outlive that."""
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("one_connection")
        monkeypatch.setattr(express, "close_old_connections", lambda: None)


@pytest.fixture
def key(cast: Cast) -> str:
    return accounts.issue_key(account=make.account(cast.corp, rate=1_000_000), by=SYSTEM)[1]


@pytest.fixture
def customer(cast: Cast) -> Customer:
    group = make.group(cast.corp)
    return make.tagged(make.customer(cast.corp, cast.owner, name="张三"), make.tag(group), make.tag(group))


@pytest.fixture
def ways(key: str, customer: Customer) -> Ways:
    """Both, the short cut having seen one answer of Django's, with which it begins."""
    ways = Ways()
    assert ways.ask(ways.express, f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)[0] == "200 OK"
    assert ways.handed_over == 1
    ways.handed_over = 0
    return ways


# What a caller adds, and whether the short cut answers it itself.
SHORT: list[dict[str, str]] = [
    {},
    {"HTTP_ACCEPT_LANGUAGE": "en"},
    {"HTTP_ACCEPT": "text/html"},
    {"HTTP_ACCEPT_ENCODING": "gzip"},
    {"HTTP_ORIGIN": "https://elsewhere.example"},
    {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": ""},
    {"HTTP_X_REQUEST_ID": "another-sane-one"},
    {"HTTP_IDEMPOTENCY_KEY": "k"},
    {"HTTP_IF_MATCH": '"99"'},
]
LONG: list[dict[str, str]] = [
    {"HTTP_IF_NONE_MATCH": '"2"'},
    {"HTTP_IF_NONE_MATCH": "*"},
    {"HTTP_IF_NONE_MATCH": '"99"'},
    {"HTTP_COOKIE": "sessionid=x"},
    {"QUERY_STRING": "nonsense=1"},
    {"CONTENT_LENGTH": "5"},
    {"SCRIPT_NAME": "/below"},
    {"REQUEST_METHOD": "HEAD"},
    {"REQUEST_METHOD": "OPTIONS"},
    {"REQUEST_METHOD": "TRACE"},
    {"HTTP_X_API_KEY": ""},
    {"HTTP_X_API_KEY": "0" * 12 + "." + "x" * 43},
    {"HTTP_X_API_KEY": "", "HTTP_AUTHORIZATION": "Bearer nonsense"},
    {"HTTP_X_API_KEY": "", "HTTP_AUTHORIZATION": "Api-Key nonsense"},
    {"HTTP_X_FORWARDED_PROTO": "gopher"},
    {"HTTP_X_FORWARDED_PROTO": "https"},
    {"wsgi.url_scheme": "https"},
]


@pytest.mark.parametrize("more", SHORT)
def test_the_short_way_gives_the_very_answer(ways: Ways, key: str, customer: Customer, more: dict[str, str]) -> None:
    for path in (f"{URL}/{customer.pk}", f"{URL}/{customer.pk}/", f"{URL}/000{customer.pk}"):
        long, short = ways.both(path, **({"HTTP_X_API_KEY": key} | more))
        assert short == long
        assert short[0] == "200 OK"
    assert ways.handed_over == 0


@pytest.mark.parametrize("more", LONG)
def test_what_asks_for_more_goes_the_usual_way(ways: Ways, key: str, customer: Customer, more: dict[str, str]) -> None:
    long, short = ways.both(f"{URL}/{customer.pk}", **({"HTTP_X_API_KEY": key} | more))
    assert short == long
    assert ways.handed_over == 1


@pytest.mark.parametrize("path", ["", "/", "/0", "/999999999", f"/{2**63 - 1}", f"/{2**63}", f"/{10**19}", "/x", "/1x"])
def test_who_is_not_there_is_not_there_either_way(ways: Ways, key: str, path: str) -> None:
    long, short = ways.both(URL + path, HTTP_X_API_KEY=key)
    assert short == long
    assert ways.handed_over == 1


def test_the_key_may_come_in_either_header(ways: Ways, key: str, customer: Customer) -> None:
    long, short = ways.both(f"{URL}/{customer.pk}", HTTP_AUTHORIZATION=f"Api-Key {key}")
    assert short == long
    assert ways.handed_over == 0


def test_a_customer_of_another_company_is_not_there(ways: Ways, key: str, cast: Cast) -> None:
    foreign = make.customer(cast.other_corp)
    long, short = ways.both(f"{URL}/{foreign.pk}", HTTP_X_API_KEY=key)
    assert short == long
    assert short[0].startswith("404")


def test_a_key_without_the_right_is_refused(ways: Ways, cast: Cast, customer: Customer) -> None:
    _row, narrow = accounts.issue_key(account=make.account(cast.corp, "tags"), by=SYSTEM)
    long, short = ways.both(f"{URL}/{customer.pk}", HTTP_X_API_KEY=narrow)
    assert short == long
    assert short[0].startswith("403")


def _revoke() -> None:
    ApiKey.objects.update(revoked_at=now())


def _expire() -> None:
    ApiKey.objects.update(expires_at=now() - dt.timedelta(days=1))


def _close() -> None:
    ApiAccount.objects.update(active=False)


@pytest.mark.parametrize("end", [_revoke, _expire, _close])
def test_a_key_that_ended_opens_neither(ways: Ways, key: str, customer: Customer, end: Callable[[], None]) -> None:
    end()
    keyring.forget()
    long, short = ways.both(f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)
    assert short == long
    assert short[0].startswith("401")


def test_a_change_shows_at_once(ways: Ways, key: str, customer: Customer) -> None:
    before = ways.ask(ways.express, f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)
    lifecycle.update(customer=customer, name="新名", by=SYSTEM, source="api")
    long, short = ways.both(f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)
    assert short == long
    assert "新名".encode() in short[2]
    assert dict(short[1])["ETag"] != dict(before[1])["ETag"]
    assert ways.handed_over == 0


def test_what_the_cache_lost_is_read_again(ways: Ways, key: str, customer: Customer) -> None:
    warm = ways.ask(ways.express, f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)
    safe_cache.set_bytes(f"customer:profile:{customer.corp_id}:{customer.pk}:v{customer.version}.1", b"planted", 60)
    assert ways.ask(ways.express, f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)[2] == warm[2]
    cache.forget_copies()
    assert ways.ask(ways.express, f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)[2] == b"planted"
    lifecycle.bump(customer)
    assert ways.ask(ways.express, f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)[2] != warm[2]


@pytest.mark.parametrize("path", ["/{pk}", "/999999999"])
def test_each_request_is_counted_once(ways: Ways, cast: Cast, customer: Customer, path: str) -> None:
    _row, few = accounts.issue_key(account=make.account(cast.corp, rate=3), by=SYSTEM)
    url = URL + path.format(pk=customer.pk)
    statuses = []
    for way in (ways.django, ways.express):
        # A minute of its own for each way.
        meter.clear()
        shared_cache.clear()
        statuses.append([ways.ask(way, url, HTTP_X_API_KEY=few)[0][:3] for _ in range(5)])
    assert statuses[0] == statuses[1]
    assert statuses[1][3:] == ["429", "429"]


def test_a_fault_is_answered_as_django_answers_it(
    ways: Ways, key: str, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError(2006, "server has gone away")

    monkeypatch.setattr(cache, "versions", away)
    long, short = ways.both(f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)
    assert short == long
    assert short[0].startswith("503")


def test_it_is_logged_and_measured_as_django_would(
    ways: Ways, key: str, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured() -> float:
        labels = {"route": r"api/v1/customers/(?P<pk>[0-9]+)/?$", "method": "GET", "status": "200"}
        return REGISTRY.get_sample_value("scrm_requests_total", labels) or 0.0

    lines: list[Any] = []
    monkeypatch.setattr(logging.getLogger("scrm.access"), "handle", lambda record: lines.append(record.args))
    before = measured()
    ways.both(f"{URL}/{customer.pk}/", HTTP_X_API_KEY=key)
    assert measured() == before + 2
    long, short = ({k: v for k, v in line.items() if k != "ms"} for line in lines)
    assert short == long


@pytest.mark.parametrize("hostile", ["", "short", "with space", "x" * 65, "编号编号编号编号"])
def test_a_hostile_request_id_is_replaced(ways: Ways, key: str, customer: Customer, hostile: str) -> None:
    for answer in ways.both(f"{URL}/{customer.pk}", HTTP_X_API_KEY=key, HTTP_X_REQUEST_ID=hostile):
        assert len(dict(answer[1])["X-Request-Id"]) == 32
    assert ways.handed_over == 0


def test_it_begins_with_an_answer_of_djangos_and_not_with_a_refusal(key: str, customer: Customer) -> None:
    fresh = Ways()
    fresh.ask(fresh.express, f"{URL}/999999999", HTTP_X_API_KEY=key)
    fresh.ask(fresh.express, f"{URL}/{customer.pk}")
    assert fresh.express._forms == {}
    fresh.ask(fresh.express, f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)
    assert len(fresh.express._forms) == 1


def test_a_connection_past_its_age_is_replaced(
    transactional_db: None, ways: Ways, key: str, customer: Customer
) -> None:
    old, connection.close_at = connection.connection, 1
    assert ways.ask(ways.express, f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)[0] == "200 OK"
    assert ways.handed_over == 0
    assert connection.connection is not old or connection.is_in_memory_db()
