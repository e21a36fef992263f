"""Groups that end, those that only seem to, and their statuses."""

from typing import Any

from corps.actors import SYSTEM
from groups import mirroring
from groups.choices import ChatStatus, QuitScene
from groups.models import GroupChat
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.groups.story import Story, at, one

AS: dict[str, Any] = {"by": SYSTEM, "source": "sync"}


def test_a_dismissed_group_ends_with_every_stay_and_one_event(story: Story, told_of: Any) -> None:
    story.read(one("wmA"), one("wmB"))
    story.told("wmB", minute=5)
    version, told = story.chat.version, len(told_of())
    tally = story.dismissed(minute=60)
    chat = story.chat
    assert (tally.ended, tally.changed) == (1, 0)
    assert (chat.status, chat.dismissed_at, chat.version) == (ChatStatus.DISMISSED, at(60), version + 1)
    assert story.counts() == (0, 0)
    assert story.stays("wmA") == [(at(0), at(60), QuitScene.DISMISSED)]
    assert story.stays("wmB") == [(at(0), at(5), QuitScene.LEFT)]
    assert told_of()[told:] == [
        ("group.dismissed", {"groupId": chat.pk, "chatId": "wrStory", "ownerId": chat.owner_id})
    ]


def test_dismissed_twice_is_dismissed_once(story: Story, told_of: Any) -> None:
    story.read(one("wmA"))
    story.dismissed(minute=60)
    told = told_of()
    assert story.dismissed(minute=61).same == 1
    assert (story.chat.dismissed_at, told_of()) == (at(60), told)


def test_a_dismissal_of_before_the_last_reading_is_refused(story: Story, told_of: Any) -> None:
    early = story.draw()
    story.read(one("wmA"))
    told = told_of()
    assert story.dismissed(ticket=early).refused == 1
    assert (story.chat.status, story.counts(), told_of()) == (0, (1, 1), told)


def test_a_reading_of_before_the_dismissal_brings_nothing_back(story: Story) -> None:
    story.read(one("wmA"))
    early = story.draw()
    story.dismissed()
    assert story.read(one("wmA"), ticket=early).refused == 1
    assert (story.chat.status, story.counts()) == (ChatStatus.DISMISSED, (0, 0))


def test_a_group_shown_again_after_it_was_taken_for_dismissed_goes_on(story: Story, told_of: Any) -> None:
    story.read(one("wmA"))
    story.dismissed()
    assert story.read(one("wmA")).changed == 1
    chat = story.chat
    assert (chat.status, chat.dismissed_at) == (ChatStatus.NORMAL, None)
    assert story.stays("wmA") == [(at(0), None, None)]
    assert [(name, data.get("changed")) for name, data in told_of()[-2:]] == [
        ("group.updated", ["status"]),
        ("group.member.joined", None),
    ]


def test_an_unknown_group_or_one_of_another_company_is_not_dismissed(cast: Cast, story: Story) -> None:
    story.read(one("wmA"))
    before = OutboxEvent.objects.count()
    for corp_id, chat_id in ((cast.corp.pk, "wrOther"), (cast.other_corp.pk, story.chat_id)):
        tally = mirroring.dismiss(corp_id=corp_id, chat_id=chat_id, ticket=10**6, at=at(1), **AS)
        assert (tally.ended, tally.same, tally.refused) == (0, 0, 0)
    assert (story.chat.status, OutboxEvent.objects.count()) == (0, before)


# --- After a full sync ---


def test_groups_that_wecom_does_not_know_any_more_end_together(cast: Cast, story: Story, told_of: Any) -> None:
    for n in range(3):
        make.chat(cast.corp, cast.owner, "wmA", "wmB", chat_id=f"wr{n}")
    ticket = story.draw()
    later = make.chat(cast.corp, cast.owner, "wmA", chat_id="wrLater")
    told = {"corp_id": cast.corp.pk, "chat_ids": ["wr0", "wr1", "wrLater"], "ticket": ticket}
    tally = mirroring.end_unseen(**told, **AS)
    assert (tally.ended, tally.refused) == (2, 1)
    assert set(GroupChat.objects.living().values_list("chat_id", flat=True)) == {"wr2", later.chat_id}
    assert [name for name, _data in told_of()].count("group.dismissed") == 2
    assert mirroring.end_unseen(**told, **AS).ended == 0


# --- Statuses, which only the list tells ---


def test_a_reading_of_the_group_alone_leaves_the_status_as_the_list_told_it(story: Story) -> None:
    story.read(status=ChatStatus.OWNER_LEFT)
    assert story.read().same == 1
    assert story.chat.status == ChatStatus.OWNER_LEFT
    assert story.read(status=ChatStatus.INHERITED).changed == 1


def test_a_group_that_is_back_has_the_status_that_the_list_told(story: Story) -> None:
    story.read(one("wmA"))
    story.dismissed()
    story.read(one("wmA"), status=ChatStatus.INHERITING)
    assert (story.chat.status, story.chat.dismissed_at) == (ChatStatus.INHERITING, None)
