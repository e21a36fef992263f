"""Signatures that let a page use WeCom's client (page 90506)."""

import hashlib
import secrets
from typing import TypedDict

from core.time import now


class Signature(TypedDict):
    """As the SDK wants it."""

    timestamp: int
    nonceStr: str
    signature: str


def sign(ticket: str, url: str) -> Signature:
    """The signature for the page at this address, whose part behind ``#`` doesn't count."""
    nonce, moment = secrets.token_hex(8), int(now().timestamp())
    return {"timestamp": moment, "nonceStr": nonce, "signature": digest(ticket, nonce, moment, url)}


def digest(ticket: str, nonce: str, moment: int, url: str) -> str:
    """WeCom's own rule: these four, in this order, by SHA-1."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={moment}&url={url.partition('#')[0]}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
