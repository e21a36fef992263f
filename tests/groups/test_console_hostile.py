"""Names that are scripts, on the pages of group chats: shown as text everywhere."""

import itertools
from typing import Any

import pytest
from django.urls import reverse

from groups import tagging
from groups.models import ChatTag, GroupChat, GroupTag, GroupTagSet, GroupTransferJob
from groups.transfers import planning
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.console.test_hostile import HOSTILE

STEP = 7


@pytest.fixture
def hostile(cast: Cast) -> dict[str, Any]:
    """Two chats, their people, tags, changes and a handover, every name of which is hostile."""
    names = itertools.cycle(HOSTILE[::STEP])
    owner = make.employee(cast.corp, cast.department, name=next(names))
    taker = make.employee(cast.corp, cast.department, name=next(names))
    friend = make.customer(cast.corp, owner, name=next(names)[:100])
    absent = [make.customer(cast.corp, owner, name=name[:100]) for name in HOSTILE[::STEP]]
    chats = []
    for n in range(2):
        people = [
            make.chat_member(f"x{k}", make.now(), name=next(names)[:100], inviter_userid=owner.userid) for k in range(9)
        ]
        people.append(make.chat_member(friend, make.now()))
        facts = {"chat_id": f"wrX{n}", "members": tuple(people), "notice": next(names)}
        make.chat(cast.corp, owner, name=next(names)[:200], **facts)
        chats.append(make.chat(cast.corp, owner, name=next(names)[:200], **facts | {"notice": next(names)}))
    home = make.group_tag_set(cast.corp, name=next(names)[:50])
    tag = make.group_tag(home, name=next(names)[:50])
    for chat in chats:
        tagging.change_tags(chat=chat, add=[tag.pk], by=cast.actor("admin"), source="operator")
    rows = GroupChat.objects.filter(pk__in=[chat.pk for chat in chats])
    job = planning.plan(corp_id=cast.corp.pk, chats=rows, taker=taker, by=cast.actor("admin"))
    return {"chat": chats[0], "chats": chats, "tag": tag, "set": home, "job": job, "absent": absent, "owner": owner}


def assert_harmless(answer: Any) -> None:
    """No bait stands on the page as it is; what is shown of one is escaped."""
    assert answer.status_code == 200
    content = answer.content.decode()
    for bait in HOSTILE[::STEP]:
        if "<" in bait:
            assert bait not in content, bait
    assert "window.__xss" in content


def test_the_pages_of_chats_show_hostile_names_as_text(cast: Cast, hostile: dict[str, Any]) -> None:
    client = entered(cast.users["admin"])
    assert_harmless(client.get(page(GroupChat, "changelist")))
    assert_harmless(client.get(page(hostile["chat"], "change")))
    assert_harmless(client.get(page(hostile["chat"], "absent")))
    assert_harmless(client.get(reverse("admin:groups_groupchat_analysis")))
    assert_harmless(client.get(reverse("admin:groups_groupchat_people")))


def test_the_pages_of_tags_show_hostile_names_as_text(cast: Cast, hostile: dict[str, Any]) -> None:
    client = entered(cast.users["admin"])
    for row in (hostile["tag"], hostile["set"]):
        for kind in ("change", "delete"):
            assert_harmless(client.get(page(row, kind)))
    for model in (GroupTag, GroupTagSet):
        assert_harmless(client.get(page(model, "changelist")))
    picked = client.get(page(GroupChat, "changelist"), {"tags_any": hostile["tag"].pk, "tags_none": hostile["tag"].pk})
    assert picked.status_code == 200


def test_the_pages_of_acts_show_hostile_names_as_text(cast: Cast, hostile: dict[str, Any]) -> None:
    client = entered(cast.users["admin"])
    chosen = [chat.pk for chat in hostile["chats"]]
    for action in ("add_tags", "remove_tags", "hand_over"):
        posted = {"action": action, "_selected_action": chosen}
        assert_harmless(client.post(page(GroupChat, "changelist"), posted))
    assert ChatTag.objects.count() == 2


def test_the_pages_of_handovers_show_hostile_names_as_text(cast: Cast, hostile: dict[str, Any]) -> None:
    client = entered(cast.users["admin"])
    assert_harmless(client.get(page(GroupTransferJob, "changelist")))
    assert_harmless(client.get(page(hostile["job"], "change")))


@pytest.mark.parametrize("value", ["<script>", "'", "9" * 30, "-1", "1;drop", "\x00", "%00", "²"])
@pytest.mark.parametrize("name", ["tags_any", "tags_all", "tags_none", "department", "size", "today", "status"])
def test_a_filter_of_the_list_takes_anything_without_falling_over(cast: Cast, name: str, value: str) -> None:
    make.chat(cast.corp, cast.owner)
    answer = entered(cast.users["admin"]).get(page(GroupChat, "changelist"), {name: value})
    assert answer.status_code in (200, 302)
    assert b'<script>"' not in answer.content


@pytest.mark.parametrize("value", ["<script>", "9" * 30, "-1", "0", "\x00", "²"])
@pytest.mark.parametrize("name", ["page", "least", "friend", "first", "last"])
def test_the_figures_take_anything_without_falling_over(cast: Cast, name: str, value: str) -> None:
    client = entered(cast.users["admin"])
    for where in ("analysis", "people"):
        answer = client.get(reverse(f"admin:groups_groupchat_{where}"), {name: value})
        assert answer.status_code == 200
        assert b'<script>"' not in answer.content
