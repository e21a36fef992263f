"""Several workers and operators at one job at once, on a database that lets them collide."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from core.errors import Conflict
from groups.models import GroupTransferItem, GroupTransferJob
from groups.transfers import claiming, running, settling
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.groups.test_races import at_once
from tests.groups.transfers.conftest import BY_HAND, Desk

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def taking(job: GroupTransferJob, taken: list[int], lock: threading.Lock) -> Callable[[], Any]:
    def act() -> None:
        while batch := claiming.take(job.pk):
            with lock:
                taken.extend(item.chat_id for item in batch.items)

    return act


def test_two_workers_never_take_the_same_chat(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "MOST", 2)
    job = desk.started(*desk.chats(12))
    taken, lock = list[int](), threading.Lock()
    at_once(*(taking(job, taken, lock) for _n in range(4)))
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 12


def test_two_jobs_of_one_owner_together_keep_to_the_owners_day(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "MOST", 2)
    monkeypatch.setattr(claiming, "A_DAY", 5)
    jobs = [desk.started(*desk.chats(6)) for _n in range(2)]
    taken, lock = list[int](), threading.Lock()
    at_once(*(taking(job, taken, lock) for job in jobs for _n in range(2)))
    assert len(taken) == 5
    assert GroupTransferItem.objects.filter(state="waiting", due_at=None).count() == 0


def test_two_jobs_with_one_chat_started_at_once_share_it_out(desk: Desk) -> None:
    chat, *others = desk.chats(3)
    jobs = [desk.plan(chat, other) for other in others]

    def starting(job: GroupTransferJob) -> Callable[[], Any]:
        return lambda: running.start(job=job, **BY_HAND)

    at_once(*(starting(job) for job in jobs))
    assert GroupTransferItem.objects.filter(chat=chat, open_mark=1).count() == 1
    assert GroupTransferItem.objects.filter(chat=chat, reason="in_another_job").count() == 1


def test_after_pausing_has_returned_nothing_more_is_taken(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "MOST", 1)
    job = desk.started(*desk.chats(10))
    taken, lock = list[int](), threading.Lock()
    seen: list[int] = []

    def pausing() -> None:
        running.pause(job=job, **BY_HAND)
        seen.append(GroupTransferItem.objects.filter(state="sending").count())

    at_once(taking(job, taken, lock), taking(job, taken, lock), pausing)
    assert len(taken) == seen[-1] == GroupTransferItem.objects.filter(state="sending").count()


def test_one_chat_settled_by_two_is_told_once(desk: Desk) -> None:
    job = desk.started(*desk.chats(1))
    batch = claiming.take(job.pk)
    assert batch
    item = batch.items[0].pk
    at_once(
        lambda: settling.settle(job_id=job.pk, done=[item]),
        lambda: settling.settle(job_id=job.pk, failed={item: 90503}),
        lambda: settling.settle(job_id=job.pk, done=[item]),
    )
    names = list(OutboxEvent.objects.filter(name__startswith="group.transfer.").values_list("name", flat=True))
    assert len([name for name in names if name.endswith(("done", "failed"))]) == 1
    assert names.count("group.transfer.finished") == 1


def test_starting_and_calling_off_at_once_leave_nothing_on_its_way(desk: Desk) -> None:
    job = desk.plan(*desk.chats(4))

    def starting() -> None:
        try:
            running.start(job=job, **BY_HAND)
        except Conflict as refusal:
            assert refusal.code == "transfer_over"

    at_once(starting, lambda: running.cancel(job=job, **BY_HAND))
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not job.items.filter(open_mark=1).exists()


def test_different_owners_are_taken_side_by_side(cast: Cast, desk: Desk) -> None:
    other = make.employee(cast.corp)
    jobs = [desk.started(*desk.chats(4)), desk.started(*desk.chats(4, other))]
    taken, lock = list[int](), threading.Lock()
    at_once(*(taking(job, taken, lock) for job in jobs))
    assert len(set(taken)) == 8
