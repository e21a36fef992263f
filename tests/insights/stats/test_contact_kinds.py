"""What is contact of a relation and what isn't: one case after the other, in the number and in the list behind it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from followups.models import Communication
from groups.models import GroupMember
from insights.choices import ContactKind
from insights.engagement import defining
from insights.engagement.definition import Definition, in_order
from insights.models import ActivityDefinition, DailyStat
from insights.stats import behind, computing, counting, nightly, staging, windows
from insights.stats.behind_contact import definition_of
from insights.stats.families import engagement
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric, Span
from tests import make
from tests.customers.mirroring.readings import day as moment
from tests.customers.mirroring.readings import the
from tests.insights.stats.world import World, day

LAST = 6
STATES = {"active": Metric.ACTIVE, "silent": Metric.SILENT, "neverContacted": Metric.NEVER_CONTACTED}


def told(world: World, kind: str, at: float, who: str = "wmA", employee: Any = None) -> None:
    """Contact of a kind with somebody, by the owner or another."""
    customer, employee, when = the(who), employee or world.cast.owner, moment(at)
    if kind == ContactKind.FOLLOW_UP:
        make.follow_up(customer, employee, happened_at=when)
    elif kind == ContactKind.GROUP_JOINED:
        about = {"userid": f"{who}{at}", "type": 2, "customer": customer, "join_time": when}
        GroupMember.objects.create(corp=world.corp, chat=make.chat(world.corp, world.loner), **about)
    else:
        how, direction = kind.split("_")
        about = {"kind": how, "direction": direction, "external_id": f"{kind}{who}{at}", "source": "api"}
        about |= {"employee": employee, "at": when, "day": when.date()}
        Communication.objects.create(corp=world.corp, customer=customer, **about)


def define(world: World, days: int, *kinds: ContactKind) -> None:
    defining.define(corp_id=world.corp.pk, days=days, kinds=kinds, by=world.cast.actor("admin"))


def count(world: World, on: int = LAST) -> None:
    world.recount(day(on), day(on))


def state(world: World, employee: Any = None, on: int = LAST) -> dict[str, int]:
    """The relations of an employee by state, where there are any; the list behind each is as long as its number."""
    who = employee or world.cast.owner
    rows = DailyStat.objects.filter(dim=Dim.EMPLOYEE, ident=who.pk, day=day(on), span=Span.DAY)
    known = dict(rows.values_list("metric", "relations"))
    scope = Scope(world.corp.pk, Dim.EMPLOYEE, (who.pk,), (who.pk,))
    for name, metric in STATES.items():
        assert behind.stays(world.corp, scope, name, day(on), day(on)).count() == known.get(metric, 0), name
    return {name: known[metric] for name, metric in STATES.items() if metric in known}


@pytest.fixture
def world(world: World) -> World:
    world.begin(0, "wmA")
    world.at(day(LAST + 1))
    return world


class TestKinds:
    @pytest.mark.parametrize("kind", list(ContactKind))
    def test_each_counts_where_it_is_chosen_and_nowhere_else(self, world: World, kind: ContactKind) -> None:
        told(world, kind, LAST - 1)
        define(world, 3, kind)
        count(world)
        assert state(world) == {"active": 1}
        define(world, 3, *(other for other in ContactKind if other != kind))
        count(world)
        assert state(world) == {"neverContacted": 1}

    def test_being_added_is_no_contact(self, world: World) -> None:
        world.begin(LAST, "wmB")
        count(world)
        assert state(world) == {"neverContacted": 2}

    def test_what_lies_behind_the_day_is_not_known_then(self, world: World) -> None:
        told(world, ContactKind.CALL_IN, LAST)
        world.recount(day(LAST - 2), day(LAST))
        assert state(world, on=LAST - 2) == {"neverContacted": 1}
        assert state(world) == {"active": 1}

    def test_the_last_of_several_counts_whatever_its_kind(self, world: World) -> None:
        told(world, ContactKind.FOLLOW_UP, 0.5)
        told(world, ContactKind.MESSAGE_OUT, LAST - 1)
        define(world, 2, ContactKind.FOLLOW_UP, ContactKind.MESSAGE_OUT)
        count(world)
        assert state(world) == {"active": 1}
        define(world, 2, ContactKind.FOLLOW_UP)
        count(world)
        assert state(world) == {"silent": 1}


class TestWhose:
    def test_a_group_chat_is_contact_of_all_that_the_customer_has(self, world: World) -> None:
        world.begin(1, "wmA", world.cast.colleague)
        told(world, ContactKind.GROUP_JOINED, LAST - 1)
        count(world)
        assert (state(world), state(world, world.cast.colleague)) == ({"active": 1}, {"active": 1})

    def test_a_follow_up_that_names_nobody_is_everybodys(self, world: World) -> None:
        world.begin(1, "wmA", world.cast.colleague)
        make.follow_up(the("wmA"), None, happened_at=moment(LAST - 1))
        count(world)
        assert (state(world), state(world, world.cast.colleague)) == ({"active": 1}, {"active": 1})

    def test_who_takes_over_begins_without_any(self, world: World) -> None:
        told(world, ContactKind.FOLLOW_UP, 1)
        world.end(2, "transfer", "wmA", world.cast.owner)
        world.begin(2, "wmA", world.cast.colleague)
        count(world)
        assert (state(world), state(world, world.cast.colleague)) == ({}, {"neverContacted": 1})

    def test_who_is_lost_is_in_no_state_and_who_comes_back_has_the_contact_of_before(self, world: World) -> None:
        told(world, ContactKind.FOLLOW_UP, 1)
        world.end(2, "customer", "wmA", world.cast.owner)
        world.begin(4, "wmA")
        define(world, 2, ContactKind.FOLLOW_UP)
        world.recount(day(3), day(LAST))
        assert state(world, on=3) == {}
        assert state(world) == {"silent": 1}

    def test_what_happened_with_another_customer_is_not_this_ones(self, world: World) -> None:
        world.begin(0, "wmB")
        told(world, ContactKind.CALL_OUT, LAST - 1, "wmB")
        count(world)
        assert state(world) == {"active": 1, "neverContacted": 1}

    def test_another_companys_definition_changes_nothing_here(self, world: World) -> None:
        told(world, ContactKind.CALL_OUT, 1)
        ActivityDefinition.objects.create(corp=world.cast.other_corp, version=1, days=1, kinds=["call_in"])
        count(world)
        assert state(world) == {"active": 1}
        assert definition_of(world.corp.pk, day(LAST)) == Definition()


class TestSpans:
    def test_weeks_and_months_have_none_of_their_own(self, world: World) -> None:
        world.recount(day(0), day(LAST))
        rows = DailyStat.objects.filter(metric__in=STATES.values())
        assert set(rows.values_list("span", flat=True)) == {Span.DAY}
        assert rows.filter(dim=Dim.CORP).count() == LAST + 1

    def test_a_night_counts_by_what_holds_and_leaves_final_days_as_they_are(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(computing, "FAMILIES", ())

        def night(number: int) -> None:
            world.at(day(number), "00:20")
            while nightly.compute_next(corp_id=world.corp.pk):
                pass

        for number in (4, 5, 6, 7):
            night(number)
        define(world, 2, ContactKind.CALL_IN)
        night(8)
        rows = DailyStat.objects.filter(dim=Dim.CORP, metric=Metric.NEVER_CONTACTED).order_by("day")
        versions = dict(rows.values_list("day", "detail"))
        assert versions == {day(2): 0, day(3): 0, day(4): 0, day(5): 1, day(6): 1, day(7): 1}
        assert definition_of(world.corp.pk, day(4)).version == 0
        assert definition_of(world.corp.pk, day(7)).version == 1
        # Of a day that was never counted, what holds now.
        assert definition_of(world.corp.pk, day(-9)).version == 1


class TestStaging:
    def test_states_are_found_once_and_nothing_is_left_of_it(
        self, world: World, django_assert_num_queries: Any
    ) -> None:
        window = windows.window(world.corp, Span.DAY, day(LAST), today=day(LAST + 1))
        family = engagement(Definition())
        with django_assert_num_queries(len(family.dims) + 2) as seen:
            counting.count(world.corp, window, [family])
        text = [one["sql"] for one in seen.captured_queries]
        assert sum("communication" in sql for sql in text) == 1
        assert staging.TABLE not in connection.introspection.table_names()

    def test_it_is_gone_after_an_error_too(self, world: World) -> None:
        for _time in range(2):
            with pytest.raises(ZeroDivisionError), staging.staged("SELECT 1 AS one", {}):
                raise ZeroDivisionError
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM relation_episode")
            assert cursor.fetchone() == (1,)

    def test_where_there_is_nothing_to_stage_no_statement_is_sent(
        self, world: World, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(0), staging.staged("", {}):
            pass


class TestDefinition:
    def test_kinds_are_kept_once_in_their_order_and_unknown_ones_left_out(self) -> None:
        assert in_order(["message_in", "x", "follow_up", "message_in"]) == (
            ContactKind.FOLLOW_UP,
            ContactKind.MESSAGE_IN,
        )

    def test_days_reach_from_a_midnight_of_the_company_to_the_end_of_the_day(self, world: World) -> None:
        since = windows.days_before(day(LAST), 3, world.corp.zone)
        assert since.astimezone(world.corp.zone) == dt.datetime.combine(day(LAST - 2), dt.time(), world.corp.zone)

    def test_the_newest_is_told_with_those_that_are_asked_for(
        self, world: World, django_assert_num_queries: Any
    ) -> None:
        for n, kind in enumerate((ContactKind.CALL_IN, ContactKind.CALL_OUT, ContactKind.FOLLOW_UP), 1):
            define(world, n, kind)

        def versions(*asked: int, newest: bool = False) -> list[int]:
            with django_assert_num_queries(1):
                return [one.version for one in defining.of_versions(world.corp.pk, asked, newest=newest)]

        assert versions(1, newest=True) == [1, 3]
        assert versions(0, 2) == [0, 2]
        assert versions(newest=True) == [3]
        ActivityDefinition.objects.all().delete()
        assert versions(newest=True) == [0]
