"""Takes secrets and personal data out of what is about to be logged."""

import re
from collections.abc import Iterator
from typing import Any

HIDDEN = "[hidden]"
_NAMES = (
    "secret|token|password|passwd|authorization|cookie|api_?key|x-api-key|sign(?:ature)?|credential"
    "|mobiles?|phone|unionid|remark\\w*|email|name|body|payload"
)
# A key is sensitive when it is such a word or ends with one: ``corpsecret``, ``access_token``, ``remark_mobiles``.
_KEY = re.compile(rf"(?:.*[_-])?(?:corp|suite|provider)?(?:{_NAMES})", re.IGNORECASE)
_OPEN_KEYS = {"event_name", "task_name"}
_SECRETS = re.compile(
    r"(?P<head>(?:secret|token|passw(?:or)?d|signature|api[_-]?key)\w*[\"']?\s*[=:]\s*[\"']?|\b(?:bearer|api-key|basic)\s+)"
    r"[^\s&\"',;}]+",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
# Two quick looks that let the path of a usual request off in a microsecond.
_MANY_DIGITS, _SEPARATORS = re.compile(r"\d{11}"), re.compile(r"[=:\s]")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
# What these quote are names in the program, never a value that somebody sent.
_ABOUT_CODE = (AttributeError, NameError, ImportError, TypeError, NotImplementedError)


def scrub(text: str) -> str:
    """The text without ``secret=…``, ``Bearer …``, credentials in addresses and mobile numbers."""
    if _MANY_DIGITS.search(text):
        text = _MOBILE.sub("[mobile]", text)
    if not _SEPARATORS.search(text):
        return text
    text = _CREDENTIALS.sub(f"{HIDDEN}@", text)
    return _SECRETS.sub(rf"\g<head>{HIDDEN}", text)


def path(path: str) -> str:
    """The path of a request. Ours are ASCII: any other is of the caller's making, and may be somebody's name."""
    return scrub(path) if path.isascii() else HIDDEN


def redact(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Structlog processor: hides the values of sensitive keys, at any depth, and scrubs every text."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: Any, value: Any) -> Any:
    if isinstance(key, str) and not key.startswith("_") and key not in _OPEN_KEYS and _KEY.fullmatch(key):
        return HIDDEN
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {k: _clean(k, v) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and key != "exc_info":
        return [_clean(None, v) for v in value]
    return value


def without_values(text: str, error: BaseException) -> str:
    """The text with the messages of this error and of those behind it cleared of the values they quote.

    A database names the row (``Duplicate entry '…'``), a parser the input: the kind and the place are enough.
    """
    for each in _chain(error, set()):
        if not isinstance(each, _ABOUT_CODE):
            for message in filter(None, (str(each), repr(each))):
                text = text.replace(message, _QUOTED.sub("'…'", message))
    return text


def _chain(error: BaseException | None, seen: set[int]) -> Iterator[BaseException]:
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    for inner in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        yield from _chain(inner, seen)
