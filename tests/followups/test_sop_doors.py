"""The doors of timelines, SOPs and reminders, tried with all they have to refuse and the odd things they take."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from corps.actors import SYSTEM
from corps.models import IdempotencyKey
from customers import lifecycle
from customers.models import Customer
from followups.models import Reminder, SopEnrolment, TimelineEntry
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.doors import BAD_PAGES, HARD_NAMES, METHODS, UNREADABLE, is_chinese, refused, with_and_without_slash

BODY = {"content": "约看样品", "dueAt": "2027-01-01T02:00:00Z"}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def row(cast: Cast, customer: Customer) -> Reminder:
    make.entry(customer, cast.owner)
    return make.reminder(customer, cast.owner, enrolment=make.sop(customer), step=1)


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def reads(customer: Customer) -> list[str]:
    return [f"/api/v1/customers/{customer.pk}/timeline", f"/api/v1/customers/{customer.pk}/sops", "/api/v1/reminders"]


def writes(customer: Customer, row: Reminder) -> list[str]:
    acts = [f"/api/v1/reminders/{row.pk}/done", f"/api/v1/reminders/{row.pk}/cancel"]
    return [f"/api/v1/customers/{customer.pk}/reminders", *acts]


def state() -> list[Any]:
    """Everything these doors may change."""
    models = (Reminder, SopEnrolment, TimelineEntry, Customer)
    return [*(list(m.objects.order_by("pk").values()) for m in models), OutboxEvent.objects.count()]


def test_both_spellings_of_each_address_are_one(customer: Customer, row: Reminder, client: Any) -> None:
    for address in reads(customer):
        first, second = (client.get(spelt) for spelt in with_and_without_slash(address))
        assert (first.status_code, first.json()) == (200, second.json())
        assert len(first.json()["list"]) == 1
    for address in with_and_without_slash(writes(customer, row)[0]):
        assert client.post(address, BODY).status_code == 201


def test_a_body_that_cant_be_read_is_refused_and_writes_nothing(customer: Customer, row: Reminder, client: Any) -> None:
    before = [*state(), IdempotencyKey.objects.count()]
    for body, kind, status, code in UNREADABLE:
        refused(client.post(writes(customer, row)[0], body, content_type=kind), status, code)
    assert [*state(), IdempotencyKey.objects.count()] == before


def test_a_field_with_a_value_of_another_kind_is_refused_by_its_name(
    customer: Customer, row: Reminder, client: Any
) -> None:
    before, table = (
        state(),
        {
            "content": [None, {}, [], True, "", " \n ", "a\x00b", "长" * 201],
            "dueAt": [None, {}, 5, "", "soon", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00Z", "10000-01-01T00:00:00Z"],
            "employeeId": [{}, [], True, "x", 0, -1, 1.5, 2**63],
            "state": ["done"],
            "step": [1],
            "enrolmentId": [1],
            "due_at": ["2027-01-01T02:00:00Z"],
        },
    )
    for field, values in table.items():
        for value in values:
            told = refused(client.post(writes(customer, row)[0], BODY | {field: value}), 400, "invalid")
            assert [e["field"] for e in told["errors"]] == [field], (field, value)
    assert state() == before


def test_what_is_to_be_done_comes_back_as_it_was_sent_and_no_event_tells_it(customer: Customer, client: Any) -> None:
    for text in HARD_NAMES:
        made = client.post(f"/api/v1/customers/{customer.pk}/reminders", BODY | {"content": f" {text} "})
        assert (made.status_code, made.json()["content"]) == (201, text)
        assert text not in str(OutboxEvent.objects.latest("id").payload["data"])
    shown = [one["content"] for one in client.get("/api/v1/reminders").json()["list"]]
    assert shown == HARD_NAMES


def test_only_what_is_written_down_is_offered(customer: Customer, row: Reminder, client: Any) -> None:
    before = state()
    offered = {address: {"get"} for address in reads(customer)}
    offered |= {address: {"post"} for address in writes(customer, row)}
    for address, methods in offered.items():
        for method in set(METHODS) - methods:
            answer = client.generic(method.upper(), address, b"{}", content_type="application/json")
            refused(answer, 405, "method_not_allowed")
    assert state() == before


def test_without_a_key_or_the_scope_nothing_is_read_or_written(cast: Cast, customer: Customer, row: Reminder) -> None:
    before, reader, tagger = state(), api.client(cast.corp, "read"), api.client(cast.corp, "tags")
    for address in reads(customer):
        refused(APIClient().get(address), 401, "not_authenticated")
        refused(tagger.get(address), 403, "permission_denied")
        assert reader.get(address).status_code == 200
    for address in writes(customer, row):
        refused(APIClient().post(address, BODY), 401, "not_authenticated")
        refused(reader.post(address, BODY), 403, "permission_denied")
    assert state() == before


def test_who_and_what_is_nobodys_is_404(cast: Cast, customer: Customer, row: Reminder, client: Any) -> None:
    foreign = make.customer(cast.other_corp, cast.stranger)
    theirs, before = make.reminder(foreign, cast.stranger), state()
    for ident in ("0", str(2**63 - 1), str(2**63), "9" * 19, "9" * 20, "-1", "x", str(foreign.pk)):
        for path in ("timeline", "sops"):
            refused(client.get(f"/api/v1/customers/{ident}/{path}"), 404, "not_found")
        refused(client.post(f"/api/v1/customers/{ident}/reminders", BODY), 404, "not_found")
    for ident in ("0", str(2**63), "9" * 19, "x", str(theirs.pk)):
        for act in ("done", "cancel"):
            refused(client.post(f"/api/v1/reminders/{ident}/{act}"), 404, "not_found")
    assert state() == before


def test_pages_are_bounded_and_unknown_parameters_refused(customer: Customer, row: Reminder, client: Any) -> None:
    timeline, sops, reminders = reads(customer)
    for query in BAD_PAGES:
        for address in (sops, reminders):
            refused(client.get(f"{address}?{query}"), 400, "invalid_parameter")
        if query.startswith("size"):
            refused(client.get(f"{timeline}?{query}"), 400, "invalid_parameter")
    for address in reads(customer):
        for query in ("colour=1", "ordering=id", "Size=1", "customer_id=1"):
            refused(client.get(f"{address}?{query}"), 400, "unknown_parameter")


def test_a_deleted_customer_gets_no_reminder_and_the_refusal_is_in_the_callers_language(
    cast: Cast, customer: Customer, client: Any
) -> None:
    lifecycle.delete(customer=customer, by=SYSTEM, source="system")
    before, address = state(), f"/api/v1/customers/{customer.pk}/reminders"
    told = []
    for tongue in ("zh-hans", "en"):
        answer = client.post(address, BODY, headers={"Accept-Language": tongue})
        told.append(refused(answer, 409, "customer_deleted"))
    assert [is_chinese(one["message"]) for one in told] == [True, False]
    assert state() == before
