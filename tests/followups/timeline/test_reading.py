"""Pages of a timeline: narrowed in every combination, read on from any place, by one statement each."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import newest
from core.errors import BadRequest
from customers.models import Customer
from followups.models import TimelineEntry
from followups.timeline import reading
from followups.timeline.reading import Wanted
from tests import make
from tests.conftest import Cast

START = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
KINDS = ("tag_added", "follow_up", "blacklisted")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def rows(cast: Cast, customer: Customer) -> list[TimelineEntry]:
    """Sixty entries of three kinds and two people, three of each moment, and others' beside them."""
    make.entry(make.customer(cast.corp), cast.owner, at=START)
    people = (cast.owner, cast.colleague)
    return [
        make.entry(
            customer,
            people[n % 2],
            kind=KINDS[n % 3],
            at=START + dt.timedelta(hours=n // 3),
            facts={"n": n},
        )
        for n in range(60)
    ]


def hour(number: int) -> dt.datetime:
    return START + dt.timedelta(hours=number)


def all_pages(customer: Customer, wanted: Wanted, size: int = 7) -> list[int]:
    """The ids of page after page."""
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        entries, cursor = reading.page(customer.pk, wanted, cursor=cursor, size=size)
        assert len(entries) <= size
        found += [entry.id for entry in entries]
    return found


def matching(rows: list[TimelineEntry], wanted: Wanted) -> list[int]:
    """The same by looking at each row."""
    found = [
        row
        for row in rows
        if (not wanted.kind or row.kind == wanted.kind)
        and (not wanted.employee_id or row.employee_id == wanted.employee_id)
        and (not wanted.since or row.at >= wanted.since)
        and (not wanted.before or row.at < wanted.before)
    ]
    return [row.pk for row in sorted(found, key=lambda row: (row.at, row.pk), reverse=True)]


@pytest.mark.parametrize(
    ("kind", "person", "since", "before"),
    list(itertools.product(("", "follow_up"), (False, True), (None, hour(5)), (None, hour(15)))),
)
def test_every_combination_of_filters_gives_page_by_page_what_it_says(
    cast: Cast, customer: Customer, rows: Any, kind: str, person: bool, since: Any, before: Any
) -> None:
    wanted = Wanted(kind, cast.colleague.pk if person else None, since, before)
    want = matching(rows, wanted)
    assert want
    assert all_pages(customer, wanted) == want


@pytest.mark.parametrize("size", [1, 2, 3, 59, 60, 61])
def test_pages_of_any_size_are_the_whole_of_it(customer: Customer, rows: Any, size: int) -> None:
    assert all_pages(customer, Wanted(), size) == matching(rows, Wanted())


def test_what_comes_meanwhile_is_neither_shown_twice_nor_moves_a_page(
    cast: Cast, customer: Customer, rows: Any
) -> None:
    first, cursor = reading.page(customer.pk, Wanted(), size=10)
    make.entry(customer, cast.owner, at=hour(999))
    assert cursor
    second, _cursor = reading.page(customer.pk, Wanted(), cursor=cursor, size=10)
    assert [entry.id for entry in (*first, *second)] == matching(rows, Wanted())[:20]


def test_an_entry_is_read_whole(cast: Cast, customer: Customer) -> None:
    about: dict[str, Any] = {"kind": "tag_added", "facts": {"tagIds": [3], "注": "文"}, "source": "rule"}
    row = make.entry(customer, cast.owner, at=START + dt.timedelta(microseconds=7), actor="user:7", **about)
    ((entry,), after) = reading.page(customer.pk, Wanted(), size=10)
    assert after is None
    assert entry == reading.Entry(
        row.pk,
        customer.pk,
        "tag_added",
        row.at,
        cast.owner.pk,
        "王小明",
        {"tagIds": [3], "注": "文"},
        "rule",
        "user:7",
    )


def test_of_a_person_of_another_company_the_name_is_not_told(cast: Cast, customer: Customer) -> None:
    make.entry(customer, cast.stranger)
    make.entry(customer)
    entries, _after = reading.page(customer.pk, Wanted(), size=10)
    assert [entry.employee_name for entry in entries] == [None, None]


def test_nothing_is_an_empty_page(customer: Customer) -> None:
    assert reading.page(customer.pk, Wanted(), size=10) == ([], None)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "2026-03-01"])
def test_a_cursor_of_something_else_is_refused(customer: Customer, cursor: str) -> None:
    with pytest.raises(BadRequest):
        reading.page(customer.pk, Wanted(), cursor=cursor, size=10)


def test_a_page_is_one_statement_that_names_its_index(cast: Cast, customer: Customer, rows: Any) -> None:
    cursor = newest.cursor_at(hour(9), rows[0].pk)
    hints = {
        Wanted(): "ix_timeline_customer",
        Wanted(kind="follow_up"): "ix_timeline_kind",
        Wanted(employee_id=cast.owner.pk): "ix_timeline_employee",
        Wanted(kind="follow_up", employee_id=cast.owner.pk): "",
    }
    for wanted, index in hints.items():
        with CaptureQueriesContext(connection) as seen:
            reading.page(customer.pk, wanted, cursor=cursor, size=10)
        (query,) = seen.captured_queries
        assert ("FORCE INDEX" in query["sql"]) == bool(connection.vendor == "mysql" and index)
        if connection.vendor == "mysql":
            assert index in query["sql"]


@pytest.mark.services
def test_mariadb_reads_no_more_of_an_index_than_it_shows(cast: Cast, customer: Customer) -> None:
    entries = [
        TimelineEntry(
            corp=cast.corp,
            customer=customer,
            employee=cast.owner if n % 100 else cast.colleague,
            kind="follow_up" if n % 100 else "blacklisted",
            at=START + dt.timedelta(minutes=n),
            event_id=f"many-{n}",
            source="system",
        )
        for n in range(5_000)
    ]
    TimelineEntry.objects.bulk_create(entries, batch_size=1_000)
    middle = newest.cursor_at(START + dt.timedelta(minutes=2_500), 1)
    rare = [Wanted(), Wanted(kind="blacklisted"), Wanted(employee_id=cast.colleague.pk)]
    for wanted, cursor in itertools.product(rare, ("", middle)):
        before = _read()
        found, _after = reading.page(customer.pk, wanted, cursor=cursor, size=10)
        read = _read() - before
        assert len(found) == 10
        # Each entry, and its employee; SHOW reads some rows of its own.
        assert read < 80, (wanted, cursor, read)


def _read() -> int:
    """Rows read by this connection so far. Not by FLUSH STATUS, which commits."""
    with connection.cursor() as statement:
        statement.execute("SHOW SESSION STATUS LIKE 'Handler_read%'")
        return sum(int(number) for _name, number in statement.fetchall())


@pytest.mark.parametrize("size", [1, 7, 70, 200])
def test_of_a_person_with_several_records_pages_hold_the_entries_of_all_in_one_order(
    cast: Cast, customer: Customer, rows: Any, size: int
) -> None:
    others = [make.customer(cast.corp, cast.owner) for _n in range(2)]
    beside = [make.entry(other, cast.owner, at=hour(n % 25)) for n in range(15) for other in others]
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        ids = [other.pk for other in others]
        entries, cursor = reading.page(customer.pk, Wanted(), cursor=cursor, size=size, beside=ids)
        assert len(entries) <= size
        found += [entry.id for entry in entries]
    assert found == matching([*rows, *beside], Wanted())
