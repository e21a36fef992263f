"""Keywords answered by the grams alone: the same lists as by the customers' rows, and the grams in step with them."""

import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.actors import SYSTEM
from customers import composed, lifecycle, listing, search, selection, spotting
from customers.matching import Matching
from customers.models import Customer, CustomerGram
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"


def delete(customer: Customer) -> Customer:
    return lifecycle.delete(customer=Customer(pk=customer.pk), by=SYSTEM, source="api")


def alive(customer: Customer) -> set[bool]:
    return set(CustomerGram.objects.filter(customer_id=customer.pk).values_list("alive", flat=True))


@pytest.fixture
def people(cast: Cast) -> list[Customer]:
    """Found by 王 are the first four, of whom one is deleted, and one of another company."""
    made = [make.customer(cast.corp, cast.owner, name=name) for name in ("王一", "王二", "小王一", "王王", "李一")]
    make.customer(cast.other_corp, name="王一")
    delete(made[1])
    return made


def walked(wanted: selection.Wanted) -> list[int]:
    found, cursor = [], ""
    while cursor is not None:
        answer = listing.after(wanted, cursor=cursor, size=2)
        found += [row["id"] for row in answer["list"]]
        cursor = answer["nextCursor"]
    return found


@pytest.mark.parametrize("sort", ["-id", "id"])
def test_pages_cursors_and_totals_are_those_of_the_rows(cast: Cast, people: list[Customer], sort: str) -> None:
    for word in ("王", "王一", "一", "王 王", "Ｗ", "龘"):
        wanted = selection.Wanted(cast.actor("admin"), {"keyword": word}, sort)
        expected = [c.pk for c in selection.select(wanted).order_by(sort)]
        pages = [listing.page(wanted, number=number, size=2) for number in (1, 2)]
        assert [row["id"] for page in pages for row in page["list"]] == expected
        assert walked(wanted) == expected
        assert pages[0]["totalExact"]
        assert pages[0]["total"] == len(expected)


def test_a_total_looks_at_no_customer_and_stops_at_its_bound(cast: Cast, people: list[Customer], settings: Any) -> None:
    settings.TOTAL_BOUND_JOINED = 2
    wanted = selection.Wanted(cast.actor("admin"), {"keyword": "王"})
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = listing.page(wanted, number=1, size=1)
    assert (answer["total"], answer["totalExact"]) == (2, False)
    (count,) = [q["sql"] for q in seen.captured_queries if "COUNT(" in q["sql"]]
    assert count.count("FROM") == 2
    assert "customer_gram" in count


@pytest.mark.parametrize(
    ("filters", "sort", "who"),
    [
        ({"keyword": "王", "status": 0}, "-id", "admin"),
        ({"keyword": "王", "channel": "x"}, "-id", "admin"),
        ({"keyword": "小王一"}, "-id", "admin"),
        ({"keyword": " "}, "-id", "admin"),
        ({"keyword": "王"}, "-addTime", "admin"),
        ({"keyword": "王"}, "-id", "owner"),
        ({}, "-id", "admin"),
    ],
)
def test_what_asks_for_more_is_answered_by_the_rows(
    cast: Cast, people: list[Customer], filters: dict[str, Any], sort: str, who: str
) -> None:
    wanted = selection.Wanted(cast.actor(who), filters, sort)
    assert spotting.matching(wanted).tail == Matching(selection.select(wanted)).tail


def test_the_deleted_are_found_by_their_status_alone(cast: Cast, people: list[Customer]) -> None:
    client = api.client(cast.corp)
    assert [c["id"] for c in client.get(URL, {"keyword": "王二"}).json()["list"]] == []
    assert [c["id"] for c in client.get(URL, {"keyword": "王二", "status": 0}).json()["list"]] == [people[1].pk]


def test_the_grams_are_told_of_a_deletion_and_of_a_return(cast: Cast, django_assert_num_queries: Any) -> None:
    customer, other = make.customer(cast.corp, name="王一"), make.customer(cast.corp, name="王一")
    delete(customer)
    before = list(CustomerGram.objects.order_by("customer_id", "gram").values())
    delete(customer)
    assert list(CustomerGram.objects.order_by("customer_id", "gram").values()) == before
    assert (alive(customer), alive(other)) == ({False}, {True})
    lifecycle.update(customer=Customer(pk=customer.pk), by=SYSTEM, source="api", status=2, name="李二")
    assert alive(customer) == {True}
    delete(customer)
    external_userid = Customer.objects.get(pk=customer.pk).external_userid
    lifecycle.create(corp_id=cast.corp.pk, external_userid=external_userid, by=SYSTEM, source="api", name="王三")
    assert alive(customer) == {True}
    assert set(customer.grams.values_list("gram", flat=True)) == search.grams("王三")


def test_one_of_whom_nothing_is_known_can_be_deleted(cast: Cast) -> None:
    assert not alive(delete(make.customer(cast.corp, name="")))


def test_many_are_told_at_once(cast: Cast) -> None:
    gone, back, same = (make.customer(cast.corp, name=name) for name in ("王一", "王二", "王三"))
    search.reindex_many(cast.corp.pk, {gone.pk: ("王一", "王四", 0), same.pk: ("王三", "王五", 1)}, {gone.pk})
    assert (alive(gone), alive(back), alive(same)) == ({False}, {True}, {True})
    assert set(gone.grams.values_list("gram", flat=True)) == search.grams("王四")
    search.reindex_many(cast.corp.pk, {gone.pk: ("王四", "王四", 1)}, {gone.pk})
    assert alive(gone) == {True}


def test_the_migration_marks_the_deleted_and_may_be_run_again(
    cast: Cast, people: list[Customer], monkeypatch: Any
) -> None:
    migration: Any = importlib.import_module("customers.migrations.0009_gram_alive")
    monkeypatch.setattr(migration, "_AT_ONCE", 1)
    delete(people[3])
    delete(make.customer(cast.corp, name=""))
    wanted = {customer.pk: alive(customer) for customer in people}
    CustomerGram.objects.update(alive=True)
    for _ in range(2):
        migration.mark_the_deleted(apps, SimpleNamespace(connection=connection))
        assert {customer.pk: alive(customer) for customer in people} == wanted


def test_each_index_that_a_list_names_has_its_filters_first_and_then_the_ids() -> None:
    columns = {index.name: [name.removesuffix("_user") for name in index.fields] for index in Customer._meta.indexes}
    for filters, name in composed._IN_ORDER.items():
        asked = {"followUserId": "follow", "stageId": "stage"}
        living = set() if "status" in filters else {"alive"}
        assert set(columns[name]) == {"corp", *living, *(asked.get(f, f) for f in filters)}


@pytest.mark.parametrize("names", list(composed._IN_ORDER), ids=",".join)
def test_only_a_list_by_id_is_told_its_index(cast: Cast, names: frozenset[str]) -> None:
    stage = make.stage(cast.corp)
    make.staged(make.customer(cast.corp, cast.owner, channel="x"), stage)
    values = {"channel": "x", "followUserId": cast.owner.pk, "stageId": stage.pk, "status": 1}
    filters = {name: values[name] for name in names}
    for sort, told in (("-id", True), ("id", True), ("-addTime", False)):
        with CaptureQueriesContext(connection) as seen:
            assert listing.page(selection.Wanted(cast.actor("admin"), filters, sort), number=1, size=1)["total"] == 1
        page = next(q["sql"] for q in seen.captured_queries if "ORDER BY" in q["sql"])
        assert ("FORCE INDEX" in page) == (told and connection.vendor == "mysql")
