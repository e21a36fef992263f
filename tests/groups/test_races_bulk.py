"""Many chats tagged at once by several: in whatever order they name them, each tag is put once and told once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from corps.actors import SYSTEM
from groups import bulk as bulk_rules
from groups import catalogue, tagging
from groups.models import ChatTag, GroupChat, GroupTag
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.groups.test_races import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
AS: dict[str, Any] = {"by": SYSTEM, "source": "api"}


@pytest.fixture
def chats(cast: Cast) -> list[int]:
    return [make.chat(cast.corp, cast.owner).pk for _n in range(8)]


@pytest.fixture
def tags(cast: Cast) -> list[int]:
    home = make.group_tag_set(cast.corp)
    return [make.group_tag(home).pk for _n in range(3)]


def told(name: str) -> Counter[tuple[int, int]]:
    """How often each tag was told of for each chat."""
    events = OutboxEvent.objects.filter(name=name)
    return Counter((event.aggregate_id, tag) for event in events for tag in event.payload["data"]["tagIds"])


def putting(results: list[Any], chats: list[int], *tags: int) -> Callable[[], Any]:
    def act() -> None:
        results.extend(bulk_rules.change_tags(chat_ids=chats, add=tags, remove=(), **AS))

    return act


def versions_are_whole() -> bool:
    for chat in GroupChat.objects.all():
        rows = OutboxEvent.objects.filter(aggregate_type="group_chat", aggregate_id=chat.pk).order_by("id")
        if list(rows.values_list("aggregate_version", flat=True)) != list(range(1, chat.version + 1)):
            return False
    return True


def test_bulks_that_name_the_same_chats_in_other_orders_put_each_tag_once(chats: list[int], tags: list[int]) -> None:
    results: list[Any] = []
    at_once(
        putting(results, chats, tags[0], tags[1]),
        putting(results, chats[::-1], tags[1], tags[2]),
        putting(results, chats[4:] + chats[:4], *tags),
    )
    every = {(chat, tag) for chat in chats for tag in tags}
    assert set(ChatTag.objects.values_list("chat_id", "tag_id")) == every
    assert told("group.tag.added") == dict.fromkeys(every, 1)
    # Who put it says so, and nobody else does.
    assert Counter((r["groupId"], tag) for r in results for tag in r["added"]) == dict.fromkeys(every, 1)
    assert not [result for result in results if result["status"] == "failed"]
    assert versions_are_whole()


def test_a_tag_that_ends_in_the_middle_of_a_bulk_is_on_no_chat_in_the_end(chats: list[int], tags: list[int]) -> None:
    results: list[Any] = []
    for chat in GroupChat.objects.filter(pk__in=chats[:3]):
        tagging.change_tags(chat=chat, add=[tags[0]], **AS)
    ending = GroupTag.objects.get(pk=tags[0])
    at_once(putting(results, chats, tags[0]), lambda: catalogue.delete_tag(tag=ending, **AS))
    assert not ChatTag.objects.filter(tag_id=tags[0]).exists()
    # Wherever it was told to be put it was told to have come off.
    assert told("group.tag.added") == told("group.tag.removed")
    assert {result["code"] for result in results if result["status"] == "failed"} <= {"group_tag_unknown"}
    assert versions_are_whole()


def test_putting_on_and_taking_off_in_bulk_at_once_tell_what_they_left(chats: list[int], tags: list[int]) -> None:
    bulk_rules.change_tags(chat_ids=chats[:4], add=tags[:1], remove=(), **AS)
    at_once(
        lambda: bulk_rules.change_tags(chat_ids=chats, add=tags[:1], remove=(), **AS),
        lambda: bulk_rules.change_tags(chat_ids=chats[::-1], add=(), remove=tags[:1], **AS),
    )
    worn = set(ChatTag.objects.values_list("chat_id", "tag_id"))
    left = told("group.tag.added") - told("group.tag.removed")
    assert set(left) == worn and set(left.values()) <= {1}
    assert versions_are_whole()
