"""The page and the calls with which a developer moves the company, for this machine only."""

import inspect
from collections.abc import Callable
from dataclasses import asdict, fields
from html import escape
from typing import TYPE_CHECKING, Any

import orjson

from wecom.sandbox.company import Company
from wecom.sandbox.state import ACTS, Impossible
from wecom.sandbox.switches import Switches

if TYPE_CHECKING:
    from wecom.sandbox.server import Environ, Server

Answer = tuple[str, list[tuple[str, str]], bytes]
_JSON = [("Content-Type", "application/json; charset=UTF-8")]
_HTML = [("Content-Type", "text/html; charset=UTF-8"), ("Content-Security-Policy", "default-src 'none'")]
_HERE = {"127.0.0.1", "::1"}
_LARGEST = 64 * 1024


class _Refused(Exception):
    """``args``: status line and what to say."""


def serve(server: "Server", environ: "Environ") -> Answer:
    """Answer ``/sandbox/…``.

    A page of another site can't drive it: changes want a JSON body, whose type a browser asks about first, and the
    name under which we are called must be one of this machine.
    """
    path = str(environ["PATH_INFO"]).removeprefix("/sandbox").strip("/")
    try:
        _check(environ)
        if environ["REQUEST_METHOD"] == "GET" and path in _READS:
            return _READS[path](server)
        if environ["REQUEST_METHOD"] == "POST" and path in _WRITES:
            return _json(_WRITES[path](server, _body(environ)))
        raise _Refused("404 Not Found", "no such address")
    except _Refused as refused:
        return refused.args[0], _JSON, orjson.dumps({"error": refused.args[1]})
    except (Impossible, ValueError, TypeError, KeyError, AttributeError) as error:
        return "400 Bad Request", _JSON, orjson.dumps({"error": str(error) or type(error).__name__})


def acts() -> dict[str, str]:
    """The names of all acts, and their arguments."""
    return {name: str(inspect.signature(getattr(Company, name))).replace("(self, ", "(") for name in sorted(ACTS)}


def _check(environ: "Environ") -> None:
    if environ.get("REMOTE_ADDR", "127.0.0.1") not in _HERE:
        raise _Refused("403 Forbidden", "only from this machine")
    host = str(environ.get("HTTP_HOST", "localhost")).rsplit(":", 1)[0]
    if host not in {"127.0.0.1", "localhost", "[::1]", "sandbox"}:
        raise _Refused("403 Forbidden", "only by a name of this machine")


def _body(environ: "Environ") -> dict[str, Any]:
    if not str(environ.get("CONTENT_TYPE", "")).startswith("application/json"):
        raise _Refused("415 Unsupported Media Type", "send JSON")
    body = orjson.loads(environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), _LARGEST)) or b"{}")
    if not isinstance(body, dict):
        raise _Refused("400 Bad Request", "send an object")
    return body


def _json(value: Any) -> Answer:
    return "200 OK", _JSON, orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)


def _counts(server: "Server") -> Answer:
    company = server.company
    about = {"now": company.clock.now(), "ahead": company.clock.ahead, "corpid": company.corpid}
    calls = {"calls": dict(server.calls), "codes": dict(server.answers), "cpu_seconds": round(server.spent, 3)}
    return _json({**about, "counts": company.counts(), **calls})


def _page(server: "Server") -> Answer:
    company = server.company
    rows = {"Now (Unix seconds)": company.clock.now(), "Corp id": company.corpid, **company.counts()}
    told = "".join(f"<tr><th>{escape(str(k))}</th><td>{escape(str(v))}</td></tr>" for k, v in rows.items())
    doing = "".join(f"<li><code>{escape(name + arguments)}</code></li>" for name, arguments in acts().items())
    how = escape(
        'curl -H "Content-Type: application/json" -d \'{"seconds": 86400}\' http://127.0.0.1:7003/sandbox/clock'
    )
    html = f"<!doctype html><meta charset=utf-8><title>WeCom sandbox</title><h1>WeCom sandbox</h1><table>{told}</table>"
    html += f"<p>docs/sandbox.md tells all calls. <code>{how}</code></p><h2>Acts</h2><ul>{doing}</ul>"
    return "200 OK", _HTML, html.encode()


def _clock(server: "Server", body: dict[str, Any]) -> Any:
    return {"now": server.company.advance(int(body["seconds"]))}


def _faults(server: "Server", body: dict[str, Any]) -> Any:
    if body.pop("off", False):
        server.faults.off()
    server.faults.set(**body)
    return server.faults.shown()


def _switches(server: "Server", body: dict[str, Any]) -> Any:
    usual = asdict(Switches())
    if wrong := [name for name, value in body.items() if type(value) is not type(usual.get(name))]:
        raise ValueError(f"no such switch, or another type: {', '.join(wrong)}")
    with server.company.lock:
        for name, value in body.items():
            setattr(server.company.switches, name, value)
        server.company.changes += 1
    return asdict(server.company.switches)


def _limits(server: "Server", body: dict[str, Any]) -> Any:
    known = {field.name for field in fields(server.limits) if not field.name.startswith("_")}
    if unknown := body.keys() - known:
        raise ValueError(f"no such limits: {', '.join(sorted(unknown))}")
    for name, value in body.items():
        setattr(server.limits, name, value)
    return {name: getattr(server.limits, name) for name in sorted(known)}


def _tokens(server: "Server", body: dict[str, Any]) -> Any:
    with server.company.lock:
        server.tokens.kill(code=int(body.get("code", 42001)))
    return {"killed": True}


def _act(server: "Server", body: dict[str, Any]) -> Any:
    name, arguments = str(body["act"]), body.get("args", {})
    if name not in acts():
        raise ValueError(f"no such act: {name}")
    # Some acts take several people in a row: ``join`` and ``leave``.
    return {"result": getattr(server.company, name)(*body.get("who", []), **arguments)}


def _archive(server: "Server", body: dict[str, Any]) -> Any:
    """What the archive's SDK would give of it, without what was said: no call of WeCom's own."""
    after, limit = int(body.get("after", 0)), int(body.get("limit", 1_000))
    with server.company.lock:
        found = [message for message in server.company.archive if message["seq"] > after]
        return {"messages": found[:limit], "latest": server.company.archived}


_READS: dict[str, Callable[["Server"], Answer]] = {
    "": _page,
    "counts": _counts,
    "faults": lambda server: _json(server.faults.shown()),
    "switches": lambda server: _json(asdict(server.company.switches)),
    "acts": lambda server: _json(acts()),
    "messages": lambda server: _json(server.company.messages[-100:]),
}
_WRITES: dict[str, Callable[["Server", dict[str, Any]], Any]] = {
    "clock": _clock,
    "faults": _faults,
    "switches": _switches,
    "limits": _limits,
    "tokens": _tokens,
    "acts": _act,
    "archive": _archive,
}
