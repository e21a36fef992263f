"""Who sees which group: its owner, the owner's managers, the company; nobody of another one."""

import pytest

from corps.actors import SYSTEM
from groups.models import GroupChat, GroupMember
from tests import make
from tests.conftest import Cast

SEEN = {
    "owner": {"owner's"},
    "colleague": {"colleague's"},
    "manager": {"owner's", "colleague's"},
    "admin": {"owner's", "colleague's", "of one above", "nobody's"},
    "stranger": {"a stranger's"},
}


@pytest.fixture
def chats(cast: Cast) -> dict[str, GroupChat]:
    above = make.employee(cast.corp, cast.department.parent)
    return {
        # That the colleague is in it doesn't make it theirs.
        "owner's": make.chat(cast.corp, cast.owner, cast.owner, cast.colleague, "wmA"),
        "colleague's": make.chat(cast.corp, cast.colleague, "wmA"),
        "of one above": make.chat(cast.corp, above, "wmA"),
        "nobody's": make.chat(cast.corp, None, "wmA"),
        "a stranger's": make.chat(cast.other_corp, cast.stranger, "wmA"),
    }


@pytest.mark.parametrize("who", SEEN)
def test_groups_and_their_members_are_seen_by_the_same(cast: Cast, chats: dict[str, GroupChat], who: str) -> None:
    actor = cast.actor(who)
    mine = {chats[name].pk for name in SEEN[who]}
    assert set(GroupChat.objects.visible_to(actor).values_list("pk", flat=True)) == mine
    assert set(GroupMember.objects.visible_to(actor).values_list("chat_id", flat=True)) == mine


def test_a_service_sees_its_company_and_the_system_sees_all(cast: Cast, chats: dict[str, GroupChat]) -> None:
    assert GroupChat.objects.visible_to(make.service(cast.corp)).count() == 4
    assert GroupMember.objects.visible_to(SYSTEM).count() == GroupMember.objects.count() == 7
