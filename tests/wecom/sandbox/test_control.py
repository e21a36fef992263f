"""The developer's page and calls, and who may use them."""

from typing import Any

import httpx
import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING, SECRET, Api
from wecom.sandbox import control
from wecom.sandbox.company import Company
from wecom.sandbox.server import Server


@pytest.fixture
def http(server: Server) -> httpx.Client:
    transport = httpx.WSGITransport(app=server)  # type: ignore[arg-type]
    return httpx.Client(transport=transport, base_url="http://127.0.0.1:7003/sandbox/")


def post(http: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    answer = http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_page_shows_numbers_and_acts(http: httpx.Client, company: Company) -> None:
    company.befriend("lina")
    page = http.get("")
    assert page.status_code == 200
    assert company.corpid in page.text
    assert "befriend(userid" in page.text
    assert page.headers["Content-Security-Policy"] == "default-src 'none'"


def test_the_page_tells_no_secret(http: httpx.Client) -> None:
    for path in ("", "counts", "faults", "switches", "acts"):
        assert SECRET not in http.get(path).text
        assert "callbacktoken" not in http.get(path).text


def test_counts_are_told(http: httpx.Client, api: Api, company: Company) -> None:
    company.befriend("lina")
    api.get("department/list")
    counts = http.get("counts").json()
    assert (counts["now"], counts["counts"]["relations"]) == (MORNING, 1)
    assert (counts["calls"]["department/list"], counts["codes"]["0"]) == (1, 2)


def test_the_clock_is_advanced(http: httpx.Client, company: Company) -> None:
    external = company.befriend("lina")
    company.start_transfer("lina", "bob", external, resigned=False)
    assert post(http, "clock", seconds=DAY) == {"now": MORNING + DAY}
    assert company.truth()["follows"]["bob", external]["status"] == "active"


def test_faults_are_switched_on_and_off(http: httpx.Client, api: Api) -> None:
    shown = post(http, "faults", errors={"department/list": {"-1": 1.0}}, slow=0.0)
    assert shown["errors"] == {"department/list": {"-1": 1.0}}
    assert api.get("department/list")["errcode"] == -1
    assert http.get("faults").json()["errors"] == {"department/list": {"-1": 1.0}}
    assert post(http, "faults", off=True)["errors"] == {}
    assert api.get("department/list")["errcode"] == 0


def test_switches_are_turned(http: httpx.Client, company: Company) -> None:
    assert post(http, "switches", tag_limit=5, api_events=True)["tag_limit"] == 5
    assert (company.switches.tag_limit, company.switches.api_events) == (5, True)
    assert http.get("switches").json()["api_events"] is True


def test_limits_are_set(http: httpx.Client, api: Api) -> None:
    post(http, "limits", counting=True, per_minute=1)
    assert [api.get("department/list")["errcode"] for _ in range(2)] == [0, 45009]


def test_tokens_are_killed(http: httpx.Client, api: Api) -> None:
    post(http, "tokens", code=40014)
    assert api.get("department/list")["errcode"] == 40014


def test_an_act_is_done(http: httpx.Client, company: Company) -> None:
    result = post(http, "acts", act="befriend", args={"userid": "lina", "name": "海洋"})["result"]
    assert company.people[result].name == "海洋"
    assert company.take_events()[-1]["ExternalUserID"] == result


def test_an_act_upon_several_names_them_in_a_row(http: httpx.Client, company: Company) -> None:
    guests = [company.befriend("lina"), company.befriend("lina")]
    chat = post(http, "acts", act="open_chat", args={"owner": "lina"})["result"]
    post(http, "acts", act="join", who=[chat, *guests], args={"scene": 2})
    assert set(company.chats[chat].members) == {"lina", *guests}


def test_a_row_that_an_act_returns_is_told(http: httpx.Client) -> None:
    result = post(http, "acts", act="hire", args={"userid": "new", "name": "新人"})["result"]
    assert (result["userid"], result["departments"]) == ("new", [1])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("acts", {"act": "befriend", "args": {"userid": "nobody"}}),
        ("acts", {"act": "befriend", "args": {"nonsense": 1}}),
        ("acts", {"act": "truth"}),
        ("acts", {"act": "__init__"}),
        ("acts", {"act": "take_events"}),
        ("acts", {"act": "by_api"}),
        ("acts", {}),
        ("clock", {}),
        ("clock", {"seconds": -5}),
        ("clock", {"seconds": "x"}),
        ("faults", {"nothing": 1}),
        ("switches", {"tag_limit": "many"}),
        ("switches", {"nothing": 1}),
        ("limits", {"_running": {}}),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(
    http: httpx.Client, company: Company, path: str, body: dict[str, Any]
) -> None:
    before = company.truth()
    answer = http.post(path, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert company.truth() == before
    assert company.clock.now() == MORNING


def test_a_switch_that_fails_turns_none_beside_it(http: httpx.Client, company: Company) -> None:
    assert http.post("switches", json={"tag_limit": 5, "nothing": 1}).status_code == 400
    assert company.switches.tag_limit == 3000
    assert http.post("switches", json={"tag_limit": True}).status_code == 400


def test_a_limit_that_is_not_there_sets_none_beside_it(http: httpx.Client, server: Server) -> None:
    assert http.post("limits", json={"per_minute": 5, "nothing": 1}).status_code == 400
    assert server.limits.per_minute == 10_000


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"1"])
def test_only_an_object_is_a_body(http: httpx.Client, content: bytes) -> None:
    answer = http.post("clock", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_site_is_refused(http: httpx.Client, company: Company, kind: str) -> None:
    answer = http.post("clock", content=b'{"seconds": 5}', headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert company.clock.now() == MORNING


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7003", "127.0.0.1.evil.example"])
def test_a_name_of_elsewhere_is_refused(http: httpx.Client, company: Company, host: str) -> None:
    answer = http.post("clock", json={"seconds": 5}, headers={"Host": host})
    assert answer.status_code == 403
    assert http.get("", headers={"Host": host}).status_code == 403
    assert company.clock.now() == MORNING


def test_only_this_machine_is_answered(server: Server, company: Company) -> None:
    transport = httpx.WSGITransport(app=server, remote_addr="192.0.2.7")  # type: ignore[arg-type]
    far = httpx.Client(transport=transport, base_url="http://127.0.0.1:7003/sandbox/")
    assert far.get("counts").status_code == 403
    assert far.post("clock", json={"seconds": 5}).status_code == 403
    assert company.clock.now() == MORNING


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "clock"), ("GET", "nothing"), ("POST", "counts"), ("PUT", "clock")]
)
def test_other_addresses_are_not_there(http: httpx.Client, method: str, path: str) -> None:
    assert http.request(method, path, json={}).status_code == 404


def test_every_act_of_the_company_can_be_done_by_name() -> None:
    named = control.acts()
    wanted = {"befriend", "fire", "tag_follow", "delete_by_customer", "open_chat", "join", "add_tag_group", "shuffle"}
    assert wanted | {"refuse_transfer", "forget_transfer", "finish_transfers", "rename_userid", "scan", "talk"} <= set(
        named
    )
    assert named["fire"] == "(userid: str) -> None"
    assert not any(name.startswith("_") for name in named)
