"""What the sandbox plays for pages within WeCom: who opens them, and tickets."""

import re
from typing import Any

import pytest

from tests.wecom.sandboxed import AGENT, SECRET
from wecom.sandbox import authorizing
from wecom.sandbox.call import Call
from wecom.sandbox.clock import Clock
from wecom.sandbox.codes import Failure
from wecom.sandbox.company import Company
from wecom.sandbox.endpoints import web

OTHER = AGENT + 1
BACK = "https://scrm.example.com/login/?x=1"


@pytest.fixture
def company() -> Company:
    made = Company(clock=Clock(1_772_337_600))
    made.add_app(agent_id=AGENT, secret=SECRET)
    made.add_app(agent_id=OTHER, secret="another secret of the app")
    made.hire("lina", "<b>李娜</b>", departments=[1])
    return made


def asked(company: Company, **more: str) -> dict[str, str]:
    return {"appid": company.corpid, "agentid": str(AGENT), "redirect_uri": BACK, "state": "S"} | more


def code_of(company: Company) -> str:
    page = authorizing.page(company, asked(company))[2].decode()
    found = re.search(r"code=([\w-]+)&amp;state=S", page)
    assert found
    return found[1]


def call(company: Company, agent: int = AGENT, **query: str) -> Any:
    return Call(company, company.apps[agent], "", query, {})


def test_each_member_has_a_link_back_and_names_are_escaped(company: Company) -> None:
    company.hire("gone", "走了", departments=[1])
    company.fire("gone")
    status, headers, page = authorizing.page(company, asked(company))
    assert (status, dict(headers)["Referrer-Policy"]) == ("200 OK", "no-referrer")
    assert f'href="{BACK}&amp;code=' in page.decode()
    assert ("&lt;b&gt;李娜" in page.decode(), "走了" in page.decode()) == (True, False)


@pytest.mark.parametrize(
    "wrong", [{"appid": "ww"}, {"agentid": "7"}, {"agentid": "x"}, {"redirect_uri": "javascript:alert(1)"}]
)
def test_what_wecom_would_not_send_on_is_not(company: Company, wrong: dict[str, str]) -> None:
    assert authorizing.page(company, asked(company, **wrong))[0] == "400 Bad Request"
    assert company.entries == {}


def test_a_code_serves_its_app_once_and_for_five_minutes(company: Company) -> None:
    code = code_of(company)
    assert web.getuserinfo(call(company, code=code)) == {"userid": "lina"}
    other, old = code_of(company), code_of(company)
    for agent, refused in ((AGENT, code), (OTHER, other), (AGENT, "")):
        with pytest.raises(Failure) as failure:
            web.getuserinfo(call(company, agent, code=refused))
        assert failure.value.code == 40029
    company.advance(authorizing.LIFE)
    with pytest.raises(Failure):
        web.getuserinfo(call(company, code=old))


def test_a_ticket_is_the_same_for_all_until_it_ends(company: Company) -> None:
    first = web.corp_ticket(call(company))
    assert web.corp_ticket(call(company, OTHER)) == first
    mine, others = (web.app_ticket(call(company, a, type="agent_config"))["ticket"] for a in (AGENT, OTHER))
    assert len({first["ticket"], mine, others}) == 3
    company.advance(first["expires_in"])
    assert web.corp_ticket(call(company))["ticket"] != first["ticket"]
    with pytest.raises(Failure):
        web.app_ticket(call(company, type="jsapi"))
