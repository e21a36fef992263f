"""Handovers in WeCom's hands: what goes, what is refused and why, what waits, and what nobody knows."""

from typing import Any

import pytest

from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import claiming, running
from tests.wecom.group_transfers.conftest import BY_HAND, LEAVERS, ON_JOB, House

GET = "externalcontact/groupchat/get"


def code_of(job: GroupTransferJob, chat_id: str) -> tuple[str, int | None]:
    row = job.items.get(chat__chat_id=chat_id)
    return row.state, row.error_code


def first_chat(house: House) -> str:
    return next(iter(house.box.company.chats))


def test_a_working_employees_chats_go_in_one_call(house: House, recorded: Any) -> None:
    job = house.start()
    assert house.work() == 1
    job.refresh_from_db()
    assert (job.state, house.states(job)) == ("done", ["done"] * 4)
    assert (house.theirs("wang"), house.calls()) == (4, (1, 0))
    assert [name for name, _id, _data in recorded() if name.startswith("group.transfer")] == [
        "group.transfer.started",
        *["group.transfer.done"] * 4,
        "group.transfer.finished",
    ]


def test_a_leavers_chats_go_by_the_leavers_call(house: House) -> None:
    house.box.company.fire("lina")
    house.box.sync()
    job = house.start()
    house.work()
    assert (house.states(job), house.theirs("wang")) == (["done"] * 4, 4)
    assert house.calls() == (0, 1)


def test_the_mirror_knows_the_new_owner_a_moment_later_without_any_event(house: House) -> None:
    house.start()
    house.work()
    assert house.mirrored("wang") == 0
    house.pass_time()
    house.work()
    assert house.mirrored("wang") == 4
    # And reads them once.
    house.box.server.calls.clear()
    assert (house.work(), house.box.server.calls[GET]) == (0, 0)


def test_forty_chats_of_a_leaver_go_in_calls_of_a_hundred_at_most(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "MOST", 15)
    for n in range(36):
        house.box.company.open_chat("lina", name=f"更多{n}")
    house.box.company.fire("lina")
    house.box.sync()
    job = house.start()
    while house.work():
        pass
    assert (house.states(job), house.calls()) == (["done"] * 40, (0, 3))


def test_each_refusal_is_kept_with_its_code_and_spoils_no_other(house: House) -> None:
    chat = first_chat(house)
    job = house.start()
    house.box.company.dismiss(chat)
    house.work()
    assert code_of(job, chat) == ("failed", 49008)
    assert (house.states(job), house.theirs("wang")) == (["done"] * 3 + ["failed"], 3)
    job.refresh_from_db()
    assert job.state == "done"


def test_one_whose_owner_left_behind_our_back_is_refused_with_wecoms_word(house: House) -> None:
    job = house.start()
    house.box.company.fire("lina")
    house.work()
    assert set(job.items.values_list("state", "error_code")) == {("failed", 90502)}


def test_a_full_day_in_wecom_puts_a_chat_off_until_tomorrow(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr("wecom.sandbox.endpoints.group_transfers.GROUPS_PER_DAY", 3)
    job = house.start()
    house.work()
    assert house.states(job) == ["done"] * 3 + ["waiting"]
    left = job.items.get(state="waiting")
    assert (left.error_code, left.sent_at) == (45009, None)
    assert left.due_at and claiming.due_jobs() == []
    monkeypatch.setattr("wecom.sandbox.endpoints.group_transfers.GROUPS_PER_DAY", 300)
    house.pass_time()
    house.work()
    assert house.states(job) == ["done"] * 4


@pytest.mark.parametrize("code", [-1, 45033, 48002, 45009])
def test_a_call_that_is_refused_as_a_whole_waits_and_says_why(house: House, code: int) -> None:
    house.box.server.faults.set(errors={ON_JOB: {code: 1.0}})
    job = house.start()
    house.work()
    job.refresh_from_db()
    assert (job.state, job.error_code, house.states(job)) == ("running", code, ["waiting"] * 4)
    assert house.theirs("lina") == 4


def test_a_call_whose_arguments_are_refused_fails_its_chats_with_the_code(house: House) -> None:
    house.box.server.faults.set(errors={ON_JOB: {40098: 1.0}})
    job = house.start()
    house.work()
    assert set(job.items.values_list("state", "error_code")) == {("failed", 40098)}
    job.refresh_from_db()
    assert job.state == "done"


def test_without_an_app_nothing_is_lost(house: House) -> None:
    job = house.start()
    house.box.app.active = False
    house.box.app.save()
    house.work()
    assert house.states(job) == ["waiting"] * 4
    house.box.app.active = True
    house.box.app.save()
    house.pass_time()
    house.work()
    assert house.states(job) == ["done"] * 4


# --- Nobody knows ---


def test_an_answer_that_is_lost_leaves_chats_in_doubt_and_wecom_says_who_owns_them(house: House) -> None:
    house.box.server.faults.set(lost=1.0, only=[ON_JOB])
    job = house.start()
    house.work()
    assert (house.states(job), house.theirs("wang")) == (["doubt"] * 4, 4)
    house.box.server.faults.set(lost=0.0)
    # Not at once: readings lag behind.
    assert house.work() == 0
    house.pass_time()
    house.work()
    assert (house.states(job), house.handed(), house.calls()[0]) == (["done"] * 4, [1] * 4, 1)
    assert house.mirrored("wang") == 4


def test_a_call_that_never_arrived_is_made_again_after_a_look(house: House) -> None:
    house.box.server.faults.set(dropped=1.0, only=[ON_JOB])
    job = house.start()
    house.work()
    assert house.theirs("lina") == 4
    assert house.states(job) == ["doubt"] * 4
    house.box.server.faults.set(dropped=0.0)
    house.pass_time()
    house.work()
    assert house.states(job) == ["waiting"] * 4
    house.work()
    assert (house.states(job), house.handed()) == (["done"] * 4, [1] * 4)


def test_a_reading_too_soon_after_the_call_does_not_send_again(house: House) -> None:
    house.box.server.faults.set(dropped=1.0, only=[ON_JOB])
    job = house.start()
    house.work()
    GroupTransferItem.objects.update(due_at=job.create_time)
    house.box.server.faults.set(dropped=0.0)
    house.work()
    item = job.items.order_by("id").first()
    assert item and house.states(job) == ["doubt"] * 4
    assert item.due_at > item.sent_at


def test_one_in_doubt_that_was_dismissed_meanwhile_failed(house: House) -> None:
    house.box.server.faults.set(dropped=1.0, only=[ON_JOB])
    job = house.start()
    house.work()
    house.box.server.faults.set(dropped=0.0)
    chat = first_chat(house)
    house.box.company.dismiss(chat)
    house.pass_time()
    house.work()
    assert code_of(job, chat) == ("failed", 49008)
    assert GroupChat.objects.get(chat_id=chat).status == 9


def test_one_in_doubt_that_can_not_be_read_is_looked_at_again(house: House) -> None:
    house.box.server.faults.set(lost=1.0, only=[ON_JOB])
    job = house.start()
    house.work()
    house.box.server.faults.set(lost=0.0, errors={GET: {-1: 1.0}})
    house.pass_time()
    house.work()
    assert house.states(job) == ["doubt"] * 4
    house.box.server.faults.set(errors={})
    house.pass_time()
    house.work()
    assert house.states(job) == ["done"] * 4


def test_one_that_is_sent_again_and_is_there_already_has_gone(house: House) -> None:
    job = house.start()
    chat = first_chat(house)
    # As if the first call had done it, while a reading still showed the old owner.
    house.box.company.change_owner(chat, "wang")
    job.items.update(attempts=1)
    house.work()
    assert code_of(job, chat) == ("done", None)
    assert house.handed() == [0, 1, 1, 1]


def test_a_paused_job_is_looked_after_but_sends_nothing(house: House) -> None:
    house.box.server.faults.set(dropped=1.0, only=[ON_JOB])
    job = house.start()
    house.work()
    running.pause(job=job, **BY_HAND)
    house.box.server.faults.set(dropped=0.0)
    house.pass_time()
    house.work()
    house.work()
    assert (house.states(job), house.theirs("lina")) == (["waiting"] * 4, 4)
    running.start(job=job, **BY_HAND)
    house.work()
    assert house.theirs("wang") == 4


def test_leavers_whose_chats_wait_are_those_of_the_call_for_leavers(house: House) -> None:
    house.box.company.fire("lina")
    house.box.sync()
    house.box.server.faults.set(lost=1.0, only=[LEAVERS])
    job = house.start()
    house.work()
    house.box.server.faults.set(lost=0.0)
    house.pass_time()
    house.work()
    assert (house.states(job), house.calls(), house.handed()) == (["done"] * 4, (0, 1), [1] * 4)
