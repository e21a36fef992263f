"""Several at once on the tags of group chats: no tag twice on a chat, no name twice in a set, no event twice."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import Conflict
from corps.actors import SYSTEM
from groups import catalogue, tagging
from groups.models import ChatTag, GroupChat, GroupTag, GroupTagSet
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.groups.test_races import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
AS: dict[str, Any] = {"by": SYSTEM, "source": "api"}


def names() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def tolerating(code: str, act: Callable[[], Any]) -> Callable[[], Any]:
    def tried() -> None:
        try:
            act()
        except Conflict as refusal:
            assert refusal.code == code

    return tried


def test_the_same_tag_put_by_four_is_on_it_once_and_told_once(cast: Cast) -> None:
    chat, tag = make.chat(cast.corp, cast.owner), make.group_tag(make.group_tag_set(cast.corp))
    at_once(*(lambda: tagging.change_tags(chat=chat, add=[tag.pk], **AS) for _n in range(4)))
    assert ChatTag.objects.count() == 1
    assert names().count("group.tag.added") == 1
    assert GroupChat.objects.get().version == 2


def test_putting_and_taking_off_at_once_tell_what_they_left(cast: Cast) -> None:
    chat, tag = make.chat(cast.corp, cast.owner), make.group_tag(make.group_tag_set(cast.corp))
    at_once(
        lambda: tagging.change_tags(chat=chat, add=[tag.pk], **AS),
        lambda: tagging.change_tags(chat=chat, remove=[tag.pk], **AS),
    )
    told = [name for name in names() if name.startswith("group.tag.")]
    assert (told[-1] == "group.tag.added") == ChatTag.objects.exists()


def test_one_name_given_by_two_is_taken_once(cast: Cast) -> None:
    home = make.group_tag_set(cast.corp)
    at_once(
        *(tolerating("group_tag_exists", lambda: catalogue.create_tag(set=home, name="华北", **AS)) for _n in range(3)),
        *(
            tolerating("group_tag_set_exists", lambda: catalogue.create_set(corp_id=cast.corp.pk, name="区域", **AS))
            for _n in range(3)
        ),
    )
    assert GroupTag.objects.filter(name="华北").count() == 1
    assert GroupTagSet.objects.filter(name="区域").count() == 1
    assert (names().count("group_tag.created"), names().count("group_tag_set.created")) == (1, 1)


def test_places_are_given_out_once(cast: Cast) -> None:
    home = make.group_tag_set(cast.corp)
    at_once(*(lambda n=n: catalogue.create_tag(set=home, name=f"标签{n}", **AS) for n in range(5)))
    assert sorted(home.tags.values_list("order", flat=True)) == list(range(5))


def test_a_tag_that_is_deleted_while_it_is_put_is_on_no_chat(cast: Cast) -> None:
    tag = make.group_tag(make.group_tag_set(cast.corp))
    chats = [make.chat(cast.corp, cast.owner) for _n in range(3)]
    tagging.change_tags(chat=chats[0], add=[tag.pk], **AS)

    def putting(chat: GroupChat) -> Callable[[], Any]:
        def act() -> None:
            try:
                tagging.change_tags(chat=chat, add=[tag.pk], **AS)
            except Exception as refusal:
                # It was there when it was looked for, or wasn't any more.
                assert getattr(refusal, "code", "group_tag_unknown") == "group_tag_unknown"

        return act

    at_once(*(putting(chat) for chat in chats[1:]), lambda: catalogue.delete_tag(tag=tag, **AS))
    assert not GroupTag.objects.exists()
    assert not ChatTag.objects.exists()
