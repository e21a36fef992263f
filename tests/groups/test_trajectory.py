"""What became of a chat: each reading adds what differs, once, and nothing is ever taken back."""

from typing import Any

from groups import trajectory
from groups.models import ChatChange
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.groups.story import Story, at


def story_of(story: Story) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["before"], row["after"]) for row in trajectory.of_chat(story.chat)]


def test_a_new_chat_has_been_opened_and_nothing_more(story: Story) -> None:
    story.read()
    assert story_of(story) == [("opened", "", "")]
    assert trajectory.of_chat(story.chat)[0]["at"] == at(0)
    assert not ChatChange.objects.exists()


def test_owner_name_and_notice_are_added_as_they_change_the_newest_first(cast: Cast, story: Story) -> None:
    story.read()
    story.read(name="华北二群")
    story.read(name="华北二群", notice="周五发货", owner_userid=cast.colleague.userid)
    assert set(story_of(story)[:2]) == {
        ("owner", str(cast.owner.pk), str(cast.colleague.pk)),
        ("notice", "", "周五发货"),
    }
    assert story_of(story)[2:] == [("name", "华北客户群", "华北二群"), ("opened", "", "")]
    named = {row["kind"]: (row["beforeName"], row["afterName"]) for row in trajectory.of_chat(story.chat)}
    assert named["owner"] == ("王小明", "李小红")
    assert named["name"] == (None, None)


def test_the_same_reading_again_adds_nothing(story: Story) -> None:
    story.read()
    story.read(name="新名")
    story.read(name="新名")
    assert ChatChange.objects.count() == 1


def test_what_only_members_do_is_no_part_of_it(story: Story) -> None:
    story.read()
    story.read(make.chat_member("wmA", at(3)))
    story.told("wmA", minute=5)
    story.read(admins=("lina",))
    assert not ChatChange.objects.exists()


def test_a_dismissal_stands_with_its_own_time_and_so_does_coming_back(story: Story) -> None:
    story.read()
    story.dismissed(minute=30)
    row = ChatChange.objects.get()
    assert (row.kind, row.before, row.after, row.at) == ("status", "0", "9", at(30))
    story.dismissed(minute=40)
    assert ChatChange.objects.count() == 1
    story.read()
    assert [(c.before, c.after) for c in ChatChange.objects.order_by("id")] == [("0", "9"), ("9", "0")]


def test_an_older_reading_adds_nothing(story: Story) -> None:
    ticket = story.draw()
    story.read()
    story.read(name="旧名", ticket=ticket)
    assert not ChatChange.objects.exists()


def test_an_owner_who_is_taken_away_or_given_is_told_so(cast: Cast, story: Story) -> None:
    story.read(owner_userid="")
    story.read()
    assert story_of(story)[0] == ("owner", "", str(cast.owner.pk))
    assert trajectory.of_chat(story.chat)[0]["beforeName"] is None


def test_the_api_tells_it_to_who_may_see_the_chat(cast: Cast, story: Story) -> None:
    story.read()
    story.read(owner_userid=cast.colleague.userid)
    url = f"/api/v1/groups/{story.chat.pk}/trajectory"
    found = api.client(cast.corp).get(url).json()["list"]
    assert [row["kind"] for row in found] == ["owner", "opened"]
    assert found[0]["afterName"] == "李小红"
    assert found[1]["at"] == "2026-11-02T01:00:00Z"
    assert api.client(cast.other_corp).get(url).status_code == 404
    assert api.client(cast.corp).get(f"{url}?x=1").status_code == 400


def test_the_console_shows_it_in_words(cast: Cast, story: Story) -> None:
    story.read()
    story.read(owner_userid=cast.colleague.userid, notice="周五发货")
    story.dismissed()
    content = entered(cast.users["admin"]).get(page(story.chat, "change")).content.decode()
    for text in ("周五发货", "李小红", "已解散"):
        assert text in content


def test_it_costs_the_same_however_long(cast: Cast, story: Story, django_assert_max_num_queries: Any) -> None:
    story.read()
    for n in range(12):
        story.read(name=f"第{n}个名字", owner_userid=make.employee(cast.corp).userid)
    chat = story.chat
    with django_assert_max_num_queries(2):
        assert len(trajectory.of_chat(chat)) == 25
