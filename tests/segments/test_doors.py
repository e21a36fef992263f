"""Tasks, handlers, the timetable and the subscriptions of segments: each rings for the next and forgets nobody."""

from typing import Any

import pytest
from django.utils.module_loading import import_string

from core.time import now
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from scrm_customer.celery import app
from scrm_customer.subscriptions import SUBSCRIPTIONS
from segments import handlers, tasks
from segments.models import SegmentPending, SegmentRun, SegmentStanding
from segments.refreshing import concerning
from segments.rules.triggers import occasions
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import ids, last_run, listed, members, people, segment, standing


@pytest.fixture
def rung(monkeypatch: Any) -> list[tuple[Any, ...]]:
    """Which tasks were rung for, with what."""
    found: list[tuple[Any, ...]] = []
    for name in ("begin_runs", "work", "drain", "clear", "refresh_due"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda *given, name=name: found.append((name, *given)))
    return found


def test_the_clock_asks_what_is_due_and_rings(cast: Cast, rung: list[Any]) -> None:
    row = segment(cast.corp)
    SegmentStanding.objects.filter(pk=row.pk).update(as_of="2026-01-01T00:00:00Z")
    tasks.refresh_due()
    assert (last_run(row).reason, last_run(row).state, rung) == ("day", "queued", [("begin_runs",)])


def test_each_open_run_is_rung_for_once(cast: Cast, rung: list[Any]) -> None:
    runs = [last_run(segment(cast.corp, counted=False)) for _n in range(2)]
    tasks.begin_runs()
    assert rung == [("work", run.pk) for run in runs]


def test_a_run_is_worked_on_and_rung_for_again_while_there_is_more(
    cast: Cast, rung: list[Any], monkeypatch: Any
) -> None:
    people(cast.corp, "北京")
    row = segment(cast.corp, counted=False)
    tasks.work(last_run(row).pk)
    assert (len(members(row)), rung) == (1, [])
    monkeypatch.setattr("segments.refreshing.working.work", lambda run_id: True)
    tasks.work(7)
    assert rung == [("work", 7)]


def test_who_waits_is_asked_about_and_rung_for_again_while_there_are_more(
    cast: Cast, rung: list[Any], monkeypatch: Any
) -> None:
    row = segment(cast.corp)
    some = people(cast.corp, "北京", "北京")
    for one in some:
        SegmentPending.objects.create(corp=cast.corp, customer_id=one.pk, cause="customer.created")
    monkeypatch.setattr("segments.refreshing.draining.BATCH", 1)
    tasks.drain(cast.corp.pk)
    assert (len(members(row)), rung) == (1, [("drain", cast.corp.pk)])
    tasks.drain(cast.corp.pk)
    assert members(row) == ids(*some)


def test_the_sweep_finds_what_a_lost_message_left(cast: Cast, rung: list[Any]) -> None:
    SegmentPending.objects.create(corp=cast.corp, customer_id=1, cause="customer.created")
    tasks.sweep_segments()
    assert rung == [("drain", cast.corp.pk), ("begin_runs",), ("clear",)]
    rung.clear()
    tasks.clear()
    assert rung == []
    row = segment(cast.corp)
    SegmentStanding.objects.filter(pk=row.pk).update(staged=True)
    row.stays.create(corp=cast.corp, customer_id=1, entered_run=2, entered_at=now(), entered_by="hand")
    tasks.clear()
    assert (rung, row.stays.count()) == ([("clear",)], 0)


def test_the_timetable_knows_both_rounds() -> None:
    schedule = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"segments.tasks.refresh_due", "segments.tasks.sweep_segments"} <= schedule


def test_every_event_of_a_customer_that_segments_can_ask_about_is_read() -> None:
    read = {name for name, paths in SUBSCRIPTIONS.items() if any(path.startswith("segments.") for path in paths)}
    told = {"created", "updated", "deleted", "followed", "unfollowed", "relation.updated", "tag.added", "tag.removed"}
    told |= {"followup.created", "blacklisted", "blacklist.lifted", "stage.changed", "transfer.done"}
    assert {f"customer.{name}" for name in told} <= read
    assert {"tag.deleted", "tag.merged", "group.member.joined", "group.member.left", "department.updated"} <= read
    for paths in SUBSCRIPTIONS.values():
        assert all(callable(import_string(path)) for path in paths)


def test_a_change_rings_once_for_the_first_who_waits(
    cast: Cast, rung: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    segment(cast.corp)
    rung.clear()
    for customer in (1, 2, 3):
        with django_capture_on_commit_callbacks(execute=True):
            handlers.customer_changed(Incoming("e", "customer.updated", cast.corp.pk, {"customerId": customer}, 0))
    assert rung == [("drain", cast.corp.pk)]
    notes = SegmentPending.objects.order_by("pk").values_list("customer_id", "cause", "event_id")
    assert list(notes) == [(1, "customer.updated", "e"), (2, "customer.updated", "e"), (3, "customer.updated", "e")]


def test_what_concerns_no_segment_rings_for_nobody(
    cast: Cast, rung: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    segment(cast.corp)
    rung.clear()
    with django_capture_on_commit_callbacks(execute=True):
        handlers.many_changed(Incoming("e", "tag.deleted", cast.corp.pk, {"tagId": 1}, 0))
        handlers.customer_changed(Incoming("e", "customer.updated", cast.other_corp.pk, {"customerId": 1}, 0))
    assert (rung, SegmentPending.objects.count()) == ([], 0)


def test_a_condition_that_cant_be_read_is_concerned_by_nothing(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    asked = {"version": 1, "where": {"field": "tags", "op": "any", "value": [tag.pk]}}
    row = segment(cast.corp, asked)
    assert concerning.segments(corp_id=cast.corp.pk, event="tag.deleted") == [row]
    type(row).objects.filter(pk=row.pk).update(condition={"version": 1, "where": {"field": "gone", "op": "is"}})
    assert concerning.segments(corp_id=cast.corp.pk, event="tag.deleted") == []
    assert concerning.segments(corp_id=cast.other_corp.pk, event="tag.deleted") == []


def test_a_stay_names_the_event_that_began_it(cast: Cast) -> None:
    row = segment(cast.corp, announces=True)
    (one,) = people(cast.corp, "北京")
    event = OutboxEvent.objects.get(name="customer.created", aggregate_id=one.pk)
    handlers.customer_changed(Incoming(str(event.event_id), event.name, event.corp_id, event.payload["data"], 0))
    tasks.drain(cast.corp.pk)
    assert members(row) == ids(one)
    assert row.stays.get().entered_event == str(event.event_id)


def test_lists_have_no_runs_of_their_own(cast: Cast, rung: list[Any]) -> None:
    row = listed(cast.corp, [])
    SegmentStanding.objects.filter(pk=row.pk).update(as_of="2026-01-01T00:00:00Z", stale_since=now())
    tasks.refresh_due()
    assert (SegmentRun.objects.count(), standing(row).run) == (0, 1)


def test_rules_read_each_of_those_who_moved(cast: Cast) -> None:
    """What segments tell of several customers is an occasion for each of them."""
    data = {"segmentId": 7, "customerIds": [3, 5], "cause": "day", "runId": 1}
    for name in ("segment.member.entered", "segment.member.left"):
        found = occasions.of_event(Incoming("e", name, cast.corp.pk, data, 0))
        assert [one.customer_id for one in found] == [3, 5]
        assert [one.told for one in found] == [{"segmentIds": frozenset({7})}] * 2
        assert [one.data for one in found] == [found[0].data] * 2
