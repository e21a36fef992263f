"""What a developer enters to reach the sandbox: the same for an installation, another for the next."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

AGENT_ID = 1_000_002
CONTACTS_AGENT_ID = 1_000_001


@dataclass(frozen=True, slots=True)
class Access:
    """``aes_key``: 43 letters and digits, as WeCom demands. ``contacts_secret``: of the contact-sync app."""

    corpid: str
    agent_id: int
    secret: str
    token: str
    aes_key: str
    contacts_secret: str


def of(installation: str, seed: int) -> Access:
    """Derived from what only this installation knows, so that nothing need be stored or handed about."""
    return Access(
        corpid="ww" + _digest(installation, seed, "corp").hex()[:16],
        agent_id=AGENT_ID,
        secret=_text(installation, seed, "secret", 43),
        token=_text(installation, seed, "token", 24),
        aes_key=_text(installation, seed, "key", 43),
        contacts_secret=_text(installation, seed, "contacts", 43),
    )


def _digest(installation: str, seed: int, what: str) -> bytes:
    return hmac.digest(installation.encode(), f"wecom sandbox {seed} {what}".encode(), hashlib.sha512)


def _text(installation: str, seed: int, what: str, length: int) -> str:
    letters = base64.b64encode(_digest(installation, seed, what)).decode()
    return letters.replace("+", "x").replace("/", "y")[:length]
