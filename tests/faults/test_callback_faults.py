"""Callbacks come in while Redis, the broker or the database is gone: each is stored or asked for again, and once.

``make chaos`` runs the same with larger figures.
"""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import MySQLdb
import pytest

from tests.faults.messages import PrivateRabbit, number
from tests.faults.mirror import KEY, TOKEN
from tests.faults.private import PrivateMariaDB, PrivateRedis, Server, WebServer, wait_for
from tests.wecom.callbacks import sending
from wecom.sandbox.callbacks import TIMEOUT, Sender
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.state import Event

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.timeout(7200)]
STORM = number("CHAOS_STORM", 300)
# As many as come while a server is away.
SHARE = STORM // 3
CORPID, OTHER_KEY = "wwCallbackFaults", "a" * 43
SETUP = f"""
from tests import make
from tests.wecom.callbacks import sending
sending.app(make.corp(wecom_corpid="{CORPID}", mirrored=True))
"""


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PrivateMariaDB, PrivateRedis, PrivateRabbit]]:
    database, store, rabbit = PrivateMariaDB(), PrivateRedis(), PrivateRabbit()
    for server in (database, store, rabbit):
        server.start()
    database.sql("CREATE DATABASE scrm CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci")
    yield database, store, rabbit
    for server in (database, store, rabbit):
        server.remove()


@pytest.fixture(scope="module")
def database(servers: tuple[PrivateMariaDB, PrivateRedis, PrivateRabbit]) -> PrivateMariaDB:
    return servers[0]


@pytest.fixture(scope="module")
def others(servers: tuple[PrivateMariaDB, PrivateRedis, PrivateRabbit]) -> Sequence[Server]:
    """What a callback must not need."""
    return servers[1:]


@pytest.fixture(scope="module")
def web(servers: tuple[PrivateMariaDB, PrivateRedis, PrivateRabbit]) -> Iterator[WebServer]:
    database, store, rabbit = servers
    addresses = {"DATABASE_URL": database.url, "REDIS_URL": store.url, "BROKER_URL": rabbit.url}
    server = WebServer(**addresses, LOG_LEVEL="ERROR", ACCESS_LOG="0")
    server.manage("migrate", "--verbosity", "0")
    server.manage("shell", "--verbosity", "0", "-c", SETUP)
    server.start()
    yield server
    server.remove()


class Wecom(httpx.HTTPTransport):
    """A company that sends its events to the web process over sockets.

    Attributes:
        statuses: how often each was answered.
        slowest: seconds.
    """

    def __init__(self, web: WebServer) -> None:
        super().__init__()
        self.company = Company(clock=Clock(1_772_337_600), corpid=CORPID)
        self.company.hire("lina", "林娜")
        self.company.take_events()
        self.url = f"http://127.0.0.1:{web.port}/wecom/callback/{CORPID}/"
        self.statuses: Counter[int] = Counter()
        self.slowest = 0.0
        self._lock = threading.Lock()
        self.sender = Sender(self.url, TOKEN, KEY, CORPID, 1, transport=self, pause=0.05)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.monotonic()
        response = super().handle_request(request)
        with self._lock:
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.statuses[response.status_code] += 1
        return response

    def events(self, count: int) -> list[Event]:
        """So many events, no two the same."""
        for _ in range(count):
            self.company.advance(1)
            self.company.befriend("lina")
        return self.company.take_events()

    def send(self, events: Sequence[Event]) -> list[bool]:
        """Four at a time; whether each was taken in the end."""
        with ThreadPoolExecutor(4) as threads:
            return list(threads.map(self.sender.deliver, events))


@pytest.fixture
def wecom(web: WebServer, database: PrivateMariaDB) -> Wecom:
    _rows(database, "DELETE FROM wecom_callback_receipt")
    return Wecom(web)


def _rows(database: PrivateMariaDB, statement: str) -> Any:
    link = MySQLdb.connect(host="127.0.0.1", port=database.port, user="root", db="scrm", autocommit=True)
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()
    finally:
        link.close()


def _stored(database: PrivateMariaDB) -> list[str]:
    """The customers that the stored callbacks are about."""
    return sorted(row[0] for row in _rows(database, "SELECT external_userid FROM wecom_callback_receipt"))


def _named(*batches: Sequence[Event]) -> list[str]:
    return sorted(str(event["ExternalUserID"]) for events in batches for event in events)


def test_without_redis_and_broker_every_callback_is_stored_and_answered_in_time(
    wecom: Wecom, database: PrivateMariaDB, others: Sequence[Server]
) -> None:
    before, during, after = wecom.events(SHARE), wecom.events(SHARE), wecom.events(SHARE)
    taken = wecom.send(before)
    for server in others:
        server.kill()
    taken += wecom.send(during)
    for server in others:
        server.start()
    taken += wecom.send(after)
    assert all(taken)
    # At the first try: later than its patience WeCom would have sent it again.
    assert wecom.statuses == {200: 3 * SHARE}
    assert wecom.sender.counted["repeated"] == 0
    assert wecom.slowest < TIMEOUT
    assert _stored(database) == _named(before, during, after)


def test_a_redis_that_hangs_holds_no_callback_up(
    wecom: Wecom, database: PrivateMariaDB, others: Sequence[Server]
) -> None:
    events = wecom.events(SHARE)
    others[0].signal(signal.SIGSTOP)
    try:
        assert all(wecom.send(events))
    finally:
        others[0].signal(signal.SIGCONT)
    assert wecom.statuses == {200: SHARE}
    assert _stored(database) == _named(events)


def test_without_its_database_wecom_is_told_to_come_again_and_the_repeats_are_stored_once(
    wecom: Wecom, database: PrivateMariaDB
) -> None:
    before, during = wecom.events(SHARE), wecom.events(8)
    assert all(wecom.send(before))
    database.kill()
    try:
        assert not any(wecom.send(during))
    finally:
        database.start()
    assert wecom.statuses == {200: SHARE, 500: 4 * len(during)}
    assert _stored(database) == _named(before)
    # What was taken before it died comes again too, twice at once.
    wait_for(lambda: wecom.sender.deliver(during[0]), 60, "the database being found again")
    assert all(wecom.send([*during, *before, *during, *before]))
    assert _stored(database) == _named(before, during)


def test_a_database_that_dies_under_load_loses_nothing_that_was_answered_200(
    wecom: Wecom, database: PrivateMariaDB
) -> None:
    events, taken = wecom.events(SHARE), dict[int, bool]()

    def send(at: int) -> None:
        taken[at] = wecom.sender.deliver(events[at])

    with ThreadPoolExecutor(4) as threads:
        sent = [threads.submit(send, at) for at in range(SHARE)]
        wait_for(lambda: len(taken) > SHARE // 3, 60, "some being sent")
        database.kill()
        database.start()
        for one in sent:
            one.result()
    assert set(_named([events[at] for at, done in taken.items() if done])) <= set(_stored(database))
    assert all(wecom.send(events))
    assert _stored(database) == _named(events)


def test_forged_callbacks_among_genuine_ones_leave_nothing(wecom: Wecom, database: PrivateMariaDB) -> None:
    genuine, forgeries = wecom.events(SHARE), list(_forgeries(SHARE))
    with httpx.Client(timeout=TIMEOUT) as http, ThreadPoolExecutor(4) as threads:
        wrong = [threads.submit(_post, http, wecom.url, call) for call in forgeries]
        assert all(wecom.send(genuine))
        assert {one.result() for one in wrong} == {(403, "refused")}
    assert _stored(database) == _named(genuine)


def _forgeries(count: int) -> Iterator[sending.Call]:
    """Signed by somebody else, sealed with another key, for another company, too old, altered, cut."""
    message = sending.xml(CORPID, **sending.ADDED, ExternalUserID="wmForged")
    genuine = sending.call(CORPID, message)
    kinds = [
        sending.call(CORPID, message, token="guessed"),
        sending.call(CORPID, message, key=OTHER_KEY),
        sending.call(CORPID, message, receiver="wwSomebodyElse"),
        sending.call(CORPID, message, at=1_600_000_000),
        genuine.asking(nonce="another"),
        genuine.but(body=genuine.body[: len(genuine.body) // 2]),
        genuine.but(body=b"x" * 70_000),
    ]
    for n in range(count):
        yield kinds[n % len(kinds)]


def _post(http: httpx.Client, url: str, call: sending.Call) -> tuple[int, str]:
    answer = http.post(url, params=call.query, content=call.body, headers={"Content-Type": "text/xml"})
    return answer.status_code, answer.text
