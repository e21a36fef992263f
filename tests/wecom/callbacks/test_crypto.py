"""The crypto against WeCom's own samples, every length of padding, and what breaks it."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wecom import crypto
from wecom.crypto import Refused

_KNOWN = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
VECTORS: dict[str, dict[str, Any]] = {v["id"]: v for v in _KNOWN["vectors"]}
KEY, CORPID = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_a_published_message_is_signed_and_reads_as_published(vector: dict[str, Any]) -> None:
    parts = vector["token"], vector["timestamp"], vector["nonce"], vector["ciphertext"]
    assert crypto.is_signed(vector["msg_signature"], *parts)
    found = crypto.decrypt(vector["ciphertext"], vector["encoding_aes_key"], vector["receive_id"])
    assert found.decode() == vector["plaintext"]


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_with_the_same_random_bytes_the_same_message_is_made(vector: dict[str, Any]) -> None:
    made = crypto.encrypt(
        vector["plaintext"].encode(),
        vector["encoding_aes_key"],
        vector["receive_id"],
        random=bytes.fromhex(vector["random16_hex"]),
    )
    assert made == vector["ciphertext"]


@pytest.mark.parametrize("case", _KNOWN["negative"], ids=lambda case: case["id"])
def test_a_published_message_with_one_thing_changed_is_not_signed(case: dict[str, Any]) -> None:
    vector = dict(VECTORS[case["base"]])
    change = dict(case["change"])
    if change.pop("ciphertext_flip_last_base64_group", False):
        change["ciphertext"] = vector["ciphertext"][:-4] + "AAA="
    vector |= change
    parts = vector["token"], vector["timestamp"], vector["nonce"], vector["ciphertext"]
    assert not crypto.is_signed(vector["msg_signature"], *parts)


@pytest.mark.parametrize("signature", ["", "é", "477715", "0" * 40, "0" * 4000])
def test_a_signature_of_any_form_is_compared_without_an_error(signature: str) -> None:
    assert not crypto.is_signed(signature, "t", "1", "2", "c")


def test_messages_of_every_length_of_padding_come_back_whole() -> None:
    pads = set()
    for size in range(100):
        message = os.urandom(size).hex()[:size].encode()
        sent = crypto.encrypt(message, KEY, CORPID)
        assert crypto.decrypt(sent, KEY, CORPID) == message
        pads.add(_raw(sent)[-1])
    assert pads == set(range(1, 33))


def test_the_length_counts_bytes_not_characters() -> None:
    message = "客户🙂".encode()
    assert crypto.decrypt(crypto.encrypt(message, KEY, CORPID), KEY, CORPID) == message


def test_the_same_message_is_never_sent_alike() -> None:
    assert crypto.encrypt(b"hello", KEY, CORPID) != crypto.encrypt(b"hello", KEY, CORPID)


def test_a_key_with_spare_bits_opens_what_its_plain_twin_locked() -> None:
    # The last character holds four bits of the key and two that mean nothing: C and A are the same there.
    assert crypto.decrypt(crypto.encrypt(b"hello", KEY, CORPID), KEY[:-1] + "A", CORPID) == b"hello"


_HEAD = bytes(16)


@pytest.mark.parametrize(
    ("cipher", "step"),
    [
        ("", "blocks"),
        ("%%%%", "base64"),
        ("abc", "base64"),
        ("é", "base64"),
        ("AAAA", "blocks"),
        (base64.b64encode(bytes(24)).decode(), "blocks"),
        ("AAAA\n" + "A" * 60, "base64"),
    ],
)
def test_what_is_no_cipher_text_is_refused(cipher: str, step: str) -> None:
    with pytest.raises(Refused, match=step):
        crypto.decrypt(cipher, KEY, CORPID)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (bytes(32), "padding"),
        (bytes(31) + b"\x21", "padding"),
        (bytes(29) + b"\x01\x02\x03", "padding"),
        (b"\x20" * 32, "length"),
        (_HEAD + b"\x00\x00" + b"\x0e" * 14, "length"),
        (_HEAD + b"\x00\x00\x00\xff" + b"\x0c" * 12, "length"),
        (_HEAD + b"\xff\xff\xff\xff" + b"\x0c" * 12, "length"),
        (_HEAD + b"\x00\x00\x00\x02\xff\xfe" + CORPID.encode() + b"\x18" * 24, "utf-8"),
        (_HEAD + b"\x00\x00\x00\x02ok" + b"\x0a" * 10, "receiver"),
        (_HEAD + b"\x00\x00\x00\x02ok" + CORPID.upper().encode() + b"\x18" * 24, "receiver"),
    ],
)
def test_what_deciphers_to_no_message_for_us_is_refused(text: bytes, step: str) -> None:
    with pytest.raises(Refused, match=step):
        crypto.decrypt(_enciphered(text), KEY, CORPID)


def test_another_key_opens_nothing() -> None:
    sent = crypto.encrypt(b"<xml/>", KEY, CORPID)
    with pytest.raises(Refused):
        crypto.decrypt(sent, "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", CORPID)


def _enciphered(text: bytes) -> str:
    encryptor = _cipher().encryptor()
    return base64.b64encode(encryptor.update(text) + encryptor.finalize()).decode()


def _raw(sent: str) -> bytes:
    decryptor = _cipher().decryptor()
    return decryptor.update(base64.b64decode(sent)) + decryptor.finalize()


def _cipher() -> Cipher:
    key = base64.b64decode(KEY + "=")
    return Cipher(algorithms.AES256(key), modes.CBC(key[:16]))
