"""What became of the chats of a call: one event for each, under a version of its own, and never twice."""

import datetime as dt
from typing import Any

from core.time import now
from groups.models import GroupTransferJob
from groups.transfers import claiming, running, settling
from messaging.models import OutboxEvent
from tests.conftest import Cast
from tests.groups.transfers.conftest import BY_HAND, Desk

SOON = now() + dt.timedelta(seconds=9)


def test_each_chat_is_told_with_whose_it_was_and_whose_it_is(cast: Cast, desk: Desk, told: Any) -> None:
    good, bad = desk.chats(2)
    job = desk.started(good, bad)
    batch = claiming.take(job.pk)
    assert batch
    settling.settle(job_id=job.pk, done=[desk.item(job, good).pk], failed={desk.item(job, bad).pk: 90503})
    facts = {"jobId": job.pk, "fromOwnerId": cast.owner.pk, "takerId": cast.colleague.pk, "leaver": False}
    events = dict(told())
    assert events["group.transfer.done"] == facts | {"groupId": good.pk, "chatId": good.chat_id}
    assert events["group.transfer.failed"] == facts | {"groupId": bad.pk, "chatId": bad.chat_id, "errorCode": 90503}
    rows = OutboxEvent.objects.filter(name__startswith="group.transfer").order_by("id")
    assert [row.aggregate_version for row in rows] == [2, 3, 4, 5]
    item = desk.item(job, bad)
    assert (item.state, item.error_code, item.open_mark) == ("failed", 90503, None)
    assert item.settled_at


def test_one_that_is_settled_stays_as_it_is(desk: Desk, told: Any) -> None:
    (chat,) = desk.chats(1)
    job = desk.started(chat)
    desk.taken(job)
    item = desk.item(job, chat)
    settling.settle(job_id=job.pk, done=[item.pk])
    before = told()
    settling.settle(job_id=job.pk, failed={item.pk: 90500})
    settling.later(job_id=job.pk, items=[item.pk], at=SOON, code=1, whole=True)
    settling.doubt(job_id=job.pk, items=[item.pk], at=SOON)
    item.refresh_from_db()
    assert (item.state, item.error_code, told()) == ("done", None, before)


def test_a_call_that_was_refused_as_a_whole_is_shown_at_the_job_until_it_goes_on(desk: Desk, told: Any) -> None:
    (chat,) = desk.chats(1)
    job = desk.started(chat)
    desk.taken(job)
    before = told()
    settling.later(job_id=job.pk, items=[desk.item(job, chat).pk], at=SOON, code=48002, whole=True)
    job.refresh_from_db()
    item = desk.item(job, chat)
    assert (job.state, job.error_code, item.state, item.due_at, item.sent_at) == (
        "running",
        48002,
        "waiting",
        SOON,
        None,
    )
    assert told() == before
    running.pause(job=job, **BY_HAND)
    assert running.start(job=job, **BY_HAND).error_code is None


def test_one_in_doubt_keeps_the_job_open(desk: Desk) -> None:
    (chat,) = desk.chats(1)
    job = desk.started(chat)
    desk.taken(job)
    settling.doubt(job_id=job.pk, items=[desk.item(job, chat).pk], at=SOON)
    assert (GroupTransferJob.objects.get().state, desk.states(job)) == ("running", ["doubt"])


def test_one_that_went_is_read_a_moment_later(desk: Desk) -> None:
    (chat,) = desk.chats(1)
    job = desk.started(chat)
    desk.taken(job)
    item = desk.item(job, chat)
    settling.settle(job_id=job.pk, done=[item.pk])
    item.refresh_from_db()
    assert item.due_at == item.settled_at + settling.READ_AFTER
    assert claiming.take_look() is None


def test_a_paused_jobs_last_chat_does_not_end_it_behind_the_operators_back(desk: Desk) -> None:
    (chat,) = desk.chats(1)
    job = desk.started(chat)
    desk.taken(job)
    running.pause(job=job, **BY_HAND)
    settling.settle(job_id=job.pk, done=[desk.item(job, chat).pk])
    job.refresh_from_db()
    assert (job.state, desk.states(job)) == ("paused", ["done"])
    assert running.start(job=job, **BY_HAND).state == "done"
