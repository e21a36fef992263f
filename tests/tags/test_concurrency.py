"""Many writers of one catalogue, on a database that has real row locks."""

from functools import partial

import pytest
from django.conf import settings as configured

from core.errors import Conflict, RuleViolation
from core.retry import atomic_retry
from corps.actors import SYSTEM
from customers import tagging, upkeep
from customers.models import Customer, CustomerTag
from messaging.models import OutboxEvent
from tags import catalog, grouping
from tags.models import Tag, TagGroup
from tests import make
from tests.customers.test_concurrency import at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(configured.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]


def test_eight_who_create_one_name_at_once_make_one_tag(recorded) -> None:
    group = make.group(make.corp())
    create = partial(catalog.create_tag, group=group, name="重点", by=SYSTEM, source="api")
    raised = at_once([create] * 8)
    assert [getattr(error, "code", error) for error in raised] == ["tag_exists"] * 7
    assert all(isinstance(error, Conflict) for error in raised)
    tag = Tag.objects.get()
    assert recorded() == [("tag.created", tag.pk, {"tagId": tag.pk, "groupId": group.pk})]


def test_eight_who_create_one_group_at_once_make_one(recorded) -> None:
    corp = make.corp()
    create = partial(grouping.create_group, corp_id=corp.pk, name="等级", tag_names=["甲"], by=SYSTEM, source="api")
    assert [getattr(error, "code", error) for error in at_once([create] * 8)] == ["tag_group_exists"] * 7
    assert (TagGroup.objects.count(), Tag.objects.count(), len(recorded())) == (1, 1, 2)


def test_the_bound_of_a_company_holds_when_many_create_in_many_groups(settings) -> None:
    settings.TAG_LIMIT = 5
    corp = make.corp()
    jobs = [
        partial(catalog.create_tag, group=make.group(corp), name=f"标签{n}", by=SYSTEM, source="api") for n in range(8)
    ]
    raised = at_once(jobs)
    assert [getattr(error, "code", error) for error in raised] == ["tag_limit"] * 3
    assert all(isinstance(error, RuleViolation) for error in raised)
    assert Tag.objects.count() == 5


def test_two_mergers_that_cross_leave_one_living_tag() -> None:
    group = make.group(make.corp())
    one, other = make.tag(group, name="甲"), make.tag(group, name="乙")
    raised = at_once(
        [
            partial(catalog.merge_tag, tag=one, into=other, by=SYSTEM, source="api"),
            partial(catalog.merge_tag, tag=other, into=one, by=SYSTEM, source="api"),
        ]
    )
    assert [getattr(error, "code", error) for error in raised] == ["tag_deleted"]
    ended, living = Tag.objects.exclude(deleted_at=None).get(), Tag.objects.live().get()
    assert ended.merged_into_id == living.pk


def test_sweeps_that_meet_each_other_and_taggers_double_and_lose_nothing() -> None:
    corp = make.corp()
    group = make.group(corp)
    old, new = make.tag(group), make.tag(group)
    customers = [make.tagged(make.customer(corp), old) for _ in range(60)]
    catalog.merge_tag(tag=old, into=new, by=SYSTEM, source="api")

    @atomic_retry
    def one_batch() -> bool:
        return upkeep.sweep_tag(tag_id=old.pk, batch=7)

    def sweep() -> None:
        while one_batch():
            pass

    def tag() -> None:
        for customer in customers:
            atomic_retry(tagging.add_tags)(customer=Customer(pk=customer.pk), tag_ids=[new.pk], by=SYSTEM, source="api")

    assert at_once([sweep, sweep, sweep, tag]) == []
    assert sorted(CustomerTag.objects.values_list("customer_id", "tag_id")) == [(c.pk, new.pk) for c in customers]
    for name, tag_id in (("customer.tag.removed", old.pk), ("customer.tag.added", new.pk)):
        told = [e for e in OutboxEvent.objects.filter(name=name) if e.payload["data"]["tagIds"] == [tag_id]]
        assert sorted(e.aggregate_id for e in told) == [c.pk for c in customers]
    for customer in Customer.objects.all():
        last = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=customer.pk).latest(
            "aggregate_version"
        )
        assert last.aggregate_version == customer.version
