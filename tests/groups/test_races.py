"""Several at once on one group: they take turns, and none is told twice."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection

from core.retry import atomic_retry
from corps import tickets
from corps.actors import SYSTEM
from groups import mirroring
from groups.models import GroupChat, GroupMember
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.groups.story import Story, at, one

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> None:
    """Run each in a thread with a connection of its own, all begun together. Raises what one of them raised."""
    barrier, failures = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            atomic_retry(act)()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    assert failures == []


def applying(story: Story, names: list[str], *people: str) -> Callable[[], Any]:
    chats = [story.facts(*(one(p) for p in people), chat_id=name) for name in names]
    ticket = tickets.draw(story.corp.pk)
    return lambda: mirroring.apply_chats(
        corp_id=story.corp.pk, chats=chats, ticket=ticket, by=SYSTEM, source="sync", run_id=None
    )


def test_pages_that_share_groups_bring_each_in_once(cast: Cast, story: Story) -> None:
    names = [f"wr{n}" for n in range(8)]
    at_once(*(applying(story, names[n % 2 :: 1 + n % 3], "wmA", "wmB") for n in range(6)))
    assert GroupChat.objects.count() == len(names)
    assert GroupMember.objects.filter(left_at=None).count() == 2 * len(names)
    created = OutboxEvent.objects.filter(name="group.created").values_list("aggregate_id", flat=True)
    assert sorted(created) == sorted(GroupChat.objects.values_list("pk", flat=True))
    assert OutboxEvent.objects.filter(name="group.member.joined").count() == len(names)


def test_leaving_is_told_once_while_readings_and_events_meet(cast: Cast, story: Story) -> None:
    story.read(*(one(f"wm{n}") for n in range(10)))
    leaving = [lambda n=n: story.told(f"wm{n}", minute=5) for n in range(4)]
    twice = [lambda n=n: story.told(f"wm{n}", minute=5) for n in range(4)]
    reading = applying(story, [story.chat_id], *(f"wm{n}" for n in range(4, 10)))
    at_once(*leaving, *twice, reading)
    story.read(*(one(f"wm{n}") for n in range(4, 10)))
    for n in range(4):
        assert story.stays(f"wm{n}") == [(at(0), at(5), 0)]
    assert story.counts() == (6, 6)
    versions = OutboxEvent.objects.filter(aggregate_type="group_chat").order_by("aggregate_version")
    assert list(versions.values_list("aggregate_version", flat=True)) == list(range(1, story.chat.version + 1))


def test_a_customer_who_comes_while_their_group_is_read_is_linked_by_the_next_reading(cast: Cast, story: Story) -> None:
    at_once(
        applying(story, [story.chat_id], "wmNew"), lambda: make.customer(cast.corp, cast.owner, external_userid="wmNew")
    )
    story.read(one("wmNew"))
    assert GroupMember.objects.get().customer.external_userid == "wmNew"
