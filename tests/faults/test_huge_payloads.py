"""Bodies that nobody means well with, against a real web process: refused, and its memory stays where it was."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest

from tests.faults.private import WebServer

pytestmark = pytest.mark.slow
MB = 1_000_000


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    server = WebServer(LOG_LEVEL="ERROR", ACCESS_LOG="0")
    server.settings["DATABASE_URL"] = f"sqlite:///{server.folder / 'test.sqlite3'}"
    server.manage("migrate", "--verbosity", "0")
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def key(web: WebServer) -> str:
    code = (
        "from tests import make; from corps import accounts; from corps.actors import SYSTEM; corp = make.corp();"
        "make.customer(corp); print(accounts.issue_key(account=make.account(corp, rate=1_000_000), by=SYSTEM)[1])"
    )
    return web.manage("shell", "--verbosity", "0", "-c", code).strip().splitlines()[-1]


def _post(web: WebServer, key: str, body: bytes, path: str = "/api/v1/customers") -> httpx.Response:
    headers = {"X-Api-Key": key, "Content-Type": "application/json", "Accept-Language": "en"}
    return httpx.post(f"http://127.0.0.1:{web.port}{path}", content=body, headers=headers, timeout=30)


def _send_raw(web: WebServer, key: str, size: int) -> bytes:
    """The status line and head of the answer to a body of ``size`` bytes, written until the server has had enough."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=30) as link:
        head = f"POST /api/v1/customers HTTP/1.1\r\nHost: x\r\nX-Api-Key: {key}\r\nContent-Type: application/json\r\n"
        link.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode())
        try:
            for _ in range(size // MB):
                link.sendall(b" " * MB)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            return link.recv(65_536)
        except ConnectionResetError:
            return b""


def _memory(web: WebServer) -> int:
    """Resident bytes of the server's processes."""
    assert web.process
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            group = (status.parent / "stat").read_text().rsplit(")", 1)[1].split()[2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(group) == web.process.pid and (found := re.search(r"VmHWM:\s+(\d+)", text)):
            total += int(found[1]) * 1024
    return total


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_a_hundred_megabytes_are_refused_without_being_held(web: WebServer, key: str) -> None:
    _post(web, key, b"{}")
    before = _memory(web)
    assert before > 20 * MB, "the server's processes were not found"
    answers = [_send_raw(web, key, 100 * MB) for _ in range(3)]
    assert all(answer == b"" or b" 413 " in answer.split(b"\r\n")[0] for answer in answers), answers
    assert any(answers)
    assert _memory(web) - before < 50 * MB
    assert _post(web, key, b"{}").status_code == 400


def test_a_body_just_over_the_limit_is_413_in_the_one_shape(web: WebServer, key: str) -> None:
    response = _post(web, key, b'{"name": "' + b"x" * 2_700_000 + b'"}')
    assert response.status_code == 413
    assert response.json()["code"] == "payload_too_large"


@pytest.mark.parametrize("opened", [b"[", b'{"a":'])
def test_ten_thousand_levels_of_nesting_are_400(web: WebServer, key: str, opened: bytes) -> None:
    assert _post(web, key, opened * 10_000).status_code == 400


@pytest.mark.parametrize("path", ["/api/v1/customers/1/tags", "/api/v1/customers/bulk/tags"])
def test_a_list_of_a_million_is_refused(web: WebServer, key: str, path: str) -> None:
    body = {"tagIds": [1] * 1_000_000, "customerIds": [1], "addTagIds": [1] * 10}
    response = _post(web, key, orjson.dumps(body), path)
    assert response.status_code in (400, 413)
    assert len(response.content) < 10_000


@pytest.mark.parametrize(
    "query",
    ["keyword=" + "长" * 700, "tagAll=" + ",".join(["1"] * 3_000), "cursor=" + "A" * 6_000, "page=" + "9" * 4_000],
)
def test_an_endless_query_is_refused(web: WebServer, key: str, query: str) -> None:
    url = f"http://127.0.0.1:{web.port}/api/v1/customers?{query}"
    assert httpx.get(url, headers={"X-Api-Key": key}, timeout=30).status_code in (400, 414)
