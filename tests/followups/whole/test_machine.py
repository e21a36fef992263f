"""Follow-ups against a model: whatever colleagues do, in any order, words, versions, plans and mentions are as told."""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.errors import RuleViolation
from core.time import now
from customers.models import Customer
from followups import attaching, commenting, reminding, revising, writing
from followups.models import (
    FollowUp,
    FollowUpAttachment,
    FollowUpComment,
    FollowUpMention,
    FollowUpVersion,
    Reminder,
)
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

PEOPLE = ["owner", "manager", "admin"]


@dataclass
class Known:
    """What the model holds of one follow-up."""

    customer: int
    whose: int | None
    words: list[str]
    version: int = 1
    comments: int = 0
    files: int = 0
    named: set[int] = field(default_factory=set)


class Office:
    """Some people at work on two customers."""

    def __init__(self, cast: Cast, dice: random.Random) -> None:
        self.cast, self.dice, self.serial = cast, dice, 0
        self.customers = [make.customer(cast.corp, cast.owner) for _n in range(2)]
        self.living: dict[int, Known] = {}
        self.kept: list[tuple[int, int, str, str]] = []
        # Customer and employee → whether something is planned, and by which follow-up.
        self.plans: dict[tuple[int, int | None], list[int]] = {}

    def word(self) -> str:
        self.serial += 1
        return f"第{self.serial}句"

    def who(self) -> Any:
        return self.cast.actor(self.dice.choice(PEOPLE))

    def one(self) -> FollowUp | None:
        return FollowUp.objects.get(pk=self.dice.choice(sorted(self.living))) if self.living else None

    def write(self) -> None:
        by, customer, text = self.who(), self.dice.choice(self.customers), self.word()
        planned = self.dice.random() < 0.5
        named = self.dice.sample([self.cast.owner.pk, self.cast.colleague.pk, self.cast.manager.pk], 1)
        row = writing.write(
            customer=Customer.objects.get(pk=customer.pk),
            content=text,
            by=by,
            source="api",
            next_at=now() + dt.timedelta(days=1) if planned else None,
            mention_ids=named,
        )
        self.living[row.pk] = Known(customer.pk, by.employee_id, [text], named=set(named))
        self.plans[customer.pk, by.employee_id] = [row.pk] if planned else []

    def edit(self) -> None:
        if row := self.one():
            known, text = self.living[row.pk], self.word()
            revising.edit(follow_up=row, content=text, by=self.cast.actor("admin"), source="api")
            self.kept.append((row.pk, known.version, "edited", known.words[-1]))
            known.words.append(text)
            known.version += 1

    def repeat(self) -> None:
        if row := self.one():
            said = self.living[row.pk].words[-1]
            revising.edit(follow_up=row, content=said, by=self.cast.actor("admin"), source="api")

    def replan(self) -> None:
        if row := self.one():
            known = self.living[row.pk]
            given = {"by": self.cast.actor("admin"), "source": "api"}
            revising.edit(follow_up=row, next_at=now() + dt.timedelta(days=2, seconds=self.serial), **given)
            self.serial += 1
            self.kept.append((row.pk, known.version, "edited", known.words[-1]))
            known.version += 1
            mine = self.plans.setdefault((known.customer, known.whose), [])
            self.plans[known.customer, known.whose] = [*(pk for pk in mine if pk != row.pk), row.pk]

    def delete(self) -> None:
        if row := self.one():
            known = self.living.pop(row.pk)
            revising.delete(follow_up=row, by=self.cast.actor("admin"), source="api")
            self.kept.append((row.pk, known.version, "deleted", known.words[-1]))
            self._unplan(row.pk)

    def _unplan(self, pk: int) -> None:
        self.plans = {key: [one for one in mine if one != pk] for key, mine in self.plans.items()}

    def comment(self) -> None:
        if row := self.one():
            commenting.comment(follow_up=row, content=self.word(), by=self.who(), source="api")
            self.living[row.pk].comments += 1

    def attach(self) -> None:
        if row := self.one():
            if self.living[row.pk].files == attaching.MOST:
                with pytest.raises(RuleViolation):
                    make.attachment(row)
                return
            make.attachment(row)
            self.living[row.pk].files += 1
            self.living[row.pk].version += 1

    def settle(self) -> None:
        plans = list(Reminder.objects.open().order_by("id"))
        if plans:
            plan = self.dice.choice(plans)
            reminding.done(reminder=plan, by=self.cast.actor("admin"), source="api")
            self._unplan(plan.follow_up_id)

    def check(self) -> None:
        rows = {row.pk: (row.customer_id, row.employee_id, row.content, row.version) for row in FollowUp.objects.all()}
        assert rows == {pk: (k.customer, k.whose, k.words[-1], k.version) for pk, k in self.living.items()}
        versions = FollowUpVersion.objects.order_by("id")
        assert list(versions.values_list("follow_up_id", "number", "revision", "content")) == self.kept
        counts = {pk: (k.comments, k.files, k.named) for pk, k in self.living.items()}
        assert {pk: self._counted(pk) for pk in self.living} == counts
        planned = sorted(pk for mine in self.plans.values() for pk in mine)
        assert sorted(Reminder.objects.open().values_list("follow_up_id", flat=True)) == planned

    def _counted(self, pk: int) -> tuple[int, int, set[int]]:
        return (
            FollowUpComment.objects.filter(follow_up=pk).count(),
            FollowUpAttachment.objects.filter(follow_up=pk).count(),
            set(FollowUpMention.objects.filter(follow_up=pk).values_list("employee_id", flat=True)),
        )


ACTS = ["write", "write", "edit", "repeat", "replan", "delete", "comment", "attach", "settle"]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_the_rows_are_what_was_done(cast: Cast, seed: int) -> None:
    office = Office(cast, random.Random(seed))
    for _step in range(35):
        getattr(office, office.dice.choice(ACTS))()
        office.check()


def test_no_two_events_of_a_subject_share_a_version(cast: Cast) -> None:
    office = Office(cast, random.Random(9))
    for _step in range(40):
        getattr(office, office.dice.choice(ACTS))()
    keys = list(OutboxEvent.objects.values_list("aggregate_type", "aggregate_id", "aggregate_version"))
    assert len(keys) == len(set(keys))
    told = [row.payload for row in OutboxEvent.objects.filter(name__startswith="customer.followup.")]
    assert not [one for one in told if "句" in str(one)]
