"""The daemon that hands group chats over is killed by SIGKILL at its steps: each chat goes once, and is told once."""

import datetime as dt
import signal
from collections.abc import Callable
from typing import Any

import pytest

from corps.actors import SYSTEM
from corps.models import Employee
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import planning, running
from messaging.models import OutboxEvent
from tests.faults.mirror import Mirrored
from tests.faults.private import wait_for

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.timeout(600)]
CHATS = 6
# In the order in which one job meets them: what was called goes on by being looked at.
STEPS = ("group_transfer.taken", "group_transfer.called", "group_transfer.looked")
PAST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def furnished(mirrored: Callable[..., Mirrored], *, left: bool) -> tuple[Mirrored, GroupTransferJob]:
    """Some chats of one who works here, or has left, on their way to a colleague."""
    world = mirrored()
    for userid in ("lina", "wang"):
        world.company.hire(userid, userid)
    for n in range(CHATS):
        world.company.open_chat("lina", name=f"群{n}")
    world.box.sync()
    if left:
        world.company.fire("lina")
        world.box.sync()
    lina, wang = (Employee.objects.get(corp=world.corp, userid=userid) for userid in ("lina", "wang"))
    chats = planning.owned_by(lina, SYSTEM)
    job = planning.plan(corp_id=world.corp.pk, chats=chats, taker=wang, by=SYSTEM)
    return world, running.start(job=job, by=SYSTEM, source="operator")


def pass_time() -> None:
    """The leases of the dead are over, and what they sent was sent long ago."""
    GroupTransferItem.objects.exclude(due_at=None).update(due_at=PAST)
    GroupTransferItem.objects.exclude(sent_at=None).update(sent_at=PAST)


def settled(job: GroupTransferJob) -> bool:
    pass_time()
    job.refresh_from_db()
    return job.state == "done" and not job.items.exclude(due_at=None).exists()


@pytest.mark.parametrize("left", [False, True])
def test_killed_at_one_step_after_the_other_each_chat_goes_once(mirrored: Any, left: bool) -> None:
    world, job = furnished(mirrored, left=left)
    for step in STEPS:
        daemon = world.daemon(FAILPOINTS=f"{step}=kill")
        assert daemon.exit_code() == -signal.SIGKILL, step
        pass_time()
    world.daemon()
    wait_for(lambda: settled(job), 120, "every chat settled")
    assert set(job.items.values_list("state", flat=True)) == {"done"}
    chats = world.company.chats.values()
    assert {(chat.owner, len(chat.handed)) for chat in chats} == {("wang", 1)}
    assert set(GroupChat.objects.values_list("owner__userid", flat=True)) == {"wang"}
    told = OutboxEvent.objects.filter(name__startswith="group.transfer").values_list("name", flat=True)
    assert list(told).count("group.transfer.done") == CHATS
    assert list(told).count("group.transfer.finished") == 1


def test_two_daemons_hand_each_chat_over_once(mirrored: Any) -> None:
    world, job = furnished(mirrored, left=False)
    for _n in range(2):
        world.daemon()

    def over() -> bool:
        job.refresh_from_db()
        return job.state == "done"

    wait_for(over, 120, "every chat settled")
    assert {len(chat.handed) for chat in world.company.chats.values()} == {1}
    assert world.box.server.calls["externalcontact/groupchat/onjob_transfer"] == 1
