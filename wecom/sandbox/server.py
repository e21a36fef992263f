"""The company's WeCom over HTTP, as a WSGI application."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import orjson

from wecom.sandbox import authorizing, control, request
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import TEXTS, Failure
from wecom.sandbox.company import Company
from wecom.sandbox.endpoints import ROUTES
from wecom.sandbox.faults import Faults
from wecom.sandbox.limits import Limits
from wecom.sandbox.request import Environ as Environ
from wecom.sandbox.things import App
from wecom.sandbox.tokens import LIFE, Tokens

Start = Callable[[str, list[tuple[str, str]]], Any]
_JSON = [("Content-Type", "application/json; charset=UTF-8")]


class Dropped(httpx.ReadError):
    """The connection ends without an answer: what a client over ``httpx.WSGITransport`` would see of it."""


def application(company: Company, faults: Faults | None = None, limits: Limits | None = None) -> "Server":
    """A WSGI application for ``httpx.WSGITransport(app=…)`` or a real server (serving.py)."""
    return Server(company, faults or Faults(), limits or Limits())


class Server:
    """Attributes:
    calls: API → how many calls came.
    answers: return code → how many were given.
    spent: processor seconds spent in here, for benchmarks to subtract.
    """

    def __init__(self, company: Company, faults: Faults, limits: Limits) -> None:
        self.company: Company = company
        self.faults: Faults = faults
        self.limits: Limits = limits
        self.tokens = Tokens(company)
        self.calls: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()
        self.spent = 0.0

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        began = time.thread_time()
        try:
            status, headers, body = self._serve(environ)
        finally:
            self.spent += time.thread_time() - began
        start(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _serve(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith("/sandbox"):
            return control.serve(self, environ)
        if path == authorizing.PATH:
            return authorizing.page(self.company, request.query(environ))
        if not path.startswith("/cgi-bin/"):
            return "404 Not Found", _JSON, b"{}"
        api = path.removeprefix("/cgi-bin/")
        self.calls[api] += 1
        self.faults.wait(api)
        if self.faults.hits("html", api):
            return "502 Bad Gateway", [("Content-Type", "text/html")], b"<html><h1>502 Bad Gateway</h1></html>"
        if self.faults.hits("dropped", api):
            raise Dropped("the sandbox dropped the connection")
        answer = orjson.dumps(self._limited(api, environ))
        if self.faults.hits("lost", api):
            raise Dropped("the sandbox dropped the connection")
        return "200 OK", _JSON, answer[: len(answer) // 2] if self.faults.hits("cut", api) else answer

    def _limited(self, api: str, environ: Environ) -> Answer:
        """The answer, whose failures are codes and texts and never a status of HTTP."""
        route, call = ROUTES.get(api), None
        try:
            self.limits.enter(api, self.company.clock.now())
            if api == "gettoken":
                return self._seal(self._token(environ))
            if route is None:
                raise Failure(40058, "unknown api")
            query = request.query(environ)
            call = Call(self.company, self._caller(api, query), api, query, {})
            self.faults.refuse(api)
            return self._seal(self._answer(route, call, environ))
        except Failure as failure:
            self.answers[failure.code] += 1
            return dict(route.empty if route else {}) | self._error(failure, environ, wrong=bool(call and call.wrong))
        finally:
            self.limits.leave(api)

    def _seal(self, answer: Answer) -> Answer:
        self.answers[0] += 1
        return {"errcode": 0, "errmsg": "ok", **answer}

    def _token(self, environ: Environ) -> Answer:
        query = request.query(environ)
        self.faults.refuse("gettoken")
        with self.company.lock:
            address = str(environ.get("REMOTE_ADDR", ""))
            token = self.tokens.issue(query.get("corpid", ""), query.get("corpsecret", ""), address)
        return {"access_token": token, "expires_in": LIFE}

    def _caller(self, api: str, query: dict[str, str]) -> App:
        token = query.get("access_token", "")
        with self.company.lock:
            if self.faults.hits("token_death", api):
                self.tokens.kill(token)
            return self.tokens.app(token)

    def _answer(self, route: Route, call: Call, environ: Environ) -> Answer:
        if (route.right == "customers" and not call.app.customers) or (
            route.right == "contacts" and not call.app.contacts
        ):
            raise Failure(48002)
        if environ["REQUEST_METHOD"] != route.method and route.method == "POST":
            raise Failure(40058, "should be POST")
        request.read_body(call, environ)
        if "cursor" in call.body and call.body["cursor"] and self.faults.hits("dead_cursors", call.api):
            raise Failure(40058, "invalid cursor")
        company = self.company
        with company.lock:
            company.settle()
            with company.by_api():
                answer = route.answer(call)
        self.faults.shorten(call.api, answer)
        if call.wrong:
            answer["errmsg"] = "ok, Warning: wrong json format. "
        return answer

    def _error(self, failure: Failure, environ: Environ, *, wrong: bool) -> Answer:
        code, now = failure.code, self.company.clock.now()
        text = TEXTS.get(code, "error") + (f", {failure.more}" if failure.more else "")
        warning = "Warning: wrong json format. " if wrong else ""
        hint = f"hint: [{now}_{sum(self.answers.values())}_{code & 0xFFFFFFFF:08x}{now:08x}]"
        link = f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
        address = environ.get("REMOTE_ADDR", "127.0.0.1")
        return {"errcode": code, "errmsg": f"{text}, {warning}{hint}, from ip: {address}, {link}"}
