"""A company whose clock stands still, and its API as a client would call it."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.server import Server, application

# 2026-03-02, 10:00 in Shanghai.
MORNING = 1_772_416_800
DAY = 86_400
SECRET, CONTACTS_SECRET = "secret-of-the-app", "secret-of-the-contacts"


@dataclass
class Api:
    """The API with a token in hand. ``get`` and ``post`` return the JSON of the answer.

    Attributes:
        renewing: fetch another token when this one has expired, for tests that let days go by.
    """

    company: Company
    server: Server
    token: str = ""
    renewing: bool = False

    def __post_init__(self) -> None:
        transport = httpx.WSGITransport(app=self.server)  # type: ignore[arg-type]
        self.http = httpx.Client(transport=transport, base_url="http://sandbox/cgi-bin/")
        self.token = self.token or self.login(SECRET)

    def login(self, secret: str) -> str:
        return str(self.gettoken(corpid=self.company.corpid, corpsecret=secret).get("access_token", ""))

    def gettoken(self, **params: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.get("gettoken", params=params).json()
        return answer

    def get(self, api: str, **params: Any) -> dict[str, Any]:
        return self._asked("GET", api, params=params)

    def post(self, api: str, **body: Any) -> dict[str, Any]:
        return self._asked("POST", api, json=body)

    def _asked(
        self, method: str, api: str, *, params: dict[str, Any] | None = None, json: Any = None
    ) -> dict[str, Any]:
        for _ in range(2):
            given = {"access_token": self.token, **(params or {})}
            answer: dict[str, Any] = self.http.request(method, api, params=given, json=json).json()
            if not self.renewing or answer["errcode"] != 42001:
                break
            self.token = self.login(SECRET)
        return answer

    def pages(self, api: str, name: str, **body: Any) -> list[list[Any]]:
        """The lists of all pages, following the cursors."""
        found, cursor = [], ""
        while True:
            answer = self.post(api, **body, cursor=cursor)
            assert answer["errcode"] == 0, answer
            found.append(answer[name])
            cursor = answer.get("next_cursor", "")
            if not cursor:
                return found


@pytest.fixture
def company() -> Company:
    """``lina`` and ``bob`` in one company with a department 2; its events so far are forgotten."""
    company = Company(clock=Clock(MORNING))
    company.add_app(agent_id=1000002, secret=SECRET, token="callbacktoken", aes_key="k" * 43)
    company.add_app(agent_id=1000001, secret=CONTACTS_SECRET, contacts=True, customers=False)
    company.add_department("销售部")
    company.hire("lina", "林娜", [2], leads=[2], position="主管")
    company.hire("bob", "王博", [2])
    company.take_events()
    return company


@pytest.fixture
def server(company: Company) -> Server:
    return application(company)


@pytest.fixture
def api(company: Company, server: Server) -> Api:
    return Api(company, server)


def told(company: Company) -> list[tuple[str, ...]]:
    """The events since the last time: kind of change, and who, without what is the same in all."""
    heads = {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "WelcomeCode"}
    return [tuple(str(v) for k, v in event.items() if k not in heads) for event in company.take_events()]
