"""A hundred ways to forge or break a callback. Each is a 4xx with the same words, and leaves no row."""

import base64
import time
from collections.abc import Callable
from unittest import mock
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.handlers.wsgi import LimitedStream
from django.test import Client

from tests.conftest import Cast
from tests.wecom.callbacks.sending import ADDED, KEY, Call, call, xml
from wecom import crypto
from wecom.models import CallbackReceipt, WecomApp

OTHER_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
MOST = 64 * 1024
Forge = Callable[[Call], Call]
WAYS: dict[str, Forge] = {}


def genuine(corpid: str) -> Call:
    return call(corpid, xml(corpid, **ADDED, ExternalUserID="wmA"))


def cipher_of(sent: Call) -> str:
    return sent.body.split(b"<Encrypt><![CDATA[")[1].split(b"]]>")[0].decode()


def around(cipher: str) -> Forge:
    """Properly signed, whatever the cipher is."""
    return lambda sent: call(sent.corpid, "", cipher=cipher)


def saying(message: bytes) -> Forge:
    """Properly signed and encrypted, whatever the message is."""
    return lambda sent: call(sent.corpid, message)


def holding(text: bytes) -> Forge:
    """Properly signed and enciphered; ``text`` is what the cipher holds, the receiver written as CORPID."""

    def forge(sent: Call) -> Call:
        key = base64.b64decode(KEY + "=")
        encryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).encryptor()
        raw = text.replace(b"CORPID", sent.corpid.encode())
        return call(sent.corpid, "", cipher=base64.b64encode(encryptor.update(raw) + encryptor.finalize()).decode())

    return forge


def bodied(body: bytes) -> Forge:
    """The envelope replaced; CIPHER stands for the genuine one."""
    return lambda sent: sent.but(body=body.replace(b"CIPHER", cipher_of(sent).encode()))


# --- The query ---
for name in ("msg_signature", "timestamp", "nonce"):
    WAYS[f"no {name}"] = lambda sent, n=name: sent.but(query={k: v for k, v in sent.query.items() if k != n})
    for title, value in {"empty": "", "blank": " ", "other": "1", "long": "9" * 5000, "chinese": "签名"}.items():
        WAYS[f"{name} {title}"] = lambda sent, n=name, v=value: sent.asking(**{n: v})
WAYS |= {
    "no query": lambda sent: sent.but(query={}),
    "signature in capitals": lambda sent: sent.asking(msg_signature=sent.query["msg_signature"].upper()),
    "signature cut": lambda sent: sent.asking(msg_signature=sent.query["msg_signature"][:-1]),
    "signature longer": lambda sent: sent.asking(msg_signature=sent.query["msg_signature"] + "0"),
    "signature one digit off": lambda sent: sent.asking(msg_signature=_turned(sent.query["msg_signature"])),
    "signature of another token": lambda sent: call(sent.corpid, xml(sent.corpid, **ADDED), token="guess"),
    "signature without a token": lambda sent: call(sent.corpid, xml(sent.corpid, **ADDED), token=""),
    "timestamp and nonce swapped": lambda sent: sent.asking(timestamp="nonce", nonce=sent.query["timestamp"]),
}


def _turned(digits: str) -> str:
    return ("1" if digits[0] == "0" else "0") + digits[1:]


# --- Signed by the right token, at another time ---
for title, at in {
    "eleven minutes old": lambda: int(time.time()) - 660,
    "eleven minutes ahead": lambda: int(time.time()) + 660,
    "of 1970": lambda: 0,
    "before 1970": lambda: -1,
    "in milliseconds": lambda: int(time.time() * 1000),
    "a fraction": time.time,
    "empty": lambda: "",
    "a word": lambda: "now",
    "in Arabic digits": lambda: "١٧٢٠٠٠٠٠٠٠",
    "with a sign": lambda: f"+{int(time.time())}",
    "with blanks": lambda: f" {int(time.time())} ",
    "in hex": lambda: hex(int(time.time())),
    "superscript": lambda: "²",
    "endless": lambda: "9" * 4000,
}.items():
    WAYS[f"time {title}"] = lambda sent, at=at: call(sent.corpid, xml(sent.corpid, **ADDED), at=at())

# --- The address ---
WAYS |= {
    "unknown company": lambda sent: call("ww9999999999999999", xml("ww9999999999999999", **ADDED)),
    "company in capitals": lambda sent: sent.but(corpid=sent.corpid.upper()),
    "no company": lambda sent: sent.but(corpid=""),
    "company with a slash": lambda sent: sent.but(corpid="a/b"),
    "company with a quote": lambda sent: sent.but(corpid=quote("a' OR 1=1 --")),
    "company in Chinese": lambda sent: sent.but(corpid=quote("公司")),
    "company of a thousand letters": lambda sent: sent.but(corpid="w" * 1000),
    "path upwards": lambda sent: sent.but(corpid="../health"),
}

NO_ADDRESS = {
    "no company",
    "company with a slash",
    "company with a quote",
    "company in Chinese",
    "company of a thousand letters",
    "path upwards",
}

# --- The envelope ---
WAYS |= {
    "nothing": bodied(b""),
    "blanks": bodied(b"  \n "),
    "a word": bodied(b"hello"),
    "a byte order mark alone": bodied(b"\xef\xbb\xbf"),
    "zeros": bodied(bytes(500)),
    "no UTF-8": bodied(b"<xml><Encrypt>\xff\xfe</Encrypt></xml>"),
    "XML cut": bodied(b"<xml><Encrypt>CIPHER</Encrypt>"),
    "XML with two roots": bodied(b"<xml/><xml><Encrypt>CIPHER</Encrypt></xml>"),
    "XML in an unknown encoding": bodied(
        b"<?xml version='1.0' encoding='klingon'?><xml><Encrypt>CIPHER</Encrypt></xml>"
    ),
    "XML in UTF-7": bodied(b"<?xml version='1.0' encoding='utf-7'?><xml><Encrypt>CIPHER</Encrypt></xml>"),
    "XML without a cipher": bodied(b"<xml><ToUserName>x</ToUserName></xml>"),
    "XML with an empty cipher": bodied(b"<xml><Encrypt></Encrypt></xml>"),
    "cipher a level too deep": bodied(b"<xml><a><Encrypt>CIPHER</Encrypt><b/></a></xml>"),
    "another cipher first": bodied(b"<xml><Encrypt>AAAA</Encrypt><Encrypt>CIPHER</Encrypt></xml>"),
    "cipher with blanks": bodied(b"<xml><Encrypt> CIPHER </Encrypt></xml>"),
    "cipher with one letter more": bodied(b"<xml><Encrypt>CIPHERA</Encrypt></xml>"),
    "document type": bodied(b"<!DOCTYPE xml><xml><Encrypt>CIPHER</Encrypt></xml>"),
    "entity": bodied(b'<!DOCTYPE xml [<!ENTITY c "CIPHER">]><xml><Encrypt>&c;</Encrypt></xml>'),
    "entity of a file": bodied(
        b'<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/passwd">]><xml><Encrypt>&c;</Encrypt></xml>'
    ),
    "entity of an address": bodied(
        b'<!DOCTYPE x [<!ENTITY c SYSTEM "http://127.0.0.1/">]><xml><Encrypt>&c;</Encrypt></xml>'
    ),
    "parameter entity": bodied(b'<!DOCTYPE x [<!ENTITY % c SYSTEM "http://127.0.0.1/">%c;]><xml/>'),
    "a billion laughs": bodied(
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
        b"<xml><Encrypt>&c;</Encrypt></xml>"
    ),
    "entity that nobody declared": bodied(b"<xml><Encrypt>&c;</Encrypt></xml>"),
    "XML ten thousand deep": bodied(b"<a>" * 10_000),
    "JSON cut": bodied(b'{"encrypt": "CIPHER"'),
    "JSON list": bodied(b'["CIPHER"]'),
    "JSON without a cipher": bodied(b'{"tousername": "x"}'),
    "JSON null": bodied(b'{"encrypt": null}'),
    "JSON number": bodied(b'{"encrypt": 12}'),
    "JSON list of ciphers": bodied(b'{"encrypt": ["CIPHER", "CIPHER"]}'),
    "JSON ten thousand deep": bodied(b'{"a":' * 10_000),
    "JSON with half a character": bodied(b'{"encrypt": "\\ud800"}'),
    "JSON deep and whole": bodied(b'{"encrypt":' * 900 + b"1" + b"}" * 900),
    "JSON lists deep and whole": bodied(b'{"encrypt":' + b"[" * 900 + b"]" * 900 + b"}"),
    "XML deep and whole": bodied(b"<a>" * 9_000 + b"</a>" * 9_000),
    "a form": bodied(b"Encrypt=CIPHER"),
    "larger than the limit": lambda sent: sent.but(body=sent.body + b" " * MOST),
    "large and true": lambda sent: call(sent.corpid, xml(sent.corpid, **ADDED, State="s" * MOST)),
    "three megabytes": lambda sent: sent.but(body=b"<xml>" + b"a" * 3_000_000),
}

# --- The cipher, signed by the right token ---
for title, cipher in {
    "empty": "",
    "no base64": "%%%",
    "base64 of nothing": "====",
    "three letters": "abc",
    "Chinese": "密文" * 8,
    "half a block": base64.b64encode(bytes(8)).decode(),
    "a block and a half": base64.b64encode(bytes(24)).decode(),
    "one block of zeros": base64.b64encode(bytes(16)).decode(),
    "random blocks": base64.b64encode(bytes(range(64))).decode(),
    "for web addresses": crypto.encrypt(b"<xml/>" * 30, KEY, "x", random=b"\x01" * 16)
    .replace("+", "-")
    .replace("/", "_"),
    "with line breaks": "QUFBQUFBQUFBQUFBQUFBQQ==\n\n",
}.items():
    WAYS[f"cipher {title}"] = around(cipher)
WAYS |= {
    "cipher of another key": lambda sent: call(sent.corpid, xml(sent.corpid, **ADDED), key=OTHER_KEY),
    "cipher for another company": lambda sent: call(
        sent.corpid, xml(sent.corpid, **ADDED), receiver="ww0000000000000000"
    ),
    "cipher for nobody": lambda sent: call(sent.corpid, xml(sent.corpid, **ADDED), receiver=""),
    "cipher for the company and more": lambda sent: call(sent.corpid, xml(sent.corpid), receiver=sent.corpid + "x"),
    "cipher cut by a block": lambda sent: call(sent.corpid, "", cipher=_shortened(cipher_of(sent), 16)),
    "cipher cut by two blocks": lambda sent: call(sent.corpid, "", cipher=_shortened(cipher_of(sent), 32)),
    "last byte turned": lambda sent: call(sent.corpid, "", cipher=_flipped(cipher_of(sent), -17)),
    "first block turned, unsigned": lambda sent: sent.but(
        body=sent.body.replace(cipher_of(sent).encode(), _flipped(cipher_of(sent), 3).encode())
    ),
    "padding of none": holding(bytes(48)),
    "padding of thirty-three": holding(bytes(15) + b"\x21" * 33),
    "padding of unequal bytes": holding(bytes(30) + b"\x03\x02"),
    "padding and nothing else": holding(b"\x20" * 32),
    "shorter than its head": holding(b"\x01" * 15 + b"\x01"),
    "length beyond the end": holding(bytes(16) + b"\x00\x00\x00\xff" + b"\x0c" * 12),
    "length of four gigabytes": holding(bytes(16) + b"\xff\xff\xff\xff" + b"\x0c" * 12),
    "length that swallows the receiver": holding(bytes(16) + b"\x00\x00\x00\x08xxxxxxxx" + b"\x04" * 4),
}

# --- The message, signed and encrypted by the right keys ---
for title, message in {
    "nothing": b"",
    "no UTF-8": b"\xff\xfe<xml/>",
    "no XML": b"hello",
    "XML cut": b"<xml><Event>",
    "document type": b"<!DOCTYPE xml><xml><Event>x</Event></xml>",
    "entity": b'<!DOCTYPE x [<!ENTITY c "x">]><xml><Event>&c;</Event></xml>',
    "entity of a file": b'<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/passwd">]><xml><Event>&c;</Event></xml>',
    "JSON cut": b'{"Event": ',
    "JSON list": b"[1]",
    "a character XML has not": b"<xml><Event>\x00</Event></xml>",
}.items():
    WAYS[f"message {title}"] = saying(message)


def _shortened(cipher: str, by: int) -> str:
    return base64.b64encode(base64.b64decode(cipher)[:-by]).decode()


def _flipped(cipher: str, at: int) -> str:
    raw = bytearray(base64.b64decode(cipher))
    raw[at] ^= 0x40
    return base64.b64encode(raw).decode()


def test_there_are_a_hundred_ways_and_no_two_are_alike() -> None:
    assert len(WAYS) >= 100


@pytest.mark.parametrize("way", WAYS)
def test_it_is_refused_and_leaves_no_row(cast: Cast, app: WecomApp, way: str) -> None:
    answer = WAYS[way](genuine(str(cast.corp.wecom_corpid))).post()
    assert not CallbackReceipt.objects.exists()
    if answer.status_code == 404:
        assert way in NO_ADDRESS
    else:
        # Whichever step failed, the words are the same.
        assert (answer.status_code, answer.content) == (403, b"refused")


def test_what_was_not_forged_passes(cast: Cast, app: WecomApp) -> None:
    assert genuine(str(cast.corp.wecom_corpid)).post().status_code == 200
    assert CallbackReceipt.objects.count() == 1


def test_nothing_is_decrypted_before_its_signature_is_checked(cast: Cast, app: WecomApp) -> None:
    with mock.patch("wecom.crypto.decrypt") as opened:
        WAYS["signature one digit off"](genuine(str(cast.corp.wecom_corpid))).post()
    assert not opened.called


@pytest.mark.parametrize("method", ["put", "patch", "delete", "head", "options", "trace"])
def test_no_other_method_is_answered(cast: Cast, app: WecomApp, method: str) -> None:
    sent = genuine(str(cast.corp.wecom_corpid))
    path = f"/wecom/callback/{sent.corpid}/?" + "&".join(f"{k}={v}" for k, v in sent.query.items())
    assert Client().generic(method.upper(), path, sent.body, "text/xml").status_code == 405
    assert not CallbackReceipt.objects.exists()


def test_a_body_longer_than_it_says_is_cut_where_it_said(cast: Cast, app: WecomApp) -> None:
    assert genuine(str(cast.corp.wecom_corpid)).post(CONTENT_LENGTH="10").status_code == 403
    assert genuine(str(cast.corp.wecom_corpid)).post(CONTENT_LENGTH="").status_code == 403
    assert genuine(str(cast.corp.wecom_corpid)).post(CONTENT_LENGTH="-1").status_code == 403
    assert not CallbackReceipt.objects.exists()


def test_of_a_large_body_no_more_is_read_than_shows_that_it_is_too_large(cast: Cast, app: WecomApp) -> None:
    sent, taken = genuine(str(cast.corp.wecom_corpid)), []
    read = LimitedStream.read
    with mock.patch.object(LimitedStream, "read", lambda stream, size=-1: taken.append(size) or read(stream, size)):
        WAYS["three megabytes"](sent).post()
    assert taken == [MOST + 1]
