"""Group tags in the console: the catalogue, the acts on selected chats, and the filters of the list."""

from typing import Any

from django.contrib.messages import get_messages

from groups import tagging
from groups.models import ChatTag, GroupChat, GroupTag, GroupTagSet
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page


def names(user: Any, **query: Any) -> list[str]:
    answer = entered(user).get(page(GroupChat, "changelist"), query)
    assert answer.status_code == 200
    return sorted(row.name for row in answer.context["cl"].result_list)


def act(client: Any, action: str, chats: list[GroupChat], **more: Any) -> Any:
    posted = {"action": action, "_selected_action": [c.pk for c in chats], **more}
    return client.post(page(GroupChat, "changelist"), posted)


def told(response: Any) -> list[str]:
    return [str(m) for m in get_messages(response.wsgi_request)]


def test_a_set_is_made_with_its_tags_and_changed_by_the_rules(cast: Cast, recorded: Any) -> None:
    client = entered(cast.users["admin"])
    posted = {"name": "区域", "order": 0, "tag_names": "华北\n\n华南"}
    assert client.post(page(GroupTagSet, "add"), posted).status_code == 302
    row = GroupTagSet.objects.get()
    assert [tag.name for tag in row.tags.all()] == ["华北", "华南"]
    form = form_of(client.get(page(row, "change")), name="大区")
    assert client.post(page(row, "change"), form).status_code == 302
    assert [e[0] for e in recorded() if e[0].startswith("group_tag")] == [
        "group_tag_set.created",
        "group_tag.created",
        "group_tag.created",
        "group_tag_set.updated",
    ]


def test_a_refusal_stands_beside_its_field_and_nothing_is_written(cast: Cast, recorded: Any) -> None:
    make.group_tag_set(cast.corp, name="区域")
    before = recorded()
    answer = entered(cast.users["admin"]).post(page(GroupTagSet, "add"), {"name": "区域", "order": 0})
    assert answer.status_code == 200
    assert (GroupTagSet.objects.count(), recorded()) == (1, before)


def test_a_tag_is_renamed_and_deleted_by_the_rules(cast: Cast, recorded: Any) -> None:
    tag = make.group_tag(make.group_tag_set(cast.corp), name="华北")
    chat = make.chat(cast.corp, cast.owner)
    client = entered(cast.users["admin"])
    act(client, "add_tags", [chat], apply="1", tags=[tag.pk])
    client.post(page(tag, "change"), form_of(client.get(page(tag, "change")), name="北方"))
    tag.refresh_from_db()
    assert (tag.name, tag.version) == ("北方", 2)
    assert "1" in client.get(page(tag, "delete")).content.decode()
    assert client.post(page(tag, "delete"), {"post": "yes"}).status_code == 302
    assert [e[0] for e in recorded()][-2:] == ["group.tag.removed", "group_tag.deleted"]
    assert not GroupTag.objects.exists()


def test_a_set_with_tags_is_not_deleted_and_the_page_says_why(cast: Cast) -> None:
    tag = make.group_tag(make.group_tag_set(cast.corp))
    answer = entered(cast.users["admin"]).post(page(tag.set, "delete"), {"post": "yes"})
    assert answer.status_code == 302
    assert told(answer) and GroupTagSet.objects.exists()


def test_selected_chats_are_tagged_and_untagged_with_a_count(cast: Cast, recorded: Any) -> None:
    tag = make.group_tag(make.group_tag_set(cast.corp))
    new, had = make.chat(cast.corp, cast.owner, name="新"), make.chat(cast.corp, cast.owner)
    client = entered(cast.users["owner"])
    asked = act(client, "add_tags", [new])
    assert (asked.status_code, ChatTag.objects.count()) == (200, 0)
    act(client, "add_tags", [had], apply="1", tags=[tag.pk])
    answer = act(client, "add_tags", [new, had], apply="1", tags=[tag.pk])
    assert told(answer)[-1] == "1 个客户群已修改，1 个无需修改，0 个被拒绝。"
    assert ChatTag.objects.get(chat=new).actor == f"user:{cast.users['owner'].pk}"
    act(client, "remove_tags", [new, had], apply="1", tags=[tag.pk])
    assert not ChatTag.objects.exists()
    assert [e[0] for e in recorded()].count("group.tag.removed") == 2


def test_a_foreign_chat_in_the_selection_is_left_alone(cast: Cast) -> None:
    tag = make.group_tag(make.group_tag_set(cast.other_corp))
    chat = make.chat(cast.corp, cast.owner)
    act(entered(cast.users["stranger"]), "add_tags", [chat], apply="1", tags=[tag.pk])
    assert not ChatTag.objects.exists()


def test_the_list_is_filtered_by_tags_size_department_and_what_happened_today(cast: Cast) -> None:
    home = make.group_tag_set(cast.corp)
    north, south = make.group_tag(home), make.group_tag(home)
    big = make.chat(cast.corp, cast.owner, *(f"wm{n}" for n in range(12)), name="大")
    small = make.chat(cast.corp, make.employee(cast.corp), name="小")
    for chat, tags in ((big, [north.pk, south.pk]), (small, [north.pk])):
        tagging.change_tags(chat=chat, add=tags, by=cast.actor("admin"), source="operator")
    admin = cast.users["admin"]
    assert names(admin, tags_any=south.pk) == ["大"]
    assert names(admin, tags_any=[south.pk, north.pk]) == ["大", "小"]
    assert names(admin, tags_all=[south.pk, north.pk]) == ["大"]
    assert names(admin, tags_none=south.pk) == ["小"]
    assert names(admin, tags_none="nonsense") == ["大", "小"]
    assert names(admin, size="9") == ["小"]
    assert names(admin, size="99") == ["大"]
    assert names(admin, size="500") == []
    assert names(admin, department=cast.department.pk) == ["大"]
    assert names(admin, today="join_time") == ["大"]
    assert names(admin, today="left_at") == []


def test_the_list_shows_tags_and_what_happened_today(cast: Cast) -> None:
    tag = make.group_tag(make.group_tag_set(cast.corp), name="华北区")
    chat = make.chat(cast.corp, cast.owner, "wmA")
    tagging.change_tags(chat=chat, add=[tag.pk], by=cast.actor("admin"), source="operator")
    content = entered(cast.users["admin"]).get(page(GroupChat, "changelist")).content.decode()
    assert "华北区" in content
    assert "+1 −0" in content
    assert "华北区" in entered(cast.users["admin"]).get(page(chat, "change")).content.decode()
