"""A chat that somebody else got meanwhile, behind our back: it isn't taken from them, and the job comes to an end."""

from typing import Any

import pytest

from groups.models import GroupTransferJob
from tests.wecom.group_transfers.conftest import LEAVERS, ON_JOB, House


def first_chat(house: House) -> str:
    return next(iter(house.box.company.chats))


def unanswered(house: House, leaver: bool, **fault: float) -> GroupTransferJob:
    """A job whose one call got no answer."""
    if leaver:
        house.box.company.fire("lina")
        house.box.sync()
    job = house.start()
    house.box.server.faults.set(only=[LEAVERS if leaver else ON_JOB], **fault)
    house.work()
    house.box.server.faults.off()
    assert house.states(job) == ["doubt"] * 4
    return job


def rounds(house: House, times: int) -> None:
    for _n in range(times):
        house.pass_time()
        house.work()


@pytest.mark.parametrize("leaver", [False, True])
def test_one_in_doubt_that_a_third_has_by_now_fails_and_stays_theirs(house: House, leaver: bool) -> None:
    job, chat = unanswered(house, leaver, dropped=1.0), first_chat(house)
    house.box.company.change_owner(chat, "zhao")
    house.box.company.chats[chat].status = 3 if leaver else 0
    rounds(house, 4)
    item = job.items.get(chat__chat_id=chat)
    assert (item.state, item.error_code, item.open_mark) == ("failed", 90508, None)
    assert (house.theirs("zhao"), house.theirs("wang")) == (1, 3)
    job.refresh_from_db()
    assert (job.state, house.states(job)) == ("done", ["done"] * 3 + ["failed"])


def test_it_is_told_as_failed_with_its_code(house: House, recorded: Any) -> None:
    job, chat = unanswered(house, True, dropped=1.0), first_chat(house)
    house.box.company.change_owner(chat, "zhao")
    house.box.company.chats[chat].status = 3
    rounds(house, 4)
    told = [data for name, _id, data in recorded() if name == "group.transfer.failed"]
    assert [(data["jobId"], data["chatId"], data["errorCode"]) for data in told] == [(job.pk, chat, 90508)]
    assert [name for name, _id, _data in recorded()].count("group.transfer.finished") == 1


def test_the_mirror_knows_the_third_one_by_the_same_reading(house: House) -> None:
    unanswered(house, False, dropped=1.0)
    house.box.company.change_owner(first_chat(house), "zhao")
    rounds(house, 1)
    assert house.mirrored("zhao") == 1


def test_a_reading_so_soon_that_shows_a_third_one_decides_nothing(house: House) -> None:
    job, chat = unanswered(house, False, dropped=1.0), first_chat(house)
    house.box.company.change_owner(chat, "zhao")
    job.items.update(due_at=job.create_time)
    house.work()
    assert house.states(job) == ["doubt"] * 4
    assert house.calls()[0] == 1
