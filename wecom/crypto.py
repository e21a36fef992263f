"""The crypto of WeCom's callbacks (page 91144): a signature, and AES-256-CBC around the message.

The sandbox encrypts with the same functions that the service decrypts with; both are held to the vectors that WeCom's
own samples give (tests/wecom/callbacks/vectors.json).
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# PKCS#7 to 32 bytes, not to the 16 of AES: an unpadder for 16 refuses every second message.
BLOCK = 32
# 16 random bytes, then the length of the message in 4.
_HEAD = 20


class Refused(Exception):
    """Not from WeCom, not for us, or damaged. ``str(error)`` says which step failed: for logs, never for the sender."""


def sign(token: str, timestamp: str, nonce: str, cipher: str) -> str:
    """SHA-1 over the four texts, sorted and joined; 40 lower-case hex digits. WeCom's choice of hash, not ours."""
    joined = "".join(sorted([token, timestamp, nonce, cipher]))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


def is_signed(signature: str, token: str, timestamp: str, nonce: str, cipher: str) -> bool:
    """Whether the signature is theirs, compared in constant time."""
    # As bytes: compare_digest refuses texts that aren't ASCII by an exception.
    return hmac.compare_digest(signature.encode(), sign(token, timestamp, nonce, cipher).encode())


def encrypt(msg: bytes, key: str, receive_id: str, *, random: bytes = b"") -> str:
    """The message as WeCom sends it, in base64.

    Args:
        key: EncodingAESKey, 43 characters.
        receive_id: the corp id, for an app of the company's own.
        random: 16 bytes in front, for known answers; fresh ones by default.
    """
    text = (random or os.urandom(16)) + len(msg).to_bytes(4, "big") + msg + receive_id.encode()
    pad = BLOCK - len(text) % BLOCK
    encryptor = _cipher(key).encryptor()
    return base64.b64encode(encryptor.update(text + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(cipher: str, key: str, receive_id: str) -> bytes:
    """The message within.

    Raises:
        Refused: no base64, no whole blocks, a wrong padding, a length that points outside, no UTF-8, another receiver.
    """
    text = _unpadded(_deciphered(cipher, key))
    length = int.from_bytes(text[16:_HEAD], "big")
    _demand(len(text) >= _HEAD and length <= len(text) - _HEAD, "length")
    msg, receiver = text[_HEAD : _HEAD + length], text[_HEAD + length :]
    try:
        msg.decode()
    except UnicodeDecodeError as error:
        raise Refused("utf-8") from error
    _demand(hmac.compare_digest(receiver, receive_id.encode()), "receiver")
    return msg


@lru_cache(maxsize=256)
def _cipher(key: str) -> Cipher:
    # The 43rd character may carry two spare bits, as that of WeCom's own sample does: a strict decoder refuses it.
    raw = base64.b64decode(key + "=")
    return Cipher(algorithms.AES256(raw), modes.CBC(raw[:16]))


def _deciphered(cipher: str, key: str) -> bytes:
    try:
        raw = base64.b64decode(cipher, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("base64") from error
    _demand(raw and len(raw) % 16 == 0, "blocks")
    decryptor = _cipher(key).decryptor()
    return decryptor.update(raw) + decryptor.finalize()


def _unpadded(text: bytes) -> bytes:
    pad = text[-1]
    _demand(1 <= pad <= BLOCK and text.endswith(bytes([pad]) * pad), "padding")
    return text[:-pad]


def _demand(condition: object, step: str) -> None:
    if not condition:
        raise Refused(step)
