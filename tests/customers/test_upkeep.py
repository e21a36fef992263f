from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from corps.actors import SYSTEM
from corps.models import Corp, Employee
from customers import counting, handlers, lifecycle, tagging, tasks, upkeep
from customers.models import Customer, CustomerTag
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from scrm_customer.celery import app
from tags import catalog, grouping
from tags.models import Tag
from tests import make
from tests.conftest import Cast

delete = partial(catalog.delete_tag, by=SYSTEM, source="system")
merge = partial(catalog.merge_tag, by=SYSTEM, source="system")


@pytest.fixture
def tags(cast: Cast) -> list[Tag]:
    group = make.group(cast.corp)
    return [make.tag(group) for _ in range(3)]


def swept(tag: Tag, batch: int = upkeep.BATCH) -> int:
    """Sweep to the end; how many batches had work."""
    rounds = 0
    while upkeep.sweep_tag(tag_id=tag.pk, batch=batch):
        rounds += 1
    return rounds


def events_of(customer: Customer) -> list[tuple]:
    """The tag events of a customer after the first that ``tagged`` made: (name, version, data but for the customer)."""
    rows = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=customer.pk).order_by("aggregate_version")
    return [
        (e.name, e.aggregate_version, e.payload["data"]["tagIds"], e.payload["data"]["followUserId"])
        for e in rows.filter(aggregate_version__gt=customer.version)
    ]


def rows() -> list[tuple[int, int, int | None]]:
    return sorted(CustomerTag.objects.values_list("customer_id", "tag_id", "follower_id"), key=str)


def tagged_for(follower: Employee, customer: Customer, tag: Tag) -> None:
    make.relation(customer, follower)
    tagging.add_tags(customer=customer, tag_ids=[tag.pk], by=SYSTEM, source="system", follower_id=follower.pk)


def crowd(corp: Corp, tag: Tag, number: int, name: str = "wmCrowd") -> list[int]:
    """Many customers with one tag each, written without events."""
    Customer.objects.bulk_create(
        [Customer(corp=corp, external_userid=f"{name}{n}", version=1) for n in range(number)], batch_size=500
    )
    ids = list(Customer.objects.filter(external_userid__startswith=name).order_by("pk").values_list("pk", flat=True))
    CustomerTag.objects.bulk_create([CustomerTag(corp=corp, customer_id=pk, tag=tag) for pk in ids], batch_size=500)
    return ids


def test_a_deleted_tag_comes_off_its_customers_and_each_is_told(cast: Cast, tags: list[Tag]) -> None:
    gone, kept, _ = tags
    first = make.tagged(make.customer(cast.corp, cast.owner), gone, kept)
    second = make.tagged(make.customer(cast.corp), gone)
    untouched = make.tagged(make.customer(cast.corp), kept)
    delete(tag=gone)
    assert swept(gone) == 1
    assert rows() == sorted([(first.pk, kept.pk, cast.owner.pk), (untouched.pk, kept.pk, None)], key=str)
    for customer in (first, second):
        assert events_of(customer) == [("customer.tag.removed", customer.version + 1, [gone.pk], None)]
        assert Customer.objects.get(pk=customer.pk).version == customer.version + 1
        assert Customer.objects.get(pk=customer.pk).update_time > customer.update_time
    assert events_of(untouched) == []
    assert Customer.objects.get(pk=untouched.pk).version == untouched.version
    told = OutboxEvent.objects.filter(name="customer.tag.removed").values_list("payload", flat=True)
    assert {(p["source"], p["actor"], p["corpId"]) for p in told} == {("system", "system", cast.corp.pk)}


def test_a_tag_put_for_two_followers_comes_off_for_both_with_one_event(cast: Cast, tags: list[Tag]) -> None:
    gone = tags[0]
    customer = make.tagged(make.customer(cast.corp, cast.owner), gone)
    tagged_for(cast.colleague, customer, gone)
    customer.refresh_from_db()
    delete(tag=gone)
    swept(gone)
    assert rows() == []
    assert events_of(customer) == [("customer.tag.removed", customer.version + 1, [gone.pk], None)]


def test_a_merged_tag_becomes_the_other_one_and_keeps_why_it_is_there(cast: Cast, tags: list[Tag]) -> None:
    old, new, _ = tags
    customer = make.customer(cast.corp, cast.owner)
    tagging.add_tags(customer=customer, tag_ids=[old.pk], by=cast.actor("owner"), source="operator")
    customer.refresh_from_db()
    before = CustomerTag.objects.get()
    merge(tag=old, into=new)
    swept(old)
    after = CustomerTag.objects.get()
    assert (after.tag_id, after.follower_id, after.source, after.actor, after.create_time) == (
        new.pk,
        cast.owner.pk,
        "operator",
        before.actor,
        before.create_time,
    )
    assert events_of(customer) == [
        ("customer.tag.removed", customer.version + 1, [old.pk], None),
        ("customer.tag.added", customer.version + 2, [new.pk], cast.owner.pk),
    ]
    assert Customer.objects.get(pk=customer.pk).version == customer.version + 2


def test_a_customer_who_has_both_has_the_other_one_once(cast: Cast, tags: list[Tag]) -> None:
    old, new, _ = tags
    customer = make.tagged(make.customer(cast.corp, cast.owner), old, new)
    merge(tag=old, into=new)
    swept(old)
    assert rows() == [(customer.pk, new.pk, cast.owner.pk)]
    assert events_of(customer) == [("customer.tag.removed", customer.version + 1, [old.pk], None)]


def test_each_follower_gets_the_other_one_unless_they_put_it_before(cast: Cast, tags: list[Tag]) -> None:
    old, new, _ = tags
    customer = make.tagged(make.customer(cast.corp, cast.owner), old, new)
    for follower in (cast.colleague, cast.manager):
        tagged_for(follower, customer, old)
    customer.refresh_from_db()
    merge(tag=old, into=new)
    swept(old)
    assert rows() == sorted([(customer.pk, new.pk, f.pk) for f in (cast.owner, cast.colleague, cast.manager)], key=str)
    told = events_of(customer)
    assert told[0] == ("customer.tag.removed", customer.version + 1, [old.pk], None)
    assert {(name, follower) for name, _v, _t, follower in told[1:]} == {
        ("customer.tag.added", cast.colleague.pk),
        ("customer.tag.added", cast.manager.pk),
    }
    assert Customer.objects.get(pk=customer.pk).version == customer.version + 3


def test_a_chain_of_mergers_ends_at_the_living_tag(cast: Cast, tags: list[Tag]) -> None:
    first, second, third = tags
    customer = make.tagged(make.customer(cast.corp), first)
    merge(tag=first, into=second)
    merge(tag=second, into=third)
    swept(first)
    assert rows() == [(customer.pk, third.pk, None)]


def test_a_tag_merged_into_one_that_was_deleted_since_comes_off(cast: Cast, tags: list[Tag]) -> None:
    first, second, _ = tags
    customer = make.tagged(make.customer(cast.corp), first)
    merge(tag=first, into=second)
    delete(tag=second)
    swept(first)
    assert rows() == []
    assert [name for name, *_ in events_of(customer)] == ["customer.tag.removed"]


def test_a_living_tag_and_one_that_isnt_there_are_left_alone(cast: Cast, tags: list[Tag]) -> None:
    make.tagged(make.customer(cast.corp), tags[0])
    before = OutboxEvent.objects.count()
    assert not upkeep.sweep_tag(tag_id=tags[0].pk)
    assert not upkeep.sweep_tag(tag_id=999_999)
    assert len(rows()) == 1
    assert OutboxEvent.objects.count() == before


def test_a_sweep_broken_off_goes_on_where_it_was_and_tells_each_customer_once(cast: Cast, tags: list[Tag]) -> None:
    old, new, _ = tags
    ids = crowd(cast.corp, old, 5)
    merge(tag=old, into=new)
    assert upkeep.sweep_tag(tag_id=old.pk, batch=2)
    with pytest.raises(ConnectionError), transaction.atomic():
        upkeep.sweep_tag(tag_id=old.pk, batch=2)
        raise ConnectionError
    assert CustomerTag.objects.filter(tag=new).count() == 2
    assert upkeep.unswept() == [old.pk]
    assert swept(old, batch=2) == 2
    assert upkeep.unswept() == []
    assert rows() == sorted([(pk, new.pk, None) for pk in ids], key=str)
    for name in ("customer.tag.removed", "customer.tag.added"):
        told = OutboxEvent.objects.filter(name=name).order_by("aggregate_id").values_list("aggregate_id", flat=True)
        assert list(told) == ids
    assert set(Customer.objects.values_list("version", flat=True)) == {3}


def test_two_thousand_customers_are_swept_in_batches_of_a_fixed_number_of_statements(
    cast: Cast, tags: list[Tag]
) -> None:
    old, new, _ = tags
    ids = crowd(cast.corp, old, 2_000)
    CustomerTag.objects.bulk_create([CustomerTag(corp=cast.corp, customer_id=pk, tag=new) for pk in ids[::2]])
    merge(tag=old, into=new)
    spent = []
    for _ in range(4):
        with CaptureQueriesContext(connection) as queries:
            assert upkeep.sweep_tag(tag_id=old.pk)
        spent.append(len(queries))
    # SQLite takes fewer values in one statement, so it inserts the events in more of them than MySQL does.
    assert len(set(spent)) == 1
    assert spent[0] <= 25
    assert not upkeep.sweep_tag(tag_id=old.pk)
    assert rows() == sorted([(pk, new.pk, None) for pk in ids], key=str)
    versions = dict(Customer.objects.values_list("pk", "version"))
    assert versions == {pk: 2 if place % 2 == 0 else 3 for place, pk in enumerate(ids)}
    assert OutboxEvent.objects.filter(name="customer.tag.removed").count() == 2_000
    assert OutboxEvent.objects.filter(name="customer.tag.added").count() == 1_000


def test_a_deleted_groups_tags_are_found_by_the_sweep_even_if_no_message_came(cast: Cast, tags: list[Tag]) -> None:
    make.tagged(make.customer(cast.corp), tags[0], tags[1])
    assert upkeep.unswept() == []
    grouping.delete_group(group=tags[0].group, by=SYSTEM, source="system")
    assert sorted(upkeep.unswept()) == [tags[0].pk, tags[1].pk]


def test_uses_are_living_customers_counted_once_however_many_followers(cast: Cast, tags: list[Tag]) -> None:
    used, other, unused = tags
    customer = make.tagged(make.customer(cast.corp, cast.owner), used)
    tagged_for(cast.colleague, customer, used)
    make.tagged(make.customer(cast.corp), used, other)
    lifecycle.delete(customer=make.tagged(make.customer(cast.corp), used, other), by=SYSTEM, source="system")
    elsewhere = make.tag(make.group(cast.other_corp), use_count=9)
    Tag.objects.filter(pk=unused.pk).update(use_count=7)
    versions = list(Tag.objects.order_by("id").values_list("version", flat=True))
    events = OutboxEvent.objects.count()
    counting.count_tags(corp_id=cast.corp.pk)
    assert dict(Tag.objects.values_list("pk", "use_count")) == {used.pk: 2, other.pk: 1, unused.pk: 0, elsewhere.pk: 9}
    assert set(Tag.objects.exclude(counted_at=None).values_list("pk", flat=True)) == {t.pk for t in tags}
    assert list(Tag.objects.order_by("id").values_list("version", flat=True)) == versions
    assert OutboxEvent.objects.count() == events


def test_counting_costs_the_same_for_three_tags_as_for_a_hundred(
    cast: Cast, tags: list[Tag], django_assert_num_queries
) -> None:
    for n in range(97):
        crowd(cast.corp, make.tag(tags[0].group), 1, name=f"wmOf{n}x")
    # A savepoint and its end, all uses, those of deleted customers, the tags, the changed counts, the time.
    with django_assert_num_queries(7):
        counting.count_tags(corp_id=cast.corp.pk)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run at once, where they are sent."""
    monkeypatch.setitem(app.conf, "task_always_eager", True)
    monkeypatch.setitem(app.conf, "task_eager_propagates", True)


def as_incoming(event: OutboxEvent) -> Incoming:
    return Incoming(str(event.event_id), event.name, event.corp_id, event.payload["data"], hops=0)


@pytest.mark.parametrize("name", ["tag.deleted", "tag.merged"])
def test_an_event_of_the_catalogue_reaches_the_customers_only_after_its_mark_has_committed(
    cast: Cast, tags: list[Tag], worker: None, django_capture_on_commit_callbacks, name: str
) -> None:
    old, new, _ = tags
    customer = make.tagged(make.customer(cast.corp), old)
    _ = delete(tag=old) if name == "tag.deleted" else merge(tag=old, into=new)
    handle = {"tag.deleted": handlers.tag_deleted, "tag.merged": handlers.tag_merged}[name]
    with django_capture_on_commit_callbacks() as bells:
        handle(as_incoming(OutboxEvent.objects.get(name=name)))
        assert rows() == [(customer.pk, old.pk, None)]
    for bell in bells:
        bell()
    assert rows() == ([] if name == "tag.deleted" else [(customer.pk, new.pk, None)])


def test_a_broker_that_is_away_spoils_no_event(cast: Cast, tags: list[Tag]) -> None:
    handlers.tag_deleted(Incoming("e", "tag.deleted", cast.corp.pk, {"tagId": tags[0].pk}, hops=0))
    _savepoints, _bell, robust = connection.run_on_commit[-1]
    assert robust


def test_the_timetable_sweeps_and_counts_whatever_is_left(cast: Cast, tags: list[Tag], worker: None) -> None:
    gone, kept, _ = tags
    make.tagged(make.customer(cast.corp), gone, kept)
    delete(tag=gone)
    tasks.sweep_tags.delay()
    tasks.count_tags.delay()
    assert CustomerTag.objects.get().tag_id == kept.pk
    assert Tag.objects.get(pk=kept.pk).use_count == 1
    timetable = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"customers.tasks.sweep_tags", "customers.tasks.count_tags"} <= timetable
