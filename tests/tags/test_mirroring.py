from typing import Any

import pytest

from core.errors import RuleViolation
from core.time import now
from corps import tickets
from corps.actors import SYSTEM
from corps.models import Corp
from corps.tally import Tally
from messaging.models import Command, OutboxEvent
from tags import catalog, grouping, mirroring, ordering
from tags.choices import TagKind
from tags.facts import GroupFacts, TagFacts
from tags.models import Tag, TagGroup
from tests import make

AS: Any = {"by": SYSTEM, "source": "sync"}
BY_HAND: Any = {"by": SYSTEM, "source": "operator"}


@pytest.fixture
def corp(db: None) -> Corp:
    return make.corp(mirrored=True)


def tag(wecom_id: str, name: str, order: int = 0, **fields: Any) -> TagFacts:
    return TagFacts(wecom_id, name, order, **fields)


def group(wecom_id: str, name: str, *tags: TagFacts, order: int = 0, **fields: Any) -> GroupFacts:
    return GroupFacts(wecom_id, name, order, tags=tags, **fields)


def apply(corp: Corp, *groups: GroupFacts, whole: bool = True, ticket: int | None = None) -> Tally:
    number = ticket or tickets.draw(corp.pk)
    return mirroring.apply_catalogue(corp_id=corp.pk, groups=groups, ticket=number, whole=whole, **AS)


LEVEL = group("G1", "等级", tag("T1", "甲", 30), tag("T2", "乙", 20), order=2)
CITY = group("G2", "城市", tag("T3", "京", 10), order=1)


def shown(corp: Corp) -> dict[str, list[str]]:
    """The living groups and tags by name, each in its order; no two have one place."""
    groups = TagGroup.objects.of_corp(corp.pk).live().order_by("order")
    found = {}
    for row in groups:
        tags = list(Tag.objects.filter(group=row).live().order_by("order"))
        assert len({t.order for t in tags}) == len(tags)
        found[row.name] = [t.name for t in tags]
    assert len({row.order for row in groups}) == len(groups)
    return found


def forget() -> None:
    OutboxEvent.objects.all().delete()


def names(recorded: Any) -> list[str]:
    return [name for name, _id, _data in recorded()]


class TestReading:
    def test_new_groups_and_tags_stand_as_wecom_orders_them(self, corp: Corp, recorded) -> None:
        assert apply(corp, CITY, LEVEL) == Tally(new=5)
        assert shown(corp) == {"等级": ["甲", "乙"], "城市": ["京"]}
        assert names(recorded) == ["tag_group.created"] * 2 + ["tag.created"] * 3
        row = Tag.objects.get(wecom_id="T1")
        assert (row.wecom_order, row.kind, row.version) == (30, TagKind.CORP, 1)
        assert not Command.objects.exists()

    def test_the_same_again_writes_and_tells_nothing(self, corp: Corp, recorded) -> None:
        apply(corp, LEVEL, CITY)
        corp.refresh_from_db()
        before, told = list(Tag.objects.values("pk", "version", "update_time")), recorded()
        assert apply(corp, LEVEL, CITY) == Tally(same=5)
        assert (list(Tag.objects.values("pk", "version", "update_time")), recorded()) == (before, told)
        assert Corp.objects.get(pk=corp.pk).tags_version == corp.tags_version

    def test_renamed_and_reordered_is_told_by_name_of_field(self, corp: Corp, recorded) -> None:
        apply(corp, LEVEL)
        version = Corp.objects.get(pk=corp.pk).tags_version
        forget()
        apply(corp, group("G1", "级别", tag("T1", "新甲", 30), tag("T2", "乙", 40), order=2))
        assert shown(corp) == {"级别": ["乙", "新甲"]}
        rows = {row.wecom_id: row for row in Tag.objects.all()}
        assert {(name, pk): data["changed"] for name, pk, data in recorded()} == {
            ("tag.updated", rows["T1"].pk): ["name", "order"],
            ("tag.updated", rows["T2"].pk): ["order"],
            ("tag_group.updated", TagGroup.objects.get().pk): ["name"],
        }
        assert Corp.objects.get(pk=corp.pk).tags_version == version + 1

    def test_equal_orders_stay_as_they_are(self, corp: Corp) -> None:
        alike = [tag("T1", "甲"), tag("T2", "乙"), tag("T3", "丙")]
        apply(corp, group("G1", "等级", *alike))
        apply(corp, group("G1", "等级", *reversed(alike)))
        assert shown(corp) == {"等级": ["甲", "乙", "丙"]}

    def test_what_a_whole_reading_lacks_ends_with_its_events(self, corp: Corp, recorded) -> None:
        apply(corp, LEVEL, CITY)
        forget()
        assert apply(corp, group("G1", "等级", tag("T1", "甲", 30), order=2)).ended == 3
        assert shown(corp) == {"等级": ["甲"]}
        assert sorted(names(recorded)) == ["tag.deleted", "tag.deleted", "tag_group.deleted"]
        assert names(recorded)[-1] == "tag_group.deleted"

    def test_what_a_part_lacks_stays(self, corp: Corp) -> None:
        apply(corp, LEVEL, CITY)
        assert apply(corp, group("G1", "等级", tag("T1", "甲", 30), order=2), whole=False).ended == 0
        assert shown(corp) == {"等级": ["甲", "乙"], "城市": ["京"]}

    def test_an_empty_answer_ends_nothing(self, corp: Corp) -> None:
        apply(corp, LEVEL)
        assert apply(corp) == Tally()
        assert shown(corp) == {"等级": ["甲", "乙"]}

    def test_what_is_marked_as_deleted_ends_and_twice_is_once(self, corp: Corp, recorded) -> None:
        apply(corp, LEVEL)
        forget()
        gone = group("G1", "等级", tag("T2", "", 0, deleted=True), order=2)
        assert apply(corp, gone, whole=False).ended == 1
        assert shown(corp) == {"等级": ["甲"]}
        apply(corp, gone, whole=False)
        assert names(recorded) == ["tag.deleted"]

    def test_a_deleted_group_takes_its_tags_along(self, corp: Corp, recorded) -> None:
        apply(corp, LEVEL, CITY)
        forget()
        assert apply(corp, group("G1", "等级", deleted=True), whole=False).ended == 3
        assert shown(corp) == {"城市": ["京"]}
        assert names(recorded)[:3] == [
            "tag.deleted",
            "tag.deleted",
            "tag_group.updated",
        ] or "tag_group.deleted" in names(recorded)

    def test_of_what_was_never_here_the_end_is_not_told(self, corp: Corp, recorded) -> None:
        apply(corp, group("G9", "旧", tag("T9", "旧", deleted=True), deleted=True), whole=False)
        assert (TagGroup.objects.count(), recorded()) == (0, [])

    def test_an_ended_tag_that_wecom_shows_lives_again(self, corp: Corp, recorded) -> None:
        apply(corp, LEVEL)
        row = Tag.objects.get(wecom_id="T2")
        apply(corp, group("G1", "等级", tag("T1", "甲", 30), order=2))
        forget()
        apply(corp, LEVEL)
        row.refresh_from_db()
        assert (row.deleted_at, shown(corp)) == (None, {"等级": ["甲", "乙"]})
        assert recorded() == [("tag.created", row.pk, {"tagId": row.pk, "groupId": row.group_id})]

    def test_an_older_reading_is_refused(self, corp: Corp) -> None:
        old = tickets.draw(corp.pk)
        apply(corp, LEVEL)
        tally = apply(corp, group("G1", "旧名", tag("T1", "旧", 0), tag("T2", "乙", 20), order=2), ticket=old)
        assert (tally.refused, shown(corp)) == (3, {"等级": ["甲", "乙"]})
        assert apply(corp, CITY, ticket=old).ended == 0

    def test_names_that_are_not_told_stay_and_a_new_tag_without_one_has_its_id(self, corp: Corp) -> None:
        apply(corp, LEVEL)
        apply(corp, group("G1", "", tag("T1", "", 30), tag("T2", "乙", 20), tag("T4", "", 10), order=2))
        assert shown(corp) == {"等级": ["甲", "乙", "T4"]}

    def test_a_rule_groups_tags_keep_their_kind_and_outlast_a_reading_of_the_companys(self, corp: Corp) -> None:
        apply(corp, group("S1", "区域", tag("ST1", "北"), kind=TagKind.RULE_GROUP), whole=False)
        apply(corp, LEVEL)
        assert shown(corp) == {"区域": ["北"], "等级": ["甲", "乙"]} or shown(corp) == {
            "等级": ["甲", "乙"],
            "区域": ["北"],
        }
        assert Tag.objects.get(wecom_id="ST1").kind == TagKind.RULE_GROUP

    def test_another_companys_catalogue_is_left_alone(self, corp: Corp) -> None:
        other = make.corp()
        apply(other, LEVEL)
        apply(corp, CITY)
        apply(corp, LEVEL)
        assert shown(other) == {"等级": ["甲", "乙"]}
        assert Tag.objects.filter(wecom_id="T1").count() == 2

    def test_three_thousand_tags_cost_a_bounded_number_of_statements(
        self, corp: Corp, django_assert_max_num_queries
    ) -> None:
        facts = [group(f"G{g}", f"组{g}", *(tag(f"T{g}-{t}", f"签{t}", t) for t in range(100))) for g in range(10)]
        apply(corp, *facts)
        with django_assert_max_num_queries(9):
            apply(corp, *facts)
        renamed = [group(f.wecom_id, f.name, *(tag(t.wecom_id, t.name + "改", t.order) for t in f.tags)) for f in facts]
        with django_assert_max_num_queries(14):
            apply(corp, *renamed)


class TestAdopting:
    def test_what_was_made_here_under_the_same_name_becomes_wecoms(self, corp: Corp, recorded) -> None:
        home = grouping.create_group(corp_id=corp.pk, name="等级", tag_names=["甲", "丙"], **BY_HAND)
        Command.objects.all().delete()
        forget()
        apply(corp, LEVEL)
        home.refresh_from_db()
        assert (home.wecom_id, Tag.objects.get(name="甲").wecom_id) == ("G1", "T1")
        assert TagGroup.objects.count() == 1
        assert sorted(shown(corp)["等级"]) == sorted(["甲", "乙", "丙"])
        assert "tag.created" in names(recorded)

    def test_the_same_name_in_another_group_is_another_tag(self, corp: Corp) -> None:
        grouping.create_group(corp_id=corp.pk, name="城市", tag_names=["甲"], **BY_HAND)
        apply(corp, LEVEL)
        assert Tag.objects.filter(name="甲").count() == 2
        assert Tag.objects.get(name="甲", group__name="城市").wecom_id is None

    def test_case_tells_names_apart(self, corp: Corp) -> None:
        grouping.create_group(corp_id=corp.pk, name="等级", tag_names=["vip"], **BY_HAND)
        Command.objects.all().delete()
        apply(corp, group("G1", "等级", tag("T1", "VIP")))
        assert {row.name: row.wecom_id for row in Tag.objects.live()} == {"vip": None, "VIP": "T1"}

    def test_a_tag_made_here_is_merged_into_one_that_wecom_renames_to_its_name(self, corp: Corp, recorded) -> None:
        apply(corp, LEVEL)
        mine = catalog.create_tag(group=TagGroup.objects.get(), name="丙", **BY_HAND)
        Command.objects.all().delete()
        forget()
        apply(corp, group("G1", "等级", tag("T1", "丙", 30), tag("T2", "乙", 20), order=2))
        mine.refresh_from_db()
        theirs = Tag.objects.get(wecom_id="T1")
        assert (mine.merged_into, shown(corp)) == (theirs, {"等级": ["丙", "乙"]})
        assert (
            "tag.merged",
            mine.pk,
            {"tagId": mine.pk, "groupId": mine.group_id, "intoTagId": theirs.pk},
        ) in recorded()

    def test_a_group_made_here_steps_aside_for_one_that_wecom_renames_to_its_name(self, corp: Corp) -> None:
        apply(corp, LEVEL)
        grouping.create_group(corp_id=corp.pk, name="城市", tag_names=["沪"], **BY_HAND)
        Command.objects.all().delete()
        apply(corp, group("G1", "城市", tag("T1", "甲", 30), tag("T2", "乙", 20), order=2))
        assert shown(corp) == {"城市": ["甲", "乙"], "城市 (2)": ["沪"]}

    def test_names_that_swap_are_both_taken(self, corp: Corp) -> None:
        apply(corp, LEVEL)
        apply(corp, group("G1", "等级", tag("T1", "乙", 30), tag("T2", "甲", 20), order=2))
        assert shown(corp) == {"等级": ["乙", "甲"]}

    def test_a_group_whose_tags_are_still_to_come_outlives_its_counterpart(self, corp: Corp) -> None:
        apply(corp, LEVEL, CITY)
        catalog.create_tag(group=TagGroup.objects.get(wecom_id="G2"), name="沪", **BY_HAND)
        apply(corp, LEVEL)
        assert shown(corp) == {"等级": ["甲", "乙"], "城市": ["沪"]}
        assert TagGroup.objects.get(name="城市").wecom_id is None


class TestOnItsWay:
    """What a command of ours is about stays as it is here, until the command is settled."""

    @pytest.fixture(autouse=True)
    def catalogue(self, corp: Corp) -> None:
        apply(corp, LEVEL, CITY)

    def settle(self) -> None:
        Command.objects.update(state=Command.State.DONE, settled_at=now())

    def test_a_new_name(self, corp: Corp) -> None:
        catalog.update_tag(tag=Tag.objects.get(wecom_id="T1"), name="甲+", **BY_HAND)
        apply(corp, LEVEL, CITY)
        assert shown(corp)["等级"] == ["甲+", "乙"]
        self.settle()
        apply(corp, LEVEL, CITY)
        assert shown(corp)["等级"] == ["甲", "乙"]

    def test_another_tag_that_wecom_gives_the_name_meanwhile_is_numbered_until_that_is_settled(
        self, corp: Corp
    ) -> None:
        catalog.update_tag(tag=Tag.objects.get(wecom_id="T1"), name="丙", **BY_HAND)
        theirs = group("G1", "等级", tag("T1", "甲", 30), tag("T2", "丙", 20), order=2)
        apply(corp, theirs, CITY)
        assert shown(corp)["等级"] == ["丙", "丙 (2)"]
        self.settle()
        apply(corp, theirs, CITY)
        assert shown(corp)["等级"] == ["甲", "丙"]

    def test_a_deletion(self, corp: Corp, recorded) -> None:
        catalog.delete_tag(tag=Tag.objects.get(wecom_id="T1"), **BY_HAND)
        forget()
        apply(corp, LEVEL, CITY)
        assert (shown(corp)["等级"], names(recorded)) == (["乙"], ["tag.updated"])

    def test_a_groups_deletion_with_all_its_tags_and_those_added_there_meanwhile(self, corp: Corp) -> None:
        grouping.delete_group(group=TagGroup.objects.get(wecom_id="G1"), **BY_HAND)
        more = group("G1", "等级", *LEVEL.tags, tag("T4", "新"), order=2)
        apply(corp, more, CITY)
        assert list(TagGroup.objects.live().values_list("name", flat=True)) == ["城市"]
        assert not Tag.objects.filter(wecom_id="T4").exists()
        self.settle()
        apply(corp, more, CITY)
        assert "等级" in shown(corp)

    def test_an_order(self, corp: Corp) -> None:
        home = TagGroup.objects.get(wecom_id="G1")
        one, two = home.tags.order_by("order")
        ordering.order_tags(group=home, tag_ids=[two.pk, one.pk], **BY_HAND)
        apply(corp, group("G1", "等级", *LEVEL.tags, tag("T4", "新", 99), order=2), CITY)
        assert shown(corp)["等级"] == ["乙", "甲", "新"]

    def test_a_tag_just_sent_gets_its_id_but_keeps_what_is_ours(self, corp: Corp) -> None:
        row = catalog.create_tag(group=TagGroup.objects.get(wecom_id="G1"), name="丙", **BY_HAND)
        apply(corp, group("G1", "等级", *LEVEL.tags, tag("T4", "丙", 99), order=2), CITY)
        row.refresh_from_db()
        assert (row.wecom_id, Tag.objects.filter(name="丙").count()) == ("T4", 1)
        catalog.update_tag(tag=row, name="丙+", **BY_HAND)
        apply(corp, group("G1", "等级", *LEVEL.tags, tag("T4", "丙", 99), order=2), CITY)
        assert shown(corp)["等级"] == ["丙+", "甲", "乙"]

    def test_the_last_tags_deletion_leaves_the_group_to_be_here_without_a_counterpart(self, corp: Corp) -> None:
        catalog.delete_tag(tag=Tag.objects.get(wecom_id="T3"), **BY_HAND)
        # WeCom has deleted the tag, and with it the group; the command is not closed yet.
        apply(corp, LEVEL)
        assert shown(corp)["城市"] == []
        assert TagGroup.objects.get(name="城市").wecom_id is None


class TestWriteBack:
    """Which change of the catalogue is wanted there."""

    def wanted(self) -> list[tuple[str, str]]:
        return list(Command.objects.order_by("id").values_list("kind", "key"))

    def test_a_new_tag_is_wanted_and_an_empty_group_waits_for_its_first(self, corp: Corp) -> None:
        home = grouping.create_group(corp_id=corp.pk, name="等级", **BY_HAND)
        assert self.wanted() == []
        row = catalog.create_tag(group=home, name="甲", by=make.service(corp), source="api")
        assert self.wanted() == [("tag", f"tag:{row.pk}")]
        command = Command.objects.get()
        assert (command.lane, command.subject, command.source) == ("catalogue", {"tagId": row.pk}, "api")
        assert command.actor.startswith("api:")

    def test_renamed_merged_and_deleted_are_each_wanted_once(self, corp: Corp) -> None:
        apply(corp, LEVEL, CITY)
        one, two, three = (Tag.objects.get(wecom_id=f"T{n}") for n in (1, 2, 3))
        catalog.update_tag(tag=one, name="新", **BY_HAND)
        catalog.update_tag(tag=one, name="新", **BY_HAND)
        catalog.merge_tag(tag=two, into=one, **BY_HAND)
        catalog.delete_tag(tag=three, **BY_HAND)
        grouping.update_group(group=one.group, name="级别", **BY_HAND)
        assert self.wanted() == [
            ("tag", f"tag:{one.pk}"),
            ("tag", f"tag:{two.pk}"),
            ("tag", f"tag:{three.pk}"),
            ("tag_group", f"tag_group:{one.group_id}"),
        ]
        assert set(Command.objects.values_list("revision", flat=True)) == {1}

    def test_a_groups_end_is_one_command(self, corp: Corp) -> None:
        apply(corp, LEVEL)
        home = TagGroup.objects.get()
        grouping.delete_group(group=home, **BY_HAND)
        assert self.wanted() == [("tag_group", f"tag_group:{home.pk}")]

    def test_an_order_is_one_command_however_many_have_moved(self, corp: Corp) -> None:
        apply(corp, LEVEL, CITY)
        home = TagGroup.objects.get(wecom_id="G1")
        ids = list(home.tags.order_by("-order").values_list("pk", flat=True))
        for _ in range(2):
            ordering.order_tags(group=home, tag_ids=ids, **BY_HAND)
        groups = list(TagGroup.objects.order_by("-order").values_list("pk", flat=True))
        ordering.order_groups(corp_id=corp.pk, group_ids=groups, **BY_HAND)
        assert self.wanted() == [("tag.order", f"tag_order:{home.pk}"), ("tag.order", "tag_order:0")]
        assert set(Command.objects.values_list("revision", flat=True)) == {1}
        catalog.update_tag(tag=Tag.objects.get(wecom_id="T1"), order=7, **BY_HAND)
        grouping.update_group(group=home, order=9, **BY_HAND)
        assert set(Command.objects.values_list("revision", flat=True)) == {2}

    def test_a_tag_that_wecom_has_is_not_moved_and_the_way_round_is_named(self, corp: Corp, recorded) -> None:
        apply(corp, LEVEL, CITY)
        told, row = recorded(), Tag.objects.get(wecom_id="T1")
        with pytest.raises(RuleViolation) as refusal:
            catalog.move_tag(tag=row, group=TagGroup.objects.get(wecom_id="G2"), **BY_HAND)
        assert refusal.value.code == "tag_move_unsupported"
        assert (Tag.objects.get(wecom_id="T1").group_id, recorded(), self.wanted()) == (row.group_id, told, [])

    def test_a_tag_that_wecom_doesnt_have_yet_may_move(self, corp: Corp) -> None:
        apply(corp, LEVEL, CITY)
        row = catalog.create_tag(group=TagGroup.objects.get(wecom_id="G1"), name="丙", **BY_HAND)
        catalog.move_tag(tag=row, group=TagGroup.objects.get(wecom_id="G2"), **BY_HAND)
        assert Command.objects.get().revision == 2

    @pytest.mark.parametrize("source", ["sync", "callback"])
    def test_what_wecom_itself_says_is_never_wanted_there(self, corp: Corp, source: str) -> None:
        said: Any = {"by": SYSTEM, "source": source}
        home = grouping.create_group(corp_id=corp.pk, name="等级", tag_names=["甲"], **said)
        catalog.update_tag(tag=home.tags.get(), name="乙", **said)
        grouping.delete_group(group=home, **said)
        assert self.wanted() == []

    def test_local_tags_are_nobody_elses(self, corp: Corp) -> None:
        home = make.group(corp, kind=TagKind.LOCAL)
        row = make.tag(home, kind=TagKind.LOCAL)
        catalog.update_tag(tag=row, name="内部", **BY_HAND)
        grouping.delete_group(group=home, **BY_HAND)
        assert self.wanted() == []

    def test_a_company_without_wecom_wants_nothing(self, db: None) -> None:
        home = grouping.create_group(corp_id=make.corp().pk, name="等级", tag_names=["甲"], **BY_HAND)
        grouping.delete_group(group=home, **BY_HAND)
        assert self.wanted() == []
