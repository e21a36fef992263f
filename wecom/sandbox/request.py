"""A request's arguments, as WSGI brings them."""

from typing import Any
from urllib.parse import parse_qsl

import orjson

from wecom.sandbox.call import Call
from wecom.sandbox.codes import Failure

Environ = dict[str, Any]
_LARGEST = 1024 * 1024


def query(environ: Environ) -> dict[str, str]:
    """The arguments of the address; of one given twice the last."""
    return dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))


def read_body(call: Call, environ: Environ) -> None:
    """The JSON of the body into the call. What is no object counts as an argument of the wrong form."""
    told = str(environ.get("CONTENT_LENGTH") or "0")
    length = int(told) if told.isdecimal() else 0
    if length > _LARGEST:
        raise Failure(40206)
    raw = environ["wsgi.input"].read(length) if length else b""
    try:
        body = orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError:
        body = None
    if isinstance(body, dict):
        call.body = body
    else:
        call.wrong = True
