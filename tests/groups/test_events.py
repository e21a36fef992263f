"""How changes of a group are told: in which pieces, in which order, under which versions."""

from typing import Any

from core.rendering import dumps
from corps.actors import SYSTEM
from groups import events
from groups.events import Change
from groups.models import GroupChat
from messaging.inbox import MOST_BYTES
from messaging.models import OutboxEvent
from tests.conftest import Cast
from tests.groups.story import Story, one
from tests.groups.test_stays import stay


def told(*changes: Change) -> list[tuple[str, int, dict[str, Any]]]:
    before = OutboxEvent.objects.count()
    events.tell(changes, by=SYSTEM, source="sync")
    rows = OutboxEvent.objects.order_by("id")[before:]
    return [(row.name, row.aggregate_version, row.payload["data"]) for row in rows]


def test_a_group_that_begins_tells_so_first_and_with_its_first_version(cast: Cast) -> None:
    chat = GroupChat.objects.create(corp=cast.corp, chat_id="wrNew", member_count=1, customer_count=1)
    found = told(Change(chat, created=True, fields={"name"}, joined=[stay()]))
    assert [(name, version) for name, version, _data in found] == [("group.created", 1), ("group.member.joined", 2)]
    counts = {"memberCount": 1, "customerCount": 1}
    assert found[0][2] == {"groupId": chat.pk, "chatId": "wrNew", "ownerId": None, "status": 0} | counts


def test_each_piece_takes_a_version_and_the_instance_keeps_the_last(story: Story) -> None:
    story.read()
    chat = story.chat
    crowd = [stay(userid=f"wm{n}") for n in range(2 * events.MEMBERS + 1)]
    found = told(Change(chat, fields={"name"}, joined=crowd, left=[stay(0, 5, 1)], dismissed=True))
    assert [name for name, _version, _data in found] == [
        "group.updated",
        *["group.member.joined"] * 3,
        "group.member.left",
        "group.dismissed",
    ]
    assert [version for _name, version, _data in found] == list(range(2, 8))
    assert [len(data["members"]) for name, _v, data in found if name == "group.member.joined"] == [100, 100, 1]
    assert chat.version == 7
    assert GroupChat.objects.get().version == 1


def test_no_change_is_nothing_to_tell(story: Story) -> None:
    story.read()
    assert not Change(story.chat)
    assert not Change(story.chat, silent=True)
    assert told(Change(story.chat)) == []


def test_a_change_in_words_holds_ids_and_names_of_fields_only(story: Story) -> None:
    story.read(one("wmA"), name="秘密的名字")
    chat = story.chat
    assert str(Change(chat, created=True, joined=[stay(), stay()])) == "wrStory new +2"
    assert str(Change(chat, fields={"notice", "name"}, left=[stay(0, 5, 1)])) == "wrStory name notice -1"


def test_the_longest_event_is_one_that_our_own_inbox_takes(story: Story) -> None:
    story.read()
    longest = stay(userid="x" * 100, employee_id=2**62, customer_id=2**62, left=5, how=9)
    found = told(Change(story.chat, left=[longest] * events.MEMBERS))
    assert len(dumps(found[0][2])) < MOST_BYTES / 2
