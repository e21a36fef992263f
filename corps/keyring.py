"""From the text of an API key to the actor that holds it, remembered for a few seconds in each process."""

import hashlib
import hmac
import re
import time

from django.db import DatabaseError

from core.memory import ShortMemory
from core.time import now
from corps.actors import Actor
from corps.models import ApiKey
from corps.policy import actor_of_account

# How long a key that was revoked elsewhere is still taken here (docs/decisions/0010-authentication.md).
REMEMBERED_SECONDS = 5
USE_NOTED_SECONDS = 60

_SHAPE = re.compile(r"([0-9a-f]{12})\.([A-Za-z0-9_-]{43})")
_memory: ShortMemory[tuple[Actor, int]] = ShortMemory(seconds=REMEMBERED_SECONDS)
# key id → when its use was last written down by this process.
_noted: dict[int, float] = {}


def digest_of(secret: str) -> str:
    """How a secret is kept: SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_of(full_key: str) -> tuple[Actor, int] | None:
    """The actor of ``prefix.secret`` and the id of the key, or None for a key that opens nothing."""
    fingerprint = hashlib.sha256(full_key.encode()).digest()
    held = _memory.get(fingerprint)
    if held is None and (row := _live_row(full_key)):
        held = actor_of_account(row.account), row.pk
        left = (row.expires_at - now()).total_seconds() if row.expires_at else None
        _memory.put(fingerprint, held, at_most=left)
        _note_use(row.pk)
    return held


def forget() -> None:
    """Ask the database again at the next request."""
    _memory.clear()
    _noted.clear()


def _live_row(full_key: str) -> ApiKey | None:
    shape = _SHAPE.fullmatch(full_key)
    if not shape:
        return None
    row = ApiKey.objects.select_related("account__corp", "corp").filter(prefix=shape[1]).first()
    if row is None or not hmac.compare_digest(row.digest, digest_of(shape[2])):
        return None
    live = row.is_live(now()) and row.account.active and row.corp.active
    return row if live else None


def _note_use(key_id: int) -> None:
    """Write down that the key was used, at most once a minute. It is a courtesy: a busy database may refuse it."""
    moment = time.time()
    if abs(moment - _noted.get(key_id, 0)) < USE_NOTED_SECONDS:
        return
    _noted[key_id] = moment
    try:
        ApiKey.objects.filter(pk=key_id).update(last_used_at=now())
    except DatabaseError:
        _noted.pop(key_id, None)
