"""Callbacks as WeCom sends them, for tests that send them right, wrong, late or twice."""

import json
import time
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from corps.models import Corp
from wecom import crypto
from wecom.models import WecomApp
from wecom.secrets import seal

TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
# A friend request accepted; what a test cares about it passes in.
ADDED = {"Event": "change_external_contact", "ChangeType": "add_external_contact", "UserID": "lina"}


def app(corp: Corp, **fields: Any) -> WecomApp:
    """A connected app of the corp, listening with ``TOKEN`` and ``KEY``."""
    token, key = fields.pop("token", TOKEN), fields.pop("key", KEY)
    given = {"name": "SCRM", "corpid": corp.wecom_corpid, "agent_id": 1000002, "secret_sealed": seal("s")} | fields
    sealed = {"callback_token_sealed": seal(token), "callback_key_sealed": seal(key)}
    return WecomApp.objects.create(corp=corp, **sealed | given)


def xml(corpid: str, **fields: Any) -> str:
    """An event's body; a list becomes Items."""
    head = {"ToUserName": corpid, "FromUserName": "sys", "CreateTime": 1720000000, "MsgType": "event"}
    return f"<xml>{''.join(_element(k, v) for k, v in (head | fields).items())}</xml>"


def _element(key: str, value: Any) -> str:
    if isinstance(value, list):
        return f"<{key}>{''.join(_element('Item', item) for item in value)}</{key}>"
    return f"<{key}>{value if isinstance(value, int) else f'<![CDATA[{value}]]>'}</{key}>"


@dataclass(frozen=True)
class Call:
    """A signed request, of which a test may change anything before it is sent."""

    corpid: str
    query: dict[str, str]
    body: bytes

    def but(self, **changes: Any) -> "Call":
        return replace(self, **changes)

    def asking(self, **query: str) -> "Call":
        return replace(self, query=self.query | query)

    def post(self, client: Client | None = None, **extra: Any) -> HttpResponse:
        path = f"/wecom/callback/{self.corpid}/?{urlencode(self.query)}"
        return (client or _client()).post(path, self.body, content_type="text/xml", **extra)

    def get(self) -> HttpResponse:
        return _client().get(f"/wecom/callback/{self.corpid}/?{urlencode(self.query)}")


def call(corpid: str, message: str | bytes, **made: Any) -> Call:
    """A request around the message, as WeCom makes it. ``made``: token, key, receiver, at, as_json, cipher."""
    raw = message.encode() if isinstance(message, str) else message
    cipher = made.get("cipher") or crypto.encrypt(raw, made.get("key", KEY), made.get("receiver", corpid))
    query = signed(cipher, token=made.get("token", TOKEN), at=made.get("at"))
    if made.get("as_json"):
        return Call(corpid, query, json.dumps({"tousername": corpid, "encrypt": cipher, "agentid": "1000002"}).encode())
    body = f"<xml><ToUserName><![CDATA[{corpid}]]></ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>"
    return Call(corpid, query, body.encode())


def signed(cipher: str, *, token: str = TOKEN, at: Any = None) -> dict[str, str]:
    timestamp = str(int(time.time()) if at is None else at)
    signature = crypto.sign(token, timestamp, "nonce", cipher)
    return {"msg_signature": signature, "timestamp": timestamp, "nonce": "nonce"}


def event(corp: Corp, **fields: Any) -> Call:
    """A genuine event of the corp."""
    return call(str(corp.wecom_corpid), xml(str(corp.wecom_corpid), **fields))


def _client() -> Client:
    # As the world does: with the checks for forms of the console in place, and errors answered instead of raised.
    return Client(enforce_csrf_checks=True, raise_request_exception=False)
