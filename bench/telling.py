"""Callbacks as WeCom sends them, made beforehand, and posted at a steady rate whatever the answers take."""

import http.client
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from wecom import crypto
from wecom.sandbox.access import Access

# Connections to the service: as many answers may be late before one waits for another.
THREADS = 16
# WeCom gives a callback up after five seconds (page 90930).
PATIENCE = 5.0
_EVENT = (
    "<xml><ToUserName><![CDATA[{corpid}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
    "<CreateTime>{at}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event>"
    "<ChangeType><![CDATA[{change}]]></ChangeType><UserID><![CDATA[{userid}]]></UserID>"
    "<ExternalUserID><![CDATA[{external}]]></ExternalUserID></xml>"
)


@dataclass(frozen=True, slots=True)
class Callback:
    """One request."""

    target: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """``seconds`` from when the callback was due to be sent: who is late with one delays the next in vain.

    ``status`` is 0 where no answer came.
    """

    seconds: float
    status: int


def callback(access: Access, *, change: str, userid: str, external: str, at: int) -> Callback:
    """About one customer, encrypted and signed as of ``at`` (Unix seconds)."""
    event = _EVENT.format(corpid=access.corpid, at=at, change=change, userid=userid, external=external)
    cipher = crypto.encrypt(event.encode(), access.aes_key, access.corpid)
    timestamp, nonce = str(at), str(secrets.randbelow(10**10))
    signed = {
        "msg_signature": crypto.sign(access.token, timestamp, nonce, cipher),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    body = f"<xml><ToUserName>{access.corpid}</ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>"
    return Callback(f"/wecom/callback/{access.corpid}/?{urlencode(signed)}", body.encode())


def paced(count: int, rate: float, send: Callable[[int], int], *, threads: int = THREADS) -> list[Answer]:
    """Send number 0, 1, … at their times, and wait for the last answer.

    Args:
        rate: how many a second.
        send: a number → the status.

    Returns: the answers, in the order of the numbers.
    """
    found: dict[int, Answer] = {}
    start = time.perf_counter()

    def work(first: int) -> None:
        for number in range(first, count, threads):
            due = start + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            status = send(number)
            found[number] = Answer(time.perf_counter() - due, status)

    running = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return [found[number] for number in sorted(found)]


def poster(host: str, port: int, callbacks: Sequence[Callback]) -> Callable[[int], int]:
    """Posts by number, each thread over a connection that it keeps."""
    mine = threading.local()

    def send(number: int) -> int:
        if not hasattr(mine, "line"):
            mine.line = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        one = callbacks[number]
        try:
            mine.line.request("POST", one.target, one.body, {"Content-Type": "text/xml"})
            response = mine.line.getresponse()
            response.read()
            return response.status
        except (OSError, http.client.HTTPException):
            mine.line.close()
            return 0

    return send


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of them don't pass. Raises ValueError for none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
