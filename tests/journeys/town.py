"""A company in which everything is on: people act in WeCom, operators here, and what follows arrives everywhere."""

import datetime as dt
import json
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
from django.core.management import call_command

from core.rendering import dumps
from core.time import now
from corps.actors import SYSTEM
from corps.choices import Role
from corps.models import Employee
from customers.channels import figures
from customers.models import Customer, CustomerTag, FollowRelation, TransferItem, TransferJob
from customers.transfers import choosing, running, sheet
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import planning
from groups.transfers import running as chats_running
from insights import rebuilding
from insights.models import Loss, RiskAlert
from messaging import dispatch, inbox
from messaging.models import InboxDelivery, OutboxEvent
from tests import make
from tests.wecom.callbacks import live as living
from wecom.group_transfers import loop as group_loop
from wecom.notices import sending
from wecom.push import executing, lanes
from wecom.push.rests import Rests
from wecom.transfers import leases, working

BY: Any = {"by": SYSTEM, "source": "operator"}
SCHEMAS = Path(__file__).parent.parent / "contracts"
DAY = 86_400
# An event may be answered by another, and that by a third.
ROUNDS = 4


class Town:
    """lina and wangwu work here with zhou, under the boss, who leads the department.

    Attributes:
        box: the company and its mirror.
        company: acts upon it are what happens in WeCom.
        clock: of this service; it goes with WeCom's.
    """

    def __init__(self, clock: Any) -> None:
        self.live = living.begin()
        self.box, self.company, self.clock = self.live.box, self.live.company, clock
        self.corp = self.box.corp
        for userid, name in {"zhou": "周六", "boss": "老板"}.items():
            self.company.hire(userid, name)
        self.live.happen()
        self.box.sync()

    # --- Who is who ---

    def employee(self, userid: str) -> Employee:
        return Employee.objects.get(corp=self.corp, userid=userid)

    def customer(self, external: str) -> Customer:
        return Customer.objects.get(corp=self.corp, external_userid=external)

    def user(self, role: Role, userid: str | None = None) -> Any:
        return make.user(self.corp, role, self.employee(userid) if userid else None)

    def follows(self, external: str) -> dict[str, str]:
        """Who follows a customer or did, and how that stands."""
        rows = FollowRelation.objects.filter(customer=self.customer(external)).select_related("employee")
        return {row.employee.userid: row.get_status_display() for row in rows}

    def tags(self, external: str) -> set[str]:
        rows = CustomerTag.objects.filter(customer=self.customer(external))
        return set(rows.values_list("tag__name", flat=True))

    def there(self, userid: str, external: str) -> Any:
        """The pair as WeCom has it; None for none."""
        return self.company.follows.get(userid, {}).get(external)

    # --- What happens ---

    def spread(self) -> None:
        """Let everything that is under way arrive: callbacks, events, changes for WeCom, messages to colleagues."""
        self.live.settle()
        self._keep_time()
        for _round in range(ROUNDS):
            events = OutboxEvent.objects.order_by("id")
            inbox.store([inbox.parse(event.name, dumps(event.payload)) for event in events])
            dispatch.sweep()
        self.push()
        sending.send_due()

    def push(self) -> None:
        while found := [hold for at in lanes.due() if (hold := lanes.take(*at))]:
            for hold in found:
                executing.work(hold)

    def pass_time(self, seconds: int) -> None:
        """WeCom's clock and ours go on together."""
        self.company.advance(seconds)
        self._keep_time()

    def _keep_time(self) -> None:
        self.clock.move_to(dt.datetime.fromtimestamp(self.company.clock.now(), dt.UTC), tick=False)

    def arrive(self, userid: str, name: str, **fields: Any) -> str:
        """Somebody new adds an employee, and everybody hears of it."""
        external = self.company.befriend(userid, name=name, **fields)
        self.spread()
        return external

    # --- Customers handed over ---

    def draw(self, giver: str, taker: str, *externals: str) -> TransferJob:
        chosen = choosing.Chosen([self.customer(external).pk for external in externals])
        return sheet.create(handover=self.employee(giver), takers=[self.employee(taker)], chosen=chosen, **BY)

    def begin(self, job: TransferJob) -> TransferJob:
        return self.work(running.start(job=job, **BY))

    def work(self, job: TransferJob) -> TransferJob:
        """Work on it once, as if its time had come."""
        TransferJob.objects.filter(pk=job.pk).update(due_at=now(), taken_until=None)
        taken = leases.take(job.pk)
        assert taken
        working.work(taken, stopping=threading.Event())
        job.refresh_from_db()
        return job

    def finish(self, job: TransferJob) -> TransferJob:
        """The day in which customers may refuse goes by, and what became of them is read."""
        self.pass_time(DAY + 60)
        job = self.work(job)
        self.spread()
        return job

    def hand_over(self, giver: str, taker: str, *externals: str) -> TransferJob:
        return self.finish(self.begin(self.draw(giver, taker, *externals)))

    def outcomes(self, job: TransferJob) -> list[tuple[str, str]]:
        return list(TransferItem.objects.filter(job=job).order_by("pk").values_list("state", "reason"))

    # --- Group chats handed over ---

    def hand_over_chats(self, giver: str, taker: str) -> GroupTransferJob:
        chats = planning.owned_by(self.employee(giver), SYSTEM)
        job = planning.plan(corp_id=self.corp.pk, chats=chats, taker=self.employee(taker), by=SYSTEM)
        job = chats_running.start(job=job, **BY)
        while group_loop.work_round(Rests(), threading.Event()):
            GroupTransferItem.objects.exclude(due_at=None).update(due_at=now())
        job.refresh_from_db()
        self.spread()
        return job

    def owners(self) -> dict[str, str | None]:
        """Group chat → its owner here."""
        rows = GroupChat.objects.filter(corp=self.corp).select_related("owner")
        return {row.name: row.owner.userid if row.owner else None for row in rows}

    # --- What is known of it ---

    def warnings(self) -> list[tuple[str, str]]:
        return list(RiskAlert.objects.order_by("opened_at", "id").values_list("kind", "state"))

    def losses(self) -> list[tuple[str, str]]:
        """Whose customer was lost, and how."""
        rows = Loss.objects.order_by("id").select_related("employee")
        return [(row.employee.userid, row.get_ended_by_display()) for row in rows]

    def told(self) -> list[str]:
        """Who was told something by a message, and how often."""
        told = Counter(message["to"][0] for message in self.company.messages)
        return sorted(f"{userid} {count}" for userid, count in told.items())

    def came_by(self, channel: Any) -> tuple[int, int]:
        """How many came by a channel, and how many of them left."""
        figures.forget()
        found = {row.key: row for row in figures.by_channel(self.corp, figures.days_of(self.corp, None, None))}
        return found[channel.pk].added, found[channel.pk].lost

    def check(self) -> None:
        """What holds at any time, whatever has happened."""
        _events_keep_their_promises()
        _versions_have_no_gaps()
        assert set(InboxDelivery.objects.values_list("state", "last_error")) <= {("done", "")}
        _nothing_changes_by_being_derived_anew()


def _events_keep_their_promises() -> None:
    envelope = json.loads((SCHEMAS / "envelope.json").read_text(encoding="utf-8"))
    for event in OutboxEvent.objects.order_by("id"):
        jsonschema.validate(event.payload, envelope)
        promise = json.loads((SCHEMAS / f"{event.name}.json").read_text(encoding="utf-8"))
        jsonschema.validate(event.payload["data"], promise)


def _versions_have_no_gaps() -> None:
    rows = OutboxEvent.objects.filter(aggregate_type="customer").values_list("aggregate_id", "aggregate_version")
    assert max(Counter(rows).values(), default=1) == 1
    highest: dict[int, int] = {}
    for customer, version in rows:
        highest[customer] = max(version, highest.get(customer, 0))
    known = dict(Customer.objects.filter(pk__in=highest).values_list("pk", "version"))
    assert highest == known


def _nothing_changes_by_being_derived_anew() -> None:
    before = _derived()
    assert rebuilding.rebuild_losses() == 0
    call_command("rebuild_risks", verbosity=0, stdout=Quiet())
    assert _derived() == before


def _derived() -> list[tuple[Any, ...]]:
    alerts = RiskAlert.objects.order_by("id").values_list("id", "kind", "subject", "state", "opened_at", "closed_at")
    losses = Loss.objects.order_by("id").values_list("id", "customer_id", "employee_id", "ended_by", "ended_at", "days")
    return [*alerts, *losses]


class Quiet:
    """Somewhere to write to that nobody reads."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """There is nothing to keep."""
