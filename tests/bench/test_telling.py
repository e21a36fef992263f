"""Callbacks of the bench are WeCom's to the byte, and come at their times whatever the answers take."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from defusedxml.ElementTree import fromstring

from bench import telling
from bench.telling import Callback
from wecom import crypto
from wecom.callbacks import envelope
from wecom.callbacks.kinds import mailbox_of
from wecom.sandbox import access

TOLD = access.of("installation", 1)


def told() -> Callback:
    return telling.callback(TOLD, change="edit_external_contact", userid="lina", external="wm1", at=1_772_337_600)


def test_a_callback_goes_to_the_companys_address_signed_with_its_token() -> None:
    one = told()
    target, cipher = urlsplit(one.target), fromstring(one.body).findtext("Encrypt") or ""
    query = {name: values[0] for name, values in parse_qs(target.query).items()}
    assert target.path == f"/wecom/callback/{TOLD.corpid}/"
    assert query["timestamp"] == "1772337600"
    assert crypto.is_signed(query["msg_signature"], TOLD.token, query["timestamp"], query["nonce"], cipher)


def test_it_tells_of_one_customer_as_wecom_does() -> None:
    cipher = fromstring(told().body).findtext("Encrypt") or ""
    fields = envelope.read(crypto.decrypt(cipher, TOLD.aes_key, TOLD.corpid))
    assert (fields["changetype"], fields["userid"], fields["createtime"]) == (
        "edit_external_contact",
        "lina",
        "1772337600",
    )
    assert mailbox_of(fields) == "customer:wm1"


@pytest.mark.parametrize("threads", [1, 3, 16])
def test_each_number_is_sent_once_and_answered_in_order(threads: int) -> None:
    sent: list[int] = []
    answers = telling.paced(20, 10_000, lambda n: sent.append(n) or 200 + n, threads=threads)
    assert sorted(sent) == list(range(20))
    assert [answer.status for answer in answers] == [200 + n for n in range(20)]


def test_who_waits_behind_a_slow_answer_has_waited_that_long() -> None:
    first, second = telling.paced(2, 1_000_000, _slow_first(), threads=1)
    assert first.seconds >= 0.05
    assert second.seconds >= 0.05


def _slow_first() -> Callable[[int], int]:
    never = threading.Event()

    def send(number: int) -> int:
        if number == 0:
            never.wait(0.05)
        return 200

    return send


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200 if body == b"good" and self.path == "/there" else 403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


def test_a_poster_tells_the_status_and_goes_on_where_nobody_answers() -> None:
    callbacks = [Callback("/there", b"good"), Callback("/there", b"bad")]
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.server_port
        send = telling.poster("127.0.0.1", port, callbacks)
        assert [send(n) for n in (0, 1, 0)] == [200, 403, 200]
        server.shutdown()
        thread.join()
    assert telling.poster("127.0.0.1", port, callbacks)(0) == 0


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.5, 51), (0.95, 96), (0.99, 100), (1.0, 100)], ids=lambda x: str(x)
)
def test_a_quantile_is_one_of_the_values(share: float, value: float) -> None:
    assert telling.quantile(list(range(100, 0, -1)), share) == value


def test_of_nothing_there_is_no_quantile() -> None:
    with pytest.raises(ValueError, match="no values"):
        telling.quantile([], 0.5)
