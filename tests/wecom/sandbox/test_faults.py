"""What can be switched on to go wrong, and what a client sees of it."""

from collections import Counter
from typing import Any

import httpx
import orjson
import pytest

from tests.wecom.sandbox.conftest import SECRET, Api
from wecom.sandbox import faults as module
from wecom.sandbox.company import Company
from wecom.sandbox.faults import Faults
from wecom.sandbox.server import Server

BATCH = "externalcontact/batch/get_by_user"


def test_nothing_goes_wrong_by_itself(api: Api) -> None:
    assert {api.get("department/list")["errcode"] for _ in range(200)} == {0}


def test_a_code_strikes_one_api_as_often_as_told(api: Api, server: Server) -> None:
    server.faults.set(errors={"department/list": {-1: 0.3}})
    codes = Counter(api.get("department/list")["errcode"] for _ in range(400))
    assert set(codes) == {0, -1}
    assert 70 < codes[-1] < 170
    assert {api.get("department/simplelist")["errcode"] for _ in range(50)} == {0}


def test_a_code_can_strike_everything(api: Api, server: Server) -> None:
    server.faults.set(errors={"*": {"6000": 1}})
    assert api.get("department/list")["errcode"] == 6000
    assert api.gettoken(corpid=api.company.corpid, corpsecret=SECRET)["errcode"] == 6000


def test_a_call_that_fails_has_done_nothing(company: Company, api: Api, server: Server) -> None:
    server.faults.set(errors={"externalcontact/add_corp_tag": {-1: 1.0}})
    answer = api.post("externalcontact/add_corp_tag", group_name="等级", tag=[{"name": "甲"}])
    assert answer["errcode"] == -1
    assert company.tags == {}


def test_a_dropped_connection_has_done_nothing(company: Company, api: Api, server: Server) -> None:
    server.faults.set(dropped=1.0)
    with pytest.raises(httpx.ReadError):
        api.post("externalcontact/add_corp_tag", group_name="等级", tag=[{"name": "甲"}])
    assert company.tags == {}


def test_a_lost_answer_comes_after_the_act(company: Company, api: Api, server: Server) -> None:
    server.faults.set(lost=1.0)
    with pytest.raises(httpx.ReadError):
        api.post("externalcontact/add_corp_tag", group_name="等级", tag=[{"name": "甲"}])
    assert [tag.name for tag in company.tags.values()] == ["甲"]


def test_a_proxys_page_is_no_json(api: Api, server: Server) -> None:
    server.faults.set(html=1.0)
    response = api.http.get("department/list", params={"access_token": api.token})
    assert (response.status_code, response.headers["Content-Type"]) == (502, "text/html")


def test_a_cut_answer_is_half_of_one(api: Api, server: Server) -> None:
    server.faults.set(cut=1.0)
    response = api.http.get("department/list", params={"access_token": api.token})
    assert response.status_code == 200
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(response.content)


def test_a_slow_answer_takes_longer(api: Api, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(module.time, "sleep", slept.append)
    server.faults.set(slow=1.0, slow_seconds=7.5)
    assert api.get("department/list")["errcode"] == 0
    assert slept == [7.5]


def test_a_token_can_die_before_any_call(api: Api, server: Server) -> None:
    server.faults.set(token_death=1.0)
    assert api.get("department/list")["errcode"] == 42001
    server.faults.off()
    assert api.get("department/list")["errcode"] == 42001
    api.token = api.login(SECRET)
    assert api.get("department/list")["errcode"] == 0


@pytest.mark.parametrize(("fault", "rows"), [("empty", 0), ("short", 2)])
def test_lists_can_be_short_without_a_word(company: Company, api: Api, server: Server, fault: str, rows: int) -> None:
    for _ in range(9):
        company.befriend("lina")
    server.faults.set(**{fault: 1.0})
    answer = api.post(BATCH, userid_list=["lina"], limit=5)
    assert (answer["errcode"], len(answer["external_contact_list"]), answer["next_cursor"]) == (0, rows, "")
    expected = {"empty": 0, "short": 4}[fault]
    assert len(api.get("externalcontact/list", userid="lina")["external_userid"]) == expected


def test_a_short_answer_leaves_the_company_as_it_is(company: Company, api: Api, server: Server) -> None:
    company.befriend("lina")
    before = company.truth()
    server.faults.set(empty=1.0)
    api.get("externalcontact/list", userid="lina")
    api.post(BATCH, userid_list=["lina"])
    assert company.truth() == before


def test_cursors_can_die_early(company: Company, api: Api, server: Server) -> None:
    for _ in range(3):
        company.befriend("lina")
    first = api.post(BATCH, userid_list=["lina"], limit=1)
    server.faults.set(dead_cursors=1.0)
    assert api.post(BATCH, userid_list=["lina"], limit=1)["errcode"] == 0
    assert api.post(BATCH, userid_list=["lina"], limit=1, cursor=first["next_cursor"])["errcode"] == 40058


def test_faults_can_keep_to_some_calls(api: Api, server: Server) -> None:
    server.faults.set(html=1.0, only=["department/list"])
    assert api.http.get("department/list", params={"access_token": api.token}).status_code == 502
    assert api.get("department/simplelist")["errcode"] == 0


def test_the_same_seed_draws_the_same(api: Api, server: Server) -> None:
    def drawn() -> list[int]:
        server.faults.set(seed=3, errors={"*": {-1: 0.5}})
        return [api.get("department/list")["errcode"] for _ in range(40)]

    assert drawn() == drawn()


def test_off_switches_everything_off(api: Api, server: Server) -> None:
    server.faults.set(html=1.0, errors={"*": {-1: 1.0}}, only=["department/list"])
    server.faults.off()
    assert server.faults.shown() == Faults().shown()
    assert api.get("department/list")["errcode"] == 0


@pytest.mark.parametrize("values", [{"nothing": 1.0}, {"_random": 1}, {"htlm": 0.5}])
def test_an_unknown_fault_is_refused(server: Server, values: dict[str, Any]) -> None:
    before = server.faults.shown()
    with pytest.raises(ValueError, match="no such fault"):
        server.faults.set(**values)
    assert server.faults.shown() == before
