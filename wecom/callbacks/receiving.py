"""Verify, decrypt, store: all that happens before WeCom is answered. No cache, no broker, no call to WeCom."""

import datetime as dt
import hashlib
import time
from collections.abc import Mapping
from typing import Any

from django.db import connection

from core.failpoints import failpoint
from core.sql import marks, on_conflict
from core.time import now
from wecom import crypto
from wecom.callbacks import envelope
from wecom.callbacks.envelope import Fields
from wecom.callbacks.keys import Keys, keys_of
from wecom.callbacks.kinds import mailbox_of
from wecom.crypto import Refused
from wecom.mapping import moment
from wecom.models import CallbackReceipt
from wecom.secrets import seal

MOST_BYTES = 64 * 1024
# WeCom names no maximum age (page 91116); its repeats come within a minute.
WINDOW_SECONDS = 600
# CreateTime has seconds: two edits of one customer in one second are the same to the byte, so the second is taken for
# a repeat. A reading that begins a second after the first came shows both.
PATIENCE = dt.timedelta(seconds=1)
# Columns to search by, and the fields that fill them.
_COLUMNS = {
    "event": "event",
    "change_type": "changetype",
    "userid": "userid",
    "external_userid": "externaluserid",
    "chat_id": "chatid",
}
_META: Any = CallbackReceipt._meta
_LENGTHS = {name: _META.get_field(name).max_length for name in _COLUMNS}


def echo(corpid: str, query: Mapping[str, str]) -> bytes:
    """The answer to WeCom's question whether this address is ours (page 91116): the plaintext exactly.

    Raises:
        Refused: not asked by WeCom.
    """
    # A plus that the sender left as it is came out of the query as a blank; base64 has none.
    return _opened(corpid, query, query.get("echostr", "").replace(" ", "+"))[1]


def take(corpid: str, query: Mapping[str, str], body: bytes) -> None:
    """Store what WeCom tells us; told again, it is stored already.

    Raises:
        Refused: not from WeCom, not for us, or damaged. Nothing is stored then.
        DatabaseError: it could not be stored; WeCom has to send it again.
    """
    if len(body) > MOST_BYTES:
        raise Refused("size")
    keys, message = _opened(corpid, query, envelope.read(body).get("encrypt", ""))
    fields = envelope.read(message)
    failpoint("callback.verified")
    _store(keys, message, fields)


def _opened(corpid: str, query: Mapping[str, str], cipher: str) -> tuple[Keys, bytes]:
    keys = _signer(corpid, query, cipher)
    _check_age(query.get("timestamp", ""))
    return keys, crypto.decrypt(cipher, keys.key, corpid)


def _signer(corpid: str, query: Mapping[str, str], cipher: str) -> Keys:
    """The app that was called: the one whose token signed."""
    signature, timestamp, nonce = (query.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
    for keys in keys_of(corpid):
        if crypto.is_signed(signature, keys.token, timestamp, nonce, cipher):
            return keys
    raise Refused("signature")


def _check_age(timestamp: str) -> None:
    plain = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12
    if not plain or abs(time.time() - int(timestamp)) > WINDOW_SECONDS:
        raise Refused("age")


def _store(keys: Keys, message: bytes, fields: Fields) -> None:
    """One plain statement: through the ORM it would cost more than all that is before it."""
    row = _row(keys, message, fields)
    # Not INSERT IGNORE: that drops a row that doesn't fit without a word, and we would have answered that we have it.
    tail = on_conflict(["digest"], {"digest": "digest"})
    sql = f"INSERT INTO wecom_callback_receipt ({', '.join(row)}) VALUES ({marks(len(row))}) {tail}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, list(row.values()))


def _row(keys: Keys, message: bytes, fields: Fields) -> dict[str, Any]:
    adapt = connection.ops.adapt_datetimefield_value
    mailbox, received = mailbox_of(fields), now()
    happened, urgent = moment(fields.get("createtime")), bool(mailbox and fields.get("welcomecode"))
    return {
        "corp_id": keys.corp_id,
        "app_id": keys.app_id,
        "digest": hashlib.sha256(b"%d\n%b" % (keys.corp_id, message)).hexdigest(),
        **{name: fields.get(key, "")[: _LENGTHS[name]] for name, key in _COLUMNS.items()},
        "happened_at": adapt(happened) if happened else None,
        "body_sealed": seal(message.decode()),
        "mailbox": mailbox,
        "urgent": urgent,
        "state": CallbackReceipt.State.PENDING if mailbox else CallbackReceipt.State.IGNORED,
        "attempts": 0,
        "due_at": adapt(received if urgent else received + PATIENCE),
        "last_error": "",
        "received_at": adapt(received),
        "settled_at": None if mailbox else adapt(received),
        "claimed_by": "",
    }
