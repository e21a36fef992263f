"""Which chats go in a call: a hundred, of one owner, three hundred a day of theirs; each marked before it is sent."""

import datetime as dt
from typing import Any

import time_machine

from groups.models import GroupTransferItem
from groups.transfers import claiming, settling
from tests import make
from tests.conftest import Cast
from tests.groups.transfers.conftest import Desk

NOON = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)


def test_what_is_taken_is_marked_before_anybody_calls(desk: Desk) -> None:
    (chat,) = desk.chats(1)
    job = desk.started(chat)
    assert desk.taken(job) == [chat.pk]
    item = desk.item(job, chat)
    assert (item.state, item.attempts, item.open_mark) == ("sending", 1, 1)
    assert item.sent_at and item.due_at == item.sent_at + claiming.LEASE
    # Another worker finds nothing of it.
    assert (desk.taken(job), claiming.due_jobs()) == ([], [])


def test_a_call_has_a_hundred_chats_of_one_owner(cast: Cast, desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "MOST", 2)
    other = make.employee(cast.corp)
    job = desk.started(*desk.chats(3), *desk.chats(1, other))
    calls = []
    while batch := claiming.take(job.pk):
        calls.append([item.owner_id for item in batch.items])
    assert sorted(map(len, calls)) == [1, 1, 2]
    assert all(len(set(owners)) == 1 for owners in calls)


def test_leavers_chats_and_others_never_share_a_call(cast: Cast, desk: Desk) -> None:
    job = desk.started(*desk.chats(2), *desk.chats(2, status=1))
    calls = []
    while batch := claiming.take(job.pk):
        calls.append((batch.leaver, len(batch.items)))
    assert sorted(calls) == [(False, 2), (True, 2)]


def test_an_owners_day_has_so_many_and_the_rest_is_due_at_midnight_in_shanghai(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "A_DAY", 3)
    with time_machine.travel(NOON, tick=False) as clock:
        first, second = desk.started(*desk.chats(2)), desk.started(*desk.chats(3))
        assert (len(desk.taken(first)), len(desk.taken(second)), desk.taken(second)) == (2, 1, [])
        waiting = GroupTransferItem.objects.filter(state="waiting")
        assert set(waiting.values_list("due_at", flat=True)) == {dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)}
        assert claiming.due_jobs() == []
        clock.move_to(dt.datetime(2026, 11, 30, 15, 59, 59, tzinfo=dt.UTC))
        assert desk.taken(second) == []
        clock.move_to(dt.datetime(2026, 11, 30, 16, 0, 1, tzinfo=dt.UTC))
        assert (claiming.due_jobs(), len(desk.taken(second))) == ([second.pk], 2)


def test_another_owners_day_is_their_own(cast: Cast, desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "A_DAY", 1)
    other = make.employee(cast.corp)
    job = desk.started(*desk.chats(1), *desk.chats(1, other))
    assert (len(desk.taken(job)), len(desk.taken(job))) == (1, 1)


def test_what_wecom_did_not_take_does_not_count(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "A_DAY", 1)
    job = desk.started(*desk.chats(1))
    batch = claiming.take(job.pk)
    assert batch
    settling.later(job_id=job.pk, items=[batch.items[0].pk], at=job.create_time, code=-1, whole=True)
    assert len(desk.taken(job)) == 1


def test_what_a_worker_left_is_in_doubt_and_never_simply_sent_again(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        job = desk.started(*desk.chats(2))
        desk.taken(job)
        assert claiming.lose() == 0
        clock.shift(claiming.LEASE)
        assert claiming.lose() == 2
        assert (desk.states(job), desk.taken(job)) == (["doubt"] * 2, [])


def test_one_in_doubt_is_looked_at_by_one(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        job = desk.started(*desk.chats(1))
        desk.taken(job)
        clock.shift(claiming.LEASE)
        claiming.lose()
        assert claiming.take_look([desk.cast.corp.pk]) is None
        assert claiming.take_look()
        assert claiming.take_look() is None
        clock.shift(claiming.LEASE)
        assert claiming.take_look()


def test_a_company_at_rest_is_left_alone(desk: Desk) -> None:
    job = desk.started(*desk.chats(1))
    assert claiming.due_jobs([desk.cast.corp.pk]) == []
    assert claiming.due_jobs([desk.cast.other_corp.pk]) == [job.pk]
