import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.models import Corp
from messaging.models import OutboxEvent
from tags import catalog
from tags.models import Tag
from tests import make
from tests.conftest import Cast


@pytest.fixture
def by(cast: Cast):
    return cast.actor("admin")


def unchanged(*rows: Tag) -> bool:
    """Whether the rows in the database are as these instances are, but for nothing."""
    watched = ("name", "order", "group_id", "version", "deleted_at", "merged_into_id", "update_time")
    stored = Tag.objects.in_bulk([row.pk for row in rows])
    return all(getattr(row, f) == getattr(stored[row.pk], f) for row in rows for f in watched)


def test_a_new_tag_stands_behind_the_last_one_and_is_told_by_ids_alone(cast: Cast, by, recorded) -> None:
    group = make.group(cast.corp)
    make.tag(group, order=7)
    tag = catalog.create_tag(group=group, name="  高意向 ", by=by, source="api")
    assert (tag.corp_id, tag.group_id, tag.name, tag.order, tag.version) == (cast.corp.pk, group.pk, "高意向", 8, 1)
    assert Tag.objects.get(pk=tag.pk).name == "高意向"
    assert recorded() == [("tag.created", tag.pk, {"tagId": tag.pk, "groupId": group.pk})]
    assert OutboxEvent.objects.get().payload["actor"] == by.label


def test_the_first_tag_of_a_group_has_the_first_place(cast: Cast, by) -> None:
    assert catalog.create_tag(group=make.group(cast.corp), name="甲", by=by, source="api").order == 0


@pytest.mark.parametrize("name", ["", "   ", "长" * 31, "a\nb", "a\x00b", "a\u2028b"])
def test_a_name_outside_wecoms_bounds_is_refused_and_nothing_is_written(cast: Cast, by, recorded, name: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        catalog.create_tag(group=make.group(cast.corp), name=name, by=by, source="api")
    assert (refusal.value.code, refusal.value.errors[0].field) == ("name_invalid", "name")
    assert not Tag.objects.exists()
    assert recorded() == []


def test_a_name_of_thirty_characters_is_the_longest(cast: Cast, by) -> None:
    assert catalog.create_tag(group=make.group(cast.corp), name="长" * 30, by=by, source="api").name == "长" * 30


def test_a_name_is_taken_once_among_the_living_of_a_group(cast: Cast, by, recorded) -> None:
    group = make.group(cast.corp)
    make.tag(group, name="VIP")
    with pytest.raises(Conflict) as refusal:
        catalog.create_tag(group=group, name="VIP", by=by, source="api")
    assert refusal.value.code == "tag_exists"
    assert Tag.objects.count() == 1
    assert recorded() == []


@pytest.mark.parametrize(("first", "second"), [("vip", "VIP"), ("😀", "😁"), ("café", "cafe"), ("A", "Ａ")])
def test_names_that_differ_only_for_a_computer_are_different(cast: Cast, by, first: str, second: str) -> None:
    group = make.group(cast.corp)
    make.tag(group, name=first)
    assert catalog.create_tag(group=group, name=second, by=by, source="api").name == second


def test_a_name_is_free_again_in_another_group_and_after_its_tag_is_deleted(cast: Cast, by) -> None:
    group = make.group(cast.corp)
    gone = make.tag(group, name="VIP")
    catalog.delete_tag(tag=gone, by=by, source="api")
    catalog.create_tag(group=group, name="VIP", by=by, source="api")
    catalog.create_tag(group=make.group(cast.corp), name="VIP", by=by, source="api")
    assert Tag.objects.live().filter(name="VIP").count() == 2


def test_a_company_has_no_more_tags_than_wecom_takes(cast: Cast, by, settings, recorded) -> None:
    settings.TAG_LIMIT = 2
    group, elsewhere = make.group(cast.corp), make.group(cast.other_corp)
    gone = make.tag(group, name="甲")
    make.tag(group, name="乙")
    make.tag(elsewhere)
    with pytest.raises(RuleViolation) as refusal:
        catalog.create_tag(group=make.group(cast.corp), name="丙", by=by, source="api")
    assert refusal.value.code == "tag_limit"
    assert (Tag.objects.count(), recorded()) == (3, [])
    catalog.delete_tag(tag=gone, by=by, source="api")
    assert catalog.create_tag(group=group, name="丙", by=by, source="api").pk


def test_a_deleted_group_takes_no_tag(cast: Cast, by) -> None:
    group = make.group(cast.corp, deleted_at="2026-01-01T00:00Z")
    with pytest.raises(Conflict) as refusal:
        catalog.create_tag(group=group, name="甲", by=by, source="api")
    assert refusal.value.code == "tag_group_deleted"
    assert not Tag.objects.exists()


def test_a_change_tells_the_names_of_what_differs_and_raises_both_versions(cast: Cast, by, recorded) -> None:
    tag = make.tag(make.group(cast.corp), name="旧")
    row = catalog.update_tag(tag=tag, name="新", order=4, by=by, source="operator")
    assert (row.name, row.order, row.version) == ("新", 4, 2)
    assert unchanged(row)
    data = {"tagId": tag.pk, "groupId": tag.group_id, "changed": ["name", "order"]}
    assert recorded() == [("tag.updated", tag.pk, data)]
    assert OutboxEvent.objects.get().aggregate_version == 2
    assert Corp.objects.get(pk=cast.corp.pk).tags_version == cast.corp.tags_version + 1


def test_a_change_to_what_it_already_is_changes_and_tells_nothing(cast: Cast, by, recorded) -> None:
    tag = make.tag(make.group(cast.corp), name="同", order=3)
    assert catalog.update_tag(tag=tag, name=" 同 ", order=3, by=by, source="api").version == 1
    assert unchanged(tag)
    assert recorded() == []
    assert Corp.objects.get(pk=cast.corp.pk).tags_version == cast.corp.tags_version


def test_a_tag_may_change_the_case_of_its_own_name(cast: Cast, by) -> None:
    tag = make.tag(make.group(cast.corp), name="vip")
    assert catalog.update_tag(tag=tag, name="VIP", by=by, source="api").name == "VIP"


def test_a_rename_to_a_neighbours_name_is_refused_and_changes_nothing(cast: Cast, by, recorded) -> None:
    group = make.group(cast.corp)
    make.tag(group, name="甲")
    tag = make.tag(group, name="乙")
    with pytest.raises(Conflict) as refusal:
        catalog.update_tag(tag=tag, name="甲", order=9, by=by, source="api")
    assert refusal.value.code == "tag_exists"
    assert unchanged(tag)
    assert recorded() == []


@pytest.mark.parametrize("act", ["update", "move", "delete", "merge"])
def test_an_act_on_a_version_that_has_passed_is_refused_and_changes_nothing(cast: Cast, by, recorded, act) -> None:
    tag, other = make.tag(make.group(cast.corp)), make.tag(make.group(cast.corp))
    acts = {
        "update": lambda: catalog.update_tag(tag=tag, name="新", if_version=9, by=by, source="api"),
        "move": lambda: catalog.move_tag(tag=tag, group=other.group, if_version=9, by=by, source="api"),
        "delete": lambda: catalog.delete_tag(tag=tag, if_version=9, by=by, source="api"),
        "merge": lambda: catalog.merge_tag(tag=tag, into=other, if_version=9, by=by, source="api"),
    }
    with pytest.raises(PreconditionFailed) as refusal:
        acts[act]()
    assert refusal.value.code == "version_passed"
    assert unchanged(tag, other)
    assert recorded() == []


def test_an_act_on_the_version_seen_is_done(cast: Cast, by) -> None:
    tag = make.tag(make.group(cast.corp))
    assert catalog.update_tag(tag=tag, name="新", if_version=1, by=by, source="api").version == 2


def test_a_moved_tag_stands_behind_the_last_one_of_its_new_group(cast: Cast, by, recorded) -> None:
    tag, other = make.tag(make.group(cast.corp)), make.tag(make.group(cast.corp), order=5)
    row = catalog.move_tag(tag=tag, group=other.group, by=by, source="api")
    assert (row.group_id, row.order, row.version) == (other.group_id, 6, 2)
    assert unchanged(row)
    data = {"tagId": tag.pk, "groupId": other.group_id, "changed": ["groupId", "order"]}
    assert recorded() == [("tag.updated", tag.pk, data)]


def test_a_move_to_where_it_is_does_nothing(cast: Cast, by, recorded) -> None:
    tag = make.tag(make.group(cast.corp))
    catalog.move_tag(tag=tag, group=tag.group, by=by, source="api")
    assert unchanged(tag)
    assert recorded() == []


@pytest.mark.parametrize("where", ["foreign", "deleted", "same name"])
def test_a_move_to_a_group_that_cant_take_it_is_refused_and_changes_nothing(cast: Cast, by, recorded, where) -> None:
    tag = make.tag(make.group(cast.corp), name="甲")
    groups = {
        "foreign": make.group(cast.other_corp),
        "deleted": make.group(cast.corp, deleted_at="2026-01-01T00:00Z"),
        "same name": make.tag(make.group(cast.corp), name="甲").group,
    }
    codes = {"foreign": "tag_group_unknown", "deleted": "tag_group_deleted", "same name": "tag_exists"}
    with pytest.raises(RuleViolation) as refusal:
        catalog.move_tag(tag=tag, group=groups[where], by=by, source="api")
    assert refusal.value.code == codes[where]
    assert unchanged(tag)
    assert recorded() == []


def test_a_deleted_tag_stays_as_a_row_and_deleting_it_twice_is_once(cast: Cast, by, recorded) -> None:
    tag = make.tag(make.group(cast.corp))
    row = catalog.delete_tag(tag=tag, by=by, source="api")
    again = catalog.delete_tag(tag=tag, by=by, source="api")
    assert row.deleted_at is not None
    assert (row.deleted_at, row.version) == (again.deleted_at, 2)
    assert unchanged(again)
    assert not Tag.objects.live().exists()
    assert recorded() == [("tag.deleted", tag.pk, {"tagId": tag.pk, "groupId": tag.group_id})]
    assert Corp.objects.get(pk=cast.corp.pk).tags_version == cast.corp.tags_version + 1


def test_a_deleted_tag_is_neither_renamed_nor_moved_nor_merged_into(cast: Cast, by, recorded) -> None:
    gone, other = make.tag(make.group(cast.corp), deleted_at="2026-01-01T00:00Z"), make.tag(make.group(cast.corp))
    gone.refresh_from_db()
    acts = (
        lambda: catalog.update_tag(tag=gone, name="新", by=by, source="api"),
        lambda: catalog.move_tag(tag=gone, group=other.group, by=by, source="api"),
        lambda: catalog.merge_tag(tag=gone, into=other, by=by, source="api"),
        lambda: catalog.merge_tag(tag=other, into=gone, by=by, source="api"),
    )
    for act in acts:
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == "tag_deleted"
    assert unchanged(gone, other)
    assert recorded() == []


def test_a_merged_tag_ends_and_names_its_heir_and_merging_it_twice_is_once(cast: Cast, by, recorded) -> None:
    tag, into = make.tag(make.group(cast.corp)), make.tag(make.group(cast.corp))
    row = catalog.merge_tag(tag=tag, into=into, by=by, source="api")
    catalog.merge_tag(tag=tag, into=into, by=by, source="api")
    assert (row.merged_into_id, row.version) == (into.pk, 2)
    assert row.deleted_at is not None
    assert unchanged(row, into)
    data = {"tagId": tag.pk, "groupId": tag.group_id, "intoTagId": into.pk}
    assert recorded() == [("tag.merged", tag.pk, data)]


@pytest.mark.parametrize(("whose", "code"), [("itself", "tag_same"), ("a stranger's", "tag_unknown")])
def test_a_tag_is_merged_only_into_another_one_of_its_company(cast: Cast, by, recorded, whose, code) -> None:
    tag = make.tag(make.group(cast.corp))
    into = tag if whose == "itself" else make.tag(make.group(cast.other_corp))
    with pytest.raises(RuleViolation) as refusal:
        catalog.merge_tag(tag=tag, into=into, by=by, source="api")
    assert (refusal.value.code, refusal.value.errors[0].field) == (code, "intoTagId")
    assert unchanged(tag, into)
    assert recorded() == []
