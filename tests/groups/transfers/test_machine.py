"""A job under whatever can happen to it, in any order: no chat goes twice, none is lost, and what is told adds up.

WeCom here is a dictionary of owners. Each call may be done and answered, done and not answered, or not done; workers
die; operators pause, go on and call off.
"""

import datetime as dt
from collections import Counter
from typing import Any

import time_machine
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.errors import Conflict
from core.time import now
from groups.models import GroupTransferItem, GroupTransferJob
from groups.transfers import claiming, report, running, settling
from messaging.models import OutboxEvent
from tests.conftest import Cast
from tests.groups.transfers.conftest import BY_HAND, Desk

CHATS, A_DAY, MOST = 7, 3, 2


class Handover(RuleBasedStateMachine):
    """Attributes: ``owners``, chat → owner as WeCom has it; ``given``, how often it has handed each over."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        GroupTransferItem.objects.all().delete()
        GroupTransferJob.objects.all().delete()
        OutboxEvent.objects.filter(name__startswith="group.transfer").delete()
        self.clock: Any = time_machine.travel(dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC), tick=False)
        self.travel = self.clock.start()
        self.desk = Desk(self.cast)
        self.given: Counter[int] = Counter()

    def teardown(self) -> None:
        self.clock.stop()

    @initialize()
    def begin(self) -> None:
        chats = self.desk.chats(CHATS)
        self.owners = {chat.pk: "old" for chat in chats}
        self.job = self.desk.plan(*chats)

    # --- Operators ---

    def act(self, act: Any) -> None:
        self.job.refresh_from_db()
        before = self.job.state
        try:
            act(job=self.job, **BY_HAND)
        except Conflict:
            self.job.refresh_from_db()
            assert self.job.state == before

    @rule()
    def start(self) -> None:
        self.act(running.start)

    @rule()
    def pause(self) -> None:
        self.act(running.pause)

    @rule(sure=st.integers(0, 9))
    def cancel(self, sure: int) -> None:
        if sure == 0:
            self.act(running.cancel)

    # --- Workers ---

    @rule(
        how=st.sampled_from(["answered", "answered", "unanswered", "not done", "busy", "killed before", "killed after"])
    )
    def call(self, how: str) -> None:
        batch = claiming.take(self.job.pk)
        if batch is None:
            return
        ids = [item.pk for item in batch.items]
        if how in ("answered", "unanswered", "killed after"):
            self.give(batch)
        if how == "answered":
            settling.settle(job_id=self.job.pk, done=ids)
        elif how in ("unanswered", "not done"):
            settling.doubt(job_id=self.job.pk, items=ids, at=self.moment() + dt.timedelta(minutes=2))
        elif how == "busy":
            settling.later(job_id=self.job.pk, items=ids, at=self.moment(), code=-1, whole=True)

    def give(self, batch: claiming.Batch) -> None:
        for item in batch.items:
            # WeCom refuses what is so already: 90504.
            if self.owners[item.chat_id] == "old":
                self.owners[item.chat_id] = "new"
                self.given[item.chat_id] += 1

    @rule()
    def find_the_lost(self) -> None:
        claiming.lose()

    @rule()
    def look(self) -> None:
        item = claiming.take_look()
        if item is None or item.state == "done":
            return
        if self.owners[item.chat_id] == "new":
            settling.settle(job_id=self.job.pk, done=[item.pk])
        else:
            settling.later(job_id=self.job.pk, items=[item.pk], at=self.moment(), code=None, whole=False)

    @rule(minutes=st.sampled_from([1, 3, 60, 60 * 24]))
    def time_passes(self, minutes: int) -> None:
        self.travel.shift(dt.timedelta(minutes=minutes))

    def moment(self) -> dt.datetime:
        return now()

    # --- What holds always ---

    def states(self) -> dict[int, str]:
        return dict(self.job.items.values_list("chat_id", "state"))

    @invariant()
    def no_chat_goes_twice(self) -> None:
        assert all(number == 1 for number in self.given.values())

    @invariant()
    def what_is_done_is_done_there(self) -> None:
        if hasattr(self, "job"):
            assert all(self.owners[chat] == "new" for chat, state in self.states().items() if state == "done")

    @invariant()
    def what_was_not_sent_has_not_gone(self) -> None:
        if hasattr(self, "job"):
            still = {chat for chat, state in self.states().items() if state in ("planned", "waiting", "cancelled")}
            lost = {chat for chat in still if self.owners[chat] == "new"}
            assert not lost

    @invariant()
    def the_sheet_adds_up(self) -> None:
        if hasattr(self, "job"):
            assert sum(report.counts(self.job).values()) == CHATS

    @invariant()
    def a_job_is_over_when_nothing_is_on_its_way(self) -> None:
        if hasattr(self, "job"):
            self.job.refresh_from_db()
            on_its_way = self.job.items.filter(open_mark=1).exists()
            assert self.job.state != "done" or not on_its_way
            assert self.job.state != "running" or on_its_way

    @invariant()
    def what_is_told_is_what_is_so(self) -> None:
        if hasattr(self, "job"):
            told = Counter(OutboxEvent.objects.filter(aggregate_id=self.job.pk).values_list("name", flat=True))
            assert told["group.transfer.done"] == sum(state == "done" for state in self.states().values())
            assert told["group.transfer.finished"] <= 1
            versions = OutboxEvent.objects.filter(name__startswith="group.transfer").values_list("aggregate_version")
            assert len(set(versions)) == len(versions)

    @precondition(lambda self: hasattr(self, "job"))
    @invariant()
    def a_day_has_no_more_than_its_limit(self) -> None:
        start, end = claiming.tomorrow(self.moment()) - dt.timedelta(days=1), claiming.tomorrow(self.moment())
        assert self.job.items.filter(sent_at__gte=start, sent_at__lt=end).count() <= A_DAY


def test_a_job_comes_through_whatever_happens(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "A_DAY", A_DAY)
    monkeypatch.setattr(claiming, "MOST", MOST)
    machine = type("Handover", (Handover,), {"cast": cast})
    run_state_machine_as_test(machine, settings=settings(max_examples=8, stateful_step_count=25, deadline=None))
