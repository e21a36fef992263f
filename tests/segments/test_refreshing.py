"""All of a segment is asked anew by a run: beside what readers see, shown in one step, taken back if called off."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Conflict
from core.time import now
from corps.actors import SYSTEM
from messaging.models import OutboxEvent
from segments import catalogue
from segments.members import clearing, staging, telling
from segments.models import SegmentRun, SegmentSize, SegmentStanding, SegmentStay, SegmentTouch
from segments.refreshing import dates, leases, questions, queue, requesting, working
from segments.refreshing.differing import NOBODY, Batch
from tests.conftest import Cast
from tests.segments.crowd import (
    BY,
    hear,
    ids,
    last_run,
    members,
    move,
    of_city,
    people,
    run_all,
    segment,
    standing,
    told,
)

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def stays(row: Any) -> list[tuple[int, int, bool]]:
    found = SegmentStay.objects.of_segment(row.pk).order_by("pk")
    return [(stay.customer_id, stay.entered_run, stay.left_at is not None) for stay in found]


def test_a_new_segment_is_counted_by_a_run_and_shows_nobody_before(cast: Cast) -> None:
    first, _second, third = people(cast.corp, "北京", "上海", "北京")
    row = segment(cast.corp, counted=False)
    assert (members(row), standing(row).as_of, last_run(row).state) == (set(), None, "queued")
    run_all()
    run = last_run(row)
    assert members(row) == ids(first, third)
    assert (run.state, run.number, run.entered, run.left, run.size, run.percent) == ("done", 1, 2, 0, 2, 100)
    assert (standing(row).run, standing(row).size, standing(row).as_of) == (1, 2, run.as_of)
    assert not standing(row).staged


def test_a_second_run_writes_only_what_differs(cast: Cast) -> None:
    first, second, third = people(cast.corp, "北京", "上海", "北京")
    row = segment(cast.corp)
    before = stays(row)
    move(second, "北京")
    move(third, "广州")
    requesting.refresh(segment=row, by=SYSTEM)
    run_all()
    assert members(row) == ids(first, second)
    assert (last_run(row).total, last_run(row).entered, last_run(row).left) == (2, 1, 1)
    assert stays(row)[0] == before[0]
    ended = SegmentStay.objects.get(customer=third)
    assert (ended.left_by, ended.left_at, ended.left_run) == ("hand", last_run(row).as_of, 2)
    assert SegmentStay.objects.get(customer=second).entered_by == "hand"
    requesting.refresh(segment=row, by=SYSTEM)
    run_all()
    assert (last_run(row).number, last_run(row).total) == (3, 0)


def test_who_comes_back_has_a_stay_of_their_own(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row = segment(cast.corp)
    for city in ("上海", "北京"):
        move(one, city)
        requesting.refresh(segment=row, by=SYSTEM)
        run_all()
    assert stays(row) == [(one.pk, 1, True), (one.pk, 3, False)]
    assert (members(row), standing(row).size) == (ids(one), 1)


def test_readers_see_the_old_members_until_the_run_is_shown(cast: Cast, monkeypatch: Any) -> None:
    people(cast.corp, *["北京"] * 5, *["上海"] * 5)
    row = segment(cast.corp)
    old = members(row)
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    monkeypatch.setattr(staging, "BATCH", 2)
    seen, stage = [], staging.stage
    monkeypatch.setattr(staging, "stage", lambda *given: (stage(*given), seen.append(members(row))))
    run_all()
    assert seen == [old] * 6
    assert members(row) and not members(row) & old


def test_a_run_that_is_called_off_leaves_everything_as_it_was(cast: Cast, monkeypatch: Any) -> None:
    people(cast.corp, *["北京"] * 3, *["上海"] * 3)
    row = segment(cast.corp)
    before, rows = members(row), stays(row)
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    monkeypatch.setattr(staging, "BATCH", 2)
    stage = staging.stage

    def stage_and_cancel(run: SegmentRun, *given: Any) -> None:
        stage(run, *given)
        if run.done >= 4:
            requesting.cancel(run=SegmentRun.objects.get(pk=run.pk), by=SYSTEM)

    monkeypatch.setattr(staging, "stage", stage_and_cancel)
    run_all()
    assert last_run(row).state == "cancelled"
    assert members(row) == before
    assert stays(row) != rows, "some of it is there, and not seen"
    while clearing.clear_some():
        pass
    assert (stays(row), standing(row).staged, standing(row).run) == (rows, False, 1)


def test_called_off_while_all_is_asked_a_run_of_one_batch_has_written_nothing(cast: Cast, monkeypatch: Any) -> None:
    people(cast.corp, *["北京"] * 3, *["上海"] * 3)
    row = segment(cast.corp)
    before, rows = members(row), stays(row)
    catalogue.update_segment(segment=row, condition=of_city("广州", "上海"), **BY)
    asked = questions.everybody

    def asked_and_cancelled(run: SegmentRun, *given: Any) -> Any:
        requesting.cancel(run=SegmentRun.objects.get(pk=run.pk), by=SYSTEM)
        return asked(run, *given)

    monkeypatch.setattr(questions, "everybody", asked_and_cancelled)
    run_all()
    assert (last_run(row).state, last_run(row).done, members(row), stays(row)) == ("cancelled", 0, before, rows)


def test_how_much_is_written_is_told_batch_by_batch(cast: Cast, monkeypatch: Any) -> None:
    people(cast.corp, *["北京"] * 5, *["上海"] * 3)
    row = segment(cast.corp)
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    monkeypatch.setattr(staging, "BATCH", 2)
    seen: list[tuple[int, int, int]] = []
    leave = staging.stage

    def staged(*given: Any) -> None:
        leave(*given)
        seen.append((last_run(row).total, last_run(row).done, last_run(row).percent))

    monkeypatch.setattr(staging, "stage", staged)
    run_all()
    assert seen == [(8, 2, 25), (8, 3, 38), (8, 5, 62), (8, 7, 88), (8, 8, 100)]
    assert (last_run(row).total, last_run(row).done, last_run(row).state) == (8, 8, "done")


def test_a_run_that_finds_nothing_new_is_few_statements_and_two_transactions(cast: Cast, monkeypatch: Any) -> None:
    people(cast.corp, "北京", "上海")
    row = segment(cast.corp)
    requesting.refresh(segment=row, by=SYSTEM)
    run_id, met = last_run(row).pk, []
    monkeypatch.setattr(working, "failpoint", met.append)
    with CaptureQueriesContext(connection) as sent:
        assert working.work(run_id) is False
    texts = [each["sql"].removeprefix("BEGIN; ") for each in sent]
    assert met == ["segment.begun", "segment.shown"]
    assert len([text for text in texts if "SAVEPOINT" not in text]) <= 17
    # What is written is written as it begins and as it is shown: a run pays for two commits.
    asked = next(n for n, text in enumerate(texts) if text.startswith("SELECT") and "segment_stay" in text)
    written = [n for n, text in enumerate(texts) if text.startswith(("UPDATE", "INSERT", "DELETE"))]
    assert [n < asked for n in written] == [True, True, False, False, False]


def test_what_a_run_left_is_gone_on_with_by_the_next(cast: Cast, monkeypatch: Any) -> None:
    people(cast.corp, *["北京"] * 3, *["上海"] * 3)
    row = segment(cast.corp)
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    run = working._begin(last_run(row))
    assert run.as_of
    wanted, have = questions.everybody(run, run.as_of), staging.staged_ids(row.pk)
    working._stage(run, Batch(list(wanted)[:2], list(have)[:2]))
    requesting.cancel(run=run, by=SYSTEM)
    catalogue.update_segment(segment=row, condition=of_city("北京", "广州"), **BY)
    run_all()
    assert members(row) == set(have)
    assert (last_run(row).entered, last_run(row).left) == (0, 0)
    assert len(stays(row)) == 3


def test_a_change_while_all_is_asked_is_asked_about_once_more(cast: Cast, monkeypatch: Any) -> None:
    in_both, leaves, comes, goes_back = people(cast.corp, "北京", "北京", "上海", "上海")
    row = segment(cast.corp, announces=True)
    move(comes, "北京")
    requesting.refresh(segment=row, by=SYSTEM)
    everybody = questions.everybody

    def asked_and_changed(*given: Any) -> Any:
        found = everybody(*given)
        move(leaves, "上海")
        move(comes, "广州")
        move(goes_back, "北京")
        hear(cast.corp)
        return found

    monkeypatch.setattr(questions, "everybody", asked_and_changed)
    run_all()
    assert members(row) == ids(in_both, goes_back)
    assert standing(row).size == 2
    assert not SegmentTouch.objects.exists()
    assert SegmentStay.objects.get(customer=leaves).left_by == "customer.updated"
    assert not SegmentStay.objects.filter(customer=comes).exists()


def test_of_two_workers_one_works(cast: Cast) -> None:
    people(cast.corp, "北京")
    row = segment(cast.corp, counted=False)
    run = leases.take(last_run(row))
    assert queue.find(run.pk) is None
    assert working.work(run.pk) is False
    assert last_run(row).state == "queued"


def test_a_worker_that_was_thought_dead_writes_nothing(cast: Cast) -> None:
    people(cast.corp, "北京")
    row = segment(cast.corp, counted=False)
    slow = working._begin(last_run(row))
    assert slow.as_of
    wanted = Batch(list(questions.everybody(slow, slow.as_of)))
    SegmentRun.objects.update(lease_until=LONG_AGO)
    run_all()
    rows = stays(row)
    for write in (
        lambda: working._begin(slow),
        lambda: working._stage(slow, wanted),
        lambda: working._show(slow, wanted),
        lambda: working._show(slow, NOBODY),
        lambda: leases.release(slow),
    ):
        with pytest.raises(leases.Fenced):
            write()
    assert (stays(row), standing(row).run, last_run(row).state) == (rows, 1, "done")


def test_a_long_run_goes_on_in_another_spell(cast: Cast, monkeypatch: Any) -> None:
    people(cast.corp, *["北京"] * 5)
    row = segment(cast.corp, counted=False, announces=True)
    monkeypatch.setattr(staging, "BATCH", 2)
    monkeypatch.setattr(telling, "A_TIME", 2)
    monkeypatch.setattr(working, "SPELL", -1)
    spells = 0
    while working.work(last_run(row).pk):
        spells += 1
    assert spells > 3
    assert (len(members(row)), last_run(row).state) == (5, "done")
    assert sorted(pk for _how, some, _cause in told(row) for pk in some) == sorted(members(row))


def test_who_moves_with_a_run_is_told_once_in_batches(cast: Cast, monkeypatch: Any) -> None:
    customers = people(cast.corp, *["北京"] * 5)
    row = segment(cast.corp, announces=True)
    assert told(row) == [("entered", sorted(ids(*customers)), "created")]
    for one in customers[:3]:
        move(one, "上海")
    monkeypatch.setattr(telling, "A_TIME", 2)
    requesting.refresh(segment=row, by=SYSTEM)
    run_all()
    left = [some for how, some, cause in told(row) if (how, cause) == ("left", "hand")]
    assert [len(some) for some in left] == [2, 1]
    assert {pk for some in left for pk in some} == ids(*customers[:3])
    assert standing(row).version == 3


def test_a_segment_that_doesnt_ask_for_it_tells_nobody(cast: Cast) -> None:
    people(cast.corp, "北京")
    row = segment(cast.corp)
    assert told(row) == []
    assert not OutboxEvent.objects.filter(name__startswith="segment.member.").exists()


def test_who_has_moved_again_by_themselves_is_not_told_of_late(cast: Cast, monkeypatch: Any) -> None:
    first, second = people(cast.corp, "北京", "北京")
    row = segment(cast.corp, counted=False, announces=True)
    monkeypatch.setattr(telling, "A_TIME", 1)
    monkeypatch.setattr(working, "SPELL", -1)
    run_id = last_run(row).pk
    while last_run(row).state != "telling" or last_run(row).told_entered == 0:
        working.work(run_id)
    move(second, "上海")
    hear(cast.corp)
    run_all()
    assert told(row) == [("entered", [first.pk], "created"), ("left", [second.pk], "customer.updated")]


def test_sizes_are_kept_by_day(cast: Cast) -> None:
    first, _second = people(cast.corp, "北京", "北京")
    row = segment(cast.corp)
    SegmentSize.objects.update(day=dt.date(2026, 1, 1))
    move(first, "上海")
    hear(cast.corp)
    requesting.refresh(segment=row, by=SYSTEM)
    run_all()
    kept = [(size.size, size.entered, size.left) for size in SegmentSize.objects.filter(segment=row).order_by("day")]
    assert kept == [(2, 2, 0), (1, 0, 1)]


def test_an_open_run_is_the_one_that_is_asked_for_again(cast: Cast) -> None:
    row = segment(cast.corp)
    run = requesting.refresh(segment=row, by=SYSTEM)
    assert requesting.refresh(segment=row, by=SYSTEM) == run
    requesting.cancel(run=run, by=SYSTEM)
    assert requesting.cancel(run=run, by=SYSTEM).state == "cancelled"
    again = requesting.refresh(segment=row, by=SYSTEM)
    assert again.pk != run.pk
    run_all()
    with pytest.raises(Conflict) as refused:
        requesting.cancel(run=again, by=SYSTEM)
    assert refused.value.code == "refresh_over"


def test_another_condition_makes_a_run_that_is_under_way_begin_anew(cast: Cast) -> None:
    _first, second = people(cast.corp, "北京", "上海")
    row = segment(cast.corp, counted=False)
    run = working._begin(last_run(row))
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    with pytest.raises(leases.Fenced):
        working._show(run, NOBODY)
    run_all()
    assert (members(row), standing(row).stale_since) == (ids(second), None)


def test_each_day_of_the_company_every_dynamic_segment_is_asked_anew(cast: Cast) -> None:
    row, other = segment(cast.corp), segment(cast.other_corp)
    assert dates.request_due() == 0
    SegmentStanding.objects.filter(pk=row.pk).update(as_of=now() - dt.timedelta(days=1))
    assert dates.request_due() == 1
    assert dates.request_due() == 0
    assert (last_run(row).reason, last_run(other).reason) == ("day", "created")
    run_all()
    SegmentStanding.objects.filter(pk=row.pk).update(stale_since=now())
    assert dates.request_due() == 1


def test_a_day_begins_where_the_company_is(cast: Cast) -> None:
    at = dt.datetime(2026, 11, 30, 15, 59, tzinfo=dt.UTC)
    zone = cast.corp.zone
    assert dates.midnight(zone, at) == dt.datetime(2026, 11, 29, 16, tzinfo=dt.UTC)
    assert dates.midnight(zone, at + dt.timedelta(minutes=1)) == dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)


def test_a_run_that_fails_is_tried_again_and_then_given_up_in_words(cast: Cast, monkeypatch: Any) -> None:
    people(cast.corp, "北京")
    row = segment(cast.corp)

    def away(*_given: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr(questions, "everybody", away)
    run = requesting.refresh(segment=row, by=SYSTEM)
    for failures in range(1, leases.TRIES + 1):
        SegmentRun.objects.filter(pk=run.pk).update(lease_until=LONG_AGO)
        assert working.work(run.pk) is False
        run.refresh_from_db()
        assert run.failures == failures
    assert (run.state, run.finished_at is not None) == ("failed", True)
    assert "TimeoutError" in standing(row).last_error
    assert len(members(row)) == 1
    assert dates.request_due() == 0
    SegmentStanding.objects.filter(pk=row.pk).update(as_of=LONG_AGO)
    assert dates.request_due() == 0, "not again today"
    monkeypatch.undo()
    requesting.refresh(segment=row, by=SYSTEM)
    run_all()
    assert (last_run(row).state, standing(row).last_error) == ("done", "")


def test_a_run_that_fails_as_it_begins_is_counted_too(cast: Cast, monkeypatch: Any) -> None:
    row = segment(cast.corp, counted=False)
    run, before = last_run(row), standing(row)

    def away(*_given: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr(working, "rows", SimpleNamespace(update=away))
    assert working.work(run.pk) is False
    after = last_run(row)
    assert (after.failures, after.fence, after.state, after.open_mark) == (1, run.fence, "queued", 1)
    assert (standing(row).staged, standing(row).run) == (before.staged, before.run)
    assert queue.due() == []


def test_a_condition_that_can_no_longer_be_asked_fails_at_once(cast: Cast) -> None:
    row = segment(cast.corp)
    broken = {"version": 1, "where": {"field": "shoeSize", "op": "is", "value": 1}}
    type(row).objects.filter(pk=row.pk).update(condition=broken)
    SegmentStanding.objects.update(condition=broken)
    requesting.refresh(segment=row, by=SYSTEM)
    run_all()
    assert (last_run(row).state, standing(row).run) == ("failed", 1)
    assert last_run(row).last_error == standing(row).last_error != ""
    people(cast.corp, "北京")
    hear(cast.corp)
    assert members(row) == set()
