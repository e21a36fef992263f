import pytest

from core.errors import Conflict, RuleViolation
from customers import lifecycle, tagging
from customers.models import Customer, CustomerTag
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast


def test_a_tag_is_a_row_that_says_for_whom_by_whom_and_why(cast: Cast, recorded) -> None:
    tag = make.tag(make.group(cast.corp))
    customer = make.customer(cast.corp, cast.owner)
    change = tagging.add_tags(customer=customer, tag_ids=[tag.pk], by=cast.actor("owner"), source="operator")
    row = CustomerTag.objects.get(customer=customer)
    assert (row.tag_id, row.follower_id, row.source, row.actor) == (
        tag.pk,
        cast.owner.pk,
        "operator",
        f"user:{cast.users['owner'].pk}",
    )
    assert change.added == [tag.pk]
    assert recorded()[-1] == (
        "customer.tag.added",
        customer.pk,
        {"customerId": customer.pk, "tagIds": [tag.pk], "followUserId": cast.owner.pk},
    )


def test_the_same_tag_twice_is_one_row_and_one_event(cast: Cast, recorded) -> None:
    tag = make.tag(make.group(cast.corp))
    customer = make.tagged(make.customer(cast.corp), tag)
    before = recorded()
    change = tagging.add_tags(customer=customer, tag_ids=[tag.pk], by=cast.actor("admin"), source="api")
    assert change.added == []
    assert CustomerTag.objects.filter(customer=customer).count() == 1
    assert recorded() == before
    assert Customer.objects.get(pk=customer.pk).version == customer.version


def test_adding_and_removing_in_one_act_gives_each_event_a_version_of_its_own(cast: Cast) -> None:
    group = make.group(cast.corp)
    old, new = make.tag(group), make.tag(group)
    customer = make.tagged(make.customer(cast.corp), old)
    tagging.change_tags(customer=customer, add=[new.pk], remove=[old.pk], by=cast.actor("admin"), source="api")
    events = OutboxEvent.objects.filter(aggregate_id=customer.pk).order_by("id")
    assert [(e.name, e.aggregate_version) for e in events][-2:] == [
        ("customer.tag.removed", customer.version + 1),
        ("customer.tag.added", customer.version + 2),
    ]
    assert Customer.objects.get(pk=customer.pk).version == customer.version + 2


def test_a_tag_of_another_company_is_refused_and_nothing_is_written(cast: Cast, recorded) -> None:
    mine, foreign = make.tag(make.group(cast.corp)), make.tag(make.group(cast.other_corp))
    customer = make.customer(cast.corp)
    before = recorded()
    with pytest.raises(RuleViolation) as refusal:
        tagging.add_tags(customer=customer, tag_ids=[mine.pk, foreign.pk], by=cast.actor("admin"), source="api")
    assert refusal.value.code == "tag_unknown"
    assert not CustomerTag.objects.exists()
    assert recorded() == before
    assert Customer.objects.get(pk=customer.pk).version == customer.version


def test_a_deleted_customer_takes_no_tags(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    customer = make.customer(cast.corp)
    lifecycle.delete(customer=customer, by=cast.actor("admin"), source="api")
    with pytest.raises(Conflict) as refusal:
        tagging.add_tags(customer=customer, tag_ids=[tag.pk], by=cast.actor("admin"), source="api")
    assert refusal.value.code == "customer_deleted"
    assert not CustomerTag.objects.exists()


def test_two_followers_may_each_put_the_same_tag(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    customer = make.tagged(make.customer(cast.corp, cast.owner), tag)
    make.relation(customer, cast.colleague)
    tagging.add_tags(
        customer=customer, tag_ids=[tag.pk], by=cast.actor("admin"), source="api", follower_id=cast.colleague.pk
    )
    change = tagging.remove_tags(
        customer=customer, tag_ids=[tag.pk], by=cast.actor("admin"), source="api", follower_id=cast.owner.pk
    )
    assert change.removed == [tag.pk]
    assert list(change.tags) == [tag.pk]
    assert list(CustomerTag.objects.values_list("follower_id", flat=True)) == [cast.colleague.pk]
