"""What a first full sync costs those who read its events: next to nothing for each follow that concerns nobody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from customers.models import ContactWay, Customer, CustomerTag, FollowRelation
from followups.models import TimelineEntry
from insights.models import Loss, RiskAlert
from messaging import subscriptions
from messaging.inbox import Incoming
from messaging.models import Command, OutboxEvent
from segments.models import SegmentPending
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings

CODES, WARNINGS = "customers.handlers.customer_followed", "insights.handlers.customer_heard_of"
TIMELINES, RULES = "followups.handlers.customer_changed", "segments.handlers.set_off_rules"
SEGMENTS = "segments.handlers.customer_changed"
PEOPLE = 12


def events() -> list[Incoming]:
    """All follows told so far, as a reader gets them."""
    rows = OutboxEvent.objects.filter(name="customer.followed").order_by("id")
    return [Incoming(str(row.event_id), row.name, row.corp_id, row.payload["data"], 0) for row in rows]


def statements(path: str, told: list[Incoming]) -> list[str]:
    """What the reader asks the database while it hears of these."""
    read = import_string(path)
    with CaptureQueriesContext(connection) as seen:
        for event in told:
            read(event)
    return [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def everything() -> list[list[Any]]:
    tables = (Customer, FollowRelation, CustomerTag, RiskAlert, Loss, Command, OutboxEvent)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def synced(cast: Cast, *states: str) -> list[Incoming]:
    """A first reading of as many people as there are states."""
    follows = [readings.follow(f"wmNew{n}", cast.owner.userid, n / 100, state=state) for n, state in enumerate(states)]
    readings.read(cast.corp, *follows, ticket=1)
    return events()


@pytest.fixture
def unchanged() -> Iterator[Any]:
    """Call it when the story is told: from then on nothing may change."""
    before: list[Any] = []
    yield lambda: before.append(everything())
    assert before == [everything()]


def test_every_follow_of_a_first_sync_is_told_to_these_readers_and_no_others(cast: Cast) -> None:
    assert set(subscriptions.handlers_of("customer.followed")) == {CODES, WARNINGS, TIMELINES, RULES, SEGMENTS}
    assert len(synced(cast, *[""] * PEOPLE)) == PEOPLE


class TestCodes:
    def test_a_follow_without_a_state_costs_nothing(self, cast: Cast, unchanged: Any) -> None:
        make.contact_way(cast.corp, cast.owner, remark_template="{name}-展会")
        told = synced(cast, *[""] * PEOPLE)
        unchanged()
        assert statements(CODES, told) == []

    def test_a_state_that_is_no_code_of_ours_costs_one_look(self, cast: Cast, unchanged: Any) -> None:
        make.contact_way(cast.corp, cast.owner, remark_template="{name}-展会")
        make.channel(cast.corp, "expo")
        told = synced(cast, *["expo"] * PEOPLE)
        unchanged()
        assert len(statements(CODES, told)) == PEOPLE

    def test_a_code_that_promises_nothing_costs_two(self, cast: Cast, unchanged: Any) -> None:
        way = make.contact_way(cast.corp, cast.owner)
        told = synced(cast, way.state)
        unchanged()
        assert len(statements(CODES, told)) == 2

    def test_a_code_whose_tags_are_all_gone_costs_three(self, cast: Cast, unchanged: Any) -> None:
        tag = make.tag(make.group(cast.corp))
        way = make.contact_way(cast.corp, cast.owner, tag_ids=[tag.pk])
        told = synced(cast, way.state)
        ContactWay.objects.filter(pk=way.pk).update(tag_ids=[10**9])
        unchanged()
        assert len(statements(CODES, told)) == 3

    def test_a_remark_that_somebody_wrote_costs_three(self, cast: Cast, unchanged: Any) -> None:
        way = make.contact_way(cast.corp, cast.owner, remark_template="{name}-展会")
        told = synced(cast, way.state)
        FollowRelation.objects.update(remark="老客户")
        unchanged()
        assert len(statements(CODES, told)) == 3

    def test_what_it_promises_is_kept_once_and_a_repeat_writes_nothing(self, cast: Cast) -> None:
        tag = make.tag(make.group(cast.corp))
        way = make.contact_way(cast.corp, cast.owner, tag_ids=[tag.pk], remark_template="{name}-展会")
        told = synced(cast, way.state, "", way.state)
        statements(CODES, told)
        assert CustomerTag.objects.filter(tag=tag).count() == 2
        assert FollowRelation.objects.filter(remark__endswith="-展会").count() == 2
        before = everything()
        again = statements(CODES, told)
        assert everything() == before
        assert not [sql for sql in again if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


class TestTimelines:
    def test_a_follow_costs_a_look_at_the_customer_and_one_entry(self, cast: Cast) -> None:
        told = synced(cast, *[""] * PEOPLE)
        assert len(statements(TIMELINES, told)) == 2 * PEOPLE
        assert TimelineEntry.objects.count() == PEOPLE
        before = everything()
        statements(TIMELINES, told)
        assert (TimelineEntry.objects.count(), everything()) == (PEOPLE, before)


class TestSegments:
    def test_where_there_are_none_a_follow_costs_one_look(self, cast: Cast, unchanged: Any) -> None:
        told = synced(cast, *[""] * PEOPLE)
        unchanged()
        assert len(statements(SEGMENTS, told)) == PEOPLE
        assert not SegmentPending.objects.exists()

    def test_where_there_are_some_each_is_put_down_to_be_asked_about(self, cast: Cast, unchanged: Any) -> None:
        make.segment(cast.corp)
        told = synced(cast, *[""] * PEOPLE)
        unchanged()
        assert len(statements(SEGMENTS, told)) == 3 * PEOPLE
        assert set(SegmentPending.objects.values_list("customer_id", "corp_id")) == {
            (event.data["customerId"], cast.corp.pk) for event in told
        }


class TestWarnings:
    def test_who_concerns_nobody_costs_two_looks(self, cast: Cast, unchanged: Any) -> None:
        make.blacklisted(make.customer(cast.corp))
        told = synced(cast, *[""] * PEOPLE)
        unchanged()
        assert len(statements(WARNINGS, told)) == 2 * PEOPLE

    def test_it_costs_no_more_where_much_is_open_about_others(self, cast: Cast, unchanged: Any) -> None:
        for _n in range(5):
            make.alert(make.blacklisted(make.customer(cast.corp, cast.owner)), cast.owner)
        told = synced(cast, "", "expo")
        unchanged()
        assert len(statements(WARNINGS, told)) == 4

    def test_a_warning_that_is_over_makes_it_no_dearer(self, cast: Cast, unchanged: Any) -> None:
        told = synced(cast, "")
        customer = readings.the("wmNew0")
        make.alert(customer, cast.owner, state="handled", closed_at=customer.create_time)
        unchanged()
        assert len(statements(WARNINGS, told)) == 2

    def test_of_many_the_one_who_concerns_somebody_is_the_only_one_looked_after(self, cast: Cast) -> None:
        told = synced(cast, *[""] * PEOPLE)
        make.blacklisted(readings.the("wmNew3"))
        make.relation(readings.the("wmNew3"), cast.colleague)
        locked = [sql for sql in statements(WARNINGS, told) if "relation_episode" in sql]
        # Its stays are read twice, for whose matter it is and for what happened; those of the others never.
        assert len(locked) == 2

    def test_a_follow_of_another_companys_customer_is_passed_over(self, cast: Cast, unchanged: Any) -> None:
        foreign = make.customer(cast.other_corp, cast.stranger, blacklisted=True)
        data = {"customerId": foreign.pk, "employeeId": cast.stranger.pk, "state": "", "again": False}
        unchanged()
        told = [Incoming("e", "customer.followed", cast.corp.pk, data, 0)]
        assert len(statements(WARNINGS, told)) == 2
        assert statements(CODES, told) == []
