"""Tags put on several customers by one transaction: the same as one by one, or nothing at all."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.combining import Doubtful
from corps.actors import SYSTEM, Actor
from customers import lifecycle, tagging
from customers.models import Customer, CustomerTag
from customers.tagging import MAX_TAGS
from customers.tagging_together import Asked, add_all
from messaging.models import Command, OutboxEvent
from tags import catalog
from tests import make
from tests.conftest import Cast


@pytest.fixture
def api(cast: Cast) -> Actor:
    return make.service(cast.corp)


@pytest.fixture
def tags(cast: Cast) -> list[int]:
    group = make.group(cast.corp)
    return [make.tag(group).pk for _ in range(4)]


def stored() -> list[Any]:
    """Everything that an act on tags may write, so that a refusal can be seen to have left it."""
    return [
        list(CustomerTag.objects.order_by("pk").values()),
        list(Customer.objects.order_by("pk").values("pk", "version", "update_time")),
        OutboxEvent.objects.count(),
        Command.objects.count(),
    ]


def told(customer: Customer) -> dict[str, Any]:
    """What the tags of a customer and their events say, but for whose they are."""
    row = Customer.objects.get(pk=customer.pk)
    rows = CustomerTag.objects.filter(customer=row).order_by("tag_id")
    events = OutboxEvent.objects.filter(aggregate_id=row.pk).exclude(name="customer.created").order_by("pk")
    data = [{k: v for k, v in event.payload["data"].items() if k not in _OWN} for event in events]
    return {
        "tags": list(rows.values_list("corp_id", "tag_id", "follower_id", "kind", "source", "actor", "run_id")),
        "version": row.version,
        "events": [(e.name, e.aggregate_version, e.payload["source"], e.payload["actor"]) for e in events],
        "data": data,
    }


_OWN = ("customerId", "externalUserid")


def asked(by: Actor, *pairs: tuple[Customer, Sequence[int]]) -> list[Asked]:
    return [Asked(row.pk, tuple(ids), by) for row, ids in pairs]


@pytest.mark.parametrize("had", [[], [0], [0, 1, 2]])
def test_each_has_what_an_act_of_its_own_leaves(cast: Cast, api: Actor, tags: list[int], had: list[int]) -> None:
    customers = [make.customer(cast.corp, cast.owner) for _ in range(4)]
    for row in customers:
        if had:
            tagging.add_tags(customer=Customer(pk=row.pk), tag_ids=[tags[n] for n in had], by=SYSTEM, source="sync")
    alone, *others = customers
    wanted = [tags[1], tags[2], tags[1]]
    own = tagging.add_tags(customer=Customer(pk=alone.pk), tag_ids=wanted, by=api, source="api")
    changes = add_all(asked(api, *((row, wanted) for row in others)), source="api")
    assert [told(row) for row in others] == [told(alone)] * 3
    for change in changes:
        assert (change.added, change.removed, change.tags) == (own.added, [], own.tags)
        assert change.customer.version == own.customer.version


def test_they_may_want_different_tags_and_come_back_in_the_order_of_asking(
    cast: Cast, api: Actor, tags: list[int]
) -> None:
    first, second, third = (make.customer(cast.corp, whom) for whom in (cast.owner, cast.colleague, None))
    changes = add_all(asked(api, (third, tags[:1]), (first, tags[1:3]), (second, tags)), source="api")
    assert [change.customer.pk for change in changes] == [third.pk, first.pk, second.pk]
    assert [change.added for change in changes] == [tags[:1], tags[1:3], tags]
    rows = CustomerTag.objects.order_by("customer_id", "tag_id").values_list("customer_id", "tag_id", "follower_id")
    expected = [(first.pk, tag, cast.owner.pk) for tag in tags[1:3]]
    expected += [(second.pk, tag, cast.colleague.pk) for tag in tags]
    assert list(rows) == [*expected, (third.pk, tags[0], None)]


def test_each_act_names_its_own_actor(cast: Cast, tags: list[int]) -> None:
    one, other = make.service(cast.corp), make.service(cast.corp)
    rows = [make.customer(cast.corp, cast.owner) for _ in range(3)]
    wanted = [Asked(row.pk, (tags[0],), by) for row, by in zip(rows, (one, other, one), strict=True)]
    add_all(wanted, source="api")
    for row, by in zip(rows, (one, other, one), strict=True):
        assert CustomerTag.objects.get(customer=row).actor == by.label
        assert OutboxEvent.objects.get(aggregate_id=row.pk, name="customer.tag.added").payload["actor"] == by.label


def test_companies_may_meet(cast: Cast, api: Actor, tags: list[int]) -> None:
    theirs = make.tag(make.group(cast.other_corp))
    ours, other = make.customer(cast.corp, cast.owner), make.customer(cast.other_corp, cast.stranger)
    stranger = make.service(cast.other_corp)
    add_all([Asked(ours.pk, (tags[0],), api), Asked(other.pk, (theirs.pk,), stranger)], source="api")
    found = CustomerTag.objects.order_by("customer_id").values_list("corp_id", "customer_id", "tag_id")
    assert list(found) == [(cast.corp.pk, ours.pk, tags[0]), (cast.other_corp.pk, other.pk, theirs.pk)]


def test_who_has_them_all_is_left_as_they_are(cast: Cast, api: Actor, tags: list[int]) -> None:
    has, lacks = (make.customer(cast.corp, cast.owner) for _ in range(2))
    tagging.add_tags(customer=Customer(pk=has.pk), tag_ids=tags, by=SYSTEM, source="api")
    before = told(has)
    changes = add_all(asked(api, (has, tags), (lacks, tags)), source="api")
    assert [change.added for change in changes] == [[], tags]
    assert told(has) == before
    again = stored()
    assert [change.added for change in add_all(asked(api, (has, tags), (lacks, tags)), source="api")] == [[], []]
    assert stored() == again


def test_one_that_would_be_refused_leaves_all_of_them_as_they_were(cast: Cast, api: Actor, tags: list[int]) -> None:
    fine, deleted, foreign = make.customer(cast.corp), make.customer(cast.corp), make.customer(cast.other_corp)
    lifecycle.delete(customer=Customer(pk=deleted.pk), by=SYSTEM, source="api")
    gone = make.tag(make.group(cast.corp))
    catalog.delete_tag(tag=gone, by=SYSTEM, source="api")
    strange = make.tag(make.group(cast.other_corp))
    staff = cast.actor("owner")
    bad: list[list[Asked]] = [
        asked(api, (deleted, tags)),
        asked(api, (foreign, tags)),
        asked(api, (Customer(pk=2**40), tags)),
        asked(api, (make.customer(cast.corp), [gone.pk])),
        asked(api, (make.customer(cast.corp), [tags[0], strange.pk])),
        asked(api, (make.customer(cast.corp), [])),
        asked(api, (make.customer(cast.corp), [tags[0]] * (MAX_TAGS + 1))),
        # Whose rows it may change is a question of its own.
        asked(staff, (make.customer(cast.corp, cast.owner), tags)),
        # Two about one customer.
        asked(api, (fine, tags[1:])),
    ]
    before = stored()
    for some in bad:
        with pytest.raises(Doubtful):
            add_all([*asked(api, (fine, tags[:1])), *some], source="api")
        assert stored() == before


def test_ten_take_as_many_statements_as_two(cast: Cast, api: Actor, tags: list[int]) -> None:
    def statements(count: int) -> int:
        pairs = [(make.customer(cast.corp, cast.owner), tags) for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            add_all(asked(api, *pairs), source="api")
        return len(seen)

    # That the company has no WeCom is asked once.
    statements(2)
    assert statements(2) == statements(10)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks")
def test_a_customer_whom_somebody_works_at_is_not_waited_for() -> None:
    corp = make.corp()
    api, tag = make.service(corp), make.tag(make.group(corp))
    free, held = make.customer(corp), make.customer(corp)
    locked, done = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            Customer.objects.locked(pk=held.pk)
            locked.set()
            assert done.wait(60)
        connection.close()

    other = threading.Thread(target=work)
    other.start()
    assert locked.wait(60)
    before = stored()
    try:
        with pytest.raises(Doubtful):
            add_all(asked(api, (free, [tag.pk]), (held, [tag.pk])), source="api")
        assert stored() == before
    finally:
        done.set()
        other.join(60)
    assert [change.added for change in add_all(asked(api, (free, [tag.pk]), (held, [tag.pk])), source="api")] == [
        [tag.pk],
        [tag.pk],
    ]
