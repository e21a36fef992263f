"""The tags for group chats and their sets: names once, places, limits, and an end that leaves nothing behind."""

from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.actors import SYSTEM
from groups import catalogue, tagging
from groups.models import ChatTag, GroupChat, GroupTag, GroupTagSet
from tests import make
from tests.conftest import Cast

AS: dict[str, Any] = {"by": SYSTEM, "source": "api"}


@pytest.fixture
def told(recorded: Any) -> Any:
    """The events of the catalogue and of tags on chats, as (name, id)."""
    return lambda: [e[:2] for e in recorded() if e[0].startswith(("group_tag", "group.tag"))]


def test_a_set_comes_with_its_first_tags_in_the_order_named(cast: Cast, told: Any) -> None:
    row = catalogue.create_set(corp_id=cast.corp.pk, name=" 区域 ", tag_names=["华北", "华南"], **AS)
    tags = list(GroupTag.objects.order_by("order"))
    assert (row.name, [(t.name, t.order, t.corp_id) for t in tags]) == (
        "区域",
        [("华北", 0, cast.corp.pk), ("华南", 1, cast.corp.pk)],
    )
    assert told() == [
        ("group_tag_set.created", row.pk),
        ("group_tag.created", tags[0].pk),
        ("group_tag.created", tags[1].pk),
    ]


def test_new_ones_stand_behind_the_last_unless_a_place_is_named(cast: Cast) -> None:
    first, second = (catalogue.create_set(corp_id=cast.corp.pk, name=name, **AS) for name in "甲乙")
    front = catalogue.create_set(corp_id=cast.corp.pk, name="丙", order=0, **AS)
    assert (first.order, second.order, front.order) == (0, 1, 0)
    assert [catalogue.create_tag(set=first, name=name, **AS).order for name in "丁戊"] == [0, 1]


def test_a_name_is_taken_once_in_a_set_and_once_among_the_sets(cast: Cast, told: Any) -> None:
    row = catalogue.create_set(corp_id=cast.corp.pk, name="Vip", tag_names=["Gold"], **AS)
    other = catalogue.create_set(corp_id=cast.corp.pk, name="vip", tag_names=["Gold", "gold"], **AS)
    catalogue.create_set(corp_id=cast.other_corp.pk, name="Vip", **AS)
    before = told()
    for act, code in [
        (lambda: catalogue.create_set(corp_id=cast.corp.pk, name="Vip", **AS), "group_tag_set_exists"),
        (lambda: catalogue.create_tag(set=row, name="Gold ", **AS), "group_tag_exists"),
        (lambda: catalogue.update_set(set=other, name="Vip", **AS), "group_tag_set_exists"),
        (lambda: catalogue.update_tag(tag=other.tags.get(name="gold"), name="Gold", **AS), "group_tag_exists"),
    ]:
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == code
    assert (told(), GroupTagSet.objects.count(), GroupTag.objects.count()) == (before, 3, 3)


@pytest.mark.parametrize("name", ["", "  ", "x" * 31, "a\nb"])
def test_a_name_that_is_none_is_refused(cast: Cast, name: str, told: Any) -> None:
    with pytest.raises(RuleViolation) as refusal:
        catalogue.create_set(corp_id=cast.corp.pk, name=name, **AS)
    assert (refusal.value.code, told()) == ("name_invalid", [])


def test_a_company_has_a_bounded_number_of_tags(cast: Cast, settings: Any) -> None:
    settings.TAG_LIMIT = 2
    row = catalogue.create_set(corp_id=cast.corp.pk, name="区域", tag_names=["一", "二"], **AS)
    with pytest.raises(RuleViolation) as refusal:
        catalogue.create_tag(set=row, name="三", **AS)
    assert (refusal.value.code, GroupTag.objects.count()) == ("group_tag_limit", 2)


def test_a_change_raises_the_version_and_the_same_again_changes_nothing(cast: Cast, recorded: Any) -> None:
    row = catalogue.create_set(corp_id=cast.corp.pk, name="区域", tag_names=["华北"], **AS)
    tag = row.tags.get()
    renamed = catalogue.update_tag(tag=tag, name="北方", order=5, if_version=1, **AS)
    assert (renamed.name, renamed.order, renamed.version) == ("北方", 5, 2)
    assert recorded()[-1] == (
        "group_tag.updated",
        tag.pk,
        {"groupTagId": tag.pk, "setId": row.pk, "changed": ["name", "order"]},
    )
    before = recorded()
    assert catalogue.update_tag(tag=tag, name="北方", order=5, **AS).version == 2
    assert catalogue.update_set(set=row, order=3, **AS).version == 2
    assert catalogue.update_set(set=row, order=3, **AS).version == 2
    assert [e[0] for e in recorded()[len(before) :]] == ["group_tag_set.updated"]
    tag.refresh_from_db()
    assert (tag.name, tag.version) == ("北方", 2)


def test_a_version_that_has_passed_is_refused(cast: Cast, told: Any) -> None:
    row = catalogue.create_set(corp_id=cast.corp.pk, name="区域", tag_names=["华北"], **AS)
    tag, before = row.tags.get(), told()
    for act in (
        lambda: catalogue.update_tag(tag=tag, name="x", if_version=9, **AS),
        lambda: catalogue.update_set(set=row, name="x", if_version=9, **AS),
        lambda: catalogue.delete_tag(tag=tag, if_version=9, **AS),
        lambda: catalogue.delete_set(set=row, if_version=9, **AS),
    ):
        with pytest.raises(PreconditionFailed):
            act()
    assert (told(), GroupTag.objects.get().name) == (before, "华北")


def test_a_deleted_tag_comes_off_every_chat_and_each_chat_tells_so(cast: Cast, recorded: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(tagging, "_CHATS_AT_ONCE", 2)
    row = catalogue.create_set(corp_id=cast.corp.pk, name="区域", tag_names=["华北", "华南"], **AS)
    tag, stays = row.tags.order_by("order")
    chats = [make.chat(cast.corp, cast.owner) for _n in range(5)]
    for chat in chats:
        tagging.change_tags(chat=chat, add=[tag.pk, stays.pk], **AS)
    assert catalogue.uses_of(tag) == 5
    before = len(recorded())
    catalogue.delete_tag(tag=tag, **AS)
    assert [e[:2] for e in recorded()[before:]] == [
        *[("group.tag.removed", chat.pk) for chat in chats],
        ("group_tag.deleted", tag.pk),
    ]
    assert set(ChatTag.objects.values_list("tag_id", flat=True)) == {stays.pk}
    assert set(GroupChat.objects.values_list("version", flat=True)) == {3}
    assert not GroupTag.objects.filter(pk=tag.pk).exists()


def test_a_set_ends_only_once_it_is_empty(cast: Cast, told: Any) -> None:
    row = catalogue.create_set(corp_id=cast.corp.pk, name="区域", tag_names=["华北"], **AS)
    before = told()
    with pytest.raises(Conflict) as refusal:
        catalogue.delete_set(set=row, **AS)
    assert (refusal.value.code, told()) == ("group_tag_set_not_empty", before)
    catalogue.delete_tag(tag=row.tags.get(), **AS)
    catalogue.delete_set(set=row, **AS)
    assert told()[-1] == ("group_tag_set.deleted", row.pk)
    assert not GroupTagSet.objects.exists()
