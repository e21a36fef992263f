"""Every address of the API is there with and without its last slash, and no two patterns compete for one."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from scrm_customer import wsgi
from tests import api, make
from tests.conftest import Cast

FILLED = {
    r"(?P<pk>[0-9]+)": "{pk}",
    r"(?P<pk>[0-9]{1,19})": "{pk}",
    r"(?P<employee>[0-9]+)": "{employee}",
    r"(?P<customer>[0-9]{1,19})": "{customer}",
    r"(?P<below>[0-9]{1,19})": "{below}",
    r"(?P<file>[0-9]{1,19})": "{file}",
}
IDS = {"pk": "7", "employee": "8", "customer": "9", "below": "6", "file": "5"}


def routes() -> dict[str, str]:
    """Address below /api/v1/, with {pk} for an id → the name of its view."""
    found = {}
    for include in get_resolver().url_patterns:
        if str(include.pattern) == "api/v1/":
            for pattern in include.url_patterns:
                route = str(pattern.pattern)
                for given, shown in FILLED.items():
                    route = route.replace(given, shown)
                found[re.sub(r"^\^|/\?\$$", "", route)] = pattern.name
    return found


ROUTES = sorted(routes().items())


def test_the_table_has_the_contract_of_the_original_and_more() -> None:
    names = dict(ROUTES)
    for address in ("customers", "customers/{pk}", "customers/{pk}/tags", "customers/{pk}/followups", "tags"):
        assert address in names
    assert len(names) > 15
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize(("address", "name"), ROUTES, ids=[name for _address, name in ROUTES])
def test_an_address_leads_to_its_view_with_and_without_a_slash(address: str, name: str) -> None:
    plain = "/api/v1/" + address.format(pk=7, employee=8, customer=9, below=6, file=5)
    for path in (plain, plain + "/"):
        match = resolve(path)
        assert match.url_name == name
        assert match.kwargs == {name: value for name, value in IDS.items() if f"{{{name}}}" in address}


@pytest.mark.parametrize(("address", "name"), ROUTES, ids=[name for _address, name in ROUTES])
def test_both_forms_give_the_same_answer_and_neither_redirects(cast: Cast, address: str, name: str) -> None:
    row = make.customer(cast.corp, cast.owner)
    client = api.client(cast.corp)
    plain = "/api/v1/" + address.format(pk=row.pk, employee=1, customer=row.pk, below=1, file=1)
    answers = [client.get(path) for path in (plain, plain + "/")]
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].status_code in (200, 404, 405)
    assert _without_request(answers[0]) == _without_request(answers[1])


def _without_request(answer: Any) -> Any:
    if answer.streaming:
        return b"".join(answer.streaming_content)
    # A second may pass between the two.
    return {name: value for name, value in answer.json().items() if name not in ("requestId", "asOf")}


@pytest.mark.parametrize(("address", "name"), ROUTES, ids=[name for _address, name in ROUTES])
def test_without_a_key_every_address_is_closed(db: None, address: str, name: str) -> None:
    for method in ("get", "post", "put", "patch", "delete"):
        answer = getattr(Client(), method)("/api/v1/" + address.format(pk=1, employee=1, customer=1, below=1, file=1))
        assert answer.status_code in (401, 405), (method, address)
        assert answer.json()["requestId"]


@pytest.mark.parametrize("path", ["/api/v1/customers//", "/api/v1/customers/x", "/api/v1/customers/1/2", "/api/v1/"])
def test_what_is_no_address_is_not_found_in_the_apis_shape(db: None, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message", "errors", "requestId"}


def test_the_front_door_leads_into_the_console() -> None:
    assert Client().get("/").url == reverse("admin:index")


@pytest.mark.parametrize("path", ["/health/live", "/health/live/"])
def test_a_probe_needs_no_database(path: str) -> None:
    assert Client().get(path).status_code == 200


def test_the_wsgi_application_answers(transactional_db: None) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/health/live", "SERVER_NAME": "x", "SERVER_PORT": "80"}
    said: list[str] = []
    body = wsgi.application(
        environ | {"wsgi.input": BytesIO(), "HTTP_HOST": "localhost"}, lambda line, _h: said.append(line)
    )
    assert said == ["200 OK"]
    assert b"".join(body)
