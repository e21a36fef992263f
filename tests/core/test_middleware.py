import re
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from core.logs import request_id
from core.middleware import RequestContext
from tests import make
from tests.api import client as api_client
from tests.conftest import Cast

HEX = re.compile(r"[0-9a-f]{32}")


def _asked_with(client: Any, ident: str) -> str:
    return client.get("/health/live", headers={"X-Request-Id": ident}).headers["X-Request-Id"]


@pytest.mark.parametrize("ident", ["abcdefgh", "0f8fad5b-d9cb-469f-a165-70867728950e", "a.b_c-" * 10])
def test_a_sane_request_id_is_the_callers(client: Any, ident: str) -> None:
    assert _asked_with(client, ident) == ident


@pytest.mark.parametrize(
    "ident",
    ["", "short", "x" * 65, "with space", "a\tb345678", "<script>alert</script>", "编号编号编号编号", "a;b=c&d12"],
)
def test_a_hostile_request_id_is_replaced(client: Any, ident: str) -> None:
    assert HEX.fullmatch(_asked_with(client, ident))


def test_two_requests_without_an_id_get_two(client: Any) -> None:
    assert _asked_with(client, "") != _asked_with(client, "")


def test_the_id_is_known_while_the_request_lasts_and_forgotten_after() -> None:
    seen = []

    def view(request: Any) -> Any:
        seen.append(request_id.get())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RequestContext(view)(RequestFactory().get("/", headers={"X-Request-Id": "known-id-1"}))
    assert seen == ["known-id-1"]
    assert request_id.get() == ""


def test_a_request_to_the_api_pays_for_no_session_and_gets_no_cookie(cast: Cast) -> None:
    api = api_client(cast.corp)
    customer = make.customer(cast.corp)
    api.get(f"/api/v1/customers/{customer.pk}")
    api.cookies["sessionid"] = "x" * 32
    with CaptureQueriesContext(connection) as queries:
        response = api.get(f"/api/v1/customers/{customer.pk}")
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert [q["sql"] for q in queries if "django_session" in q["sql"]] == []


def test_a_session_of_the_console_opens_no_door_of_the_api(cast: Cast, client: Any) -> None:
    client.force_login(cast.users["admin"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/customers").status_code == 401


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_a_probe_needs_no_session(client: Any, path: str, db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert not any("django_session" in q["sql"] for q in queries)
