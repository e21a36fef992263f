"""Rows of stays against two plain sets: whom readers see, and whom they would see if the next run were shown."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.time import now
from segments.members import staging
from segments.members.settling import Cause, settle
from segments.models import SegmentRun, SegmentStanding, SegmentStay
from segments.querysets import NEVER
from segments.refreshing import showing
from tests import make
from tests.segments import crowd
from tests.world import undone

pytestmark = pytest.mark.django_db
SOME = st.sets(st.integers(1, 6), min_size=1, max_size=4)
CAUSE = Cause("customer.updated", "event")
START = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)


class Layers(RuleBasedStateMachine):
    """What a run stages and what events settle, in any order; a run is shown, or taken back."""

    @initialize()
    def begin(self) -> None:
        self.row = crowd.listed(make.corp(), [])
        self.seen: set[int] = set()
        self.staged: set[int] = set()
        self.moments = 0
        self.run = self.open_run()

    def open_run(self) -> SegmentRun:
        standing = self.standing()
        SegmentStanding.objects.filter(pk=standing.pk).update(staged=True)
        fields: dict[str, Any] = {"number": standing.next, "reason": "hand", "as_of": self.moment(), "state": "running"}
        return SegmentRun.objects.create(corp=self.row.corp, segment=self.row, **fields, lease_until=now())

    def standing(self) -> SegmentStanding:
        return SegmentStanding.objects.get(pk=self.row.pk)

    def moment(self) -> dt.datetime:
        self.moments += 1
        return START + dt.timedelta(minutes=self.moments)

    @rule(ids=SOME, members=SOME)
    def settle(self, ids: set[int], members: set[int]) -> None:
        """Somebody changed. Whom the run has put by comes to readers; who leaves them leaves the run too."""
        before = set(self.seen)
        causes = dict.fromkeys(ids, CAUSE)
        at = self.moment()
        moves = settle(standing=self.standing(), ids=ids, members=members & ids, causes=causes, at=at)
        self.seen = (self.seen - ids) | (members & ids)
        entered, left = self.seen - before, before - self.seen
        assert (set(moves.entered), set(moves.left)) == (entered, left)
        self.staged = (self.staged | entered) - left
        standing = self.standing()
        standing.size += len(entered) - len(left)
        standing.save()

    @rule(entering=SOME, leaving=SOME)
    def stage(self, entering: set[int], leaving: set[int]) -> None:
        """Differences, as a run finds them: who isn't staged enters, who is leaves."""
        come, go = entering - self.staged, (leaving & self.staged) - entering
        staging.stage(self.run, sorted(come), sorted(go))
        self.staged = (self.staged | come) - go

    @rule(ids=SOME, members=SOME)
    def ask_again(self, ids: set[int], members: set[int]) -> None:
        staging.restage(self.run, members & ids, ids)
        self.staged = (self.staged - ids) | (members & ids)

    @rule()
    def show(self) -> None:
        showing.show(self.run, self.standing())
        self.run.refresh_from_db()
        assert (self.run.entered, self.run.size) == (self.run.entered, len(self.staged))
        assert self.run.state == "done"
        self.seen = set(self.staged)
        self.run = self.open_run()

    @rule()
    def take_back(self) -> None:
        SegmentRun.objects.filter(pk=self.run.pk).update(state="cancelled", finished_at=now())
        while staging.take_back(self.row.pk):
            pass
        self.staged = set(self.seen)
        assert not SegmentStay.objects.filter(entered_run=self.standing().next).exists()
        self.run = self.open_run()

    @rule()
    def go_on_after_breaking_off(self) -> None:
        SegmentRun.objects.filter(pk=self.run.pk).update(state="failed", finished_at=now())
        self.run = self.open_run()

    @invariant()
    def both_sets_are_there(self) -> None:
        if not hasattr(self, "run"):
            return
        assert crowd.members(self.row) == self.seen
        assert set(staging.staged_ids(self.row.pk)) == self.staged
        assert self.standing().size == len(self.seen)

    @invariant()
    def every_stay_makes_sense(self) -> None:
        if not hasattr(self, "run"):
            return
        following = self.standing().next
        for stay in SegmentStay.objects.of_segment(self.row.pk):
            assert 1 <= stay.entered_run <= following
            assert (stay.left_at is None) == (stay.left_run == NEVER) == (stay.left_by == "")
            assert stay.left_run == NEVER or stay.entered_run <= stay.left_run <= following
            assert stay.left_at is None or stay.entered_at <= stay.left_at or stay.left_run == following
            assert not (stay.entered_run == following and stay.left_run == following)


def test_two_sets_are_kept_in_one_table() -> None:
    class Undone(Layers):
        def __init__(self) -> None:
            super().__init__()
            self.block = undone()
            self.block.__enter__()

        def teardown(self) -> None:
            self.block.__exit__(None, None, None)

    often = settings(max_examples=60, stateful_step_count=15, deadline=None, database=None, derandomize=True)
    run_state_machine_as_test(Undone, settings=settings(often, suppress_health_check=list(HealthCheck)))


def test_who_came_after_the_moment_that_a_run_asks_of_leaves_no_earlier_than_they_came() -> None:
    layers = Layers()
    layers.begin()
    layers.settle({1}, {1})
    layers.stage({2}, {1})
    layers.show()
    layers.every_stay_makes_sense()
    stay = SegmentStay.objects.get(customer_id=1)
    assert (stay.left_at, stay.left_run) == (stay.entered_at, 2)
