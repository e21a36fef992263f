"""The daemon is killed at every step of a transfer: another one ends it, and nobody is sent twice."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest

from core.time import now
from corps.actors import SYSTEM
from corps.models import Employee
from customers.choices import ItemState, RelationStatus
from customers.models import Customer, FollowRelation, TransferItem, TransferJob
from customers.transfers import choosing, running, sheet
from messaging.models import OutboxEvent
from tests.faults.mirror import Mirrored
from tests.faults.private import wait_for
from tests.wecom.sandboxed import NOON
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.timeout(600)]
# In the order in which a transfer meets them; before the first of the second kind the wait is over.
SENDING, AFTER = ("claimed", "called", "stored"), ("polled", "mirrored", "carried")
Connect = Callable[..., Mirrored]


def begin(world: Mirrored) -> TransferJob:
    people = {row.userid: row for row in Employee.objects.of_corp(world.corp.pk)}
    chosen = choosing.Chosen(list(Customer.objects.of_corp(world.corp.pk).values_list("pk", flat=True)))
    takers = [people["wang"], people["zhou"]]
    job = sheet.create(handover=people["lina"], takers=takers, chosen=chosen, by=SYSTEM, source="operator")
    return running.start(job=job, by=SYSTEM, source="operator")


def hurry() -> None:
    """What the dead had in hand is free, and the minute after which it is looked for has passed."""
    TransferItem.objects.filter(state=ItemState.SENDING).update(sent_at=now() - dt.timedelta(minutes=2))
    TransferJob.objects.filter(finished_at=None).update(taken_until=None, due_at=now())


def die(world: Mirrored, place: str) -> None:
    daemon = world.daemon(FAILPOINTS=f"transfer.{place}=kill")
    daemon.exit_code()
    hurry()


def all_wait() -> bool:
    return not TransferItem.objects.exclude(state=ItemState.WAITING).exists()


def finished() -> bool:
    return not TransferJob.objects.filter(finished_at=None).exists()


def test_killed_at_every_step_each_customer_is_sent_once_and_taken_over(mirrored: Connect) -> None:
    company = Company(clock=Clock(NOON))
    for userid in ("lina", "wang", "zhou"):
        company.hire(userid, userid)
    externals = [company.befriend("lina") for _n in range(6)]
    world = mirrored(company)
    world.box.sync("house", "tags", "customers")
    company.advance(60)
    begin(world)
    for place in SENDING:
        die(world, place)
    daemon = world.daemon()
    wait_for(all_wait, 60, "everybody waiting for the customer")
    world.kill(daemon)
    company.finish_transfers()
    hurry()
    for place in AFTER:
        die(world, place)
    daemon = world.daemon()
    wait_for(finished, 60, "the transfer finished")
    world.kill(daemon)
    assert Counter(transfer.external_userid for transfer in company.transfers) == dict.fromkeys(externals, 1)
    assert set(TransferItem.objects.values_list("state", flat=True)) == {ItemState.DONE}
    told = Counter(OutboxEvent.objects.filter(name__startswith="customer.transfer.").values_list("name", flat=True))
    assert told == {"customer.transfer.requested": 6, "customer.transfer.done": 6}
    statuses = Counter(FollowRelation.objects.values_list("employee__userid", "status"))
    ended, living = RelationStatus.ENDED_BY_TRANSFER, RelationStatus.ACTIVE
    assert statuses == {("lina", ended): 6, ("wang", living): 3, ("zhou", living): 3}
