"""Two employees of the sandbox with group chats, their mirror, and the worker that hands chats over."""

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from corps.actors import SYSTEM
from corps.models import Employee
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import planning, running
from tests.wecom import sandboxed
from tests.wecom.sandboxed import Sandboxed
from wecom.client import pacing
from wecom.group_transfers import loop
from wecom.push.rests import Rests

BY_HAND: Any = {"by": SYSTEM, "source": "operator"}
ON_JOB, LEAVERS = "externalcontact/groupchat/onjob_transfer", "externalcontact/groupchat/transfer"


@dataclass
class House:
    """Lina's chats go to Wang."""

    box: Sandboxed

    def employee(self, userid: str) -> Employee:
        return Employee.objects.get(corp=self.box.corp, userid=userid)

    def start(self, taker: str = "wang", owner: str = "lina") -> GroupTransferJob:
        chats = planning.owned_by(self.employee(owner), SYSTEM)
        job = planning.plan(corp_id=self.box.corp.pk, chats=chats, taker=self.employee(taker), by=SYSTEM)
        return running.start(job=job, **BY_HAND)

    def work(self) -> int:
        """One round of a worker that rests for nobody."""
        return loop.work_round(Rests(), threading.Event())

    def pass_time(self) -> None:
        """Whatever waits for its time waits no more, and what was sent was sent long ago."""
        past = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        GroupTransferItem.objects.exclude(due_at=None).update(due_at=past)
        GroupTransferItem.objects.exclude(sent_at=None).update(sent_at=past)

    def states(self, job: GroupTransferJob) -> list[str]:
        return sorted(job.items.values_list("state", flat=True))

    def theirs(self, userid: str) -> int:
        """How many chats an employee owns in WeCom."""
        return sum(chat.owner == userid for chat in self.box.company.chats.values())

    def handed(self) -> list[int]:
        """How often WeCom has handed each chat over."""
        return [len(chat.handed) for chat in self.box.company.chats.values()]

    def mirrored(self, userid: str) -> int:
        """How many chats they own here."""
        return GroupChat.objects.filter(owner=self.employee(userid)).count()

    def calls(self) -> tuple[int, int]:
        """Of working members' chats, and of leavers'."""
        return self.box.server.calls[ON_JOB], self.box.server.calls[LEAVERS]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "sleep", lambda seconds: None)


@pytest.fixture
def house(db: None, settings: Any) -> Iterator[House]:
    settings.SYNC_CALLS_AT_ONCE = 1
    box = sandboxed.connected()
    for userid in ("lina", "wang", "zhao"):
        box.company.hire(userid, userid)
    for n in range(4):
        box.company.open_chat("lina", name=f"群{n}")
    box.sync()
    box.server.calls.clear()
    yield House(box)
    sandboxed.disconnect()
