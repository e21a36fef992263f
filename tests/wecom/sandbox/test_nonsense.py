"""Whatever is sent, an answer comes: a code, never a crash, and never a change that was refused."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wecom.sandbox.conftest import DAY, MORNING, SECRET, Api
from wecom.sandbox import store
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.endpoints import ROUTES
from wecom.sandbox.server import application

NAMES = st.sampled_from(
    [
        "userid",
        "userid_list",
        "external_userid",
        "cursor",
        "limit",
        "page_size",
        "remark",
        "description",
        "remark_company",
        "remark_mobiles",
        "tag_id",
        "group_id",
        "group_name",
        "name",
        "order",
        "tag",
        "id",
        "add_tag",
        "remove_tag",
        "handover_userid",
        "takeover_userid",
        "chat_id",
        "chat_id_list",
        "new_owner",
        "status_filter",
        "owner_filter",
        "need_name",
        "day_begin_time",
        "day_end_time",
        "start_time",
        "end_time",
        "partyid",
        "offset",
        "order_by",
        "order_asc",
        "type",
        "scene",
        "state",
        "user",
        "party",
        "config_id",
        "welcome_code",
        "text",
        "attachments",
        "department_id",
    ]
)


def known() -> Company:
    """A company whose ids the nonsense may hit upon."""
    company = Company(clock=Clock(MORNING))
    company.add_app(agent_id=1000002, secret=SECRET, contacts=True)
    company.hire("lina", "林娜")
    company.hire("bob", "王博")
    company.befriend("lina", "wm1")
    company.befriend("bob", "wm1")
    company.hire("gone", "离职")
    company.befriend("gone", "wm2")
    chat = company.open_chat("lina", ["wm1"])
    company.chats["wr1"] = company.chats.pop(chat)
    company.fire("gone")
    company.advance(DAY)
    return company


NEAR = st.sampled_from(
    ["lina", "bob", "gone", "wm1", "wm2", "wr1", "", "nobody", 1, 2, 100, -1, MORNING, MORNING - DAY]
)
VALUES: Any = st.recursive(
    st.one_of(
        NEAR,
        st.none(),
        st.booleans(),
        st.integers(-(2**40), 2**40),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.sampled_from(["userid_list", "name", "content", "msgtype", "order"]), st.text(max_size=4)),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=6)


@pytest.mark.parametrize("address", sorted(ROUTES))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=BODIES)
def test_any_body_has_an_answer(address: str, body: dict[str, Any]) -> None:
    company = known()
    api = Api(company, application(company))
    before = json.dumps(store.dump(company), default=str)
    if ROUTES[address].method == "GET":
        answer = api.get(address, **{name: str(value) for name, value in body.items() if name != "address"})
    else:
        answer = api.http.post(address, params={"access_token": api.token}, json=body).json()
    assert isinstance(answer["errcode"], int)
    if answer["errcode"]:
        assert json.dumps(store.dump(company), default=str) == before


@pytest.mark.parametrize("length", ["", "-1", "x", "99999999999"])
def test_a_length_that_is_none_is_no_crash(length: str) -> None:
    company = known()
    api = Api(company, application(company))
    request = httpx.Request(
        "POST",
        "http://sandbox/cgi-bin/externalcontact/get_corp_tag_list",
        params={"access_token": api.token},
        headers={"Content-Length": length},
        content=b"{}",
    )
    answer = api.http.send(request)
    assert isinstance(answer.json()["errcode"], int)


@pytest.mark.parametrize("query", ["%ff%fe", "access_token", "=&=&", "a" * 5000])
def test_a_query_of_nonsense_is_no_crash(query: str) -> None:
    company = known()
    api = Api(company, application(company))
    assert api.http.get(f"http://sandbox/cgi-bin/department/list?{query}").json()["errcode"] == 41001
