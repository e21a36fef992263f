"""Who came by a code gets its tags and its remark."""

from typing import Any

import pytest

from corps import mirrored
from corps.actors import SYSTEM
from customers import contact_ways, handlers, lifecycle, remarks
from customers.contact_ways import receiving
from customers.models import ContactWay, Customer, CustomerTag, FollowRelation
from messaging.inbox import Incoming
from messaging.models import Command, OutboxEvent
from tags import catalog
from tags.models import Tag
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings

AS: Any = {"by": SYSTEM, "source": "operator"}


@pytest.fixture
def tag(cast: Cast) -> Tag:
    return make.tag(make.group(cast.corp))


@pytest.fixture
def way(cast: Cast, tag: Tag) -> ContactWay:
    return make.contact_way(cast.corp, cast.owner, tag_ids=[tag.pk], remark_template="{name}-展会")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三")


def came(cast: Cast, customer: Customer, state: str, employee: Any = None) -> None:
    """The event, as its handler gets it."""
    data = {"customerId": customer.pk, "employeeId": (employee or cast.owner).pk, "state": state, "again": False}
    handlers.customer_followed(Incoming("e", "customer.followed", cast.corp.pk, data, 0))


def everything() -> list[list[Any]]:
    tables = (Customer, FollowRelation, CustomerTag, OutboxEvent, Command)
    return [list(t.objects.order_by("pk").values()) for t in tables]


def test_they_are_tagged_and_noted_down_for_the_employee(
    cast: Cast, way: ContactWay, tag: Tag, customer: Customer
) -> None:
    came(cast, customer, way.state)
    row = CustomerTag.objects.get()
    assert (row.tag_id, row.follower_id, row.source, row.actor) == (tag.pk, cast.owner.pk, "rule", "system")
    assert customer.relations.get().remark == "张三-展会"


def test_the_same_event_again_changes_nothing(cast: Cast, way: ContactWay, customer: Customer) -> None:
    came(cast, customer, way.state)
    before = everything()
    came(cast, customer, way.state)
    assert everything() == before


def test_it_is_written_back_to_wecom(cast: Cast, way: ContactWay, customer: Customer) -> None:
    cast.corp.mirrored = True
    cast.corp.save()
    mirrored.forget()
    came(cast, customer, way.state)
    kinds = sorted(Command.objects.filter(lane=f"customer:{customer.pk}").values_list("kind", flat=True))
    assert kinds == ["customer.remark", "customer.tag"]


def test_a_remark_that_somebody_wrote_stays(cast: Cast, way: ContactWay, customer: Customer) -> None:
    remarks.change_remark(customer=customer, employee_id=cast.owner.pk, remark="老张", **AS)
    came(cast, customer, way.state)
    assert customer.relations.get().remark == "老张"


def test_wecoms_first_remark_is_the_name_and_gives_way(cast: Cast, way: ContactWay, customer: Customer) -> None:
    customer.relations.update(remark="张三")
    came(cast, customer, way.state)
    assert customer.relations.get().remark == "张三-展会"


@pytest.mark.parametrize("state", ["", "other", "CW"])
def test_who_came_otherwise_is_left_alone(cast: Cast, way: ContactWay, customer: Customer, state: str) -> None:
    before = everything()
    came(cast, customer, state)
    assert everything() == before


def test_a_deleted_code_promises_nothing(cast: Cast, way: ContactWay, customer: Customer) -> None:
    contact_ways.delete_way(way=way, **AS)
    before = everything()
    came(cast, customer, way.state)
    assert everything() == before


def test_another_companys_code_promises_nothing_here(cast: Cast, customer: Customer) -> None:
    foreign = make.contact_way(cast.other_corp, cast.stranger, remark_template="x")
    before = everything()
    came(cast, customer, foreign.state)
    assert everything() == before


def test_of_a_merged_tag_they_get_the_heir_and_of_a_deleted_one_nothing(
    cast: Cast, way: ContactWay, tag: Tag, customer: Customer
) -> None:
    heir = make.tag(tag.group)
    catalog.merge_tag(tag=tag, into=heir, **AS)
    came(cast, customer, way.state)
    assert list(CustomerTag.objects.values_list("tag_id", flat=True)) == [heir.pk]
    catalog.delete_tag(tag=heir, **AS)
    other = make.customer(cast.corp, cast.owner)
    came(cast, other, way.state)
    assert not other.tag_rows.exists()


def test_who_is_gone_again_fails_no_event(cast: Cast, way: ContactWay, customer: Customer) -> None:
    lifecycle.delete(customer=Customer.objects.get(pk=customer.pk), **AS)
    before = everything()
    came(cast, customer, way.state)
    came(cast, customer, way.state, cast.colleague)
    assert everything() == before


@pytest.mark.parametrize(
    ("template", "name", "remark"),
    [
        ("{name}-展会", "张三", "张三-展会"),
        ("{name}-展会", "很" * 30, "很" * 17 + "-展会"),
        ("展会", "张三", "展会"),
        ("{name}", "", ""),
        ("{name}{name}", "很" * 30, "很" * 20),
    ],
)
def test_a_remark_fits_into_wecom_and_shows_its_own_words_whole(template: str, name: str, remark: str) -> None:
    assert receiving.filled(template, name) == remark


def test_what_the_mirror_brings_in_is_heard_by_this_reader(cast: Cast, way: ContactWay) -> None:
    facts = readings.follow("wmNew", cast.owner.userid, 1, state=way.state)
    readings.read(cast.corp, facts, ticket=1)
    event = OutboxEvent.objects.get(name="customer.followed")
    assert event.payload["data"]["state"] == way.state
    handlers.customer_followed(Incoming("e", event.name, cast.corp.pk, event.payload["data"], 0))
    assert FollowRelation.objects.get().remark.endswith("-展会")


def test_who_comes_to_two_employees_by_one_code_is_tagged_for_each(
    cast: Cast, way: ContactWay, tag: Tag, customer: Customer
) -> None:
    make.relation(customer, cast.colleague, state=way.state)
    came(cast, customer, way.state)
    came(cast, customer, way.state, cast.colleague)
    followers = set(CustomerTag.objects.values_list("follower_id", flat=True))
    assert followers == {cast.owner.pk, cast.colleague.pk}
    assert {relation.remark for relation in customer.relations.all()} == {"张三-展会"}


def test_the_welcome_is_the_codes_own_and_no_other_companys(cast: Cast, way: ContactWay) -> None:
    ContactWay.objects.filter(pk=way.pk).update(welcome_text="您好")
    assert receiving.welcome_of(cast.corp.pk, way.state) == "您好"
    assert receiving.welcome_of(cast.other_corp.pk, way.state) == ""
    assert receiving.welcome_of(cast.corp.pk, "") == ""
