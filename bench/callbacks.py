"""What acknowledging a callback costs, beside a plain Django view that decrypts and inserts one row as large."""

import datetime as dt
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from bench.inprocess import statements, timed
from core.sql import marks
from core.time import now
from corps.models import Corp
from wecom import crypto
from wecom.callbacks import keys
from wecom.models import CallbackReceipt, WecomApp
from wecom.secrets import seal

CORPID, TOKEN = "wwbench0000000000", "bench"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CALLS, BATCHES = 200, 3
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
    """``rows`` for the table and ``gates`` for the verdict: CPU and wall time a callback, ours and the plain views'."""
    with _connected() as app:
        send = _Sender(WSGIHandler())
        _Plain.app = app
        # In turn, so that a busy minute of the machine is shared.
        rounds = [[_timed(send, side) for side in _SIDES] for _ in range(3)]
        ours, plain, raw = (min(side, key=lambda row: row[0]) for side in zip(*rounds, strict=True))
        rows = [
            {"title": title, "cpu_ms": row[0], "wall_ms": row[1], "statements": _statements(send, side)}
            for (side, title), row in zip(_SIDES.items(), (ours, plain, raw), strict=True)
        ]
    return {"rows": rows, "gates": {"CPU / plain view": ours[0] / plain[0], "CPU / bare view": ours[0] / raw[0]}}


_SIDES = {
    "ours": "ours: callback",
    "plain": "plain view: decrypt, insert by the ORM",
    "raw": "bare view: decrypt, insert by one statement",
}


class _Plain:
    """The views to compare with: no signature, no age, no digest, no seal."""

    app: WecomApp
    raw = False

    @classmethod
    def view(cls, request: HttpRequest) -> HttpResponse:
        message = crypto.decrypt(fromstring(request.body).findtext("Encrypt") or "", KEY, CORPID).decode()
        moment = now()
        row = {"digest": uuid.uuid4().hex, "mailbox": "plain", "due_at": moment, "event": "e", "change_type": "c"}
        # As long as the sealed body is.
        row |= {"corp_id": cls.app.corp_id, "app_id": cls.app.pk, "body_sealed": message.ljust(_sealed_length(message))}
        if cls.raw:
            _insert(row | _REST, moment)
        else:
            CallbackReceipt.objects.create(**row)
        return HttpResponse()


_REST = {"userid": "", "external_userid": "", "chat_id": "", "urgent": False, "state": "pending", "attempts": 0}
_REST |= {"claimed_by": "", "last_error": ""}


def _insert(row: dict[str, Any], moment: dt.datetime) -> None:
    row |= dict.fromkeys(("due_at", "received_at"), connection.ops.adapt_datetimefield_value(moment))
    sql = f"INSERT INTO wecom_callback_receipt ({', '.join(row)}) VALUES ({marks(len(row))})"
    with connection.cursor() as cursor:
        cursor.execute(sql, list(row.values()))


def _sealed_length(message: str) -> int:
    """Fernet's: 57 bytes and padding about the text, all of it in base64."""
    return (57 + (len(message.encode()) // 16 + 1) * 16 + 2) // 3 * 4


urlpatterns = [path(f"wecom/callback/{CORPID}/", _Plain.view)]


def _timed(send: "_Sender", side: str) -> tuple[float, float]:
    with _answered_by(side):
        # With those of the warm-up.
        send.prepare(CALLS * BATCHES + 10)
        return timed(lambda: send(side), calls=CALLS, batches=BATCHES)


def _statements(send: "_Sender", side: str) -> int:
    with _answered_by(side):
        send.prepare(1)
        return statements(lambda: send(side))


@contextmanager
def _answered_by(side: str) -> Iterator[None]:
    _Plain.raw = side == "raw"
    with override_settings(ROOT_URLCONF=settings.ROOT_URLCONF if side == "ours" else "bench.callbacks"):
        yield


class _Sender:
    """Sends a new event each time, made beforehand: encrypting and signing is WeCom's work and not measured."""

    def __init__(self, handler: WSGIHandler) -> None:
        self._handler = handler
        self._prepared: list[tuple[str, bytes]] = []

    def prepare(self, count: int) -> None:
        while len(self._prepared) < count:
            timestamp = str(int(time.time()))
            cipher = crypto.encrypt(_EVENT.format(CORPID, timestamp, uuid.uuid4().hex).encode(), KEY, CORPID)
            body = f"<xml><ToUserName>{CORPID}</ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>".encode()
            signature = crypto.sign(TOKEN, timestamp, "n", cipher)
            query = urlencode({"msg_signature": signature, "timestamp": timestamp, "nonce": "n"})
            self._prepared.append((query, body))

    def __call__(self, side: str) -> None:
        """Raises SystemExit for a refusal."""
        query, body = self._prepared.pop()
        status: list[str] = []
        environ = _ENVIRON | {"QUERY_STRING": query, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
        response = self._handler(environ, lambda line, _headers: status.append(line))
        response.close()
        if not status[0].startswith("200"):
            raise SystemExit(f"{side}: {status[0]}")


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
