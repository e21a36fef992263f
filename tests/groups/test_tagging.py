"""Tags on group chats: put and taken off with one event for each direction, singly and in bulk."""

from typing import Any

import pytest

from core.errors import RuleViolation
from corps.actors import SYSTEM
from groups import bulk as bulk_rules
from groups import tagging
from groups.models import ChatTag, GroupChat, GroupTag
from tests import make
from tests.conftest import Cast
from tests.groups.story import Story

AS: dict[str, Any] = {"by": SYSTEM, "source": "api"}


@pytest.fixture
def tags(cast: Cast) -> list[GroupTag]:
    chosen = make.group_tag_set(cast.corp, name="区域")
    return [make.group_tag(chosen, name=name) for name in ("华北", "华南", "华东")]


def held(chat: GroupChat) -> set[int]:
    return set(ChatTag.objects.filter(chat=chat).values_list("tag_id", flat=True))


def refused(code: str, **asked: Any) -> None:
    with pytest.raises(RuleViolation) as refusal:
        tagging.change_tags(**asked, **AS)
    assert refusal.value.code == code


def test_both_directions_are_one_act_with_one_event_each(cast: Cast, tags: list[GroupTag], told_of: Any) -> None:
    chat, (north, south, east) = make.chat(cast.corp, cast.owner), tags
    tagging.change_tags(chat=chat, add=[north.pk], **AS)
    before = len(told_of())
    change = tagging.change_tags(chat=chat, add=[south.pk, east.pk], remove=[north.pk], by=SYSTEM, source="operator")
    assert (change.added, change.removed) == ([south.pk, east.pk], [north.pk])
    assert held(chat) == {south.pk, east.pk}
    ids = {"groupId": chat.pk, "chatId": chat.chat_id}
    assert told_of()[before:] == [
        ("group.tag.removed", ids | {"tagIds": [north.pk]}),
        ("group.tag.added", ids | {"tagIds": [south.pk, east.pk]}),
    ]
    chat.refresh_from_db()
    assert chat.version == 4
    row = ChatTag.objects.get(tag=south)
    assert (row.corp_id, row.source, row.actor) == (cast.corp.pk, "operator", "system")


def test_a_repeat_changes_and_records_nothing(cast: Cast, tags: list[GroupTag], told_of: Any) -> None:
    chat = make.chat(cast.corp, cast.owner)
    tagging.change_tags(chat=chat, add=[tags[0].pk], **AS)
    version, before = GroupChat.objects.get().version, told_of()
    again = tagging.change_tags(chat=chat, add=[tags[0].pk], remove=[tags[1].pk], **AS)
    assert (again.added, again.removed) == ([], [])
    assert (GroupChat.objects.get().version, told_of()) == (version, before)


def test_a_dismissed_chat_keeps_its_tags_and_may_get_others(cast: Cast, story: Story, tags: list[GroupTag]) -> None:
    story.read()
    tagging.change_tags(chat=story.chat, add=[tags[0].pk], **AS)
    story.dismissed()
    tagging.change_tags(chat=story.chat, add=[tags[1].pk], **AS)
    assert held(story.chat) == {tags[0].pk, tags[1].pk}


def test_what_makes_no_sense_is_refused_and_changes_nothing(cast: Cast, tags: list[GroupTag], told_of: Any) -> None:
    chat = make.chat(cast.corp, cast.owner)
    foreign = make.group_tag(make.group_tag_set(cast.other_corp))
    before = told_of()
    refused("group_tag_unknown", chat=chat, add=[tags[0].pk, foreign.pk])
    refused("group_tag_unknown", chat=chat, add=[999_999])
    refused("tag_both_ways", chat=chat, add=[tags[0].pk], remove=[tags[0].pk])
    refused("too_many_tags", chat=chat, add=range(1, 60), remove=range(60, 120))
    assert (held(chat), told_of()) == (set(), before)


def test_taking_off_a_foreign_tag_takes_nothing_off(cast: Cast, tags: list[GroupTag]) -> None:
    chat = make.chat(cast.corp, cast.owner)
    tagging.change_tags(chat=chat, add=[tags[0].pk], **AS)
    foreign = make.group_tag(make.group_tag_set(cast.other_corp))
    assert tagging.change_tags(chat=chat, remove=[foreign.pk], **AS).removed == []
    assert held(chat) == {tags[0].pk}


def test_in_bulk_each_chat_is_for_itself_and_has_its_result(cast: Cast, tags: list[GroupTag], told_of: Any) -> None:
    new, had = make.chat(cast.corp, cast.owner), make.chat(cast.corp, cast.owner)
    others = make.chat(cast.corp, cast.colleague)
    foreign = make.chat(cast.other_corp, cast.stranger)
    tagging.change_tags(chat=had, add=[tags[0].pk], **AS)
    before = len(told_of())
    results = bulk_rules.change_tags(
        chat_ids=[foreign.pk, new.pk, had.pk, others.pk, new.pk],
        add=[tags[0].pk],
        remove=(),
        by=cast.actor("owner"),
        source="operator",
    )
    assert [(r["groupId"], r["status"], r.get("code")) for r in results] == [
        (foreign.pk, "failed", "not_found"),
        (new.pk, "changed", None),
        (had.pk, "unchanged", None),
        (others.pk, "failed", "not_found"),
    ]
    assert [(name, data["groupId"]) for name, data in told_of()[before:]] == [("group.tag.added", new.pk)]
    assert held(foreign) == held(others) == set()


def test_the_list_is_narrowed_by_tags_in_all_three_ways(cast: Cast, tags: list[GroupTag]) -> None:
    north, south, east = (tag.pk for tag in tags)
    both, one, none = (make.chat(cast.corp, cast.owner) for _n in range(3))
    tagging.change_tags(chat=both, add=[north, south], **AS)
    tagging.change_tags(chat=one, add=[north], **AS)

    def found(**asked: Any) -> set[int]:
        return set(GroupChat.objects.tagged(**asked).values_list("pk", flat=True))

    assert found() == {both.pk, one.pk, none.pk}
    assert found(all_of=[north, south]) == {both.pk}
    assert found(all_of=[north, north]) == {both.pk, one.pk}
    assert found(any_of=[south, east]) == {both.pk}
    assert found(none_of=[south]) == {one.pk, none.pk}
    assert found(any_of=[north], none_of=[south, east]) == {one.pk}
    assert found(all_of=[east]) == set()
