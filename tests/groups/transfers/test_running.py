"""A job is started, paused, resumed and called off: each act once, each told, and nothing goes after it was held."""

from typing import Any

import pytest

from core.errors import Conflict
from groups.models import GroupChat, GroupTransferJob
from groups.transfers import claiming, running, settling
from tests.conftest import Cast
from tests.groups.transfers.conftest import BY_HAND, Desk


def refused(act: Any, job: GroupTransferJob, code: str) -> None:
    with pytest.raises(Conflict) as refusal:
        act(job=job, **BY_HAND)
    assert refusal.value.code == code


def test_a_started_job_waits_to_be_worked_on_and_says_so(cast: Cast, desk: Desk, told: Any) -> None:
    chats = desk.chats(2)
    job = desk.started(*chats)
    assert (job.state, job.version, desk.states(job)) == ("running", 2, ["waiting"] * 2)
    assert job.started_at
    assert told() == [("group.transfer.started", {"jobId": job.pk, "takerId": cast.colleague.pk})]
    assert claiming.due_jobs() == [job.pk]


def test_twice_is_once(desk: Desk, told: Any) -> None:
    job = desk.started(*desk.chats(1))
    running.start(job=job, **BY_HAND)
    for _n in range(2):
        running.pause(job=job, **BY_HAND)
    for _n in range(2):
        running.cancel(job=job, **BY_HAND)
    assert [name.rpartition(".")[2] for name, _data in told()] == ["started", "paused", "cancelled"]
    assert GroupTransferJob.objects.get().version == 4


def test_what_came_between_the_sheet_and_the_start_is_blocked_at_the_start(cast: Cast, desk: Desk) -> None:
    first, second, third = desk.chats(3)
    job = desk.plan(first, second, third)
    desk.started(first)
    GroupChat.objects.filter(pk=second.pk).update(owner=cast.colleague)
    running.start(job=job, **BY_HAND)
    assert desk.reasons(job) == {first.pk: "in_another_job", second.pk: "same_owner"}
    assert desk.item(job, third).state == "waiting"


def test_one_whose_owner_has_left_meanwhile_goes_by_the_other_call(cast: Cast, desk: Desk) -> None:
    (chat,) = desk.chats(1)
    job = desk.plan(chat)
    cast.owner.status = 5
    cast.owner.save()
    running.start(job=job, **BY_HAND)
    assert desk.item(job, chat).leaver


def test_a_job_of_which_nothing_can_go_is_not_started(desk: Desk, told: Any) -> None:
    (chat,) = desk.chats(1)
    job = desk.plan(chat)
    desk.started(chat)
    before = told()
    refused(running.start, job, "transfer_empty")
    job.refresh_from_db()
    assert (job.state, desk.states(job), told()) == ("draft", ["planned"], before)


def test_a_paused_job_sends_nothing_until_it_goes_on(desk: Desk) -> None:
    job = desk.started(*desk.chats(1))
    running.pause(job=job, **BY_HAND)
    assert (claiming.due_jobs(), desk.taken(job)) == ([], [])
    running.start(job=job, **BY_HAND)
    assert len(desk.taken(job)) == 1


def test_a_draft_is_not_paused_and_what_is_over_takes_no_act(desk: Desk) -> None:
    job = desk.plan(*desk.chats(1))
    refused(running.pause, job, "transfer_not_started")
    running.cancel(job=job, **BY_HAND)
    refused(running.start, job, "transfer_over")
    refused(running.pause, job, "transfer_over")


def test_what_was_not_sent_is_called_off_and_what_was_sent_stays(desk: Desk, told: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "MOST", 1)
    chats = desk.chats(3)
    job = desk.started(*chats)
    batch = claiming.take(job.pk)
    assert batch
    running.cancel(job=job, **BY_HAND)
    assert sorted(desk.states(job)) == ["cancelled", "cancelled", "sending"]
    assert told()[-1][1]["counts"]["cancelled"] == 2
    settling.settle(job_id=job.pk, done=[batch.items[0].pk])
    job.refresh_from_db()
    assert (job.state, sorted(desk.states(job))) == ("cancelled", ["cancelled", "cancelled", "done"])
    assert told()[-1][0] == "group.transfer.done"


def test_what_comes_back_to_a_job_that_was_called_off_is_not_sent_again(desk: Desk) -> None:
    job = desk.started(*desk.chats(1))
    batch = claiming.take(job.pk)
    assert batch
    running.cancel(job=job, **BY_HAND)
    settling.later(job_id=job.pk, items=[batch.items[0].pk], at=job.create_time, code=45009, whole=True)
    assert desk.states(job) == ["cancelled"]


def test_the_last_chat_ends_the_job_with_its_counts(desk: Desk, told: Any) -> None:
    good, bad = desk.chats(2)
    job = desk.started(good, bad)
    batch = claiming.take(job.pk)
    assert batch
    items = {item.chat_id: item.pk for item in batch.items}
    settling.settle(job_id=job.pk, done=[items[good.pk]], failed={items[bad.pk]: 90503})
    job.refresh_from_db()
    assert (job.state, bool(job.finished_at)) == ("done", True)
    names = [name.rpartition(".")[2] for name, _data in told()]
    assert (names[0], sorted(names[1:3]), names[3]) == ("started", ["done", "failed"], "finished")
    assert told()[-1][1]["counts"] == {
        "planned": 0,
        "blocked": 0,
        "waiting": 0,
        "sending": 0,
        "doubt": 0,
        "done": 1,
        "failed": 1,
        "cancelled": 0,
    }
