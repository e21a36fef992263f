"""Conditions about what has happened: how often something of a kind in some days, and when last."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from customers.models import Customer
from followups.choices import EntryKind
from followups.models import TimelineEntry
from messaging.inbox import Incoming
from scrm_customer.subscriptions import SUBSCRIPTIONS
from segments import handlers
from segments.conditions import answering, compiled, explaining, facts, mentions, parsing, wording
from segments.conditions.nodes import Condition
from segments.fields.listing import listing
from segments.models import SegmentPending
from tests import make
from tests.conftest import Cast
from tests.customers.channels.test_plans import plans
from tests.segments.crowd import segment
from tests.segments.scene import AT, MOMENT
from tests.segments.test_questions import found
from tests.segments.test_sets import asked, some

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
LATELY = asked("at", "within", {"days": 30})
FOLLOWED_UP = asked("kind", "is", "follow_up")


def condition(cast: Cast, where: Any) -> Condition:
    return parsing.parse({"version": 1, "where": where}, corp=cast.corp)


def note(customer: Customer, kind: str, *days: float, **fields: Any) -> None:
    """Entries of so many days ago."""
    for ago in days:
        make.entry(customer, kind=kind, at=AT - ago * DAY, **fields)


@pytest.fixture
def people(cast: Cast) -> list[Customer]:
    """``a`` was followed up often and lately, ``b`` long ago, ``c`` never; tags came to all of them."""
    found = [make.customer(cast.corp, cast.owner, name=name) for name in "abc"]
    TimelineEntry.objects.all().delete()
    note(found[0], "follow_up", 1, 5, 29, 80)
    note(found[1], "follow_up", 31, 90)
    for customer in found:
        note(customer, "tag_added", 2, 3, 4)
    return found


class TestHowOften:
    def test_entries_of_a_kind_are_counted_within_days(self, cast: Cast, people: list[Customer]) -> None:
        for op, times, names in [
            ("atLeast", 3, "a"),
            ("atLeast", 4, ""),
            ("exactly", 3, "a"),
            ("atMost", 2, "bc"),
            ("atMost", 0, "bc"),
        ]:
            assert found(cast, some("timeline", FOLLOWED_UP, LATELY, count=(op, times))) == list(names), (op, times)

    def test_without_days_all_of_them_count_and_without_a_kind_all_kinds(
        self, cast: Cast, people: list[Customer]
    ) -> None:
        assert found(cast, some("timeline", FOLLOWED_UP, count=("exactly", 2))) == ["b"]
        assert found(cast, some("timeline", LATELY, count=("exactly", 3))) == ["b", "c"]
        assert found(cast, some("timeline", asked("kind", "in", ["follow_up", "tag_added"]), count=("atLeast", 7))) == [
            "a"
        ]

    def test_whose_act_it_was_and_where_it_came_from_can_be_asked_too(self, cast: Cast, people: list[Customer]) -> None:
        make.entry(people[2], cast.colleague, kind="stage_changed", at=AT, source="rule", actor="system")
        assert found(cast, some("timeline", asked("employee", "is", cast.colleague.pk))) == ["c"]
        assert found(cast, some("timeline", asked("departments", "any", [cast.department.pk]))) == ["c"]
        assert found(cast, some("timeline", asked("source", "is", "rule"), asked("actor", "is", "system"))) == ["c"]

    def test_another_companys_entries_count_nowhere(self, cast: Cast, people: list[Customer]) -> None:
        stranger = make.customer(cast.other_corp, cast.stranger, name="z")
        note(stranger, "follow_up", 1, 2, 3)
        assert found(cast, some("timeline", FOLLOWED_UP, LATELY, count=("atLeast", 3))) == ["a"]


class TestWhenLast:
    def test_the_last_of_a_kind_is_one_row_that_can_be_asked_for_its_time(
        self, cast: Cast, people: list[Customer]
    ) -> None:
        last = asked("latest", "is", True)
        long_ago = asked("at", "earlierThan", {"days": 30})
        assert found(cast, some("timeline", FOLLOWED_UP, last, long_ago)) == ["b"]
        assert found(cast, some("timeline", FOLLOWED_UP, last, asked("at", "within", {"days": 2}))) == ["a"]
        assert found(cast, some("timeline", FOLLOWED_UP, asked("latest", "is", False), count=("exactly", 3))) == ["a"]
        assert found(cast, some("timeline", last, count=("exactly", 1))) == ["c"]

    def test_of_two_at_one_moment_the_later_noted_is_the_last(self, cast: Cast, people: list[Customer]) -> None:
        for source in ("api", "rule"):
            note(people[2], "follow_up", 7, source=source)
        last = asked("latest", "is", True)
        assert found(cast, some("timeline", FOLLOWED_UP, last, asked("source", "is", "rule"))) == ["c"]
        assert found(cast, some("timeline", FOLLOWED_UP, last, asked("source", "is", "api"))) == []


class TestFacts:
    def read(self, cast: Cast, people: list[Customer], *where: Any) -> dict[int, Any]:
        conditions = [condition(cast, each) for each in where]
        return facts.gather([one.pk for one in people], corp_id=cast.corp.pk, conditions=iter(conditions))

    def test_only_the_kinds_that_are_asked_for_are_read(self, cast: Cast, people: list[Customer]) -> None:
        known = self.read(cast, people, some("timeline", FOLLOWED_UP, LATELY))
        assert [len(known[one.pk]["timeline"]) for one in people] == [4, 2, 0]
        known = self.read(cast, people, some("timeline", FOLLOWED_UP), some("timeline", asked("kind", "is", "deleted")))
        assert [len(known[one.pk]["timeline"]) for one in people] == [4, 2, 0]
        # One that asks of any kind, and all are read.
        known = self.read(cast, people, some("timeline", FOLLOWED_UP), some("timeline", LATELY))
        assert [len(known[one.pk]["timeline"]) for one in people] == [7, 5, 3]

    @pytest.mark.parametrize(
        ("where", "kinds"),
        [
            (None, None),
            (FOLLOWED_UP, {"follow_up"}),
            (asked("kind", "in", ["created", "deleted"]), {"created", "deleted"}),
            (asked("kind", "isNot", "follow_up"), None),
            ({"not": FOLLOWED_UP}, None),
            (LATELY, None),
            ({"all": [LATELY, FOLLOWED_UP]}, {"follow_up"}),
            ({"all": [FOLLOWED_UP, asked("kind", "is", "deleted")]}, set()),
            ({"any": [FOLLOWED_UP, asked("kind", "is", "deleted")]}, {"follow_up", "deleted"}),
            ({"any": [FOLLOWED_UP, LATELY]}, None),
            ({"all": [{"any": [FOLLOWED_UP, LATELY]}, asked("kind", "is", "created")]}, {"created"}),
        ],
    )
    def test_which_kinds_a_condition_can_be_about(self, cast: Cast, where: Any, kinds: set[str] | None) -> None:
        part = {"some": "timeline"} | ({"where": where} if where else {})
        for whole in (part, {"not": part}, {"any": [part, asked("city", "is", "x")]}):
            assert mentions.values_of("kind", "timeline", [condition(cast, whole)]) == kinds
        two = [condition(cast, part), condition(cast, some("timeline", asked("kind", "is", "transferred")))]
        assert mentions.values_of("kind", "timeline", two) == (None if kinds is None else kinds | {"transferred"})

    def test_of_a_segment_that_is_named_its_own_condition_says_the_kinds(self, cast: Cast) -> None:
        row = segment(cast.corp, {"version": 1, "where": some("timeline", FOLLOWED_UP)})
        named = condition(cast, asked("segments", "any", [row.pk]))
        assert mentions.values_of("kind", "timeline", [named]) == {"follow_up"}

    def test_it_is_one_statement_whatever_is_asked(self, cast: Cast, people: list[Customer]) -> None:
        where = some("timeline", FOLLOWED_UP, LATELY, asked("latest", "is", True))
        with CaptureQueriesContext(connection) as captured:
            facts.gather([one.pk for one in people], corp_id=cast.corp.pk, conditions=[condition(cast, where)])
        # The company's zone, the customers, their entries.
        assert len(captured) == 3

    def test_one_customers_facts_answer_as_the_database_does(self, cast: Cast, people: list[Customer]) -> None:
        for where in (
            some("timeline", FOLLOWED_UP, LATELY, count=("atLeast", 3)),
            some("timeline", FOLLOWED_UP, asked("latest", "is", True), asked("at", "earlierThan", {"days": 30})),
            {"not": some("timeline", FOLLOWED_UP, LATELY)},
        ):
            tree = condition(cast, where)
            known = self.read(cast, people, where)
            by_facts = {pk for pk, held in known.items() if answering.holds(tree, held, MOMENT)}
            assert by_facts == set(compiled.rows(tree, MOMENT).values_list("pk", flat=True))


class TestWords:
    WHERE = some("timeline", FOLLOWED_UP, LATELY, count=("atLeast", 3))

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            (
                "en",
                "at least 3 × timeline entry with (what happened is follow-up written"
                " and when it happened in the last 30 days)",
            ),
            ("zh-hans", "至少有 3 条动态满足（事件是写了跟进，且发生时间在最近 30 天内）"),
        ],
    )
    def test_a_sentence_says_it(self, cast: Cast, language: str, said: str) -> None:
        with translation.override(language):
            assert wording.sentence(condition(cast, self.WHERE)) == said

    def test_an_explanation_tells_how_many_of_the_kind_there_are_and_shows_some(
        self, cast: Cast, people: list[Customer]
    ) -> None:
        tree = condition(cast, self.WHERE)
        known = facts.gather([people[0].pk], corp_id=cast.corp.pk, conditions=[tree])
        with translation.override("en"):
            explained = explaining.explain(tree, known[people[0].pk], MOMENT)
        (part,) = explained.parts
        assert (explained.holds, part.holds, part.held, len(part.parts)) == (True, True, "3 of 4", 4)
        assert {row.parts[0].held for row in part.parts} == {"follow-up written"}

    def test_the_builder_is_told_of_every_kind_in_both_languages(self) -> None:
        told = next(each for each in listing()["sets"] if each["key"] == "timeline")
        kinds = next(field for field in told["fields"] if field["key"] == "kind")["choices"]
        assert [kind["value"] for kind in kinds] == list(EntryKind.values)
        assert all(kind["nameZh"] != kind["nameEn"] for kind in kinds)


class TestFreshness:
    def test_who_the_operation_service_speaks_of_is_asked_about_once_more(
        self, cast: Cast, people: list[Customer]
    ) -> None:
        segment(cast.corp)
        make.entry(people[1], kind="sop_ended", event_id="sop-1")
        handlers.timeline_grown(Incoming("sop-1", "sop.ended", cast.corp.pk, {}, 0))
        handlers.timeline_grown(Incoming("unfit", "sop.ended", cast.corp.pk, {}, 0))
        handlers.timeline_grown(Incoming("sop-1", "sop.ended", cast.other_corp.pk, {}, 0))
        assert list(SegmentPending.objects.values_list("customer_id", "cause")) == [(people[1].pk, "sop.ended")]

    def test_whatever_makes_an_entry_is_heard_by_segments_after_it(self) -> None:
        writers = {"followups.handlers.customer_changed", "followups.handlers.sop_told"}
        ends = (".timeline_grown", ".group_members_changed", "s.customer_changed")
        for name, paths in SUBSCRIPTIONS.items():
            if written := [n for n, path in enumerate(paths) if path in writers]:
                asking = [n for n, path in enumerate(paths) if path.endswith(ends)]
                assert max(asking) > written[0], name


def test_the_company_is_asked_by_the_key_of_kinds(cast: Cast, people: list[Customer]) -> None:
    """Where each has far more entries than are asked for, only those of the kind and the days are read."""
    rows = [
        TimelineEntry(corp=cast.corp, customer=people[n % 3], kind="tag_added", at=AT - n * DAY, event_id=f"x{n}")
        for n in range(600)
    ]
    TimelineEntry.objects.bulk_create(rows)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    tree = condition(cast, some("timeline", FOLLOWED_UP, LATELY, count=("atLeast", 3)))
    for plan in plans(lambda: compiled.rows(tree, MOMENT).count(), "timeline_entry"):
        # Of so few customers SQLite may as well go through the key of each.
        assert ("ix_timeline_" if connection.vendor == "sqlite" else "ix_timeline_happened") in plan, plan
