"""The console's pages of group chats, and the groups on a customer's page."""

from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from corps.actors import SYSTEM
from groups import mirroring
from groups.models import GroupChat
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.groups.story import START, Story, at, one


def shown(user: Any, address: str, **query: Any) -> str:
    answer = entered(user).get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(user: Any, **query: Any) -> list[str]:
    answer = entered(user).get(page(GroupChat, "changelist"), query)
    return [row.name for row in answer.context["cl"].result_list]


def test_the_list_shows_the_living_groups_the_newest_first(cast: Cast, story: Story) -> None:
    story.read()
    story.dismissed()
    make.chat(cast.corp, cast.owner, "wmA", name="老群", opened_at=at(1))
    make.chat(cast.corp, cast.colleague, "wmA", name="新群", opened_at=at(2))
    user = cast.users["admin"]
    assert names(user) == ["新群", "老群"]
    assert names(user, status="9") == ["华北客户群"]
    assert names(user, q="老") == ["老群"]
    assert names(user, owner__id__exact=cast.colleague.pk) == ["新群"]
    assert names(user, opened_at_from="2026-11-03") == []


def test_each_sees_the_groups_that_are_theirs_to_see(cast: Cast) -> None:
    make.chat(cast.corp, cast.owner, name="甲")
    make.chat(cast.corp, cast.colleague, name="乙")
    theirs = make.chat(cast.other_corp, cast.stranger, name="丙")
    assert names(cast.users["owner"]) == ["甲"]
    assert sorted(names(cast.users["manager"])) == ["乙", "甲"]
    assert names(cast.users["stranger"]) == ["丙"]
    assert entered(cast.users["admin"]).get(page(theirs, "change")).status_code in (302, 404)


def test_a_groups_page_shows_who_is_in_it_and_who_was_and_how_they_left(cast: Cast, story: Story) -> None:
    customer = make.customer(cast.corp, cast.owner, external_userid="wmOcean", name="大海")
    owner = make.chat_member(cast.owner, START)
    others = [one("wmLeft", 2, name="走了的人"), one("wmGone", 3, name="不见的人")]
    story.read(owner, one("wmOcean", 1, name="大海", join_scene=3), *others, notice="周五发货", admins=("lina",))
    story.told("wmLeft", minute=9, scene=1)
    story.read(owner, one("wmOcean", 1, name="大海", join_scene=3), notice="周五发货", admins=("lina",))
    content = shown(cast.users["admin"], page(story.chat, "change"))
    for text in ("华北客户群", "周五发货", "lina", "大海", "走了的人", "不见的人"):
        assert text in content
    assert f'href="{page(customer, "change")}"' in content
    assert f'href="{page(cast.owner, "change")}"' in content


def test_a_customer_of_others_is_named_and_not_linked(cast: Cast) -> None:
    mine, other = (
        make.customer(cast.corp, cast.owner, name="我的"),
        make.customer(cast.corp, cast.colleague, name="他的"),
    )
    chat = make.chat(cast.corp, cast.owner, mine, other)
    content = shown(cast.users["owner"], page(chat, "change"))
    assert "他的" in content
    assert page(mine, "change") in content
    assert page(other, "change") not in content
    assert page(other, "change") in shown(cast.users["admin"], page(chat, "change"))


def test_a_group_without_anybody_says_so(cast: Cast, story: Story) -> None:
    story.read(one("wmA"))
    story.dismissed()
    answer = entered(cast.users["admin"]).get(page(story.chat, "change"))
    inlines = answer.context["inline_admin_formsets"]
    # Nobody is in it, one was; and that it was dismissed.
    assert [len(inline.formset.forms) for inline in inlines] == [0, 1, 1]
    with override("zh-hans"):
        nobody, nobody_left, _changes = (escape(str(inline.opts.empty_text)) for inline in inlines)
    assert nobody in answer.content.decode()
    assert nobody_left not in answer.content.decode()


def test_an_empty_list_says_where_groups_come_from_but_not_where_a_filter_finds_none(cast: Cast) -> None:
    client = entered(cast.users["admin"])
    address = page(GroupChat, "changelist")
    empty, searched = (client.get(address, query) for query in ({}, {"q": "没有的"}))
    told = [template.name for template in empty.templates]
    assert "console/no_groups.html" in told
    runs = reverse("admin:wecom_syncrun_changelist")
    # Once in the menu and once in the hint.
    assert empty.content.decode().count(f'href="{runs}"') == searched.content.decode().count(f'href="{runs}"') + 1


def test_nobody_changes_a_group_here(cast: Cast) -> None:
    chat = make.chat(cast.corp, cast.owner, "wmA", name="原名")
    client = entered(cast.users["admin"])
    assert client.post(page(chat, "change"), {"name": "改名"}).status_code == 403
    assert client.get(page(GroupChat, "add")).status_code == 403
    assert client.post(page(chat, "delete"), {"post": "yes"}).status_code == 403
    chat.refresh_from_db()
    assert (chat.name, chat.member_count) == ("原名", 1)


def test_a_customers_page_shows_the_groups_they_are_in_and_were(cast: Cast, story: Story) -> None:
    customer = make.customer(cast.corp, cast.owner, external_userid="wmA")
    story.read(one("wmA"))
    chat = make.chat(cast.corp, cast.colleague, customer, name="同事的群")
    mirroring.end_unseen(corp_id=cast.corp.pk, chat_ids=[chat.chat_id], ticket=10**6, by=SYSTEM, source="sync")
    content = shown(cast.users["admin"], page(customer, "tab_group_stays"))
    assert page(story.chat, "change") in content
    assert "同事的群" in content
    # Whoever may see the customer need not see every group they are in.
    assert "同事的群" not in shown(cast.users["owner"], page(customer, "tab_group_stays"))


def test_a_groups_page_costs_the_same_however_many_are_in_it(cast: Cast, django_assert_max_num_queries: Any) -> None:
    chat = make.chat(cast.corp, cast.owner, *(f"wm{n:03}" for n in range(200)))
    client = entered(cast.users["owner"])
    client.get(page(chat, "change"))
    # Two of them ask whether the reader collaborates on anybody.
    with django_assert_max_num_queries(18):
        content = client.get(page(chat, "change")).content.decode()
    assert content.count("wm0") < 60
