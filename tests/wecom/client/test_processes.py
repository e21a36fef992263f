"""Many processes, each with a database connection of its own, over real sockets."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from django.db import connections

from tests.wecom.client.conftest import make_app
from wecom.client import customers, tags, tokens, transport, wire
from wecom.client.transport import Client
from wecom.models import WecomApp

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PROCESSES, CALLS = 16, 60


class Wecom:
    """A server whose token dies after so many calls.

    Attributes:
        fetched: how many tokens were given out.
        refused: how often a dead one was shown.
        most: how many calls were inside at once, by path.
    """

    def __init__(self, *, life: int) -> None:
        self.life, self.left, self.good = life, 0, ""
        self.fetched = self.refused = self.answered = 0
        self.inside: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.lock = threading.Lock()

    def enter(self, path: str) -> None:
        with self.lock:
            self.inside[path] = self.inside.get(path, 0) + 1
            self.most[path] = max(self.most.get(path, 0), self.inside[path])

    def leave(self, path: str) -> None:
        with self.lock:
            self.inside[path] -= 1

    def answer(self, path: str, token: str) -> dict[str, Any]:
        with self.lock:
            if path == "/cgi-bin/gettoken":
                self.fetched += 1
                self.left, self.good = self.life, f"T{self.fetched}"
                return {"errcode": 0, "errmsg": "ok", "access_token": self.good, "expires_in": 7200}
            if token != self.good or self.left <= 0:
                self.refused += 1
                return {"errcode": 42001, "errmsg": "access_token expired"}
            self.left -= 1
            self.answered += 1
            return {"errcode": 0, "errmsg": "ok", "external_userid": []}


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    wecom: Wecom


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Listener

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts, wecom = urlsplit(self.path), self.server.wecom
        wecom.enter(parts.path)
        # Long enough for others to crowd in.
        time.sleep(0.005)
        body = orjson.dumps(wecom.answer(parts.path, parse_qs(parts.query).get("access_token", [""])[0]))
        wecom.leave(parts.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def in_processes(count: int, act: Callable[[int], None]) -> list[int]:
    """Run ``act`` in so many forked processes; returns their exit codes."""
    connections.close_all()
    children = [_forked(act, n) for n in range(count)]
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]


def _forked(act: Callable[[int], None], n: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    with suppress(BaseException):
        wire.forget()
        act(n)
        code = 0
    connections.close_all()
    os._exit(code)


def caller_of(listener: Listener) -> Client:
    app: WecomApp = make_app(api_base=f"http://127.0.0.1:{listener.server_address[1]}")
    return transport.client_of(WecomApp.objects.select_related("corp").get(pk=app.pk))


def test_sixteen_processes_and_a_dying_token_cause_one_fetch_each_time_and_no_failed_call(listener: Listener) -> None:
    wecom = listener.wecom = Wecom(life=100)
    caller = caller_of(listener)

    def work(_n: int) -> None:
        for _call in range(CALLS):
            customers.customer_ids(caller, "lina")

    assert in_processes(PROCESSES, work) == [0] * PROCESSES
    assert wecom.answered == PROCESSES * CALLS
    # 960 calls at 100 a token.
    assert wecom.fetched == 10
    assert wecom.refused <= 9 * PROCESSES


def test_eight_processes_never_mark_more_than_five_customers_at_once(listener: Listener) -> None:
    wecom = listener.wecom = Wecom(life=10**6)
    caller = caller_of(listener)

    def work(n: int) -> None:
        for call in range(20):
            tags.mark_tags(caller, userid="lina", external_userid=f"wm{n}.{call}", add=["et1"])

    assert in_processes(8, work) == [0] * 8
    assert wecom.answered == 160
    # How many of the five meet at the server is the machine's affair.
    assert 1 < wecom.most["/cgi-bin/externalcontact/mark_tag"] <= 5


def test_a_process_killed_while_it_fetches_leaves_the_token_to_the_others(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    wecom = listener.wecom = Wecom(life=10**6)
    caller = caller_of(listener)

    def dies(_n: int) -> None:
        tokens.failpoint = lambda _name: os._exit(9)
        customers.customer_ids(caller, "lina")

    assert in_processes(1, dies) == [9]
    monkeypatch.setattr(tokens, "MOST_WAIT", 30.0)
    assert customers.customer_ids(caller, "lina") == []
    assert wecom.fetched == 2
