"""The one place where the network is touched. No error that leaves it knows the address: that holds the token."""

import os
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson
import structlog
from prometheus_client import Counter

from core.breaker import Breaker
from wecom.client.codes import OK, error_of
from wecom.client.endpoints import Endpoint
from wecom.client.errors import Unreachable, WecomError
from wecom.models import WecomApp

WECOM = "https://qyapi.weixin.qq.com"
# A server that hangs holds a thread for ten seconds, and five such calls in a row open the breaker.
TIMEOUT = httpx.Timeout(10.0, connect=2.0)
_TIMES = TIMEOUT.as_dict()
# Whether there is a body → the headers.
_SENT = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": "scrm-customer"}
_HEADERS = {False: httpx.Headers(_SENT), True: httpx.Headers({**_SENT, "Content-Type": "application/json"})}
BREAKER_OPEN = "BreakerOpen"
# An app's ``api_base`` → what carries its requests: a sandbox in this process, a test's imitation.
TRANSPORTS: dict[str, httpx.BaseTransport] = {}
CALLS = Counter("scrm_wecom_calls", "Calls to WeCom, by what they ended in: its code or the fault.", ["api", "code"])
_log = structlog.get_logger("scrm.wecom")


def ask(app: WecomApp, endpoint: Endpoint, *, params: dict[str, Any], body: Any = None) -> dict[str, Any]:
    """Send one request and return WeCom's answer.

    Raises:
        Unreachable: no answer, or none that is a JSON object with an ``errcode``; ``hint`` names the fault.
        WecomError: the answer's ``errcode`` is not 0.
    """
    breaker = _breaker(app.corp_id, app.api_base)
    if not breaker.allows():
        raise Unreachable(api=endpoint.path, hint=BREAKER_OPEN)
    answer, fault = _exchange(app, endpoint, params, body)
    if answer is None:
        if breaker.failed():
            _log.error("wecom_unreachable", corp=app.corp_id, app=app.pk, fault=fault)
        CALLS.labels(endpoint.path, fault).inc()
        raise Unreachable(api=endpoint.path, hint=fault)
    if breaker.succeeded():
        _log.info("wecom_back", corp=app.corp_id, app=app.pk)
    CALLS.labels(endpoint.path, answer["errcode"]).inc()
    if answer["errcode"] != OK:
        raise _told(answer, endpoint)
    return answer


def forget() -> None:
    """Close what is open and take every host for well again."""
    _breaker.cache_clear()
    _http.cache_clear()


def _exchange(
    app: WecomApp, endpoint: Endpoint, params: dict[str, Any], body: Any
) -> tuple[dict[str, Any] | None, str]:
    """The answer, or the name of the fault. The error itself is left behind: its request names the address."""
    try:
        response = _client(app.api_base).send(_request(app.api_base, endpoint, params, body))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, type(error).__name__
    if response.status_code != httpx.codes.OK:
        return None, f"Status{response.status_code}"
    return _read(response.content)


def _request(base: str, endpoint: Endpoint, params: dict[str, Any], body: Any) -> httpx.Request:
    # The client would take the address apart and put it together three times, a long token with it.
    return httpx.Request(
        "POST" if endpoint.post else "GET",
        f"{base or WECOM}/cgi-bin/{endpoint.path}?{urlencode(params)}",
        headers=_HEADERS[endpoint.post],
        content=orjson.dumps(body) if endpoint.post else None,
        extensions={"timeout": _TIMES},
    )


def _read(content: bytes) -> tuple[dict[str, Any] | None, str]:
    """Proxies answer with HTML, a line that breaks cuts the JSON: both have the status 200."""
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None, "Unreadable"
    if isinstance(answer, dict) and isinstance(answer.get("errcode"), int):
        return answer, ""
    return None, "Unreadable"


def _told(answer: dict[str, Any], endpoint: Endpoint) -> WecomError:
    return error_of(answer["errcode"], endpoint.path, str(answer.get("errmsg", "")))


def _client(base: str) -> httpx.Client:
    return _http(base, TRANSPORTS.get(base), os.getpid())


@lru_cache(maxsize=64)
def _http(base: str, transport: httpx.BaseTransport | None, pid: int) -> httpx.Client:
    """One pool of connections per host and process: a fork must not share its parent's."""
    return httpx.Client(timeout=TIMEOUT, transport=transport, follow_redirects=False)


@lru_cache(maxsize=4096)
def _breaker(corp_id: int, base: str) -> Breaker:
    return Breaker(failures=5, rest=10.0)
