"""Two who change one catalogue at the same moment, on a database with real row locks: what either does is whole."""

from functools import partial
from typing import Any

import pytest
from django.conf import settings as configured

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.actors import SYSTEM
from corps.models import Corp
from messaging.models import OutboxEvent
from tags import catalog, grouping, ordering
from tags.models import Tag, TagGroup
from tests import make
from tests.customers.test_concurrency import at_once
from tests.tags.test_catalogue_machine import Thing, hear

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(configured.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]
AS: dict[str, Any] = {"by": SYSTEM, "source": "api"}
# A race is worth little when it is run once.
ROUNDS = 5


def versions(row: Any) -> list[int]:
    """The versions that the events of this row carry, oldest event first."""
    events = OutboxEvent.objects.filter(aggregate_type=row._meta.db_table, aggregate_id=row.pk)
    return list(events.order_by("id").values_list("aggregate_version", flat=True))


def test_of_eight_who_change_the_version_they_saw_one_does() -> None:
    tag = make.tag(make.group(make.corp()))
    jobs = [
        partial(catalog.update_tag, tag=Tag(pk=tag.pk, corp_id=tag.corp_id), name=f"名{n}", if_version=1, **AS)
        for n in range(8)
    ]
    raised = at_once(jobs)
    assert [type(error) for error in raised] == [PreconditionFailed] * 7
    assert (Tag.objects.get().version, versions(tag)) == (2, [2])


def test_eight_renames_at_once_all_count_and_no_two_events_share_a_version() -> None:
    tag = make.tag(make.group(make.corp()))
    before = Corp.objects.get().tags_version
    jobs = [partial(catalog.update_tag, tag=Tag(pk=tag.pk, corp_id=tag.corp_id), name=f"名{n}", **AS) for n in range(8)]
    assert at_once(jobs) == []
    assert versions(tag) == list(range(2, 10))
    assert (Tag.objects.get().version, Corp.objects.get().tags_version) == (9, before + 8)


def test_a_tag_is_never_born_into_a_group_that_is_being_deleted() -> None:
    corp = make.corp()
    for n in range(ROUNDS):
        group = make.group(corp)
        raised = at_once(
            [partial(grouping.delete_group, group=group, **AS)]
            + [partial(catalog.create_tag, group=group, name=f"标签{n}{k}", **AS) for k in range(4)]
        )
        assert {getattr(error, "code", error) for error in raised} <= {"tag_group_deleted"}
        assert not Tag.objects.live().filter(group=group).exists()


def test_a_tag_is_never_moved_into_a_group_that_is_being_deleted() -> None:
    corp = make.corp()
    for _ in range(ROUNDS):
        group, tag = make.group(corp), make.tag(make.group(corp))
        raised = at_once(
            [partial(grouping.delete_group, group=group, **AS), partial(catalog.move_tag, tag=tag, group=group, **AS)]
        )
        assert {getattr(error, "code", error) for error in raised} <= {"tag_group_deleted"}
        row = Tag.objects.get(pk=tag.pk)
        assert (row.deleted_at is None) == (row.group_id != group.pk)


def test_two_tags_of_one_name_never_meet_in_one_group() -> None:
    corp = make.corp()
    for _ in range(ROUNDS):
        home = make.group(corp)
        tags = [make.tag(make.group(corp), name="重点") for _ in range(4)]
        raised = at_once([partial(catalog.move_tag, tag=tag, group=home, **AS) for tag in tags])
        assert [error.code for error in raised if isinstance(error, Conflict)] == ["tag_exists"] * 3
        assert Tag.objects.live().filter(group=home).count() == 1


def test_orders_at_once_leave_one_of_them_whole() -> None:
    corp = make.corp()
    group = make.group(corp)
    pks = [make.tag(group, order=n).pk for n in range(5)]
    orders = [pks[n:] + pks[:n] for n in range(5)]
    assert at_once([partial(ordering.order_tags, group=group, tag_ids=order, **AS) for order in orders]) == []
    assert list(Tag.objects.filter(group=group).values_list("pk", flat=True)) in orders
    assert list(Tag.objects.filter(group=group).values_list("order", flat=True)) == [0, 1, 2, 3, 4]


def test_an_order_and_a_new_group_are_one_after_the_other() -> None:
    corp = make.corp()
    for n in range(ROUNDS):
        pks = list(TagGroup.objects.of_corp(corp.pk).values_list("pk", flat=True))
        raised = at_once(
            [
                partial(grouping.create_group, corp_id=corp.pk, name=f"组{n}", **AS),
                partial(ordering.order_groups, corp_id=corp.pk, group_ids=pks[::-1], **AS),
            ]
        )
        assert {getattr(error, "code", error) for error in raised} <= {"order_incomplete"}
        places = list(TagGroup.objects.of_corp(corp.pk).values_list("order", flat=True))
        assert sorted(places) == list(range(n + 1))


def test_a_deletion_and_a_merger_of_one_tag_are_told_once() -> None:
    corp = make.corp()
    for _ in range(ROUNDS):
        group = make.group(corp)
        tag, heir = make.tag(group), make.tag(group)
        raised = at_once(
            [partial(catalog.delete_tag, tag=tag, **AS), partial(catalog.merge_tag, tag=tag, into=heir, **AS)]
        )
        assert {getattr(error, "code", error) for error in raised} <= {"tag_deleted"}
        assert versions(tag) == [2]
        assert (Tag.objects.get(pk=tag.pk).merged_into_id is None) == bool(raised)


def test_writers_of_two_companies_dont_wait_for_each_other_and_events_rebuild_each_catalogue() -> None:
    corps = [make.corp(), make.corp()]

    def busy(corp: Corp, who: int) -> None:
        group = grouping.create_group(corp_id=corp.pk, name=f"组{who}", tag_names=["甲", "乙"], **AS)
        one, two = group.tags.order_by("id")
        catalog.update_tag(tag=one, name="丙", **AS)
        catalog.merge_tag(tag=two, into=one, **AS)
        if who % 2:
            grouping.delete_group(group=group, **AS)

    assert at_once([partial(busy, corp, who) for corp in corps for who in range(4)]) == []
    for corp in corps:
        heard: dict[str, dict[int, Thing]] = {"tag": {}, "tag_group": {}}
        for event in OutboxEvent.objects.filter(corp_id=corp.pk).order_by("id"):
            hear(heard[event.aggregate_type], event.name.split(".")[1], event.payload)
        for kind, model in (("tag", Tag), ("tag_group", TagGroup)):
            rows = {row.pk: (row.version, row.deleted_at is None) for row in model.objects.of_corp(corp.pk)}
            assert {pk: (thing.version, thing.living) for pk, thing in heard[kind].items()} == rows


def test_the_bound_on_groups_holds_at_once(settings) -> None:
    settings.TAG_LIMIT = 3
    corp = make.corp()
    raised = at_once([partial(grouping.create_group, corp_id=corp.pk, name=f"组{n}", **AS) for n in range(8)])
    assert [error.code for error in raised if isinstance(error, RuleViolation)] == ["tag_group_limit"] * 5
    assert TagGroup.objects.count() == 3
