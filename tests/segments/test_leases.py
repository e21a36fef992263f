"""One works on a run at a time, and what a worker that was thought dead writes is refused."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Conflict, RuleViolation
from core.time import now
from corps.actors import SYSTEM
from segments.choices import RunState
from segments.models import SegmentRun
from segments.refreshing import failing, leases, queue, requesting
from tests.conftest import Cast
from tests.segments.crowd import last_run, listed, segment, standing

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def run(cast: Cast) -> SegmentRun:
    return last_run(segment(cast.corp, counted=False))


def fields(run: SegmentRun) -> dict[str, Any]:
    return SegmentRun.objects.values().get(pk=run.pk)


def test_a_run_is_taken_once_until_its_lease_is_over(run: SegmentRun) -> None:
    assert queue.due() == [run.pk]
    first = leases.take(run, number=3)
    assert (first.fence, first.number, run.fence) == (fields(run)["fence"], fields(run)["number"], first.fence - 1)
    assert (queue.find(run.pk), queue.due()) == (None, [])
    SegmentRun.objects.filter(pk=run.pk).update(lease_until=LONG_AGO)
    found = queue.find(run.pk)
    assert found
    second = leases.take(found)
    assert second.fence == first.fence + 1
    before = fields(run)
    with pytest.raises(leases.Fenced):
        leases.write(first, done=7)
    assert fields(run) == before
    leases.write(second, done=7)
    assert (fields(run)["done"], second.done) == (7, 7)


def test_a_run_that_is_not_as_it_was_read_is_not_taken(run: SegmentRun) -> None:
    first = leases.take(run)
    leases.release(first)
    with pytest.raises(leases.Fenced):
        leases.take(run)
    # The same fence, and something stored since: what was read of it is old.
    leases.write(first, done=7, lease_until=now())
    read = queue.find(run.pk)
    assert read
    leases.write(first, done=8, lease_until=now())
    before = fields(run)
    with pytest.raises(leases.Fenced):
        leases.take(read)
    assert fields(run) == before


def test_who_lets_go_of_a_run_leaves_it_to_the_next(run: SegmentRun) -> None:
    taken = leases.take(run)
    leases.release(taken)
    assert queue.due() == [run.pk]
    again = leases.take(taken)
    leases.over(again, RunState.DONE, size=3)
    assert (queue.due(), queue.find(run.pk)) == ([], None)
    over = fields(run)
    assert (over["state"], over["size"], over["open_mark"], over["lease_until"]) == ("done", 3, None, None)
    with pytest.raises(leases.Fenced):
        leases.write(again, size=4)


def test_who_waits_longest_is_the_first(cast: Cast) -> None:
    runs = [last_run(segment(cast.corp, counted=False)) for _n in range(3)]
    SegmentRun.objects.filter(pk=runs[2].pk).update(lease_until=LONG_AGO)
    assert queue.due() == [runs[2].pk, runs[0].pk, runs[1].pk]


def test_a_failure_is_put_off_longer_each_time(run: SegmentRun) -> None:
    waits = []
    for _n in range(leases.TRIES - 1):
        SegmentRun.objects.filter(pk=run.pk).update(lease_until=LONG_AGO)
        taken = leases.take(SegmentRun.objects.get(pk=run.pk))
        assert failing.note_failure(taken, "x" * 400) is False
        waits.append(fields(run)["lease_until"] - now())
    assert waits == sorted(waits)
    assert (len(fields(run)["last_error"]), fields(run)["state"]) == (300, "queued")
    assert standing(run.segment).last_error == ""
    SegmentRun.objects.filter(pk=run.pk).update(lease_until=LONG_AGO)
    taken = leases.take(SegmentRun.objects.get(pk=run.pk))
    assert failing.note_failure(taken, "The end.") is False
    assert (fields(run)["state"], standing(run.segment).last_error) == ("failed", "The end.")


def test_a_failure_of_a_run_that_is_somebody_elses_says_nothing(run: SegmentRun) -> None:
    taken = leases.take(run)
    requesting.cancel(run=run, by=SYSTEM)
    before = fields(run)
    assert failing.note_failure(taken, "x") is False
    assert failing.give_up(taken, "x") is False
    assert (fields(run), standing(run.segment).last_error) == (before, "")


def test_a_list_is_not_refreshed(cast: Cast) -> None:
    row = listed(cast.corp, [])
    with pytest.raises(RuleViolation) as refused:
        requesting.refresh(segment=row, by=SYSTEM)
    assert (refused.value.code, isinstance(refused.value, Conflict)) == ("segment_static", True)
    assert not SegmentRun.objects.exists()


def test_what_is_being_told_cant_be_called_off(run: SegmentRun) -> None:
    SegmentRun.objects.filter(pk=run.pk).update(state="telling")
    before = fields(run)
    with pytest.raises(Conflict) as refused:
        requesting.cancel(run=run, by=SYSTEM)
    assert (refused.value.code, fields(run)) == ("refresh_over", before)


def test_a_run_names_who_asked_for_it_and_why(cast: Cast) -> None:
    row = segment(cast.corp)
    run = requesting.refresh(segment=row, by=cast.actor("admin"))
    assert (run.actor, run.reason, run.state) == (cast.actor("admin").label, "hand", "queued")
    cancelled = requesting.cancel(run=run, by=cast.actor("manager"))
    assert cast.actor("manager").label in cancelled.last_error
    assert cancelled.fence == run.fence + 1
