"""What every door of the API is tried with: bodies that can't be read, numbers and words at their bounds."""

import re
from collections.abc import Iterator
from typing import Any

JSON = "application/json"
# Body, content type, and the status and code it has to be refused with, at every endpoint that takes a body.
UNREADABLE: list[tuple[bytes, str, int, str]] = [
    (b"{", JSON, 400, "parse_error"),
    (b'{"name": NaN}', JSON, 400, "parse_error"),
    (b"{'name': 'x'}", JSON, 400, "parse_error"),
    (b'\xff\xfe{"name": "x"}', JSON, 400, "parse_error"),
    (b'{"name": "\xc3\x28"}', JSON, 400, "parse_error"),
    (b'{"name": "\\ud800"}', JSON, 400, "parse_error"),
    (b'{"name": "\\udc00\\ud800"}', JSON, 400, "parse_error"),
    (b"[" * 50_000, JSON, 400, "parse_error"),
    (b"[]", JSON, 400, "invalid"),
    (b'[{"name": "x"}]', JSON, 400, "invalid"),
    (b'"name"', JSON, 400, "invalid"),
    (b"17", JSON, 400, "invalid"),
    (b"true", JSON, 400, "invalid"),
    (b"null", JSON, 400, "invalid"),
    (b"name=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    (b"--b\r\n\r\n--b--", "multipart/form-data; boundary=b", 415, "unsupported_media_type"),
    (b'{"name": "x"}', "text/plain", 415, "unsupported_media_type"),
    (b"<name>x</name>", "application/xml", 415, "unsupported_media_type"),
    (b'{"name": "x"}', "nonsense", 415, "unsupported_media_type"),
]
# Pages and sizes that mean nothing.
BAD_PAGES = ["page=0", "page=-1", "page=x", "page=1.5", "page=٣", "page=99999999999999999999", "page=1e3"] + [
    f"size={n}" for n in ("0", "-1", "101", "x", "100000000000", "%00", "²")
]
# Names that a computer likes to spoil.
HARD_NAMES = [
    "👨\u200d👩\u200d👧",
    "🇨🇳🇨🇳",
    "مرحبا",
    "é" + "e\u0301",
    "𠮷野家",
    "ﷺ",
    "<b>&amp;'\"",
    "%_\\",
    "null",
    "A\u200dB",
    "😀" * 30,
]
METHODS = ("get", "post", "put", "patch", "delete", "options", "trace")


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The body of an error, after its status, its code and the one shape have been checked."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    body = answer.json()
    assert set(body) == {"code", "message", "errors", "requestId"}
    assert (body["code"], bool(body["message"])) == (code, True)
    assert body["requestId"] == answer.headers["X-Request-Id"]
    return body


def with_and_without_slash(url: str) -> Iterator[str]:
    yield url
    yield f"{url}/"


def is_chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", text) is not None
