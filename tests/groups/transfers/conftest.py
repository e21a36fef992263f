"""A job of some chats, and what a test does with it."""

from dataclasses import dataclass
from typing import Any

import pytest

from corps.actors import SYSTEM
from corps.models import Employee
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import claiming, planning, running
from tests import make
from tests.conftest import Cast

BY_HAND: Any = {"by": SYSTEM, "source": "operator"}


@dataclass
class Desk:
    """Chats of the cast's owner go to the colleague, unless a test says otherwise."""

    cast: Cast

    def chats(self, count: int, owner: Employee | None = None, **facts: Any) -> list[GroupChat]:
        return [make.chat(self.cast.corp, owner or self.cast.owner, **facts) for _n in range(count)]

    def plan(self, *chats: GroupChat, taker: Employee | None = None, by: Any = SYSTEM) -> GroupTransferJob:
        rows = GroupChat.objects.filter(pk__in=[chat.pk for chat in chats])
        return planning.plan(corp_id=self.cast.corp.pk, chats=rows, taker=taker or self.cast.colleague, by=by)

    def started(self, *chats: GroupChat, **more: Any) -> GroupTransferJob:
        return running.start(job=self.plan(*chats, **more), **BY_HAND)

    def taken(self, job: GroupTransferJob) -> list[int]:
        """The chats of the next call, or none."""
        batch = claiming.take(job.pk)
        return [item.chat_id for item in batch.items] if batch else []

    def states(self, job: GroupTransferJob) -> list[str]:
        return list(job.items.order_by("id").values_list("state", flat=True))

    def reasons(self, job: GroupTransferJob) -> dict[int, str]:
        """Chat → why it can't go."""
        return dict(job.items.filter(state="blocked").values_list("chat_id", "reason"))

    def item(self, job: GroupTransferJob, chat: GroupChat) -> GroupTransferItem:
        return GroupTransferItem.objects.get(job=job, chat=chat)


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)


@pytest.fixture
def told(recorded: Any) -> Any:
    """The events of handovers so far, as (name, data)."""
    return lambda: [(name, data) for name, _id, data in recorded() if name.startswith("group.transfer")]
