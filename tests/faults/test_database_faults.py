"""The database is killed under a real web process: Django's test client would hide what connections go through."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from core.mysql.base import FRESH_SECONDS
from tests.faults.private import PrivateMariaDB, WebServer, wait_for

pytestmark = [pytest.mark.services, pytest.mark.slow]
KILLS = 5


@pytest.fixture(scope="module")
def database() -> Iterator[PrivateMariaDB]:
    server = PrivateMariaDB()
    server.start()
    server.sql("CREATE DATABASE scrm CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci")
    yield server
    server.remove()


@pytest.fixture(scope="module")
def web(database: PrivateMariaDB) -> Iterator[WebServer]:
    server = WebServer(DATABASE_URL=database.url, API_RATE="1000000", LOG_LEVEL="ERROR", ACCESS_LOG="0")
    server.manage("migrate", "--verbosity", "0")
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def key(web: WebServer) -> str:
    code = (
        "from tests import make; from corps import accounts; from corps.actors import SYSTEM;"
        "corp = make.corp(); make.customer(corp);"
        "print(accounts.issue_key(account=make.account(corp, rate=1_000_000), by=SYSTEM)[1])"
    )
    return web.manage("shell", "--verbosity", "0", "-c", code).strip().splitlines()[-1]


class Traffic:
    """Four callers who read and write without pause, and what they were told."""

    def __init__(self, web: WebServer, key: str) -> None:
        self.url, self.headers = f"http://127.0.0.1:{web.port}", {"X-Api-Key": key}
        self.statuses: Counter[int | str] = Counter()
        self.slowest, self.wrong = 0.0, []  # type: ignore[var-annotated]
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(n,)) for n in range(4)]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _call(self, caller: int) -> None:
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=20) as http:
            for n in range(10**9):
                if self._stop.is_set():
                    return
                started = time.monotonic()
                if n % 2:
                    response = http.get("/api/v1/customers?size=5")
                else:
                    body = {"externalUserid": f"wm{caller}x{time.monotonic_ns()}", "name": "n"}
                    response = http.post("/api/v1/customers", json=body)
                self._note(response, time.monotonic() - started)

    def _note(self, response: httpx.Response, seconds: float) -> None:
        self.statuses[response.status_code] += 1
        if response.status_code == 503:
            self.slowest = max(self.slowest, seconds)
            if not response.headers.get("Retry-After") or response.json()["code"] != "database_unavailable":
                self.wrong.append(response.text)
        elif response.status_code not in (200, 201):
            self.wrong.append(f"{response.status_code} {response.text}")


def test_killed_under_traffic_it_is_503_in_time_and_well_again_soon(
    web: WebServer, database: PrivateMariaDB, key: str
) -> None:
    with Traffic(web, key) as traffic:
        for _ in range(KILLS):
            _wait_for_more(traffic, 201, 20)
            database.kill()
            _wait_for_more(traffic, 503, 20)
            database.start()
            recovered = _wait_for_more(traffic, 201, 1)
            assert recovered <= 5
    assert traffic.wrong == [], web.output()[-2000:]
    assert traffic.slowest <= 3


def test_a_restart_while_nobody_asks_is_noticed_by_nobody(web: WebServer, database: PrivateMariaDB, key: str) -> None:
    # Enough at once that every thread of the server holds a connection.
    _ask_at_once(web, key, 16)
    rested = time.monotonic() + FRESH_SECONDS
    database.kill()
    database.start()
    # A connection used within the last second is not asked whether it is alive; an idle one is.
    wait_for(lambda: time.monotonic() > rested, 10, "the connections being idle")
    assert _statuses(web, key, 16) == [200] * 16


def test_a_restart_between_two_requests_is_never_worse_than_503(
    web: WebServer, database: PrivateMariaDB, key: str
) -> None:
    _ask_at_once(web, key, 16)
    database.kill()
    database.start()
    assert set(_statuses(web, key, 16)) <= {200, 503}
    assert _statuses(web, key, 16) == [200] * 16


def test_without_its_database_the_process_lives_is_not_ready_and_says_so_to_people(
    web: WebServer, database: PrivateMariaDB
) -> None:
    database.kill()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{web.port}", timeout=20) as http:
            assert http.get("/health/live").status_code == 200
            assert http.get("/health/ready").status_code == 503
            assert http.get("/health/detail").json()["parts"]["database"]["status"] == "down"
            assert "scrm_database_up 0.0" in http.get("/metrics").text
            page = http.get("/admin/", headers={"Cookie": "sessionid=" + "x" * 32})
            assert page.status_code == 503
            assert page.headers["Retry-After"]
            assert page.headers["Content-Type"].startswith("text/html")
    finally:
        database.start()


def _wait_for_more(traffic: Traffic, status: int, count: int) -> float:
    goal = traffic.statuses[status] + count
    return wait_for(lambda: traffic.statuses[status] >= goal, 60, f"{count} more answers {status}")


def _statuses(web: WebServer, key: str, count: int) -> list[int]:
    with httpx.Client(base_url=f"http://127.0.0.1:{web.port}", headers={"X-Api-Key": key}, timeout=20) as http:
        return [http.get("/api/v1/customers").status_code for _ in range(count)]


def _ask_at_once(web: WebServer, key: str, callers: int) -> None:
    def ask() -> None:
        httpx.get(f"http://127.0.0.1:{web.port}/api/v1/customers", headers={"X-Api-Key": key}, timeout=20)

    threads = [threading.Thread(target=ask) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
