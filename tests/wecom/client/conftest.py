"""An imitation of WeCom behind the one seam of the network, and the app that talks to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest

from tests import make
from wecom import secrets
from wecom.client import pacing, transport, wire
from wecom.client.transport import Client
from wecom.models import WecomApp

BASE = "http://wecom.test"
SECRET = "the-secret-of-the-app-canary"
Answer = dict[str, Any] | httpx.Response | Exception


@dataclass
class Imitation:
    """Answers gettoken by itself and everything else from ``answers``: one after the other, the last for ever.

    Attributes:
        calls: what was asked: path, parameters without the token, body.
        fetched: how many tokens were given out.
        good: the token that is taken now; others are refused with 42001.
    """

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    fetched: int = 0
    good: str = ""

    def says(self, path: str, *answers: Answer) -> None:
        self.answers[path] = list(answers)

    def kill_token(self) -> None:
        self.good = ""

    def count(self, path: str) -> int:
        return sum(1 for called, _params, _body in self.calls if called == path)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/cgi-bin/")
        params = dict(request.url.params)
        token = params.pop("access_token", None)
        self.calls.append((path, params, orjson.loads(request.content) if request.content else None))
        if path == "gettoken" and path not in self.answers:
            self.fetched += 1
            self.good = f"token-canary-{self.fetched}"
            return self._sent({"access_token": self.good, "expires_in": 7200})
        if path != "gettoken" and token != self.good:
            return self._sent({"errcode": 42001, "errmsg": "access_token expired"})
        waiting = self.answers.get(path, [{}])
        return self._sent(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    def _sent(self, answer: Answer) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        return httpx.Response(200, json={"errcode": 0, "errmsg": "ok"} | answer)


def refusal(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": f"no, hint: [1700000000_12_ab{code}], from ip: 203.0.113.7, more info"}


@pytest.fixture
def wecom(monkeypatch: pytest.MonkeyPatch) -> Iterator[Imitation]:
    imitation = Imitation()
    monkeypatch.setitem(transport.TRANSPORTS, BASE, httpx.MockTransport(imitation))
    wire.forget()
    yield imitation
    wire.forget()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client wanted to wait; it doesn't."""
    pauses: list[float] = []
    monkeypatch.setattr(pacing, "sleep", pauses.append)
    return pauses


@pytest.fixture
def app(db: None) -> WecomApp:
    return make_app()


def make_app(**fields: Any) -> WecomApp:
    corp = fields.pop("corp", None) or make.corp()
    return make.wecom_app(corp, **{"api_base": BASE, "secret_sealed": secrets.seal(SECRET)} | fields)


@pytest.fixture
def client(app: WecomApp, wecom: Imitation, slept: list[float]) -> Client:
    return transport.client_of(app)
