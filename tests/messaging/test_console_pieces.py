"""What the pages of the messages are made of, each piece for itself: tests/console/test_messages.py has the pages."""

from typing import Any

import pytest
from django.apps import apps
from django.db.models import QuerySet
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp
from customers import lifecycle
from messaging import console
from messaging.console import NameFilter, PublishedFilter, ReplayedFilter, block, page_of
from messaging.deadletters import Letter, keep
from messaging.models import DeadLetter, OutboxEvent
from tests import make


def narrowed(kind: Any, rows: QuerySet[Any], **query: str) -> list[int]:
    """The rows that a filter of this kind leaves for this query."""
    given = {name: [value] for name, value in query.items()}
    request = RequestFactory().get("/", query)
    chosen = kind(request, given, rows.model, None).queryset(request, rows)
    return list(chosen.order_by("pk").values_list("pk", flat=True))


def pks(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def events(corp: Corp) -> QuerySet[OutboxEvent]:
    """Of four customers who came, one of whom was renamed; none is published."""
    customers = [make.customer(corp) for _ in range(4)]
    lifecycle.update(customer=customers[1], name="新名", by=SYSTEM, source="api")
    return OutboxEvent.objects.all()


class TestNames:
    def test_a_name_narrows_to_its_own(self, events: QuerySet[OutboxEvent]) -> None:
        assert narrowed(NameFilter, events, name="customer.created") == pks(events.filter(name="customer.created"))
        assert len(narrowed(NameFilter, events, name="customer.created")) == 4

    @pytest.mark.parametrize("nothing", ["", "   "])
    def test_no_name_narrows_nothing(self, events: QuerySet[OutboxEvent], nothing: str) -> None:
        assert narrowed(NameFilter, events, name=nothing) == pks(events)

    def test_blanks_around_it_are_no_part_of_it(self, events: QuerySet[OutboxEvent]) -> None:
        assert len(narrowed(NameFilter, events, name="  customer.created ")) == 4

    @pytest.mark.parametrize("other", ["customer", "CUSTOMER.CREATED.", "customer.%", "no.such", "' OR ''='"])
    def test_it_is_the_whole_name_or_none(self, events: QuerySet[OutboxEvent], other: str) -> None:
        assert narrowed(NameFilter, events, name=other) == []

    def test_older_ones_are_not_looked_at(self, events: QuerySet[OutboxEvent], monkeypatch: pytest.MonkeyPatch) -> None:
        newest = pks(events)[-1]
        monkeypatch.setattr(console, "NAME_WINDOW", 3)
        found = narrowed(NameFilter, events, name="customer.created")
        assert found == [pk for pk in pks(events.filter(name="customer.created")) if pk > newest - 3]
        assert 0 < len(found) < 4

    def test_of_no_events_there_are_none(self, db: None) -> None:
        assert narrowed(NameFilter, OutboxEvent.objects.all(), name="customer.created") == []


class TestStates:
    @pytest.fixture
    def two_published(self, events: QuerySet[OutboxEvent]) -> list[int]:
        some = pks(events)[:2]
        events.filter(pk__in=some).update(published_at=now())
        return some

    def test_published_and_waiting_are_the_two_halves(
        self, events: QuerySet[OutboxEvent], two_published: list[int]
    ) -> None:
        published = narrowed(PublishedFilter, events, state="published")
        waiting = narrowed(PublishedFilter, events, state="waiting")
        assert published == two_published
        assert sorted(published + waiting) == pks(events)

    @pytest.mark.parametrize("query", [{}, {"state": "nonsense"}])
    def test_anything_else_narrows_nothing(
        self, events: QuerySet[OutboxEvent], two_published: list[int], query: dict[str, str]
    ) -> None:
        assert narrowed(PublishedFilter, events, **query) == pks(events)

    def test_letters_sent_again_are_told_from_the_others(self, db: None) -> None:
        for ident in (b"a", b"b", b"c"):
            keep(Letter("q", "k", ident), reason="expired")
        letters = DeadLetter.objects.all()
        first = pks(letters)[0]
        letters.filter(pk=first).update(replayed_at=now())
        assert narrowed(ReplayedFilter, letters, replayed="yes") == [first]
        assert narrowed(ReplayedFilter, letters, replayed="no") == pks(letters)[1:]
        assert narrowed(ReplayedFilter, letters, replayed="perhaps") == pks(letters)


class TestLinks:
    def test_every_subject_of_an_event_that_has_a_page_leads_there(self, events: QuerySet[OutboxEvent]) -> None:
        subjects = set(events.values_list("aggregate_type", "aggregate_id"))
        assert {table for table, _id in subjects} == {"customer"}
        assert all(page_of(table, ident) for table, ident in subjects)

    def test_every_table_leads_to_its_own_page_or_to_none(self) -> None:
        # Of a proxy and its table the page is the table's own.
        for meta in [model._meta for model in apps.get_models() if not model._meta.proxy]:
            try:
                expected = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[7])
            except NoReverseMatch:
                expected = None
            assert page_of(meta.db_table, 7) == expected, meta.label

    @pytest.mark.parametrize("ident", ["", "x", "-1", "7 OR 1=1", "../..", None, "1.5"])
    def test_what_is_no_key_leads_nowhere(self, ident: Any) -> None:
        assert page_of("customer", ident) is None

    @pytest.mark.parametrize("table", ["", "no_such_table", "Customer", "customer; DROP TABLE customer"])
    def test_what_is_no_table_leads_nowhere(self, table: str) -> None:
        assert page_of(table, 7) is None


class TestBlocks:
    def test_text_stays_as_it_is_in_lines(self) -> None:
        assert "one\n  two" in block("one\n  two")

    def test_text_is_no_html(self) -> None:
        shown = block("<script>alert('x')</script>&amp;")
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown
        assert "&amp;amp;" in shown
