"""The company's tags and groups on their way to WeCom."""

from typing import Any

import pytest

from core.time import now
from messaging.models import Command
from tags import catalog, grouping, ordering
from tags.models import Tag, TagGroup
from tests.wecom.push.conftest import BY_HAND, Shop
from wecom import refreshing


def again(shop: Shop) -> None:
    """What waits for another try, tried now."""
    Command.objects.filter(state="waiting").update(due_at=now())
    shop.push()


def reread(shop: Shop) -> None:
    refreshing.refresh_tags(corp_id=shop.corp_id, source="sync")


def ours(shop: Shop) -> dict[str, list[str]]:
    groups = TagGroup.objects.of_corp(shop.corp_id).live().order_by("order", "pk")
    return {g.name: list(g.tags.live().order_by("order", "pk").values_list("name", flat=True)) for g in groups}


class TestMaking:
    def test_a_new_tag_gets_its_id_and_stands_where_it_stands_here(self, shop: Shop) -> None:
        row = shop.create("丁")
        shop.push()
        row.refresh_from_db()
        assert row.wecom_id
        assert sorted(shop.catalogue()["等级"]) == sorted(["甲", "乙", "丙", "丁"])
        assert (shop.states(), row.fetch_seq > 0) == ([("tag", "done")], True)
        reread(shop)
        assert Tag.objects.filter(name="丁").count() == 1

    def test_an_empty_group_comes_to_be_there_with_its_first_tag(self, shop: Shop) -> None:
        home = shop.create_group("城市")
        shop.push()
        assert "城市" not in shop.catalogue()
        shop.create("京", "城市")
        shop.push()
        home.refresh_from_db()
        assert (shop.catalogue()["城市"], bool(home.wecom_id)) == (["京"], True)

    def test_a_group_with_several_tags_is_one_group_there(self, shop: Shop) -> None:
        shop.create_group("城市", "京", "沪", "穗")
        shop.push()
        assert sorted(shop.catalogue()["城市"]) == sorted(["京", "沪", "穗"])
        reread(shop)
        assert sorted(ours(shop)["城市"]) == sorted(["京", "沪", "穗"])

    def test_of_an_answer_that_was_lost_the_tag_is_found_and_not_made_again(self, shop: Shop) -> None:
        row = shop.create("丁")
        shop.box.server.faults.set(lost=1.0, only=["externalcontact/add_corp_tag"])
        shop.push()
        assert (shop.states(), Command.objects.get().error_code) == ([("tag", "waiting")], 0)
        shop.box.server.faults.off()
        again(shop)
        row.refresh_from_db()
        assert (shop.states(), shop.calls("add_corp_tag")) == ([("tag", "done")], 1)
        assert row.wecom_id in shop.box.company.tags
        assert shop.catalogue()["等级"].count("丁") == 1

    def test_a_tag_of_that_name_made_there_meanwhile_is_taken_for_it(self, shop: Shop) -> None:
        row = shop.create("丁")
        theirs = shop.box.company.add_tag(shop.group().wecom_id, "丁")
        shop.push()
        row.refresh_from_db()
        assert (row.wecom_id, shop.states()) == (theirs.id, [("tag", "done")])

    def test_a_name_that_another_tag_of_ours_still_has_there_is_waited_for(self, shop: Shop) -> None:
        other = shop.tag("甲")
        catalog.update_tag(tag=other, name="旧甲", **BY_HAND)
        Command.objects.update(due_at=now().replace(year=2100))
        row = shop.create("甲")
        shop.push()
        row.refresh_from_db()
        assert (row.wecom_id, Command.objects.get(key=f"tag:{row.pk}").state) == (None, "waiting")
        again(shop)
        again(shop)
        assert sorted(shop.catalogue()["等级"]) == sorted(["旧甲", "甲", "乙", "丙"])
        assert {state for _kind, state in shop.states()} == {"done"}

    def test_in_a_group_that_was_deleted_there_it_is_made_anew(self, shop: Shop) -> None:
        shop.create("丁")
        shop.box.company.delete_group(shop.group().wecom_id)
        shop.push()
        again(shop)
        assert shop.catalogue() == {"等级": ["丁"]}
        assert shop.states() == [("tag", "done")]

    def test_one_that_has_ended_before_it_was_sent_is_never_sent(self, shop: Shop) -> None:
        catalog.delete_tag(tag=shop.create("丁"), **BY_HAND)
        shop.push()
        assert (shop.calls("add_corp_tag"), shop.states()) == (0, [("tag", "done")])

    def test_one_that_ends_while_it_is_made_is_deleted_there_too(self, shop: Shop, monkeypatch: Any) -> None:
        row = shop.create("丁", shop.create_group("城市").name)
        from wecom.push import creating

        make = creating._make

        def slow(client: Any, tag: Tag) -> Any:
            made = make(client, tag)
            grouping.delete_group(group=TagGroup.objects.get(pk=row.group_id), **BY_HAND)
            return made

        monkeypatch.setattr(creating, "_make", slow)
        shop.push()
        again(shop)
        assert "城市" not in shop.catalogue()
        assert {state for _kind, state in shop.states()} == {"done"}

    def test_a_full_catalogue_is_for_a_person_to_see(self, shop: Shop) -> None:
        shop.box.company.switches.tag_limit = 3
        shop.create("丁")
        shop.push()
        row = Command.objects.get()
        assert (row.state, row.error_code) == ("dead", 40126)


class TestChanging:
    def test_a_new_name(self, shop: Shop) -> None:
        catalog.update_tag(tag=shop.tag("甲"), name="甲+", **BY_HAND)
        grouping.update_group(group=shop.group(), name="级别", **BY_HAND)
        shop.push()
        assert sorted(shop.catalogue()["级别"]) == sorted(["甲+", "乙", "丙"])
        reread(shop)
        assert sorted(ours(shop)["级别"]) == sorted(["甲+", "乙", "丙"])

    def test_renamed_twice_while_it_waits_is_one_call(self, shop: Shop) -> None:
        catalog.update_tag(tag=shop.tag("甲"), name="甲1", **BY_HAND)
        catalog.update_tag(tag=shop.tag("甲1"), name="甲2", **BY_HAND)
        shop.push()
        assert ("甲2" in shop.catalogue()["等级"], shop.calls("edit_corp_tag")) == (True, 1)

    def test_a_name_that_is_taken_there_is_given_up_and_wecoms_comes_back(self, shop: Shop) -> None:
        row = shop.tag("甲")
        catalog.update_tag(tag=row, name="丁", **BY_HAND)
        shop.box.company.add_tag(shop.group().wecom_id, "丁")
        shop.push()
        command = Command.objects.get()
        assert (command.state, command.error_code) == ("dead", 40071)
        reread(shop)
        row.refresh_from_db()
        assert row.name == "甲"
        assert sorted(ours(shop)["等级"]) == sorted(["甲", "乙", "丙", "丁"])

    @pytest.mark.parametrize("order", [[2, 1, 0], [1, 0, 2], [0, 2, 1], [2, 0, 1]])
    def test_an_order_is_the_same_there_and_stays(self, shop: Shop, order: list[int]) -> None:
        home = shop.group()
        tags = list(home.tags.order_by("order"))
        wanted = [tags[n] for n in order]
        ordering.order_tags(group=home, tag_ids=[tag.pk for tag in wanted], **BY_HAND)
        shop.push()
        assert shop.catalogue()["等级"] == [tag.name for tag in wanted]
        reread(shop)
        assert ours(shop)["等级"] == [tag.name for tag in wanted]

    def test_the_order_of_groups_too(self, shop: Shop) -> None:
        shop.create_group("城市", "京")
        shop.create_group("渠道", "展会")
        shop.push()
        reread(shop)
        groups = list(TagGroup.objects.of_corp(shop.corp_id).order_by("-order"))
        ordering.order_groups(corp_id=shop.corp_id, group_ids=[row.pk for row in groups], **BY_HAND)
        shop.push()
        assert list(shop.catalogue()) == [row.name for row in groups]
        reread(shop)
        assert list(ours(shop)) == [row.name for row in groups]

    def test_what_is_gone_there_ends_here(self, shop: Shop) -> None:
        row = shop.tag("甲")
        shop.box.company.delete_tag(row.wecom_id)
        catalog.update_tag(tag=row, name="甲+", **BY_HAND)
        shop.push()
        row.refresh_from_db()
        assert (row.deleted_at is None, shop.states()) == (False, [("tag", "dead")])

    def test_another_apps_tag_waits_for_a_person(self, shop: Shop) -> None:
        shop.box.company.switches.own_tags_only = True
        catalog.update_tag(tag=shop.tag("甲"), name="甲+", **BY_HAND)
        shop.push()
        row = Command.objects.get()
        assert (row.state, row.error_code, row.attempts) == ("waiting", 301002, 1)


class TestEnding:
    def test_a_deleted_tag_is_gone_there_and_stays_gone_here(self, shop: Shop) -> None:
        catalog.delete_tag(tag=shop.tag("甲"), **BY_HAND)
        shop.push()
        reread(shop)
        assert (sorted(shop.catalogue()["等级"]), sorted(ours(shop)["等级"])) == (["丙", "乙"], ["丙", "乙"])

    def test_a_merged_tag_is_deleted_there(self, shop: Shop) -> None:
        catalog.merge_tag(tag=shop.tag("甲"), into=shop.tag("乙"), **BY_HAND)
        shop.push()
        assert sorted(shop.catalogue()["等级"]) == ["丙", "乙"]

    def test_with_its_last_tag_the_group_loses_its_counterpart_and_gets_another(self, shop: Shop) -> None:
        for name in ("甲", "乙", "丙"):
            catalog.delete_tag(tag=shop.tag(name), **BY_HAND)
        shop.push()
        assert (shop.catalogue(), shop.group().wecom_id) == ({}, None)
        shop.create("新")
        shop.push()
        assert (shop.catalogue(), shop.group().wecom_id in shop.box.company.tag_groups) == ({"等级": ["新"]}, True)

    def test_a_deleted_group_takes_its_tags_along_in_one_call(self, shop: Shop) -> None:
        grouping.delete_group(group=shop.group(), **BY_HAND)
        shop.push()
        assert (shop.catalogue(), shop.calls("del_corp_tag")) == ({}, 1)
        reread(shop)
        assert ours(shop) == {}

    def test_what_is_gone_already_is_as_wanted(self, shop: Shop) -> None:
        shop.box.company.delete_group(shop.group().wecom_id)
        grouping.delete_group(group=shop.group(), **BY_HAND)
        shop.push()
        assert shop.states() == [("tag_group", "done")]
