"""Everything that people, WeCom and bad luck can do to transfers, drawn at random."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from core.errors import RuleViolation
from core.failpoints import FailpointHit
from corps.actors import SYSTEM
from customers.choices import ItemState, JobState, RelationStatus
from customers.models import Customer, FollowRelation, TransferItem, TransferJob
from customers.transfers import choosing, failing, running, sheet
from tests.wecom.transfers.conftest import BY, Desk
from wecom.client import wire
from wecom.models import ApiClosure

STAFF = ("lina", "wang", "zhou")
PLACES = ("claimed", "called", "stored", "polled", "mirrored", "carried")
CALLS = ("transfer_customer", "transfer_result", "resigned/transfer_customer", "resigned/transfer_result", "get")
# Attempts that WeCom has begun, whatever came of them.
BEGUN = (ItemState.WAITING, ItemState.DONE, ItemState.REFUSED, ItemState.OVER_LIMIT)
FINAL = {ItemState.EXCLUDED, ItemState.DONE, ItemState.REFUSED, ItemState.OVER_LIMIT, ItemState.NO_RECORD}
FINAL |= {ItemState.FAILED, ItemState.CANCELLED}
Pairs = Counter[tuple[str, str, str]]


class Storm:
    """Attributes: ``log``, what was done, for whoever reads a failure; ``deaths``, how often a worker died."""

    def __init__(self, desk: Desk, seed: int, fail: Callable[..., None]) -> None:
        self.desk, self.drawn, self.fail = desk, random.Random(seed), fail
        self.log: list[str] = []
        self.deaths = 0
        self.acts: list[Callable[[], object]] = [
            self.draw_up,
            self.draw_up,
            self.draw_up,
            self.start,
            self.pause,
            self.resume,
            self.cancel,
            self.work,
            self.work,
            self.work_and_die,
            self.work_and_die,
            self.work_and_die,
            self.work_without_answers,
            self.work_and_be_refused,
            self.customer_refuses,
            self.callback,
            self.a_day_passes,
            self.a_quarter_passes,
            self.time_passes,
            self.blacklist,
        ]

    def blow(self) -> None:
        act = self.drawn.choice(self.acts)
        self.log.append(act.__name__)
        act()

    # --- People ---

    def draw_up(self) -> None:
        giver, *takers = self.drawn.sample(STAFF, self.drawn.choice([2, 3]))
        theirs = FollowRelation.objects.filter(employee__userid=giver, status=RelationStatus.ACTIVE)
        known = list(theirs.order_by("customer").values_list("customer", flat=True))
        # Now and then somebody whom the giver doesn't follow.
        others = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:1])
        ids = known if self.drawn.random() < 0.5 else known[: self.drawn.randint(0, len(known))] + others
        if not ids:
            return
        job = sheet.create(
            handover=self.desk.employee(giver),
            takers=[self.desk.employee(taker) for taker in takers],
            chosen=choosing.Chosen(list(dict.fromkeys(ids))),
            **BY,
        )
        if self.drawn.random() < 0.7 and job.items.filter(state=ItemState.READY).exists():
            running.start(job=job, **BY)

    def start(self) -> None:
        self._act(running.start, JobState.CHECKED)

    def pause(self) -> None:
        self._act(running.pause, JobState.RUNNING)

    def resume(self) -> None:
        self._act(running.resume, JobState.PAUSED)

    def cancel(self) -> None:
        if self.drawn.random() < 0.3:
            self._act(running.cancel, *JobState)

    def blacklist(self) -> None:
        external = self.drawn.choice(self.desk.externals)
        Customer.objects.filter(external_userid=external).update(blacklisted=self.drawn.random() < 0.3)

    def _act(self, rule: Any, *states: str) -> None:
        jobs = list(TransferJob.objects.filter(state__in=states))
        if jobs:
            try:
                rule(job=self.drawn.choice(jobs), **BY)
            except RuleViolation as refusal:
                self.log.append(refusal.code)

    # --- Workers ---

    def work(self) -> None:
        jobs = list(TransferJob.objects.filter(finished_at=None, due_at__isnull=False))
        if jobs:
            self.desk.work(self.drawn.choice(jobs))

    def work_and_die(self) -> None:
        self.fail(f"transfer.{self.drawn.choice(PLACES)}")
        try:
            self.work()
        except FailpointHit:
            self.deaths += 1
        finally:
            self.fail()

    def work_without_answers(self) -> None:
        faults = self.desk.box.server.faults
        api = f"externalcontact/{self.drawn.choice(CALLS)}"
        faults.set(only=[api], **{self.drawn.choice(["lost", "dropped", "cut"]): 1.0})
        self.work()
        faults.off()
        # Otherwise nothing is called for half a minute.
        wire.forget()

    def work_and_be_refused(self) -> None:
        faults = self.desk.box.server.faults
        api = f"externalcontact/{self.drawn.choice(CALLS)}"
        faults.set(errors={api: {self.drawn.choice([-1, 45009, 45033, 48002, 60020, 6000]): 1.0}})
        self.work()
        faults.off()
        ApiClosure.objects.all().delete()

    # --- WeCom ---

    def customer_refuses(self) -> None:
        waiting = [transfer for transfer in self.desk.company.transfers if transfer.outcome is None]
        if waiting:
            transfer = self.drawn.choice(waiting)
            self.desk.company.refuse_transfer(transfer.takeover, transfer.external_userid)

    def callback(self) -> None:
        """Each event is told once, late, or never."""
        for event in self.desk.company.take_events():
            if event.get("ChangeType") == "transfer_fail" and self.drawn.random() < 0.5:
                failing.note_failure(
                    corp_id=self.desk.box.corp.pk,
                    external_userid=event["ExternalUserID"],
                    taker_userid=event["UserID"],
                    reason=event["FailReason"],
                    by=SYSTEM,
                    source="callback",
                )

    def a_day_passes(self) -> None:
        self.desk.company.finish_transfers()
        self.desk.company.advance(60)

    def a_quarter_passes(self) -> None:
        """Who was handed over twice may be again."""
        self.work()
        self.a_day_passes()
        self.desk.company.advance(95 * 86_400)
        self.desk.later(days=95)

    def time_passes(self) -> None:
        self.desk.later(minutes=2)

    # --- What must hold ---

    def check(self) -> None:
        """At every moment: nobody is under way twice, and WeCom has begun no more than there are attempts for it."""
        open_ones = Counter(TransferItem.objects.under_way().values_list("customer", "handover"))
        assert all(number == 1 for number in open_ones.values()), self.log
        begun = self.begun_there()
        least, most = self.attempts(*BEGUN), self.attempts(*BEGUN, "sending", "no_record") + self.doubtful()
        assert not least - begun, (least - begun, self.log)
        assert not begun - most, (begun - most, self.log)

    def begun_there(self) -> Pairs:
        return Counter((t.handover, t.takeover, t.external_userid) for t in self.desk.company.transfers)

    def attempts(self, *states: str) -> Pairs:
        return self._pairs(state__in=states)

    def doubtful(self) -> Pairs:
        return self._pairs(state="failed", reason="in_doubt")

    def _pairs(self, **which: Any) -> Pairs:
        rows = TransferItem.objects.filter(**which)
        return Counter(rows.values_list("handover__userid", "taker__userid", "customer__external_userid"))

    def settle(self) -> None:
        """The weather clears: whatever waits is worked off to its end."""
        for job in TransferJob.objects.filter(state__in=(JobState.CHECKED, JobState.PAUSED)):
            running.cancel(job=job, **BY)
        for _round in range(8):
            self.desk.later(minutes=3)
            self.desk.company.finish_transfers()
            open_jobs = list(TransferJob.objects.filter(finished_at=None).exclude(due_at=None))
            if not open_jobs:
                return
            for job in open_jobs:
                self.desk.work(job)
        left = TransferItem.objects.exclude(state__in=FINAL).values_list("job", "state", "reason")
        raise AssertionError((list(left), self.log))
