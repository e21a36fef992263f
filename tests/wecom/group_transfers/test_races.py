"""Two daemons on one company, on a database that lets them collide: no chat goes twice, none is told of twice."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core.errors import Conflict
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import claiming, planning, running
from messaging.models import OutboxEvent
from tests.wecom.group_transfers.conftest import BY_HAND, ON_JOB, House
from wecom.group_transfers import loop
from wecom.push.rests import Rests

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> None:
    """Run each in a thread with a connection of its own, in no transaction: what they do they commit."""
    barrier, failures = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            act()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def told() -> Counter[str]:
    names = OutboxEvent.objects.filter(name__startswith="group.transfer.").values_list("name", flat=True)
    return Counter(name.rpartition(".")[2] for name in names)


def daemon(rounds: int = 6) -> Callable[[], Any]:
    """Rounds of a worker with rests of its own."""

    def work() -> None:
        rests = Rests()
        for _n in range(rounds):
            loop.work_round(rests, threading.Event())

    return work


def test_two_daemons_hand_each_chat_of_one_job_over_once(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "MOST", 1)
    job = house.start()
    at_once(daemon(), daemon())
    job.refresh_from_db()
    assert (job.state, house.states(job), house.handed()) == ("done", ["done"] * 4, [1] * 4)
    assert (house.calls()[0], house.theirs("wang")) == (4, 4)
    assert told() == {"started": 1, "done": 4, "finished": 1}


def test_what_is_in_doubt_is_looked_at_by_one_of_two(house: House) -> None:
    job = house.start()
    house.box.server.faults.set(lost=1.0, only=[ON_JOB])
    house.work()
    house.box.server.faults.off()
    house.pass_time()
    house.box.server.calls.clear()
    at_once(daemon(2), daemon(2))
    assert house.box.server.calls["externalcontact/groupchat/get"] == 4
    assert (house.states(job), house.handed(), house.calls()[0]) == (["done"] * 4, [1] * 4, 0)
    assert told() == {"started": 1, "done": 4, "finished": 1}


def test_a_chat_of_two_jobs_goes_to_one_taker_while_two_daemons_work(house: House) -> None:
    lina = house.employee("lina")
    jobs = [
        planning.plan(
            corp_id=house.box.corp.pk,
            chats=planning.owned_by(lina, BY_HAND["by"]),
            taker=house.employee(userid),
            by=BY_HAND["by"],
        )
        for userid in ("wang", "zhao")
    ]

    def starting(job: GroupTransferJob) -> Callable[[], Any]:
        def act() -> None:
            try:
                running.start(job=job, **BY_HAND)
            except Conflict as refusal:
                assert refusal.code == "transfer_empty"

        return act

    at_once(*(starting(job) for job in jobs), daemon(), daemon())
    daemon()()
    assert house.handed() == [1] * 4
    assert sorted((house.theirs("wang"), house.theirs("zhao"))) == [0, 4]
    assert GroupTransferItem.objects.filter(state="done").values("chat").distinct().count() == 4
    assert (told()["started"], told()["done"], told()["finished"]) == (1, 4, 1)
    assert sorted(GroupTransferJob.objects.values_list("state", flat=True)) == ["done", "draft"]


def test_pausing_among_two_daemons_leaves_each_chat_where_it_can_be_told(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(claiming, "MOST", 1)
    job = house.start()

    def pausing() -> None:
        try:
            running.pause(job=job, **BY_HAND)
        except Conflict as refusal:
            assert refusal.code == "transfer_over"

    at_once(daemon(), daemon(), pausing)
    gone = Counter(chat.owner for chat in house.box.company.chats.values())["wang"]
    assert job.items.filter(state="done").count() == gone == told()["done"]
    job.refresh_from_db()
    if job.state == "paused":
        running.start(job=job, **BY_HAND)
        daemon()()
    assert (house.theirs("wang"), house.handed()) == (4, [1] * 4)
    assert told()["finished"] == 1


def test_the_mirror_reads_what_went_once_while_two_daemons_work(house: House) -> None:
    house.start()
    house.work()
    house.pass_time()
    house.box.server.calls.clear()
    at_once(daemon(2), daemon(2))
    assert house.box.server.calls["externalcontact/groupchat/get"] == 4
    assert set(GroupChat.objects.values_list("owner__userid", flat=True)) == {"wang"}
    assert OutboxEvent.objects.filter(name="group.updated").count() == 4
