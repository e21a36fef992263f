"""What the pages and docstrings of the catalogue promise to those who only look at customers, events and use counts."""

from typing import Any

import pytest
from django.db.utils import IntegrityError
from django.utils import translation

from core.errors import RuleViolation
from corps.models import Corp
from messaging.models import OutboxEvent
from tags import catalog, grouping, holding, names, ordering
from tags.models import Tag, TagGroup
from tests import api, make
from tests.conftest import Cast


@pytest.fixture
def by(cast: Cast) -> Any:
    return cast.actor("admin")


@pytest.fixture
def shown(cast: Cast) -> Any:
    """Call it with a customer to get the tags that the API shows on it, in the list and in the cached detail alike."""
    client = api.client(cast.corp)

    def ask(customer: Any) -> list[tuple[str, int]]:
        detail = client.get(f"/api/v1/customers/{customer.pk}").json()
        listed = next(c for c in client.get("/api/v1/customers").json()["list"] if c["id"] == customer.pk)
        assert detail["tags"] == listed["tags"]
        return [(t["name"], t["groupId"]) for t in detail["tags"]]

    return ask


def test_customers_show_a_renamed_moved_and_deleted_tag_from_that_moment(cast: Cast, by, shown) -> None:
    group, other = make.group(cast.corp), make.group(cast.corp)
    tag = make.tag(group, name="旧名")
    customer = make.tagged(make.customer(cast.corp), tag)
    assert shown(customer) == [("旧名", group.pk)]
    catalog.update_tag(tag=tag, name="新名", by=by, source="operator")
    assert shown(customer) == [("新名", group.pk)]
    catalog.move_tag(tag=tag, group=other, by=by, source="operator")
    assert shown(customer) == [("新名", other.pk)]
    catalog.delete_tag(tag=tag, by=by, source="operator")
    assert shown(customer) == []


def test_customers_lose_the_tags_of_a_deleted_group_and_a_merged_tag_at_once(cast: Cast, by, shown) -> None:
    group, other = make.group(cast.corp), make.group(cast.corp)
    first, second, third = make.tag(group), make.tag(other, name="二"), make.tag(other, name="三")
    customer = make.tagged(make.customer(cast.corp), first, second, third)
    assert len(shown(customer)) == 3
    grouping.delete_group(group=group, by=by, source="operator")
    assert shown(customer) == [("二", other.pk), ("三", other.pk)]
    catalog.merge_tag(tag=second, into=third, by=by, source="operator")
    assert shown(customer) == [("三", other.pk)]


def test_each_event_says_who_did_it_and_by_which_way(cast: Cast, by) -> None:
    how = {"by": by, "source": "operator"}
    group = grouping.create_group(corp_id=cast.corp.pk, name="组", tag_names=["甲", "乙"], **how)
    one, two = group.tags.order_by("id")
    ordering.order_tags(group=group, tag_ids=[two.pk, one.pk], **how)
    catalog.merge_tag(tag=two, into=one, **how)
    grouping.delete_group(group=group, **how)
    events = list(OutboxEvent.objects.order_by("id"))
    assert [e.name for e in events] == [
        "tag_group.created",
        "tag.created",
        "tag.created",
        "tag.updated",
        "tag.updated",
        "tag.merged",
        "tag.deleted",
        "tag_group.deleted",
    ]
    assert {(e.payload["source"], e.payload["actor"], e.corp_id) for e in events} == {
        ("operator", by.label, cast.corp.pk)
    }


def test_the_events_of_one_tag_lie_in_one_partition_in_their_order(cast: Cast, by) -> None:
    tag = make.tag(make.group(cast.corp))
    for n in range(5):
        catalog.update_tag(tag=tag, name=f"名{n}", by=by, source="api")
    events = list(OutboxEvent.objects.order_by("id"))
    assert len({e.part for e in events}) == 1
    assert [e.aggregate_version for e in events] == [2, 3, 4, 5, 6]


def test_a_new_tag_or_group_outdates_no_copy_because_no_customer_shows_it_yet(cast: Cast, by) -> None:
    group = grouping.create_group(corp_id=cast.corp.pk, name="组", tag_names=["甲"], by=by, source="api")
    catalog.create_tag(group=group, name="乙", by=by, source="api")
    ordering.order_groups(corp_id=cast.corp.pk, group_ids=[group.pk], by=by, source="api")
    assert Corp.objects.get(pk=cast.corp.pk).tags_version == 1


def test_the_ended_count_neither_for_the_bound_nor_for_the_last_place(cast: Cast, by, settings) -> None:
    settings.TAG_LIMIT = 2
    group = make.group(cast.corp)
    last = make.tag(group, order=9)
    make.tag(group, order=3)
    with pytest.raises(RuleViolation, match="tag_limit"):
        catalog.create_tag(group=group, name="新", by=by, source="api")
    catalog.delete_tag(tag=last, by=by, source="api")
    assert catalog.create_tag(group=group, name="新", by=by, source="api").order == 4


def test_a_chain_of_mergers_names_each_heir(cast: Cast, by) -> None:
    group = make.group(cast.corp)
    first, second, third = (make.tag(group) for _ in range(3))
    catalog.merge_tag(tag=first, into=second, by=by, source="api")
    catalog.merge_tag(tag=second, into=third, by=by, source="api")
    heirs = dict(Tag.objects.values_list("pk", "merged_into_id"))
    assert heirs == {first.pk: second.pk, second.pk: third.pk, third.pk: None}
    # Merging the first again where it went is done already; anywhere else is too late.
    assert catalog.merge_tag(tag=first, into=second, by=by, source="api").version == 2
    with pytest.raises(RuleViolation, match="tag_deleted"):
        catalog.merge_tag(tag=first, into=third, by=by, source="api")


def test_what_was_deleted_is_not_revived_by_a_new_one_of_its_name(cast: Cast, by) -> None:
    old = make.tag(make.group(cast.corp), name="重点", use_count=5)
    catalog.delete_tag(tag=old, by=by, source="api")
    new = catalog.create_tag(group=old.group, name="重点", by=by, source="api")
    assert (new.pk != old.pk, new.use_count, new.version) == (True, 0, 1)


@pytest.mark.parametrize("model", [Tag, TagGroup])
def test_a_wecom_id_is_one_companys_once_and_tells_capitals_apart(cast: Cast, model: Any) -> None:
    group = make.group(cast.corp)

    def with_id(corp_group: TagGroup, wecom_id: str) -> None:
        make.tag(corp_group, wecom_id=wecom_id) if model is Tag else make.group(corp_group.corp, wecom_id=wecom_id)

    for wecom_id in ("etAb", "etab"):
        with_id(group, wecom_id)
    with_id(make.group(cast.other_corp), "etAb")
    with pytest.raises(IntegrityError):
        with_id(group, "etAb")


def test_tags_and_groups_are_called_by_their_names(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp, name="等级"), name="重点")
    assert (str(tag), str(tag.group)) == ("重点", "等级")


def test_a_catalogue_is_only_held_within_a_transaction(transactional_db: None) -> None:
    corp = make.corp()
    with pytest.raises(Exception, match="open transaction"):
        holding.hold_catalogue(corp.pk)


@pytest.mark.parametrize("text", ["a\u2029b", "a\u0085b", "a\u007fb", "\u0000", "a\u2028b", "x" * 31, "\u3000\u00a0"])
def test_names_with_a_break_a_control_character_or_nothing_in_them_are_refused(text: str) -> None:
    with translation.override("en"), pytest.raises(RuleViolation) as refusal:
        names.clean(text)
    assert refusal.value.code == "name_invalid"
    assert "30" in str(refusal.value.message)


@pytest.mark.parametrize("text", ["　重点　", "\t重点\n", "\u00a0重点"])
def test_outer_white_space_of_any_kind_falls_away(text: str) -> None:
    assert names.clean(text) == "重点"


def test_a_keyword_finds_a_name_in_any_case_on_every_database(cast: Cast) -> None:
    group = make.group(cast.corp, name="VIP组")
    tag = make.tag(group, name="Big VIP")
    client = api.client(cast.corp)
    for keyword in ("vip", "VIP", "Vip"):
        assert [g["id"] for g in client.get("/api/v1/tag-groups", {"keyword": keyword}).json()["list"]] == [group.pk]
        assert [t["id"] for t in client.get("/api/v1/tags", {"keyword": keyword}).json()["list"]] == [tag.pk]
