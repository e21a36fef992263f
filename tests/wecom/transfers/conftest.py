import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from core import failpoints
from core.time import now
from corps.actors import SYSTEM
from corps.models import Employee
from customers.models import Customer, FollowRelation, TransferItem, TransferJob
from customers.transfers import choosing, running, sheet
from messaging.models import Command
from tests.wecom import sandboxed
from tests.wecom.sandboxed import Sandboxed
from wecom.client import pacing
from wecom.push import executing, lanes
from wecom.transfers import leases, working

BY: Any = {"by": SYSTEM, "source": "operator"}


@dataclass
class Desk:
    """A company of the sandbox where lina hands over, and wang and zhou take over, with its mirror in step."""

    box: Sandboxed
    externals: list[str]

    @property
    def company(self) -> Any:
        return self.box.company

    def employee(self, userid: str) -> Employee:
        return Employee.objects.get(corp=self.box.corp, userid=userid)

    def customer(self, n: int = 0) -> Customer:
        return Customer.objects.get(corp=self.box.corp, external_userid=self.externals[n])

    def relation(self, userid: str, n: int = 0) -> FollowRelation | None:
        return FollowRelation.objects.filter(customer=self.customer(n), employee=self.employee(userid)).first()

    def draw(self, *takers: str, some: int | None = None, message: str = "", giver: str = "lina") -> TransferJob:
        ids = [self.customer(n).pk for n in range(some if some is not None else len(self.externals))]
        return sheet.create(
            handover=self.employee(giver),
            takers=[self.employee(userid) for userid in takers or ("wang",)],
            chosen=choosing.Chosen(ids),
            message=message,
            **BY,
        )

    def begin(self, *takers: str, **fields: Any) -> TransferJob:
        return running.start(job=self.draw(*takers, **fields), **BY)

    def take(self, job: TransferJob) -> TransferJob:
        """As a worker would when the job is due and free."""
        TransferJob.objects.filter(pk=job.pk).update(due_at=now(), taken_until=None)
        taken = leases.take(job.pk)
        assert taken
        return taken

    def work(self, job: TransferJob) -> TransferJob:
        """Work on it once, as if its time had come."""
        working.work(self.take(job), stopping=threading.Event())
        job.refresh_from_db()
        return job

    def later(self, **by: int) -> None:
        """What was sent and settled, was so much longer ago."""
        for name in ("sent_at", "settled_at"):
            for item in TransferItem.objects.exclude(**{name: None}):
                TransferItem.objects.filter(pk=item.pk).update(**{name: getattr(item, name) - dt.timedelta(**by)})

    def states(self, job: TransferJob) -> list[str]:
        return list(job.items.order_by("pk").values_list("state", flat=True))

    def calls(self, api: str) -> int:
        return self.box.server.calls[f"externalcontact/{api}"]

    def started(self) -> list[str]:
        """Every transfer that WeCom has begun."""
        return [transfer.external_userid for transfer in self.company.transfers]

    def push(self) -> None:
        while found := [hold for at in lanes.due() if (hold := lanes.take(*at))]:
            for hold in found:
                executing.work(hold)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "sleep", lambda seconds: None)


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call it with the name of a place where the worker is to die, or with nothing to let it live."""

    def _arm(name: str = "") -> None:
        monkeypatch.setattr(failpoints, "_ARMED", {name: "raise"} if name else {})

    return _arm


@pytest.fixture
def desk(db: None, settings: Any) -> Iterator[Desk]:
    settings.SYNC_CALLS_AT_ONCE = 1
    yield furnished(3)
    sandboxed.disconnect()


def furnished(customers: int) -> Desk:
    box = sandboxed.connected()
    company = box.company
    for userid, name in {"lina": "林娜", "wang": "王五", "zhou": "周六"}.items():
        company.hire(userid, name)
    company.add_tag_group("等级", ["甲", "乙", "丙"])
    externals = [company.befriend("lina", name=f"客户{n}") for n in range(customers)]
    box.sync()
    Command.objects.all().delete()
    box.server.calls.clear()
    company.advance(60)
    return Desk(box, externals)
