"""Stops against a model: whatever people, WeCom and the operation service do, those stand that have to, once each."""

import random
from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import blacklist, lifecycle, tagging
from customers.models import Customer, CustomerTag
from followups import handlers
from followups.models import Reminder, SopEnrolment, SopStop
from messaging import subscriptions
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.followups.operation import event, hear

AS: dict[str, Any] = {"by": SYSTEM, "source": "system"}
READER = "followups.handlers.customer_changed"


class Town:
    """Customers in SOPs, and what the model holds of them: enrolment → the reasons it ever had to stop while it ran."""

    def __init__(self, cast: Cast, dice: random.Random) -> None:
        self.cast, self.dice, self.upto, self.serial = cast, dice, 0, 0
        self.goal = make.tag(make.group(cast.corp))
        self.people = [make.customer(cast.corp, cast.owner) for _n in range(3)]
        self.owners: dict[str, tuple[int, int | None]] = {}
        self.ended: set[str] = set()
        self.reasons: dict[str, set[str]] = {}

    def someone(self) -> Customer:
        return Customer.objects.get(pk=self.dice.choice(self.people).pk)

    def enrol(self) -> None:
        self.serial += 1
        row, ident = self.someone(), f"en-{self.serial}"
        self.owners[ident], self.reasons[ident] = (row.pk, row.follow_user_id), set()
        data = {"enrolmentId": ident, "customerId": row.pk}
        hear(event("sop.enrolled", self.cast.corp.pk, goalTagId=self.goal.pk, **data))
        hear(event("sop.step.due", self.cast.corp.pk, step=1, **data))

    def end(self) -> None:
        running = sorted(set(self.owners) - self.ended)
        if running:
            ident = self.dice.choice(running)
            self.ended.add(ident)
            hear(event("sop.ended", self.cast.corp.pk, enrolmentId=ident, customerId=self.owners[ident][0]))

    def move(self) -> None:
        whom = self.dice.choice([self.cast.owner, self.cast.colleague])
        lifecycle.update(customer=self.someone(), follow_user_id=whom.pk, **AS)

    def win(self) -> None:
        tagging.add_tags(customer=self.someone(), tag_ids=[self.goal.pk], **AS)

    def list_or_lift(self) -> None:
        row = self.someone()
        if row.blacklisted:
            blacklist.lift(customer=row, **AS)
        else:
            blacklist.put(customer=row, reason="恶意", **AS)

    def deliver(self) -> None:
        """All that was recorded since comes to the reader, in any order and some of it twice."""
        new = list(OutboxEvent.objects.filter(pk__gt=self.upto).order_by("pk"))
        self.upto = max([self.upto, *(row.pk for row in new)])
        heard = [row for row in new if READER in subscriptions.handlers_of(row.name)]
        for row in self.dice.sample(heard, len(heard)) + heard[:1]:
            handlers.customer_changed(Incoming(str(row.event_id), row.name, row.corp_id, row.payload["data"], 0))

    def look(self) -> None:
        """What of each running SOP is amiss now."""
        won = set(CustomerTag.objects.filter(tag=self.goal).values_list("customer_id", flat=True))
        for ident in set(self.owners) - self.ended:
            pk, owner = self.owners[ident]
            row = Customer.objects.get(pk=pk)
            amiss = {"blacklisted": row.blacklisted, "transferred": row.follow_user_id != owner, "goal": pk in won}
            self.reasons[ident] |= {reason for reason, so in amiss.items() if so}


@pytest.mark.parametrize("seed", range(4))
def test_each_sop_that_has_to_stop_is_stopped_once_and_no_other(cast: Cast, seed: int) -> None:
    town = Town(cast, random.Random(seed))
    for _step in range(14):
        town.dice.choice([town.enrol, town.enrol, town.end, town.move, town.win, town.list_or_lift])()
        town.look()
        town.deliver()
    stood = {stop.enrolment.enrolment_id: stop.reason for stop in SopStop.objects.select_related("enrolment")}
    assert set(stood) == {ident for ident, reasons in town.reasons.items() if reasons}
    assert all(reason in town.reasons[ident] for ident, reason in stood.items())
    running = set(SopEnrolment.objects.filter(state="running").values_list("enrolment_id", flat=True))
    assert running == set(town.owners) - town.ended
    # Nobody is to do anything for an SOP that is over or shall be.
    open_ones = set(Reminder.objects.open().values_list("enrolment__enrolment_id", flat=True))
    assert open_ones == running - set(stood)
