"""The doors of follow-ups, tried with everything they have to refuse and the odd things they have to take."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from corps import accounts
from corps.actors import SYSTEM
from corps.models import Employee, IdempotencyKey
from customers import lifecycle
from customers.models import Customer
from followups import writing
from followups.models import FollowUp
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.doors import BAD_PAGES, HARD_NAMES, METHODS, UNREADABLE, is_chinese, refused, with_and_without_slash


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def url(customer: Customer) -> str:
    return f"/api/v1/customers/{customer.pk}/followups"


def state() -> list[Any]:
    """Everything a follow-up may change; the customer is not among it but for being watched."""
    return [
        list(FollowUp.objects.order_by("id").values()),
        list(Customer.objects.order_by("id").values()),
        OutboxEvent.objects.count(),
        IdempotencyKey.objects.count(),
    ]


def test_both_spellings_of_the_address_are_one(customer: Customer, client) -> None:
    for address in with_and_without_slash(url(customer)):
        assert client.post(address, {"content": "电话"}).status_code == 201
    lists = [client.get(address).json() for address in with_and_without_slash(url(customer))]
    assert lists[0] == lists[1]
    assert lists[0]["total"] == 2


def test_a_body_that_cant_be_read_is_refused_and_writes_nothing(customer: Customer, client) -> None:
    before = state()
    for body, kind, status, code in UNREADABLE:
        refused(client.post(url(customer), body, content_type=kind), status, code)
        refused(client.post(url(customer), body, content_type=kind, headers={"Idempotency-Key": "k"}), status, code)
    assert state() == before


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("content", [None, {}, [], ["x"], True, "", " \n\t ", "\u3000", "a\x00b", "\x00", "长" * 5_001]),
        ("employeeId", [{}, [], True, "x", "", 0, -1, 1.5, 2**63, 1e300]),
        ("happenedAt", [{}, [], True, 5, "", "x", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "now"]),
        (
            "happenedAt",
            [
                "0001-01-01T00:00:00+14:00",
                "0001-01-01T00:00:00Z",
                "2026-01-01T25:00:00Z",
                "10000-01-01T00:00:00Z",
                "-1-01-01",
            ],
        ),
        *[(name, [1, None]) for name in ("colour", "customerId", "actor", "corpId", "id", "version", "employee_id")],
    ],
)
def test_a_field_with_a_value_of_another_kind_is_refused_by_its_name(
    customer: Customer, client, field: str, values: list[Any]
) -> None:
    before = state()
    for value in values:
        told = refused(client.post(url(customer), {"content": "电话", field: value}), 400, "invalid")
        assert [e["field"] for e in told["errors"]] == [field], value
    assert state() == before


@pytest.mark.parametrize("text", [*HARD_NAMES, "两行\n字", "tab\there", "x" * 5_000, "😀" * 5_000])
def test_content_comes_back_as_it_was_sent_and_no_event_tells_it(customer: Customer, client, text: str) -> None:
    made = client.post(url(customer), {"content": f"  {text} "})
    assert (made.status_code, made.json()["content"]) == (201, text)
    assert FollowUp.objects.get().content == text
    assert client.get(url(customer)).json()["list"][0]["content"] == text
    assert text not in str(OutboxEvent.objects.latest("id").payload)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2026-03-01T08:00:00+08:00", "2026-03-01T00:00:00Z"),
        ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("2026-03-01T00:00:00", "2026-03-01T00:00:00Z"),
        ("2026-02-28T12:00:00-12:00", "2026-03-01T00:00:00Z"),
        ("2026-03-01 00:00", "2026-03-01T00:00:00Z"),
        ("2026-03-01", "2026-03-01T00:00:00Z"),
        ("2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59Z"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
        ("1000-01-01T00:00:00Z", "1000-01-01T00:00:00Z"),
        ("0001-01-03T00:00:00Z", "0001-01-03T00:00:00Z"),
    ],
)
def test_a_moment_is_shown_in_utc_in_the_answer_and_in_the_list_alike(
    customer: Customer, client, sent: str, shown: str
) -> None:
    made = client.post(url(customer), {"content": "x", "happenedAt": sent})
    assert (made.status_code, made.json()["happenedAt"]) == (201, shown)
    assert client.get(url(customer)).json()["list"] == [made.json()]


def test_what_is_left_out_and_what_is_null_are_the_same(cast: Cast, customer: Customer, client) -> None:
    for body in ({"content": "x"}, {"content": "x", "employeeId": None, "happenedAt": None}):
        made = client.post(url(customer), body).json()
        assert (made["employeeId"], made["employeeName"], made["version"]) == (None, None, 1)
        moment = dt.datetime.fromisoformat(made["happenedAt"])
        assert abs(moment - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_only_get_and_post_are_offered(customer: Customer, client) -> None:
    before = state()
    for method in set(METHODS) - {"get", "post"}:
        answer = client.generic(method.upper(), url(customer), b"{}", content_type="application/json")
        refused(answer, 405, "method_not_allowed")
        assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    assert client.head(url(customer)).status_code == 200
    assert state() == before


def test_without_a_key_or_the_scope_nothing_is_read_or_written(cast: Cast, customer: Customer) -> None:
    before = state()
    refused(APIClient().get(url(customer)), 401, "not_authenticated")
    refused(APIClient().post(url(customer), {"content": "x"}), 401, "not_authenticated")
    refused(api.client(cast.corp, "tags").get(url(customer)), 403, "permission_denied")
    refused(api.client(cast.corp, "read", "tags").post(url(customer), {"content": "x"}), 403, "permission_denied")
    assert state() == before


def test_past_the_accounts_rate_nothing_is_written(cast: Cast, customer: Customer) -> None:
    _row, key = accounts.issue_key(account=make.account(cast.corp, rate=1), by=SYSTEM)
    client = APIClient(headers={"X-Api-Key": key})
    assert client.post(url(customer), {"content": "x"}).status_code == 201
    before = state()
    answer = client.post(url(customer), {"content": "y"}, headers={"Idempotency-Key": "k"})
    refused(answer, 429, "throttled")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert state() == before


def test_a_body_past_the_limit_is_413(customer: Customer, client, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    before = state()
    for headers in ({}, {"Idempotency-Key": "k"}):
        refused(client.post(url(customer), {"content": "长" * 100}, headers=headers), 413, "payload_too_large")
    assert state() == before


@pytest.mark.parametrize("ident", ["0", "00", str(2**63 - 1), str(2**63), "9" * 19, "9" * 20, "-1", "1.5", "x", "٣"])
def test_a_customer_who_is_nobody_is_404(customer: Customer, client, ident: str) -> None:
    before = state()
    refused(client.get(f"/api/v1/customers/{ident}/followups"), 404, "not_found")
    refused(client.post(f"/api/v1/customers/{ident}/followups", {"content": "x"}), 404, "not_found")
    assert state() == before


def test_pages_are_bounded_and_lie_side_by_side(customer: Customer, client, settings) -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for n in range(7):
        # Two at each moment: the later written comes first.
        happened = moment + dt.timedelta(days=n // 2)
        writing.write(customer=customer, content=str(n), by=SYSTEM, source="system", happened_at=happened)
    for query in [*BAD_PAGES, "size=99999999999"]:
        refused(client.get(f"{url(customer)}?{query}"), 400, "invalid_parameter")
    whole = [f["content"] for f in client.get(url(customer)).json()["list"]]
    assert whole == ["6", "5", "4", "3", "2", "1", "0"]
    for size in (1, 2, 3, 7, 8):
        pages = [client.get(f"{url(customer)}?size={size}&page={n}").json() for n in range(1, 8)]
        assert [f["content"] for page in pages for f in page["list"]] == whole
        assert {page["total"] for page in pages} == {7}
    settings.OFFSET_BOUND = 200
    refused(client.get(f"{url(customer)}?page=3&size=100"), 400, "page_too_deep")


@pytest.mark.parametrize("query", ["colour=1", "customerId=1", "keyword=x", "content=x", "ordering=id", "Page=1"])
def test_an_unknown_parameter_is_refused(customer: Customer, client, query: str) -> None:
    told = refused(client.get(f"{url(customer)}?{query}"), 400, "unknown_parameter")
    assert told["errors"][0]["field"] == query.split("=")[0]


def test_a_history_costs_the_same_for_one_as_for_thirty(cast: Cast, customer: Customer, client) -> None:
    counts = []
    client.get("/api/v1/me")
    for more in (1, 29, 0):
        for _ in range(more):
            employee = make.employee(cast.corp, cast.department)
            writing.write(customer=customer, content="x", by=SYSTEM, source="system", employee_id=employee.pk)
        with CaptureQueriesContext(connection) as captured:
            rows = client.get(f"{url(customer)}?size=50").json()["list"]
        counts.append(len(captured))
    # Whether the customer may be seen, their records, the page with the names, whom it names and its files.
    assert (len(rows), counts) == (30, [5, 5, 5])


def test_a_write_costs_a_handful_of_statements(cast: Cast, customer: Customer, client) -> None:
    client.get("/api/v1/me")
    with CaptureQueriesContext(connection) as captured:
        client.post(url(customer), {"content": "x", "employeeId": cast.owner.pk})
    asked = [q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # The customer under its lock, whether the employee is one of ours, the row, the event, what they had planned. And
    # for the answer the employee's name, whom it names and its files.
    assert len(asked) == 8, asked


def test_a_repeat_under_one_key_writes_once_even_by_a_different_clock(customer: Customer, client) -> None:
    headers = {"Idempotency-Key": "visit-1"}
    first = client.post(url(customer), {"content": "x"}, headers=headers)
    after = state()
    again = client.post(url(customer), {"content": "x"}, headers=headers)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert state() == after
    refused(client.post(url(customer), {"content": "y"}, headers=headers), 422, "idempotency_mismatch")
    refused(client.post(f"{url(customer)}/", {"content": "x"}, headers=headers), 422, "idempotency_mismatch")
    assert state() == after


def test_a_key_whose_request_was_refused_is_free_for_the_right_one(cast: Cast, customer: Customer, client) -> None:
    headers = {"Idempotency-Key": "visit-2"}
    for body, status in (
        ({"content": ""}, 400),
        ({"content": "x", "employeeId": cast.stranger.pk}, 422),
        ({"content": "x", "happenedAt": "2999-01-01T00:00:00Z"}, 422),
        ({"content": "x"}, 201),
    ):
        assert client.post(url(customer), body, headers=headers).status_code == status
    assert (FollowUp.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


def test_writing_about_a_customer_leaves_the_customer_as_it_was(customer: Customer, client) -> None:
    before = Customer.objects.filter(pk=customer.pk).values().get()
    client.post(url(customer), {"content": "x"})
    assert Customer.objects.filter(pk=customer.pk).values().get() == before


def test_the_history_of_one_who_left_still_names_them(cast: Cast, customer: Customer, client) -> None:
    client.post(url(customer), {"content": "x", "employeeId": cast.colleague.pk})
    Employee.objects.filter(pk=cast.colleague.pk).update(status=5, name="")
    shown = client.get(url(customer)).json()["list"][0]
    assert (shown["employeeId"], shown["employeeName"]) == (cast.colleague.pk, "")


def test_refusals_are_in_the_callers_language(cast: Cast, customer: Customer, client) -> None:
    gone = make.customer(cast.corp)
    lifecycle.delete(customer=gone, by=SYSTEM, source="system")
    for where, body in (
        (customer, {"content": ""}),
        (customer, {"content": "长" * 5_001}),
        (customer, {"content": "x", "employeeId": cast.stranger.pk}),
        (customer, {"content": "x", "happenedAt": "2999-01-01T00:00:00Z"}),
        (customer, {"content": "x", "happenedAt": "soon"}),
        (gone, {"content": "x"}),
    ):
        for language, chinese in (("zh-CN", True), ("en", False)):
            told = client.post(url(where), body, headers={"Accept-Language": language}).json()
            texts = [told["message"], *(e["message"] for e in told["errors"])]
            assert [is_chinese(text) for text in texts] == [chinese] * len(texts), texts
