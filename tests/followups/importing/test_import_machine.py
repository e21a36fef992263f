"""Imports against a model: whatever happens in between, each line is a follow-up once, and every line is counted."""

import datetime as dt
import random
from typing import Any

import pytest

from core.errors import Conflict
from core.time import now
from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from customers.privacy import erasing
from followups import importing
from followups.importing import checking, jobs, pieces, sweeping, working
from followups.models import FollowUp, FollowUpImport, FollowUpImportLine
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.followups.importing.files import line, sent, text, workbook


class Story:
    """A few files with lines in common, and what can happen while they come in."""

    def __init__(self, cast: Cast, dice: random.Random) -> None:
        self.cast, self.dice = cast, dice
        self.customers = [make.customer(cast.corp, cast.owner, external_userid=f"wm{n}") for n in range(4)]
        self.by: dict[str, Any] = {"by": cast.actor("admin"), "source": "operator"}
        self.jobs = [self._begun() for _n in range(3)]

    def _begun(self) -> FollowUpImport:
        lines = [
            line(self.dice.randrange(12), f"wm{self.dice.randrange(5)}") for _n in range(self.dice.randrange(1, 14))
        ]
        made = self.dice.choice([text, workbook])
        return jobs.begin(corp_id=self.cast.corp.pk, file=sent(made(*lines)), **self.by)

    def one(self) -> FollowUpImport:
        return FollowUpImport.objects.get(pk=self.dice.choice(self.jobs).pk)

    def step(self) -> None:
        getattr(
            self,
            f"_{self.dice.choice(['works', 'works', 'works', 'starts', 'starts', 'dies', 'stops', 'sweeps', 'else'])}",
        )()

    def _works(self) -> None:
        working.work(self.one().pk, most=self.dice.randrange(1, 3))

    def _starts(self) -> None:
        job = self.one()
        try:
            jobs.start(job=job, **self.by)
        except Conflict as refusal:
            assert refusal.code == ("import_not_checked" if job.state == "checking" else "import_over")

    def _stops(self) -> None:
        if self.dice.random() < 0.2:
            job = self.one()
            try:
                jobs.stop(job=job, **self.by)
            except Conflict:
                assert job.state in ("done", "failed")

    def _dies(self) -> None:
        """A worker has taken it, and is gone; its time goes by."""
        job = self.one()
        if working._claim(job.pk):
            assert not working.work(job.pk)
            FollowUpImport.objects.update(lease_until=now() - dt.timedelta(seconds=1))

    def _sweeps(self) -> None:
        sweeping.sweep()

    def _else(self) -> None:
        """Somebody brings some of the same lines in by the other way, or a customer goes."""
        living = list(Customer.objects.of_corp(self.cast.corp.pk).alive())
        if living and self.dice.random() < 0.2:
            lifecycle.delete(customer=self.dice.choice(living), by=SYSTEM, source="system")
        elif living:
            row = line(self.dice.randrange(12), self.dice.choice(living).external_userid)
            importing.bring_in(corp_id=self.cast.corp.pk, data=text(row), by=SYSTEM)

    def settle(self) -> None:
        for job in self.jobs:
            while working.work(job.pk):
                pass
            if FollowUpImport.objects.get(pk=job.pk).state == "checked":
                jobs.start(job=job, **self.by)
            while working.work(job.pk):
                pass
        sweeping.sweep()

    def check(self) -> None:
        keys = list(FollowUp.objects.values_list("import_key", flat=True))
        assert len(keys) == len(set(keys))
        told = OutboxEvent.objects.filter(name="customer.followup.created").values_list("aggregate_id", flat=True)
        assert sorted(told) == sorted(FollowUp.objects.values_list("pk", flat=True))
        for job in FollowUpImport.objects.all():
            left = FollowUpImportLine.objects.filter(job=job, state="good").count()
            if job.state != "stopped":
                assert job.created + job.known + job.bad + left == job.seen, job.state
            assert FollowUpImportLine.objects.filter(job=job, state="bad").count() == job.bad
            assert job.created <= job.good


@pytest.mark.parametrize("seed", range(4))
def test_each_line_comes_in_once_and_every_one_is_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 3)
    story = Story(cast, random.Random(seed))
    for _n in range(40):
        story.step()
        story.check()
    story.settle()
    story.check()
    assert set(FollowUpImport.objects.values_list("state", flat=True)) <= {"done", "stopped"}
    assert not FollowUpImportLine.objects.filter(state="good").exists()
    assert not FollowUpImport.objects.exclude(file="").exists()


def test_what_comes_of_a_line_is_told_in_the_name_of_whoever_sent_the_file(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner, external_userid="wmA")
    for actor in (cast.actor("admin"), make.service(cast.corp), SYSTEM):
        job = jobs.begin(corp_id=cast.corp.pk, file=sent(text(line(1, content=actor.label))), by=actor, source="api")
        who = pieces._who(job)
        assert (who.label, who.corp_id) == (actor.label, cast.corp.pk)


def test_an_erased_customer_is_in_no_file_that_waits(cast: Cast) -> None:
    row, other = (make.customer(cast.corp, cast.owner, external_userid=f"wm{name}") for name in "AB")
    job = jobs.begin(corp_id=cast.corp.pk, file=sent(text(line(1, "wmA"), line(2, "wmB"))), by=SYSTEM, source="api")
    working.work(job.pk)
    erasing.erase(customer=row, reason="客户要求删除", by=SYSTEM, source="api")
    assert list(FollowUpImportLine.objects.values_list("customer_id", flat=True)) == [other.pk]
    jobs.start(job=job, by=SYSTEM, source="api")
    working.work(job.pk)
    job.refresh_from_db()
    assert (job.state, job.created, FollowUp.objects.get().customer_id) == ("done", 1, other.pk)
