"""A transfer under whatever can happen to it: nobody is sent twice, each end is told once, and nothing is left open.

WeCom here is a set of customers whom it has begun to hand over. Its answers may be lost, workers die, customers accept
or refuse, operators hold the job up, let it go on and call it off.
"""

from collections import Counter
from typing import Any

from django.db import transaction
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
from core.locks import lock
from core.time import now
from corps.actors import SYSTEM
from customers.choices import OPEN_ITEMS, ItemState
from customers.models import Customer, TransferItem, TransferJob
from customers.transfers import carrying, choosing, claiming, running, settling, sheet
from customers.transfers.settling import Outcome
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.transfers.conftest import Bench

CUSTOMERS, MOST = 5, 2
AS: dict[str, Any] = {"by": SYSTEM, "source": "operator"}
ENDS = [ItemState.DONE, ItemState.REFUSED, ItemState.OVER_LIMIT, ItemState.NO_RECORD]
NTH = st.integers(0, CUSTOMERS - 1)


class Transfer(RuleBasedStateMachine):
    """Attributes: ``begun``, how often WeCom was asked for each attempt; ``ended``, how each came to its end."""

    cast: Cast

    @initialize()
    def begin(self) -> None:
        rows = [make.customer(self.cast.corp, self.cast.owner) for _n in range(CUSTOMERS)]
        takers = [self.cast.colleague, self.cast.manager]
        chosen = choosing.Chosen([row.pk for row in rows])
        self.job = sheet.create(handover=self.cast.owner, takers=takers, chosen=chosen, **AS)
        self.begun: Counter[int] = Counter()
        self.ended: dict[int, str] = {}

    def items(self, *states: str) -> list[TransferItem]:
        return list(TransferItem.objects.filter(job=self.job, state__in=states).order_by("pk"))

    def settle(self, *outcomes: Outcome) -> list[TransferItem]:
        return settling.settle(corp_id=self.cast.corp.pk, outcomes=outcomes, by=SYSTEM, source="transfer")

    # --- Operators ---

    @rule(name=st.sampled_from(["start", "pause", "resume"]))
    def act(self, name: str) -> None:
        before = list(TransferJob.objects.filter(pk=self.job.pk).values())
        try:
            getattr(running, name)(job=self.job, **AS)
        except Conflict:
            assert list(TransferJob.objects.filter(pk=self.job.pk).values()) == before

    @rule(sure=st.integers(0, 9))
    def call_off(self, sure: int) -> None:
        if sure:
            return
        sent = {item.pk for item in self.items(ItemState.SENDING, ItemState.WAITING)}
        try:
            running.cancel(job=self.job, **AS)
        except Conflict as refusal:
            assert refusal.code == "transfer_over"
            return
        assert {item.pk for item in self.items(*OPEN_ITEMS)} == sent

    # --- Workers ---

    @rule(how=st.sampled_from(["answered", "answered", "answer lost", "not begun", "killed before", "killed after"]))
    def send(self, how: str) -> None:
        with transaction.atomic():
            batch = claiming.claim(lock(self.job), most=MOST)
        if batch is None:
            return
        ids = [item.pk for item in batch.items.values()]
        assert len({item.taker_id for item in batch.items.values()}) == 1 and len(ids) <= MOST
        if how in ("answered", "answer lost", "killed after"):
            self.begun.update(ids)
        if how == "answered":
            self.settle(*(Outcome(pk, ItemState.WAITING) for pk in ids))
        elif how == "answer lost":
            claiming.doubt(ids)
        elif how == "not begun":
            assert claiming.requeue(ids) == len(ids)

    @rule()
    def ask_wecom_about_the_doubtful(self) -> None:
        for item in self.items(ItemState.SENDING):
            if self.begun[item.pk]:
                self.settle(Outcome(item.pk, ItemState.WAITING))
            else:
                claiming.requeue([item.pk])

    @rule(nth=NTH, end=st.sampled_from(ENDS))
    def the_customer_answers(self, nth: int, end: str) -> None:
        waiting = self.items(ItemState.WAITING)
        if waiting:
            item = waiting[nth % len(waiting)]
            changed = self.settle(Outcome(item.pk, end, takeover_time=now() if end == ItemState.DONE else None))
            assert [row.pk for row in changed] == [item.pk]
            self.ended[item.pk] = end

    @precondition(lambda self: getattr(self, "ended", None))
    @rule(nth=NTH, end=st.sampled_from(ENDS))
    def it_is_told_again(self, nth: int, end: str) -> None:
        pk = list(self.ended)[nth % len(self.ended)]
        assert self.settle(Outcome(pk, end), Outcome(pk, ItemState.WAITING)) == []

    @rule()
    def carry_over(self) -> None:
        for item in self.items(ItemState.DONE):
            assert carrying.carry_over(item=item, by=SYSTEM, final=True)

    @rule()
    def conclude(self) -> None:
        with transaction.atomic():
            row = lock(self.job)
            if row.started_at:
                assert running.conclude(row) == (not running.open_items(row))

    # --- What holds always ---

    @invariant()
    def nobody_is_sent_twice(self) -> None:
        assert set(getattr(self, "begun", Counter()).values()) <= {1}

    @invariant()
    def who_has_come_to_an_end_stays_there(self) -> None:
        for pk, end in getattr(self, "ended", {}).items():
            assert TransferItem.objects.values_list("state", flat=True).get(pk=pk) == end

    @invariant()
    def nobody_waits_whom_wecom_does_not_know(self) -> None:
        if hasattr(self, "job"):
            assert all(self.begun[item.pk] for item in self.items(ItemState.WAITING))
            # And whom it has begun with is never taken for one who was not sent.
            assert not any(self.begun[item.pk] for item in self.items(ItemState.QUEUED, ItemState.CANCELLED))

    @invariant()
    def what_is_told_is_what_is_so(self) -> None:
        if not hasattr(self, "job"):
            return
        told: Counter[tuple[str, int]] = Counter()
        for event in OutboxEvent.objects.filter(name__startswith="customer.transfer."):
            if event.payload["data"]["transferId"] == self.job.pk:
                told[event.name.rpartition(".")[2], event.payload["data"]["itemId"]] += 1
        assert set(told.values()) <= {1}
        assert {pk for name, pk in told if name == "done"} == {pk for pk, end in self.ended.items() if end == "done"}
        assert {pk for name, pk in told if name == "failed"} == {pk for pk, end in self.ended.items() if end != "done"}
        assert {pk for name, pk in told if name == "requested"} == {item.pk for item in self.items("waiting")} | set(
            self.ended
        )

    @invariant()
    def a_customers_versions_leave_no_gap(self) -> None:
        if hasattr(self, "job"):
            ids = TransferItem.objects.filter(job=self.job).values_list("customer_id", flat=True)
            for pk, version in Customer.objects.filter(pk__in=list(ids)).values_list("pk", "version"):
                told = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=pk).order_by("id")
                assert list(told.values_list("aggregate_version", flat=True)) == list(range(1, version + 1))

    @invariant()
    def what_is_finished_has_nothing_open(self) -> None:
        if hasattr(self, "job"):
            self.job.refresh_from_db()
            assert not (self.job.finished_at and running.open_items(self.job))
            assert self.job.state != "cancelled" or not self.items(ItemState.READY, ItemState.QUEUED)


def test_a_transfer_comes_through_whatever_happens(bench: Bench) -> None:
    machine = type("Transfer", (Transfer,), {"cast": bench.cast})
    run_state_machine_as_test(machine, settings=settings(max_examples=6, stateful_step_count=25, deadline=None))
