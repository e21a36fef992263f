"""Who has changed is asked about at once: each once however often, all segments together, nobody lost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import blacklist, lifecycle, tagging
from messaging.inbox import Incoming
from segments import catalogue, handlers
from segments.models import SegmentPending, SegmentStay
from segments.refreshing import draining, hearing
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import (
    BY,
    asking,
    hear,
    ids,
    last_run,
    listed,
    members,
    move,
    of_city,
    people,
    run_all,
    segment,
    standing,
    told,
)


def pending(cast: Cast) -> list[int]:
    return list(SegmentPending.objects.of_corp(cast.corp.pk).order_by("pk").values_list("customer_id", flat=True))


def test_who_has_changed_enters_and_leaves_at_once_with_the_cause(cast: Cast) -> None:
    first, second = people(cast.corp, "北京", "上海")
    row = segment(cast.corp, announces=True)
    hear(cast.corp)
    move(first, "上海")
    move(second, "北京")
    hear(cast.corp)
    assert (members(row), standing(row).size) == (ids(second), 1)
    left, entered = SegmentStay.objects.get(customer=first), SegmentStay.objects.get(customer=second)
    assert (left.left_by, entered.entered_by) == ("customer.updated", "customer.updated")
    assert left.left_event and entered.entered_event and left.left_event != entered.entered_event
    assert (left.left_at, left.left_run, entered.entered_run) == (entered.entered_at, 1, 1)
    assert told(row)[1:] == [("entered", [second.pk], "customer.updated"), ("left", [first.pk], "customer.updated")]


def test_every_kind_of_change_is_heard_of(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    row = segment(cast.corp, asking("tags", "any", [tag.pk]))
    (one,) = people(cast.corp, "北京")
    tagging.add_tags(customer=one, tag_ids=[tag.pk], **BY)
    hear(cast.corp)
    assert members(row) == ids(one)
    blacklist.put(customer=one, reason="r", **BY)
    hear(cast.corp)
    assert members(row) == set()
    blacklist.lift(customer=one, **BY)
    hear(cast.corp)
    assert members(row) == ids(one)
    lifecycle.delete(customer=type(one).objects.get(pk=one.pk), **BY)
    hear(cast.corp)
    assert members(row) == set()
    causes = [stay.left_by for stay in SegmentStay.objects.order_by("pk")]
    assert causes == ["customer.blacklisted", "customer.deleted"]


def test_a_customer_who_changed_often_is_asked_about_once(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row = segment(cast.corp, announces=True)
    hear(cast.corp)
    for city in ("上海", "北京", "广州", "北京"):
        move(one, city)
    hear(cast.corp)
    assert (members(row), len(told(row))) == (ids(one), 1)


def test_a_hundred_customers_cost_as_many_statements_as_one(cast: Cast) -> None:
    for _n in range(3):
        segment(cast.corp)
    costs = []
    for number in (1, 100):
        some = people(cast.corp, *["北京"] * number)
        note = {"cause": "customer.created", "event_id": "e"}
        hearing.note(corp_id=cast.corp.pk, customer_ids=[one.pk for one in some], **note)
        with CaptureQueriesContext(
            connection,
        ) as sent:
            draining.drain_some(corp_id=cast.corp.pk)
        costs.append(len(sent))
    assert costs[1] <= costs[0] + 3


def test_they_are_asked_about_in_batches(cast: Cast, monkeypatch: Any) -> None:
    row = segment(cast.corp)
    some = people(cast.corp, *["北京"] * 5)
    hearing.note(corp_id=cast.corp.pk, customer_ids=[one.pk for one in some], cause="c", event_id="e")
    monkeypatch.setattr(draining, "BATCH", 2)
    assert [draining.drain_some(corp_id=cast.corp.pk) for _n in range(3)] == [True, True, False]
    assert members(row) == ids(*some)
    assert draining.drain_some(corp_id=cast.corp.pk) is False


def test_only_the_first_who_waits_has_anybody_told_to_look(cast: Cast) -> None:
    note: dict[str, Any] = {"cause": "c", "event_id": "e", "corp_id": cast.corp.pk}
    assert hearing.note(customer_ids=[1], **note) is False
    assert pending(cast) == [], "there are no segments to ask"
    segment(cast.corp)
    assert hearing.note(customer_ids=[], **note) is False
    assert hearing.note(customer_ids=[2, 2, 1], **note) is True
    assert hearing.note(customer_ids=[3], **note) is False
    assert pending(cast) == [1, 2, 3]
    assert draining.waiting() == [cast.corp.pk]


def test_nothing_is_lost_when_the_work_on_a_batch_fails(cast: Cast, monkeypatch: Any) -> None:
    row = segment(cast.corp)
    people(cast.corp, "北京")
    hear(cast.corp)
    before = members(row)
    (one,) = people(cast.corp, "北京")
    hearing.note(corp_id=cast.corp.pk, customer_ids=[one.pk], cause="c", event_id="e")
    monkeypatch.setattr("segments.members.sizes.note", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        draining.drain_some(corp_id=cast.corp.pk)
    assert (members(row), pending(cast)) == (before, [one.pk])


def test_while_another_condition_waits_the_members_answer_to_the_old_one(cast: Cast) -> None:
    first, second = people(cast.corp, "北京", "上海")
    row = segment(cast.corp)
    catalogue.update_segment(segment=row, condition=of_city("上海", "广州"), **BY)
    move(first, "广州")
    move(second, "北京")
    hear(cast.corp)
    assert members(row) == ids(second)
    run_all()
    assert members(row) == ids(first)


def test_a_list_loses_only_who_is_deleted(cast: Cast) -> None:
    first, second = people(cast.corp, "北京", "上海")
    row = listed(cast.corp, [first, second])
    blacklist.put(customer=first, reason="r", **BY)
    move(first, "广州")
    lifecycle.delete(customer=second, **BY)
    hear(cast.corp)
    assert (members(row), standing(row).size) == (ids(first), 1)


def test_who_comes_on_a_list_is_asked_about_where_another_segment_asks_that_list(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    plain = listed(cast.corp, [])
    catalogue.add_members(segment=plain, customer_ids=[one.pk], **BY)
    assert pending(cast) == []
    user = segment(cast.corp)
    type(user).objects.filter(pk=user.pk).update(uses=[plain.pk])
    catalogue.remove_members(segment=plain, customer_ids=[one.pk], **BY)
    assert pending(cast) == [one.pk]


def test_what_concerns_many_has_those_segments_asked_anew_that_speak_of_it(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    of_tag = segment(cast.corp, asking("tags", "any", [tag.pk]))
    of_department = segment(cast.corp, asking("departments", "any", [cast.department.pk]))
    of_cities, other = segment(cast.corp), segment(cast.other_corp)

    def asked_anew(name: str) -> list[str]:
        handlers.many_changed(Incoming("e", name, cast.corp.pk, {}, 0))
        found = [last_run(row).reason for row in (of_tag, of_department, of_cities, other)]
        run_all()
        return found

    assert asked_anew("tag.merged") == ["event", "created", "created", "created"]
    assert asked_anew("department.updated") == ["event", "event", "created", "created"]
    assert asked_anew("weather.changed")[2:] == ["created", "created"]


def test_the_events_of_chats_name_the_customers_among_the_members(cast: Cast) -> None:
    segment(cast.corp)
    people_in = [{"customerId": 5}, {"customerId": None}, {"customerId": 3}]
    handlers.group_members_changed(Incoming("e", "group.member.joined", cast.corp.pk, {"members": people_in}, 0))
    assert pending(cast) == [3, 5]


def test_the_whole_way_from_a_change_to_the_members(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    row = segment(cast.corp)
    (one,) = people(cast.corp, "北京")
    event = Incoming("e1", "customer.created", cast.corp.pk, {"customerId": one.pk}, 0)
    with django_capture_on_commit_callbacks() as rung:
        handlers.customer_changed(event)
    assert len(rung) == 1
    draining.drain_some(corp_id=cast.corp.pk)
    assert members(row) == ids(one)
