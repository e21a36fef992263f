"""Groups that end, those that only seem to, and their statuses."""

from typing import Any

from corps.actors import SYSTEM
from groups import mirroring
from groups.choices import ChatStatus, QuitScene
from groups.models import GroupChat
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.groups.conftest import Story, at, one

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


def test_a_full_sync_names_the_living_groups_it_has_not_seen(cast: Cast, story: Story) -> None:
    seen, gone = make.chat(cast.corp, cast.owner, chat_id="wrSeen"), make.chat(cast.corp, cast.owner, chat_id="wrGone")
    before = make.chat(cast.corp, cast.owner, chat_id="wrBefore")
    make.chat(cast.other_corp, cast.stranger, chat_id="wrTheirs")
    story.read(run_id=7)
    story.dismissed()
    GroupChat.objects.filter(pk=seen.pk).update(seen_run=8)
    GroupChat.objects.filter(pk=before.pk).update(seen_run=7)
    assert mirroring.unseen(corp_id=cast.corp.pk, run_id=8) == [gone.chat_id, before.chat_id]


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


# --- Statuses ---


def test_the_list_tells_the_statuses_and_marks_what_it_saw(cast: Cast, story: Story, told_of: Any) -> None:
    make.chat(cast.corp, cast.owner, chat_id="wr1")
    make.chat(cast.corp, cast.owner, chat_id="wr2")
    listed = {"wr1": 0, "wr2": ChatStatus.OWNER_LEFT, "wrUnknown": 1}
    tally = mirroring.set_statuses(corp_id=cast.corp.pk, statuses=listed, ticket=story.draw(), run_id=5, **AS)
    assert (tally.changed, tally.same, tally.refused) == (1, 1, 0)
    rows = dict(GroupChat.objects.values_list("chat_id", "status"))
    assert rows == {"wr1": 0, "wr2": 1}
    assert set(GroupChat.objects.values_list("seen_run", flat=True)) == {5}
    assert told_of()[-1][1]["changed"] == ["status"]


def test_an_older_list_tells_nothing_of_what_a_later_one_told(cast: Cast, story: Story) -> None:
    make.chat(cast.corp, cast.owner, chat_id="wr1")
    early, late = story.draw(), story.draw()
    mirroring.set_statuses(corp_id=cast.corp.pk, statuses={"wr1": 3}, ticket=late, **AS)
    assert mirroring.set_statuses(corp_id=cast.corp.pk, statuses={"wr1": 2}, ticket=early, **AS).refused == 1
    story.chat_id = "wr1"
    # A reading of the group doesn't tell the status unless it was handed in.
    story.read(ticket=story.draw())
    assert story.chat.status == 3
    story.read(ticket=story.draw(), status=0)
    assert story.chat.status == 0


def test_a_status_read_before_but_applied_after_another_reading_counts(cast: Cast, story: Story) -> None:
    early = story.draw()
    story.read(one("wmA"))
    told = mirroring.set_statuses(corp_id=cast.corp.pk, statuses={"wrStory": 1}, ticket=early, **AS)
    assert (told.changed, story.chat.status) == (1, ChatStatus.OWNER_LEFT)


def test_the_list_does_not_bring_a_dismissed_group_back(cast: Cast, story: Story) -> None:
    story.read(one("wmA"))
    story.dismissed()
    told = mirroring.set_statuses(corp_id=cast.corp.pk, statuses={"wrStory": 0}, ticket=story.draw(), run_id=2, **AS)
    assert (told.refused, story.chat.status, story.chat.seen_run) == (1, ChatStatus.DISMISSED, 2)
