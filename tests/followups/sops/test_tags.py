"""The tags that an SOP sets: why they are there is known, and an event that comes late undoes nothing."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import tagging
from customers.models import Customer, CustomerTag
from followups.models import SopEnrolment, TimelineEntry
from followups.sops.tags import MOST_HOPS
from tags.models import Tag
from tests import make
from tests.conftest import Cast
from tests.followups.operation import event, hear


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def tags(cast: Cast) -> list[Tag]:
    group = make.group(cast.corp)
    return [make.tag(group, name=name) for name in ("已欢迎", "已到店")]


def on(customer: Customer) -> set[int]:
    return set(CustomerTag.objects.filter(customer=customer).values_list("tag_id", flat=True))


def test_tags_come_and_go_by_id_and_by_name_and_say_which_sop_set_them(
    cast: Cast, customer: Customer, tags: list[Tag], recorded: Any
) -> None:
    core = {"enrolmentId": "en-1", "customerId": customer.pk}
    one, two = tags
    hear(event("sop.enrolled", cast.corp.pk, addTagIds=[one.pk], addTags=["已到店"], **core))
    row = SopEnrolment.objects.get()
    assert set(CustomerTag.objects.values_list("tag_id", "source", "run_id", "actor")) == {
        (one.pk, "sop", row.pk, "system"),
        (two.pk, "sop", row.pk, "system"),
    }
    data = {"customerId": customer.pk, "tagIds": [one.pk, two.pk], "followUserId": cast.owner.pk}
    assert recorded()[-1] == ("customer.tag.added", customer.pk, data)
    hear(event("sop.step.done", cast.corp.pk, step=1, removeTags=["已欢迎"], **core))
    assert on(customer) == {two.pk}
    assert recorded()[-1][0] == "customer.tag.removed"


def test_what_a_later_step_did_with_a_tag_stays_though_the_earlier_is_heard_last(
    cast: Cast, customer: Customer, tags: list[Tag]
) -> None:
    core = {"enrolmentId": "en-1", "customerId": customer.pk}
    hear(
        event("sop.ended", cast.corp.pk, removeTagIds=[tags[0].pk], **core),
        event("sop.step.done", cast.corp.pk, step=3, addTagIds=[tags[0].pk], **core),
        event("sop.enrolled", cast.corp.pk, addTagIds=[t.pk for t in tags], **core),
    )
    assert on(customer) == {tags[1].pk}


def test_a_repeat_under_another_id_does_not_put_back_what_a_person_took(
    cast: Cast, customer: Customer, tags: list[Tag], recorded: Any
) -> None:
    told = {"enrolmentId": "en-1", "customerId": customer.pk, "addTagIds": [tags[0].pk]}
    hear(event("sop.enrolled", cast.corp.pk, **told))
    tagging.remove_tags(customer=Customer.objects.get(), tag_ids=[tags[0].pk], by=SYSTEM, source="operator")
    before = recorded()
    hear(event("sop.enrolled", cast.corp.pk, **told))
    assert (on(customer), recorded()) == (set(), before)


def test_unknown_foreign_ended_and_doubtful_tags_are_left_out_and_the_others_set(
    cast: Cast, customer: Customer, tags: list[Tag]
) -> None:
    foreign = make.tag(make.group(cast.other_corp), name="外")
    make.tag(make.group(cast.corp), name="两处")
    make.tag(make.group(cast.corp), name="两处")
    names = ["两处", "外", "没有"]
    told = {"addTagIds": [foreign.pk, 10**12, 2**70, tags[0].pk], "addTags": names, "removeTagIds": [tags[1].pk]}
    hear(event("sop.enrolled", cast.corp.pk, enrolmentId="en-1", customerId=customer.pk, **told))
    assert on(customer) == {tags[0].pk}


def test_a_long_chain_of_events_sets_no_tags_and_is_noted_all_the_same(
    cast: Cast, customer: Customer, tags: list[Tag], recorded: Any
) -> None:
    before, told = recorded(), {"enrolmentId": "en-1", "customerId": customer.pk, "addTagIds": [tags[0].pk]}
    hear(event("sop.enrolled", cast.corp.pk, hops=MOST_HOPS, **told))
    assert (on(customer), recorded()) == (set(), before)
    assert TimelineEntry.objects.get().kind == "sop_enrolled"
