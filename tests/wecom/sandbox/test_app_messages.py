"""Messages of the app to members: who is reached, what is dropped, and that they can be looked at."""

from typing import Any

import httpx
import pytest

from tests.wecom.sandbox.conftest import Api
from wecom.sandbox.company import Company
from wecom.sandbox.server import Server

SEND = "message/send"
TEXT: dict[str, Any] = {"msgtype": "text", "agentid": 1000002, "text": {"content": "您好"}}
ONCE = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}


def texts(company: Company) -> list[tuple[list[str], str]]:
    return [(row["to"], row["text"]) for row in company.messages]


def test_a_text_reaches_who_is_there_and_names_who_is_not(company: Company, api: Api) -> None:
    answer = api.post(SEND, touser="lina|nobody|bob", **TEXT)
    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody")
    assert texts(company) == [(["lina", "bob"], "您好")]


def test_a_leaver_is_not_reached(company: Company, api: Api) -> None:
    company.fire("bob")
    assert api.post(SEND, touser="bob", **TEXT)["errcode"] == 81013
    assert api.post(SEND, touser="bob|lina", **TEXT)["invaliduser"] == "bob"


@pytest.mark.parametrize(("seconds", "kept"), [(0, 1), (599, 1), (601, 2)])
def test_the_same_text_is_dropped_for_as_long_as_was_asked(company: Company, api: Api, seconds: int, kept: int) -> None:
    api.post(SEND, touser="lina", **TEXT, **ONCE)
    company.advance(seconds)
    assert api.post(SEND, touser="lina", **TEXT, **ONCE)["errcode"] == 0
    assert len(company.messages) == kept


def test_another_text_another_person_or_no_such_wish_is_not_dropped(company: Company, api: Api) -> None:
    api.post(SEND, touser="lina", **TEXT, **ONCE)
    api.post(SEND, touser="bob", **TEXT, **ONCE)
    api.post(SEND, touser="lina", **TEXT | {"text": {"content": "再见"}}, **ONCE)
    api.post(SEND, touser="lina", **TEXT)
    assert len(company.messages) == 4


def test_what_is_too_long_is_cut(company: Company, api: Api) -> None:
    api.post(SEND, touser="lina", **TEXT | {"text": {"content": "字" * 1000}})
    ((_to, text),) = texts(company)
    assert text == "字" * 682


def test_what_was_sent_can_be_looked_at(server: Server, api: Api) -> None:
    api.post(SEND, touser="lina", **TEXT)
    transport = httpx.WSGITransport(app=server)  # type: ignore[arg-type]
    with httpx.Client(transport=transport, base_url="http://127.0.0.1:7003/sandbox/") as http:
        shown = http.get("messages").json()
    assert [(row["to"], row["text"]) for row in shown] == [(["lina"], "您好")]
