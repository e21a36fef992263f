"""What a short way past Django is: which requests take it, and what it answers (corps/express.py walks it)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import orjson
from django.conf import settings

from core.errors import BadRequest
from corps.actors import Actor

Environ = dict[str, Any]
# Who sends one of these asks for more than the plain act.
_MORE = ("QUERY_STRING", "SCRIPT_NAME", "HTTP_COOKIE", "HTTP_TRANSFER_ENCODING")
_MORE_READING = (*_MORE, "CONTENT_LENGTH", "HTTP_IF_NONE_MATCH")
_MORE_WRITING = (*_MORE, "HTTP_IDEMPOTENCY_KEY", "HTTP_CONTENT_ENCODING")


@dataclass(frozen=True, slots=True)
class Answer:
    """A body, and the headers that are this answer's own."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One kind of request.

    Attributes:
        path: its pattern; the first group, where there is one, is what ``answer`` is given.
        act: what the caller has to be allowed.
        status: of the answer; there is no other.
        answer: None, or whatever it raises, leaves it to Django.
    """

    method: str
    path: re.Pattern[str]
    act: str
    status: str
    answer: Callable[[Actor, str, Environ], Answer | None]


def asked(ways: Sequence[Way], environ: Environ) -> tuple[Way, str] | None:
    """The way that a request may take, and what its path names."""
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    for way in ways:
        if way.method == method and (found := way.path.fullmatch(path)):
            plain = _plainly_written(environ) if method == "POST" else not any(map(environ.get, _MORE_READING))
            return (way, found[found.lastindex or 0]) if plain else None
    return None


def _plainly_written(environ: Environ) -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    bounded = length.isascii() and length.isdecimal() and 0 < int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return bounded and environ.get("CONTENT_TYPE") == "application/json" and not any(map(environ.get, _MORE_WRITING))


def sent(environ: Environ) -> Any:
    """The JSON of a body, which stays readable for Django.

    Raises:
        BadRequest: it is none.
    """
    raw = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(raw)
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadRequest("invalid", "") from error
