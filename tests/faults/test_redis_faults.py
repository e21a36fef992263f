"""Redis down, hung, flushed or full under a real web process: the same answers, the same statuses."""

import itertools
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import redis

from tests.faults.private import PrivateRedis, WebServer, wait_for

pytestmark = pytest.mark.slow
_serial = itertools.count(1)
BLOCKING_THREADS = 4


@pytest.fixture(scope="module")
def store() -> Iterator[PrivateRedis]:
    server = PrivateRedis()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def http(store: PrivateRedis) -> Iterator[httpx.Client]:
    web = WebServer(REDIS_URL=store.url, LOG_LEVEL="ERROR", ACCESS_LOG="0")
    web.settings["DATABASE_URL"] = f"sqlite:///{web.folder / 'test.sqlite3'}"
    web.manage("migrate", "--verbosity", "0")
    code = (
        "from tests import make; from corps import accounts; from corps.actors import SYSTEM;"
        "corp = make.corp(); tag = make.tag(make.group(corp), name='VIP');"
        "[make.tagged(make.customer(corp, name=f'n{n}'), tag) for n in range(5)];"
        "print(accounts.issue_key(account=make.account(corp, rate=1_000_000), by=SYSTEM)[1])"
    )
    key = web.manage("shell", "--verbosity", "0", "-c", code).strip().splitlines()[-1]
    web.start()
    headers = {"X-Api-Key": key, "Accept-Language": "en"}
    with httpx.Client(base_url=f"http://127.0.0.1:{web.port}", headers=headers, timeout=20) as client:
        yield client
    web.remove()


@pytest.fixture(autouse=True)
def _well_again(http: httpx.Client, store: PrivateRedis) -> None:
    """An empty Redis that the web process has found."""
    store.kill()
    store.start()
    wait_for(lambda: _caches(http, store), 20, "the detail being cached")


def _down(store: PrivateRedis) -> None:
    store.kill()


def _hung(store: PrivateRedis) -> None:
    store.signal(signal.SIGSTOP)


def _flushed(store: PrivateRedis) -> None:
    redis.Redis(port=store.port).flushall()


def _full(store: PrivateRedis) -> None:
    redis.Redis(port=store.port).config_set("maxmemory", "1")


def _reads(http: httpx.Client) -> list[tuple[int, str]]:
    """Every kind of read, twice, so that the second could come from the cache."""
    paths = ["", "?size=2&page=2", "?keyword=n3", "?tagAny=1", "/1", "/2", "/999999", "?size=101", "?colour=red"]
    return [_told(http.get(f"/api/v1/customers{path}")) for path in paths * 2]


def _writes(http: httpx.Client) -> list[tuple[int, str]]:
    """Create, tag, untag, change, read and delete one customer, and repeat a create under one Idempotency-Key."""
    n = next(_serial)
    body = {"externalUserid": f"wmFault{n}", "name": "张三"}
    once = {"Idempotency-Key": f"key-{n}"}
    created = [http.post("/api/v1/customers", json=body, headers=once) for _ in range(2)]
    url = f"/api/v1/customers/{created[0].json()['id']}"
    asked = [
        lambda: http.post(f"{url}/tags", json={"tagIds": [1]}),
        lambda: http.get(url),
        lambda: http.request("DELETE", f"{url}/tags", json={"tagIds": [1]}),
        lambda: http.get(url),
        lambda: http.patch(url, json={"name": "李四"}),
        lambda: http.get(url),
        lambda: http.delete(url),
        lambda: http.get(url),
    ]
    return [_told(response) for response in [*created, *(ask() for ask in asked)]]


def _told(response: httpx.Response) -> tuple[int, str]:
    """Status and body without what differs by nature: the row's id, its times, the request's id."""
    text = re.sub(
        r'"(requestId|id|customerId|version|[a-zA-Z]*Time|externalUserid)":("[^"]*"|\d+)', r'"\1":0', response.text
    )
    return response.status_code, text


@pytest.mark.parametrize("fault", [_down, _hung, _flushed, _full])
def test_no_answer_and_no_status_changes(
    fault: Callable[[PrivateRedis], None], http: httpx.Client, store: PrivateRedis
) -> None:
    reads, writes = _reads(http), _writes(http)
    assert {status for status, _ in reads} == {200, 400, 404}
    assert [status for status, _ in writes][:2] == [201, 201]
    fault(store)
    assert _reads(http) == reads
    assert _writes(http) == writes


def test_a_hung_redis_is_waited_for_once_a_thread_and_then_left_alone(http: httpx.Client, store: PrivateRedis) -> None:
    _reads(http)
    _change(http)
    before = _faults(http)
    store.signal(signal.SIGSTOP)
    statuses = [http.get("/api/v1/customers/1").status_code for _ in range(200)]
    assert statuses == [200] * 200
    # One wait opens the breaker; only probes in the background come after it, two a second at most.
    assert 1 <= _faults(http) - before <= BLOCKING_THREADS + 20


def test_when_redis_is_back_it_is_used_again(http: httpx.Client, store: PrivateRedis) -> None:
    _reads(http)
    store.kill()
    assert http.get("/api/v1/customers/1").status_code == 200
    store.start()
    wait_for(lambda: _caches(http, store), 20, "the detail being cached again")


def _change(http: httpx.Client) -> None:
    """Give the customer a version that the web process has no copy of, so that it asks Redis next."""
    assert http.patch("/api/v1/customers/1", json={"city": f"城{next(_serial)}"}).status_code == 200


def _caches(http: httpx.Client, store: PrivateRedis) -> bool:
    _change(http)
    http.get("/api/v1/customers/1")
    return bool(list(redis.Redis(port=store.port).scan_iter("*customer:profile*")))


def _faults(http: httpx.Client) -> float:
    found: Any = re.search(r"^scrm_cache_faults_total (\S+)", http.get("/metrics").text, re.MULTILINE)
    return float(found[1])
