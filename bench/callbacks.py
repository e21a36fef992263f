"""What acknowledging a callback costs, beside a plain Django view that decrypts and inserts one row as large."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from defusedxml.ElementTree import fromstring
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from bench.inprocess import statements, timed
from core.time import now
from corps.models import Corp
from wecom import crypto
from wecom.callbacks import keys
from wecom.models import CallbackReceipt, WecomApp
from wecom.secrets import seal

CORPID, TOKEN = "wwbench0000000000", "bench"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CALLS = 200
_EVENT = (
    "<xml><ToUserName><![CDATA[{0}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>{1}</CreateTime>"
    "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event>"
    "<ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[lina]]></UserID>"
    "<ExternalUserID><![CDATA[wm{2}]]></ExternalUserID><State><![CDATA[expo]]></State></xml>"
)


def main(_arguments: Sequence[str]) -> None:
    """Print the figures as JSON."""
    print(json.dumps(figures()))


def figures() -> dict[str, Any]:
    """``rows`` for the table and ``gates`` for the verdict: CPU and wall time a callback, ours and the plain view's."""
    with _connected() as app:
        send = _sender(WSGIHandler())
        _Plain.app = app
        # In turn, so that a busy minute of the machine is shared.
        rounds = [(_timed(send, ours=True), _timed(send, ours=False)) for _ in range(3)]
        ours, plain = (min(side, key=lambda row: row[1]) for side in zip(*rounds, strict=True))
        cost = statements(lambda: send(ours=True))
    rows = [
        {"title": "ours: callback", "cpu_ms": ours[0], "wall_ms": ours[1], "statements": cost},
        {"title": "plain view: decrypt, insert", "cpu_ms": plain[0], "wall_ms": plain[1], "statements": 1},
    ]
    gates = {"callback CPU / plain view": ours[0] / plain[0], "callback / plain view": ours[1] / plain[1]}
    return {"rows": rows, "gates": gates}


class _Plain:
    """The view to compare with: no signature, no age, no digest, no seal, the ORM's own insert."""

    app: WecomApp

    @classmethod
    def view(cls, request: HttpRequest) -> HttpResponse:
        message = crypto.decrypt(fromstring(request.body).findtext("Encrypt") or "", KEY, CORPID).decode()
        row = {"digest": uuid.uuid4().hex, "mailbox": "plain", "due_at": now(), "event": "e", "change_type": "c"}
        # As long as the sealed body is.
        padded = message.ljust(len(seal(message)))
        CallbackReceipt.objects.create(corp_id=cls.app.corp_id, app=cls.app, body_sealed=padded, **row)
        return HttpResponse()


urlpatterns = [path(f"wecom/callback/{CORPID}/", _Plain.view)]


def _timed(send: Callable[..., None], *, ours: bool) -> tuple[float, float]:
    if ours:
        return timed(lambda: send(ours=True), calls=CALLS, batches=3)
    with override_settings(ROOT_URLCONF="bench.callbacks"):
        return timed(lambda: send(ours=False), calls=CALLS, batches=3)


def _sender(handler: WSGIHandler) -> Callable[..., None]:
    """Sends a new event each time; making it counts for neither side alone. Raises SystemExit for a refusal."""

    def send(*, ours: bool) -> None:
        timestamp = str(int(time.time()))
        cipher = crypto.encrypt(_EVENT.format(CORPID, timestamp, uuid.uuid4().hex).encode(), KEY, CORPID)
        body = f"<xml><ToUserName>{CORPID}</ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>".encode()
        signature = crypto.sign(TOKEN, timestamp, "n", cipher)
        query = urlencode({"msg_signature": signature, "timestamp": timestamp, "nonce": "n"})
        status: list[str] = []
        environ = _ENVIRON | {"QUERY_STRING": query, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
        response = handler(environ, lambda line, _headers: status.append(line))
        response.close()
        if not status[0].startswith("200"):
            raise SystemExit(f"{'ours' if ours else 'plain'}: {status[0]}")

    return send


_ENVIRON = {
    "REQUEST_METHOD": "POST",
    "PATH_INFO": f"/wecom/callback/{CORPID}/",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "80",
    "HTTP_HOST": "127.0.0.1",
    "CONTENT_TYPE": "text/xml",
    "REMOTE_ADDR": "127.0.0.1",
    "SCRIPT_NAME": "",
    "wsgi.url_scheme": "http",
}


@contextmanager
def _connected() -> Iterator[WecomApp]:
    """A company with an app, gone afterwards with its receipts."""
    corp, _made = Corp.objects.get_or_create(wecom_corpid=CORPID, defaults={"name": "bench"})
    sealed = {"secret_sealed": seal("s"), "callback_token_sealed": seal(TOKEN), "callback_key_sealed": seal(KEY)}
    app, _made = WecomApp.objects.get_or_create(corp=corp, corpid=CORPID, agent_id=1, defaults={"name": "b", **sealed})
    keys.forget()
    try:
        yield app
    finally:
        CallbackReceipt.objects.filter(app=app).delete()
        app.delete()
        corp.delete()
