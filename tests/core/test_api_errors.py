"""Every refusal has the one shape, whichever layer refuses, in the caller's language, and tells no more."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import override_settings
from rest_framework.test import APIClient

from core.errors import FieldError, RuleViolation
from core.middleware import ApiShortcut
from corps import accounts
from corps.actors import SYSTEM
from customers import cache, lifecycle
from customers.models import Customer
from tests import make
from tests.api import client
from tests.conftest import Cast

URL = "/api/v1/customers"
NEW = {"externalUserid": "wmErr", "name": "张三"}
Ask = Callable[[Any, Cast], HttpResponse]


def _post(api: Any, body: Any, **headers: str) -> HttpResponse:
    return api.post(URL, body, format="json", headers=headers)


def _twice(api: Any, cast: Cast) -> HttpResponse:
    _post(api, NEW)
    return _post(api, NEW)


def _foreign(api: Any, cast: Cast) -> HttpResponse:
    return api.get(f"{URL}/{make.customer(cast.other_corp).pk}")


def _old_version(api: Any, cast: Cast) -> HttpResponse:
    customer = make.customer(cast.corp)
    return api.patch(f"{URL}/{customer.pk}", {"name": "x"}, format="json", headers={"If-Match": '"999"'})


def _unknown_tag(api: Any, cast: Cast) -> HttpResponse:
    return api.post(f"{URL}/{make.customer(cast.corp).pk}/tags", {"tagIds": [10**9]}, format="json")


def _too_large(api: Any, cast: Cast) -> HttpResponse:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1_000):
        return _post(api, NEW | {"remark": "x" * 2_000})


def _too_often(api: Any, cast: Cast) -> HttpResponse:
    _row, key = accounts.issue_key(account=make.account(cast.corp, rate=1), by=SYSTEM)
    hurried = APIClient(headers={"X-Api-Key": key})
    hurried.get(URL)
    return hurried.get(URL, headers={"Accept-Language": api.language})


REFUSALS: dict[str, tuple[int, Ask]] = {
    "broken JSON": (400, lambda api, cast: api.post(URL, "{", content_type="application/json")),
    "a wrong field": (400, lambda api, cast: _post(api, NEW | {"gender": "purple"})),
    "an unknown field": (400, lambda api, cast: _post(api, NEW | {"isStaff": True})),
    "an unknown parameter": (400, lambda api, cast: api.get(f"{URL}?colour=red")),
    "a page too large": (400, lambda api, cast: api.get(f"{URL}?size=101")),
    "a body that is a list": (400, lambda api, cast: _post(api, [NEW])),
    "no key": (401, lambda api, cast: api.get(URL, headers={"X-Api-Key": ""})),
    "a wrong key": (401, lambda api, cast: api.get(URL, headers={"X-Api-Key": "abcdefgh.wrong"})),
    "a key that may only read": (403, lambda api, cast: _post(client(cast.corp, "read", **api.spoken), NEW)),
    "no such customer": (404, lambda api, cast: api.get(f"{URL}/999999999")),
    "a foreign customer": (404, _foreign),
    "no such route": (404, lambda api, cast: api.get("/api/v1/nothing")),
    "a wrong method": (405, lambda api, cast: api.put(URL, NEW, format="json")),
    "the same customer twice": (409, _twice),
    "a version that has passed": (412, _old_version),
    "a body too large": (413, _too_large),
    "a body that is not JSON": (415, lambda api, cast: api.post(URL, "<a/>", content_type="text/xml")),
    "an unknown tag": (422, _unknown_tag),
    "too many requests": (429, _too_often),
}


@pytest.fixture(params=["en", "zh-hans"])
def api(request: pytest.FixtureRequest, cast: Cast) -> Any:
    spoken = {"Accept-Language": request.param}
    api = client(cast.corp, **spoken)
    api.language, api.spoken = request.param, spoken
    return api


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_has_the_one_shape(case: str, api: Any, cast: Cast) -> None:
    status, ask = REFUSALS[case]
    response = ask(api, cast)
    body = _shape_of(response)
    assert response.status_code == status, body
    assert bool(re.search("[\u4e00-\u9fff]", body["message"])) is (api.language == "zh-hans"), body["message"]


def _shape_of(response: HttpResponse) -> dict[str, Any]:
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"code", "message", "errors", "requestId"}
    assert re.fullmatch("[a-z][a-z0-9_]*", body["code"])
    assert body["message"]
    assert body["requestId"] == response.headers["X-Request-Id"]
    for error in body["errors"]:
        assert set(error) == {"field", "code", "message"}
        assert re.fullmatch("[a-z][a-z0-9_]*", error["code"])
    return body


def test_a_refused_create_leaves_nothing(api: Any, cast: Cast) -> None:
    before = Customer.objects.count()
    for case in ("broken JSON", "a wrong field", "an unknown field", "a body too large", "a key that may only read"):
        REFUSALS[case][1](api, cast)
    assert Customer.objects.count() == before


def test_wrong_fields_are_named_as_the_caller_wrote_them(api: Any) -> None:
    body = _post(api, {"externalUserid": "", "name": ["a"], "tagIds": 1}).json()
    assert {"externalUserid", "name"} <= {error["field"] for error in body["errors"]}


def test_no_key_is_told_how_to_show_one(api: Any, cast: Cast) -> None:
    assert REFUSALS["no key"][1](api, cast).headers["WWW-Authenticate"]


def test_too_many_requests_are_told_when_to_come_back(api: Any, cast: Cast) -> None:
    assert 1 <= int(REFUSALS["too many requests"][1](api, cast).headers["Retry-After"]) <= 60


def test_a_wrong_method_is_told_the_right_ones(api: Any, cast: Cast) -> None:
    assert "POST" in REFUSALS["a wrong method"][1](api, cast).headers["Allow"]


class TestTheServerSide:
    """What is not the caller's fault."""

    @pytest.fixture(autouse=True)
    def _answer_as_a_server_would(self, api: Any) -> None:
        api.raise_request_exception = False

    def _ask(self, api: Any, error: Exception, monkeypatch: pytest.MonkeyPatch) -> HttpResponse:
        monkeypatch.setattr(cache, "versions", lambda *_: (_ for _ in ()).throw(error))
        return api.get(f"{URL}/1")

    @pytest.mark.parametrize("error", [ValueError("secret 13800138000"), OperationalError(1054, "Unknown column 'x'")])
    def test_a_mistake_of_ours_says_nothing_of_the_inside(
        self, error: Exception, api: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        response = self._ask(api, error, monkeypatch)
        assert response.status_code == 500
        assert _shape_of(response)["code"] == "server_error"
        for inside in ("13800138000", "Unknown column", "Traceback", "ValueError", ".py"):
            assert inside not in response.content.decode()

    @pytest.mark.parametrize(
        "error",
        [
            OperationalError(2003, "Can't connect"),
            OperationalError(2006, "gone away"),
            OperationalError(2013, "lost"),
            OperationalError(1040, "too many"),
            OperationalError("database is locked"),
            InterfaceError(0, ""),
        ],
    )
    def test_a_database_that_is_away_is_503_with_a_time_to_come_back(
        self, error: Exception, api: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        response = self._ask(api, error, monkeypatch)
        assert response.status_code == 503
        assert _shape_of(response)["code"] == "database_unavailable"
        assert int(response.headers["Retry-After"]) >= 1

    @pytest.mark.parametrize("number", [1205, 1213])
    def test_a_lock_that_was_never_had_is_503_busy(
        self, number: int, api: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        response = self._ask(api, OperationalError(number, "lock"), monkeypatch)
        assert (response.status_code, _shape_of(response)["code"]) == (503, "busy")

    def test_a_database_lost_before_any_view_is_503_too(self, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def lost(self: ApiShortcut, request: Any) -> HttpResponse:
            raise OperationalError(2013, "lost")

        monkeypatch.setattr(ApiShortcut, "__call__", lost)
        response = api.get(URL)
        assert (response.status_code, _shape_of(response)["code"]) == (503, "database_unavailable")
        assert response.headers["Retry-After"]


def test_a_rule_says_which_fields_and_why(api: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise RuleViolation("too_plain", "Say more.", [FieldError("name", "too_plain", "Say more.")])

    monkeypatch.setattr(lifecycle, "create", refuse)
    response = _post(api, NEW)
    assert response.status_code == 422
    assert response.json()["errors"] == [{"field": "name", "code": "too_plain", "message": "Say more."}]


class TestPagesForPeople:
    """The same refusals outside the API are pages."""

    def test_a_page_that_does_not_exist_is_a_page(self, db: None, client: Any) -> None:
        response = client.get("/nothing-here/")
        assert response.status_code == 404
        assert response.headers["Content-Type"].startswith("text/html")
        assert "404" in response.content.decode()

    def test_a_database_that_is_away_is_a_page_that_says_so(
        self, db: None, client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lost(*_: Any, **__: Any) -> HttpResponse:
            raise OperationalError(2003, "Can't connect to 'db.internal'")

        monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", lost)
        client.raise_request_exception = False
        client.cookies["sessionid"] = "x" * 32
        response = client.get("/admin/")
        assert response.status_code == 503
        assert response.headers["Retry-After"]
        assert "503" in response.content.decode()
        assert "db.internal" not in response.content.decode()
