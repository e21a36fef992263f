"""Who opened whose page is stored soon, in few rows, and costs the reader nothing."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from corps import accounts, express
from corps.actors import SYSTEM
from corps.choices import Role
from customers.models import AccessRecord, Customer
from customers.privacy import accesses, viewing
from customers.privacy.viewing import views
from segments.members import taking
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy.people import URL, client
from tests.customers.two_ways import Ways


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def stored() -> list[tuple[Any, ...]]:
    views.flush()
    return list(AccessRecord.objects.order_by("id").values_list("actor", "customer_id", "kind", "source", "number"))


def test_who_reads_a_detail_is_written_down_after_they_have_their_answer(cast: Cast, customer: Customer) -> None:
    owner = cast.actor("owner")
    assert client(cast, "owner").get(f"{URL}/{customer.pk}").status_code == 200
    assert not AccessRecord.objects.exists()
    assert stored() == [(owner.label, customer.pk, "view", "api", 1)]
    row = AccessRecord.objects.get()
    assert (row.corp_id, row.employee_id, row.address) == (cast.corp.pk, cast.owner.pk, "127.0.0.1")


def test_views_of_some_seconds_are_one_row_with_their_number(cast: Cast, customer: Customer) -> None:
    seen = client(cast, "owner")
    for _time in range(3):
        seen.get(f"{URL}/{customer.pk}")
    assert [row[-1] for row in stored()] == [3]
    seen.get(f"{URL}/{customer.pk}")
    assert [row[-1] for row in stored()] == [3, 1]


def test_who_is_refused_has_seen_nobody(cast: Cast, customer: Customer) -> None:
    assert client(cast, "stranger").get(f"{URL}/{customer.pk}").status_code == 404
    assert client(cast, "colleague").get(f"{URL}/{customer.pk}").status_code == 404
    assert stored() == []


def test_a_service_leaves_a_row_a_day_for_each_customer(cast: Cast, customer: Customer) -> None:
    other, seen = make.customer(cast.corp), api.client(cast.corp)
    for row in (customer, other, customer):
        seen.get(f"{URL}/{row.pk}")
    assert [row[1] for row in stored()] == [customer.pk, other.pk]
    seen.get(f"{URL}/{customer.pk}")
    assert len(stored()) == 2
    views._day = dt.date(2020, 1, 1)
    seen.get(f"{URL}/{customer.pk}")
    assert len(stored()) == 3


@pytest.mark.usefixtures("one_connection")
def test_the_short_way_writes_it_down_too(cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(express, "close_old_connections", lambda: None)
    key = accounts.issue_key(account=make.account(cast.corp, rate=1_000_000), by=SYSTEM)[1]
    ways = Ways()
    for _time in range(2):
        ways.ask(ways.express, f"{URL}/{customer.pk}", HTTP_X_API_KEY=key)
    assert ways.handed_over == 1
    assert [row[1:] for row in stored()] == [(customer.pk, "view", "api", 2)]
    assert AccessRecord.objects.get().address == "127.0.0.1"


def test_it_costs_the_reader_no_statement(cast: Cast, customer: Customer) -> None:
    seen = client(cast, "admin")
    seen.get(f"{URL}/{customer.pk}")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        seen.get(f"{URL}/{customer.pk}")
    assert not [q for q in queries if "access_record" in q["sql"]]


def test_opening_the_page_in_the_console_is_written_down(cast: Cast, customer: Customer) -> None:
    seen = entered(cast.users["manager"])
    assert seen.get(page(customer, "change")).status_code == 200
    assert stored() == [(cast.actor("manager").label, customer.pk, "view", "operator", 1)]
    seen.get(page(make.customer(cast.other_corp), "change"))
    assert len(stored()) == 1


class TestTrouble:
    def test_while_the_database_is_away_views_wait(
        self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        views.note(cast.actor("owner"), customer.pk, source="api", address="")
        with monkeypatch.context() as away:
            away.setattr(AccessRecord.objects, "bulk_create", _raise)
            assert views.flush() == 0
        assert [row[1] for row in stored()] == [customer.pk]

    def test_past_the_limit_they_are_counted_and_not_kept(
        self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(viewing, "LIMIT", 2)
        for _time in range(5):
            views.note(cast.actor("owner"), customer.pk, source="api", address="")
        assert [row[-1] for row in stored()] == [2]
        assert "views_lost" in caplog.text

    def test_a_customer_who_is_not_there_is_left_out(self, cast: Cast) -> None:
        views.note(cast.actor("owner"), 999_999, source="api", address="")
        assert stored() == []


def _raise(*_args: Any, **_kwargs: Any) -> Any:
    raise DatabaseError


class TestExports:
    def test_an_export_is_kept_with_its_filters_and_its_number(self, cast: Cast, customer: Customer) -> None:
        make.loss(customer, cast.owner)
        answer = client(cast, "manager").get("/api/v1/losses/export", {"employeeId": cast.owner.pk})
        assert answer.status_code == 200
        row = AccessRecord.objects.get()
        assert (row.kind, row.what, row.number, row.customer_id) == ("export", "losses", 1, None)
        assert row.facts == {"employeeId": str(cast.owner.pk)}
        assert (row.actor, row.source) == (cast.actor("manager").label, "api")

    def test_so_is_one_of_the_console(self, cast: Cast, customer: Customer) -> None:
        make.loss(customer, cast.owner)
        entered(cast.users["admin"]).get("/admin/insights/loss/export/")
        row = AccessRecord.objects.get()
        assert (row.kind, row.what, row.number, row.source) == ("export", "losses", 1, "operator")

    def test_endless_filters_are_cut(self, cast: Cast) -> None:
        filters = {f"f{n:03}": "x" * 500 for n in range(100)}
        told: dict[str, Any] = {"by": cast.actor("admin"), "source": "api", "address": ""}
        (row,) = accesses.exported(what="losses", number=0, filters=filters, **told)
        assert len(row.facts) == 30
        assert {len(value) for value in row.facts.values()} == {200}

    def test_a_list_of_all_companies_is_in_the_record_of_each(self, cast: Cast) -> None:
        root = make.user(None, Role.ADMIN, is_superuser=True).actor
        accesses.exported(what="losses", number=3, filters={}, by=root, source="operator", address="")
        assert set(AccessRecord.objects.values_list("corp_id", flat=True)) == {cast.corp.pk, cast.other_corp.pk}

    def test_a_segments_members_are_in_that_of_their_company_alone(self, cast: Cast) -> None:
        root = make.user(None, Role.ADMIN, is_superuser=True).actor
        taking.note(make.segment(cast.corp), kind="csv", by=root, source="operator", address="")
        assert list(AccessRecord.objects.values_list("corp_id", flat=True)) == [cast.corp.pk]


class TestPages:
    def test_administrators_filter_by_employee_and_by_customer(self, cast: Cast, customer: Customer) -> None:
        other = make.customer(cast.corp, cast.owner)
        for actor, row in (("owner", customer), ("owner", other), ("manager", customer)):
            views.note(cast.actor(actor), row.pk, source="api", address="10.0.0.7")
        views.flush()
        seen, url = entered(cast.users["admin"]), page(AccessRecord, "changelist")
        assert seen.get(url).context["cl"].result_count == 3
        by_employee = seen.get(url, {"employee__id__exact": cast.manager.pk})
        assert [row.customer_id for row in by_employee.context["cl"].result_list] == [customer.pk]
        led = seen.get(page(customer, "change").replace("/change/", "/accesses/"), follow=True)
        assert {row.customer_id for row in led.context["cl"].result_list} == {customer.pk}
        assert led.context["cl"].result_count == 2
        assert cast.users["owner"].username in led.content.decode()

    def test_nobody_changes_or_deletes_what_was_written_down(self, cast: Cast, customer: Customer) -> None:
        views.note(cast.actor("owner"), customer.pk, source="api", address="")
        views.flush()
        row, seen = AccessRecord.objects.get(), entered(cast.users["admin"])
        assert seen.get(page(row, "change")).status_code == 200
        assert seen.post(page(row, "change"), {"actor": "user:0"}).status_code == 403
        assert seen.post(page(row, "delete"), {"post": "yes"}).status_code == 403
        assert AccessRecord.objects.get().actor == row.actor
        assert entered(cast.users["manager"]).get(page(AccessRecord, "changelist")).status_code == 403
