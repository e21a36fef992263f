"""The blacklist: a person with all relations, why, by whom, until when, and what it does."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Conflict, RuleViolation
from core.time import now, to_wire
from corps.actors import SYSTEM
from customers import blacklist, lifecycle, tasks
from customers.models import BlacklistEntry, Customer
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page

LATER = dt.timedelta(days=7)


def put(customer: Customer, **fields: Any) -> BlacklistEntry:
    return blacklist.put(customer=customer, **{"reason": "恶意退单", "by": SYSTEM, "source": "operator"} | fields)


def lift(customer: Customer) -> bool:
    return blacklist.lift(customer=customer, by=SYSTEM, source="operator")


def told(customer: Customer) -> list[tuple[str, int]]:
    rows = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=customer.pk).order_by("id")
    return [(row.name.removeprefix("customer."), row.aggregate_version) for row in rows][1:]


def entries(customer: Customer) -> list[tuple[str, str, bool]]:
    rows = BlacklistEntry.objects.filter(customer=customer).order_by("id")
    return [(row.reason, row.ending, row.open_mark == 1) for row in rows]


class TestPutting:
    def test_it_says_who_why_and_until_when_and_marks_the_customer(self, cast: Cast, recorded: Any) -> None:
        customer, until = make.customer(cast.corp, cast.owner), now() + LATER
        entry = put(customer, until=until, by=cast.actor("manager"), reason="  恶意退单 ")
        entry.refresh_from_db()
        assert (entry.reason, entry.actor, entry.until) == ("恶意退单", f"user:{cast.users['manager'].pk}", until)
        assert (entry.corp_id, entry.ended_at, entry.open_mark) == (cast.corp.pk, None, 1)
        row = Customer.objects.get(pk=customer.pk)
        assert (row.blacklisted, row.version) == (True, 2)
        assert recorded()[-1] == (
            "customer.blacklisted",
            customer.pk,
            {"customerId": customer.pk, "until": to_wire(until)},
        )

    def test_twice_is_once(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        assert put(customer) == put(customer)
        assert told(customer) == [("blacklisted", 2)]
        assert Customer.objects.get(pk=customer.pk).version == 2

    def test_another_reason_begins_another_entry_and_the_first_stays_written(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        put(customer, reason="甲")
        put(customer, reason="乙")
        assert entries(customer) == [("甲", "renewed", False), ("乙", "", True)]
        assert told(customer) == [("blacklisted", 2), ("blacklisted", 3)]

    @pytest.mark.parametrize("reason", ["", "   ", "长" * 501])
    def test_a_reason_is_asked_for_and_has_an_end(self, cast: Cast, reason: str) -> None:
        customer = make.customer(cast.corp)
        with pytest.raises(RuleViolation) as refusal:
            put(customer, reason=reason)
        assert refusal.value.code == "reason_invalid"
        assert (entries(customer), told(customer)) == ([], [])
        assert not Customer.objects.get(pk=customer.pk).blacklisted

    def test_until_yesterday_is_refused(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        with pytest.raises(RuleViolation) as refusal:
            put(customer, until=now() - LATER)
        assert refusal.value.code == "until_passed"
        assert (entries(customer), told(customer)) == ([], [])

    def test_a_deleted_customer_is_refused_and_a_lost_one_is_not(self, cast: Cast) -> None:
        lost, deleted = make.customer(cast.corp, status=2), make.customer(cast.corp)
        lifecycle.delete(customer=deleted, by=SYSTEM, source="api")
        put(lost)
        with pytest.raises(Conflict) as refusal:
            put(deleted)
        assert refusal.value.code == "customer_deleted"
        assert (entries(lost), entries(deleted)) == ([("恶意退单", "", True)], [])


class TestLifting:
    def test_the_entry_ends_with_who_ended_it_and_the_mark_goes(self, cast: Cast, recorded: Any) -> None:
        customer = make.blacklisted(make.customer(cast.corp))
        assert blacklist.lift(customer=customer, by=cast.actor("admin"), source="api")
        entry = BlacklistEntry.objects.get()
        assert (entry.ending, entry.ended_by) == ("lifted", f"user:{cast.users['admin'].pk}")
        row = Customer.objects.get(pk=customer.pk)
        assert (row.blacklisted, row.version) == (False, 3)
        lifted = {"customerId": customer.pk, "expired": False}
        assert recorded()[-1] == ("customer.blacklist.lifted", customer.pk, lifted)

    def test_one_who_is_not_on_it_is_left_alone(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        assert not lift(customer)
        assert told(customer) == []

    def test_on_and_off_and_on_again_is_all_kept(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        for _time in range(2):
            put(customer)
            lift(customer)
        put(customer)
        assert [ending for _reason, ending, _open in entries(customer)] == ["lifted", "lifted", ""]

    def test_a_mark_from_before_there_were_entries_can_be_taken_off(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        Customer.objects.filter(pk=customer.pk).update(blacklisted=True)
        assert lift(Customer.objects.get(pk=customer.pk))
        assert not Customer.objects.get(pk=customer.pk).blacklisted
        assert told(customer) == [("blacklist.lifted", 2)]


class TestExpiring:
    def test_whose_time_is_up_is_taken_off_and_nobody_else(self, cast: Cast, recorded: Any) -> None:
        due, later, ever = (make.customer(cast.corp) for _ in range(3))
        put(due, until=now() + LATER)
        put(later, until=now() + LATER)
        put(ever)
        BlacklistEntry.objects.filter(customer=due).update(until=now())
        tasks.expire_blacklist()
        assert [c.blacklisted for c in Customer.objects.order_by("id")] == [False, True, True]
        assert entries(due) == [("恶意退单", "expired", False)]
        assert recorded()[-1] == ("customer.blacklist.lifted", due.pk, {"customerId": due.pk, "expired": True})
        assert blacklist.expire_due() == 0

    def test_one_given_longer_meanwhile_stays(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        put(customer, until=now() + LATER)
        assert not blacklist._expire(customer, now())
        assert Customer.objects.get(pk=customer.pk).blacklisted


def test_who_is_on_it_is_left_out_for_assignment_transfer_and_segments(cast: Cast) -> None:
    free, listed = make.customer(cast.corp), make.customer(cast.corp, blacklisted=True)
    assert list(Customer.objects.of_corp(cast.corp.pk).not_blacklisted()) == [free]
    lift(listed)
    assert Customer.objects.of_corp(cast.corp.pk).not_blacklisted().count() == 2


class TestApi:
    def test_put_history_and_off(self, cast: Cast) -> None:
        client, customer = api.client(cast.corp), make.customer(cast.corp, cast.owner)
        url = f"/api/v1/customers/{customer.pk}/blacklist"
        answer = client.put(url, {"reason": "骚扰", "until": "2999-01-01T00:00:00Z"})
        assert (answer.status_code, answer["ETag"]) == (200, '"2"')
        assert answer.json()["until"] == "2999-01-01T00:00:00Z"
        assert client.get("/api/v1/blacklist").json()["list"] == [answer.json()]
        assert client.get(f"/api/v1/customers/{customer.pk}").json()["blacklisted"] is True
        assert [client.delete(url).status_code for _time in range(2)] == [204, 204]
        (entry,) = client.get(url).json()["list"]
        assert (entry["reason"], entry["ending"]) == ("骚扰", "lifted")
        assert client.get("/api/v1/blacklist").json()["total"] == 0

    @pytest.mark.parametrize(
        ("body", "status", "field"),
        [
            ({}, 400, "reason"),
            ({"reason": ""}, 400, "reason"),
            ({"reason": "x", "until": "soon"}, 400, "until"),
            ({"reason": "x", "until": "2020-01-01T00:00:00Z"}, 422, "until"),
            ({"reason": "x", "since": "2020-01-01T00:00:00Z"}, 400, "since"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_done(
        self, cast: Cast, body: dict[str, Any], status: int, field: str
    ) -> None:
        customer = make.customer(cast.corp)
        answer = api.client(cast.corp).put(f"/api/v1/customers/{customer.pk}/blacklist", body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
        assert (entries(customer), told(customer)) == ([], [])

    def test_the_mark_is_no_field_to_be_written(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        answer = api.client(cast.corp).patch(f"/api/v1/customers/{customer.pk}", {"blacklisted": True})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_field")
        assert not Customer.objects.get(pk=customer.pk).blacklisted

    def test_the_list_costs_the_same_however_long(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        client = api.client(cast.corp)
        for _time in range(5):
            make.customer(cast.corp, blacklisted=True)
        client.get("/api/v1/blacklist")
        with django_assert_max_num_queries(2):
            assert client.get("/api/v1/blacklist").json()["total"] == 5


class TestConsole:
    def test_a_manager_puts_a_customer_on_it_until_the_end_of_a_day(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner)
        client = entered(cast.users["manager"])
        address = page(customer, "put_on_blacklist")
        assert client.get(address).status_code == 200
        assert client.post(address, {"reason": "恶意退单", "last_day": "2999-01-01"}).status_code == 302
        entry = BlacklistEntry.objects.get()
        # The company's days end at 16:00 UTC.
        assert entry.until == dt.datetime(2999, 1, 1, 16, tzinfo=dt.UTC)
        shown = client.get(page(customer, "change")).content.decode()
        assert "恶意退单" in client.get(page(customer, "tab_blacklist")).content.decode()
        # Of the two acts the one that makes sense now.
        assert page(customer, "take_off_blacklist") in shown
        assert page(customer, "put_on_blacklist") not in shown
        assert client.post(page(customer, "take_off_blacklist"), {}).status_code == 302
        assert not Customer.objects.get(pk=customer.pk).blacklisted

    def test_without_a_reason_the_page_says_so_and_nothing_happens(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        client = entered(cast.users["admin"])
        for posted in ({"reason": ""}, {"reason": "x", "last_day": "2020-01-01"}):
            answer = client.post(page(customer, "put_on_blacklist"), posted)
            assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
        assert (entries(customer), told(customer)) == ([], [])
