"""Seals what must not be read in the database: secrets and tokens of apps, bodies of callbacks.

The keys come from ``SEALING_KEYS``, the first seals and all of them open; the one made from ``SECRET_KEY`` always
opens, so that an installation can begin without keys of its own (docs/operations.md, docs/decisions/0023).
"""

import base64
import functools

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """Sealed with a key that is not here any more, or changed since."""


def seal(text: str) -> str:
    """The text, readable to nobody without the keys. Twice the same text gives two results; nothing stays nothing."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """What was sealed. Raises SealBroken."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken from None


def reseal(sealed: str) -> str:
    """The same under the first key. Raises SealBroken."""
    if not sealed:
        return ""
    try:
        return _box().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken from None


def _box() -> MultiFernet:
    return _made_of(tuple(settings.SEALING_KEYS), settings.SECRET_KEY)


@functools.lru_cache(maxsize=4)
def _made_of(keys: tuple[str, ...], secret_key: str) -> MultiFernet:
    return MultiFernet([Fernet(_stretched(key)) for key in (*keys, secret_key)])


def _stretched(key: str) -> bytes:
    """The 32 bytes that Fernet wants, made from a key of any form. It must be random: nothing slows a guess here."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"scrm wecom seal").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
