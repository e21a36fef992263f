"""A worker dies at any step: whoever comes after it ends where it would have ended, and readers never saw a half."""

import datetime as dt
from typing import Any

import pytest

from corps.actors import SYSTEM
from segments import catalogue
from segments.members import staging, telling
from segments.models import SegmentPending, SegmentRun, SegmentStay
from segments.refreshing import draining, hearing, requesting, working
from tests.conftest import Cast
from tests.segments.crowd import BY, ids, last_run, members, move, of_city, people, run_all, segment, standing, told

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
STEPS = [("begun", 1), ("staged", 1), ("staged", 3), ("asked_again", 1), ("asked_again", 2), ("shown", 1)]
STEPS += [("told", 1), ("told", 2)]


class Killed(BaseException):
    """What nothing catches, as nothing catches SIGKILL."""


def killing(monkeypatch: Any, module: Any, step: str, *, at: int = 1) -> None:
    """Die the ``at``-th time that this step is come by."""
    met: list[str] = []

    def failpoint(name: str) -> None:
        if name == f"segment.{step}":
            met.append(name)
            if len(met) == at:
                raise Killed

    monkeypatch.setattr(module, "failpoint", failpoint)


def work_and_die(run: SegmentRun) -> None:
    SegmentRun.objects.filter(pk=run.pk).update(lease_until=LONG_AGO)
    with pytest.raises(Killed):
        working.work(run.pk)


@pytest.mark.parametrize(("step", "at"), STEPS)
def test_a_run_that_is_killed_is_ended_by_the_next_worker(cast: Cast, monkeypatch: Any, step: str, at: int) -> None:
    old, new = people(cast.corp, *["北京"] * 4), people(cast.corp, *["上海"] * 4)
    row = segment(cast.corp, announces=True)
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    monkeypatch.setattr(staging, "BATCH", 2)
    monkeypatch.setattr(telling, "A_TIME", 2)
    monkeypatch.setattr(working, "CHANGED", 1)
    run, asked = last_run(row), working.questions.everybody

    def asked_while_two_change(*given: Any) -> Any:
        found = asked(*given)
        for one in (new[0], old[0]):
            move(one, "广州")
        note = {"cause": "customer.updated", "event_id": "e", "corp_id": cast.corp.pk}
        hearing.note(customer_ids=[new[0].pk, old[0].pk], **note)
        draining.drain_some(corp_id=cast.corp.pk)
        return found

    monkeypatch.setattr(working.questions, "everybody", asked_while_two_change)
    killing(monkeypatch, working, step, at=at)
    work_and_die(run)
    shown = step in ("shown", "told")
    # Who has changed by then is gone from what readers see, whatever becomes of the run.
    assert members(row) == ids(*(new[1:] if shown else old if step == "begun" else old[1:]))
    SegmentRun.objects.filter(pk=run.pk).update(lease_until=LONG_AGO)
    run_all()
    assert (members(row), standing(row).size, last_run(row).state) == (ids(*new[1:]), 3, "done")
    assert not standing(row).staged
    listener: set[int] = set()
    for how, some, _cause in told(row):
        assert (how == "entered") == (not listener & set(some)), "nobody is told of twice"
        listener = listener | set(some) if how == "entered" else listener - set(some)
    assert listener == members(row)


def test_killed_as_it_writes_its_only_batch_and_shows_it_a_run_has_done_neither(cast: Cast, monkeypatch: Any) -> None:
    old, new = people(cast.corp, *["北京"] * 2), people(cast.corp, *["上海"] * 2)
    row = segment(cast.corp, announces=True)
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    rows = list(SegmentStay.objects.order_by("pk").values())
    killing(monkeypatch, working, "staged")
    work_and_die(last_run(row))
    assert (members(row), list(SegmentStay.objects.order_by("pk").values())) == (ids(*old), rows)
    assert (standing(row).run, last_run(row).done, last_run(row).state) == (1, 0, "running")
    monkeypatch.undo()
    SegmentRun.objects.update(lease_until=LONG_AGO)
    run_all()
    assert (members(row), last_run(row).state, last_run(row).done) == (ids(*new), "done", 4)


@pytest.mark.parametrize("step", ["drain.held", "drain.settled"])
def test_who_changed_is_not_forgotten_with_a_killed_worker(cast: Cast, monkeypatch: Any, step: str) -> None:
    row = segment(cast.corp, announces=True)
    (one,) = people(cast.corp, "北京")
    hearing.note(corp_id=cast.corp.pk, customer_ids=[one.pk], cause="customer.created", event_id="e")
    killing(monkeypatch, draining, step)
    with pytest.raises(Killed):
        draining.drain_some(corp_id=cast.corp.pk)
    assert (members(row), told(row), SegmentPending.objects.count()) == (set(), [], 1)
    monkeypatch.undo()
    draining.drain_some(corp_id=cast.corp.pk)
    assert (members(row), len(told(row)), SegmentPending.objects.count()) == (ids(one), 1, 0)


def test_called_off_between_any_two_batches_nothing_has_happened(cast: Cast, monkeypatch: Any) -> None:
    people(cast.corp, *["北京"] * 3, *["上海"] * 3)
    row = segment(cast.corp, announces=True)
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    monkeypatch.setattr(staging, "BATCH", 1)
    before = (members(row), told(row), list(row.sizes.values()))
    for round_of in range(6):
        run = requesting.refresh(segment=row, by=SYSTEM)
        killing(monkeypatch, working, "staged")
        work_and_die(run)
        requesting.cancel(run=run, by=SYSTEM)
        assert (members(row), told(row), list(row.sizes.values())) == before
        if round_of % 2:
            while staging.take_back(row.pk):
                pass
            assert not SegmentStay.objects.filter(entered_run=2).exists()
