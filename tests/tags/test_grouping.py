import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.models import Corp
from messaging.models import OutboxEvent
from tags import grouping, ordering
from tags.models import Tag, TagGroup
from tests import make
from tests.conftest import Cast

LONG_AGO = "2026-01-01T00:00Z"


@pytest.fixture
def by(cast: Cast):
    return cast.actor("admin")


def test_a_new_group_stands_behind_the_last_one(cast: Cast, by, recorded) -> None:
    make.group(cast.corp, order=3)
    group = grouping.create_group(corp_id=cast.corp.pk, name=" 客户等级 ", by=by, source="api")
    assert (group.name, group.order, group.version) == ("客户等级", 4, 1)
    assert recorded() == [("tag_group.created", group.pk, {"groupId": group.pk})]


def test_a_group_may_begin_with_its_tags_in_the_order_named(cast: Cast, by, recorded) -> None:
    group = grouping.create_group(corp_id=cast.corp.pk, name="等级", tag_names=["甲", "乙"], by=by, source="api")
    assert list(Tag.objects.filter(group=group).values_list("name", "order")) == [("甲", 0), ("乙", 1)]
    assert [name for name, _id, _data in recorded()] == ["tag_group.created", "tag.created", "tag.created"]


def test_a_group_with_one_tag_too_many_is_not_begun_at_all(cast: Cast, by, recorded) -> None:
    with pytest.raises(Conflict) as refusal:
        grouping.create_group(corp_id=cast.corp.pk, name="等级", tag_names=["甲", "甲"], by=by, source="api")
    assert refusal.value.code == "tag_exists"
    assert not TagGroup.objects.exists()
    assert not Tag.objects.exists()
    assert recorded() == []


def test_a_groups_name_is_taken_once_among_the_living_of_a_company(cast: Cast, by, recorded) -> None:
    make.group(cast.corp, name="等级")
    make.group(cast.corp, name="区域", deleted_at=LONG_AGO)
    make.group(cast.other_corp, name="来源")
    with pytest.raises(Conflict) as refusal:
        grouping.create_group(corp_id=cast.corp.pk, name="等级", by=by, source="api")
    assert refusal.value.code == "tag_group_exists"
    assert recorded() == []
    for free in ("区域", "来源"):
        assert grouping.create_group(corp_id=cast.corp.pk, name=free, by=by, source="api").name == free


def test_a_company_has_a_bounded_number_of_groups(cast: Cast, by, settings, recorded) -> None:
    settings.TAG_LIMIT = 1
    make.group(cast.corp)
    with pytest.raises(RuleViolation) as refusal:
        grouping.create_group(corp_id=cast.corp.pk, name="多", by=by, source="api")
    assert refusal.value.code == "tag_group_limit"
    assert (TagGroup.objects.count(), recorded()) == (1, [])


def test_a_change_of_a_group_tells_what_differs_once(cast: Cast, by, recorded) -> None:
    group = make.group(cast.corp, name="旧", order=1)
    row = grouping.update_group(group=group, name="新", order=1, by=by, source="api")
    again = grouping.update_group(group=group, name="新", by=by, source="api")
    assert (row.name, row.version, again.version) == ("新", 2, 2)
    assert TagGroup.objects.get(pk=group.pk).name == "新"
    assert recorded() == [("tag_group.updated", group.pk, {"groupId": group.pk, "changed": ["name"]})]


def test_a_group_isnt_renamed_to_a_living_ones_name_nor_on_an_old_version_nor_after_its_end(
    cast: Cast, by, recorded
) -> None:
    make.group(cast.corp, name="甲")
    group, gone = make.group(cast.corp, name="乙"), make.group(cast.corp, name="丙", deleted_at=LONG_AGO)
    for what, error, code in (
        ({"group": group, "name": "甲"}, Conflict, "tag_group_exists"),
        ({"group": group, "name": "丁", "if_version": 2}, PreconditionFailed, "version_passed"),
        ({"group": gone, "name": "丁"}, Conflict, "tag_group_deleted"),
    ):
        with pytest.raises(error) as refusal:
            grouping.update_group(**what, by=by, source="api")
        assert refusal.value.code == code
    assert sorted(TagGroup.objects.values_list("name", "version")) == [("丙", 1), ("乙", 1), ("甲", 1)]
    assert recorded() == []


def test_a_deleted_group_takes_its_tags_with_it_and_each_is_told(cast: Cast, by, recorded) -> None:
    group = make.group(cast.corp)
    first, second = make.tag(group, order=0), make.tag(group, order=1)
    gone = make.tag(group, deleted_at=LONG_AGO)
    kept = make.tag(make.group(cast.corp))
    grouping.delete_group(group=group, by=by, source="api")
    grouping.delete_group(group=group, by=by, source="api")
    assert list(Tag.objects.live()) == [kept]
    assert not TagGroup.objects.live().filter(pk=group.pk).exists()
    assert dict(Tag.objects.values_list("pk", "version")) == {first.pk: 2, second.pk: 2, gone.pk: 1, kept.pk: 1}
    assert recorded() == [
        ("tag.deleted", first.pk, {"tagId": first.pk, "groupId": group.pk}),
        ("tag.deleted", second.pk, {"tagId": second.pk, "groupId": group.pk}),
        ("tag_group.deleted", group.pk, {"groupId": group.pk}),
    ]
    assert set(OutboxEvent.objects.values_list("aggregate_version", flat=True)) == {2}
    assert Corp.objects.get(pk=cast.corp.pk).tags_version == cast.corp.tags_version + 1


def test_deleting_a_group_costs_the_same_whatever_its_size(cast: Cast, by, django_assert_num_queries) -> None:
    group = make.group(cast.corp)
    for _ in range(40):
        make.tag(group)
    # A savepoint and its end, two locks, the tags read and ended, the group, the catalogue, two lots of events.
    with django_assert_num_queries(11):
        grouping.delete_group(group=group, by=by, source="api")


def test_a_group_isnt_deleted_on_a_version_that_has_passed(cast: Cast, by, recorded) -> None:
    tag = make.tag(make.group(cast.corp))
    with pytest.raises(PreconditionFailed):
        grouping.delete_group(group=tag.group, if_version=5, by=by, source="api")
    assert Tag.objects.live().exists()
    assert TagGroup.objects.live().exists()
    assert recorded() == []


def test_an_order_of_tags_tells_only_of_those_that_moved(cast: Cast, by, recorded) -> None:
    group = make.group(cast.corp)
    first, second, third = (make.tag(group, order=place) for place in range(3))
    make.tag(group, order=3, deleted_at=LONG_AGO)
    ordered = ordering.order_tags(group=group, tag_ids=[second.pk, first.pk, third.pk], by=by, source="api")
    assert ordered == [second, first, third]
    assert list(Tag.objects.live().filter(group=group)) == [second, first, third]
    data = {"groupId": group.pk, "changed": ["order"]}
    assert recorded() == [
        ("tag.updated", second.pk, {"tagId": second.pk} | data),
        ("tag.updated", first.pk, {"tagId": first.pk} | data),
    ]
    assert dict(Tag.objects.live().values_list("pk", "version")) == {first.pk: 2, second.pk: 2, third.pk: 1}


def test_the_same_order_again_tells_nothing(cast: Cast, by, recorded) -> None:
    groups = [make.group(cast.corp, order=place) for place in range(3)]
    ordering.order_groups(corp_id=cast.corp.pk, group_ids=[g.pk for g in groups], by=by, source="api")
    assert recorded() == []


def test_groups_take_the_places_named(cast: Cast, by, recorded) -> None:
    first, second, third = (make.group(cast.corp, order=place) for place in range(3))
    stranger = make.group(cast.other_corp, order=5)
    ids = [third.pk, first.pk, second.pk]
    ordering.order_groups(corp_id=cast.corp.pk, group_ids=ids, by=by, source="api")
    assert list(TagGroup.objects.of_corp(cast.corp.pk).values_list("pk", "order")) == [
        (pk, n) for n, pk in enumerate(ids)
    ]
    assert TagGroup.objects.get(pk=stranger.pk).order == 5
    assert {name for name, _id, _data in recorded()} == {"tag_group.updated"}
    assert len(recorded()) == 3


@pytest.mark.parametrize("listed", ["one missing", "one twice", "a stranger's", "a deleted one"])
def test_an_order_that_isnt_of_each_exactly_once_is_refused_and_changes_nothing(
    cast: Cast, by, recorded, listed: str
) -> None:
    group = make.group(cast.corp)
    first, second = make.tag(group, order=0), make.tag(group, order=1)
    stranger, gone = make.tag(make.group(cast.other_corp)), make.tag(group, deleted_at=LONG_AGO)
    orders = {
        "one missing": [second.pk],
        "one twice": [second.pk, first.pk, second.pk],
        "a stranger's": [second.pk, stranger.pk],
        "a deleted one": [second.pk, first.pk, gone.pk],
    }
    with pytest.raises(RuleViolation) as refusal:
        ordering.order_tags(group=group, tag_ids=orders[listed], by=by, source="api")
    assert (refusal.value.code, refusal.value.errors[0].field) == ("order_incomplete", "tagIds")
    assert list(Tag.objects.live().filter(group=group).values_list("pk", "version")) == [(first.pk, 1), (second.pk, 1)]
    assert recorded() == []
