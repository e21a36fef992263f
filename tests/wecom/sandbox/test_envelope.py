"""What is the same in all answers (reference: conventions of every call)."""

import re

import httpx
import pytest

from tests.wecom.sandbox.conftest import Api
from wecom.sandbox.codes import TEXTS
from wecom.sandbox.endpoints import ROUTES
from wecom.sandbox.server import Server

POSTS = [name for name, route in ROUTES.items() if route.method == "POST"]
HINT = re.compile(r"^.+, hint: \[\d{10}_\d+_[0-9a-f]+\], from ip: [\d.]+, more info at https://\S+\?e=-?\d+$")


def test_success_has_a_code_and_ok(api: Api) -> None:
    answer = api.get("department/list")
    assert (answer["errcode"], answer["errmsg"]) == (0, "ok")


def test_failures_have_the_status_200_and_a_hint(api: Api) -> None:
    response = api.http.get("user/get", params={"access_token": api.token, "userid": "nobody"})
    assert response.status_code == 200
    assert response.json()["errcode"] == 60111
    assert HINT.match(response.json()["errmsg"])


def test_every_hint_is_another(api: Api) -> None:
    texts = {api.get("user/get", userid="nobody")["errmsg"] for _ in range(5)}
    assert len(texts) == 5


def test_the_keys_of_a_failed_answer_stay_empty(api: Api) -> None:
    answer = api.get("externalcontact/get", external_userid="wm-unknown")
    assert (answer["errcode"], answer["external_contact"], answer["follow_user"]) == (40096, {}, [])


@pytest.mark.parametrize("name", POSTS)
def test_get_where_post_is_documented_is_40058(api: Api, name: str) -> None:
    api.company.apps[1000002].contacts = True
    response = api.http.get(name, params={"access_token": api.token})
    assert (response.status_code, response.json()["errcode"]) == (200, 40058)


def test_an_argument_of_another_type_looks_absent_and_is_warned_of(api: Api) -> None:
    answer = api.post("externalcontact/batch/get_by_user", userid_list="lina")
    assert answer["errcode"] == 40031
    assert "Warning: wrong json format." in answer["errmsg"]


def test_a_list_with_something_else_in_it_looks_absent(api: Api) -> None:
    answer = api.post("externalcontact/batch/get_by_user", userid_list=["lina", 7])
    assert answer["errcode"] == 40031
    assert "Warning: wrong json format." in answer["errmsg"]


def test_a_truth_value_is_no_number(api: Api) -> None:
    answer = api.post("externalcontact/groupchat/list", limit=True)
    assert answer["errcode"] == 40058
    assert "Warning: wrong json format." in answer["errmsg"]


def test_a_wrong_type_where_nothing_is_needed_warns_of_success(api: Api) -> None:
    answer = api.post("externalcontact/get_corp_tag_list", tag_id="etX")
    assert answer["errcode"] == 0
    assert "Warning: wrong json format." in answer["errmsg"]


@pytest.mark.parametrize("content", [b"[]", b"{", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_counts_as_none(api: Api, content: bytes) -> None:
    address = "externalcontact/batch/get_by_user"
    answer = api.http.post(address, params={"access_token": api.token}, content=content).json()
    assert answer["errcode"] == 40031
    assert "Warning: wrong json format." in answer["errmsg"]


def test_a_body_beyond_a_megabyte_is_too_large(api: Api) -> None:
    assert api.post("externalcontact/batch/get_by_user", userid_list=["x" * 2_000_000])["errcode"] == 40206


def test_an_unknown_address_below_cgi_bin_is_an_argument_error(api: Api) -> None:
    assert api.get("externalcontact/no_such_call")["errcode"] == 40058


def test_elsewhere_there_is_nothing(api: Api) -> None:
    assert api.http.get("http://sandbox/other").status_code == 404


def test_calls_and_codes_are_counted(api: Api, server: Server) -> None:
    api.get("department/list")
    api.get("user/get", userid="nobody")
    assert (server.calls["department/list"], server.calls["gettoken"]) == (1, 1)
    assert (server.answers[0], server.answers[60111]) == (2, 1)
    assert server.spent > 0


def test_the_address_of_the_caller_is_in_the_hint(api: Api, server: Server) -> None:
    transport = httpx.WSGITransport(app=server, remote_addr="203.0.113.7")  # type: ignore[arg-type]
    answer = httpx.Client(transport=transport).get("http://sandbox/cgi-bin/department/list").json()
    assert "from ip: 203.0.113.7," in answer["errmsg"]


def test_every_text_is_of_a_number_known_to_wecom() -> None:
    assert all(isinstance(code, int) and text for code, text in TEXTS.items())
    assert TEXTS[0] == "ok"
