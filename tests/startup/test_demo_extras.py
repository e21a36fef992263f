"""What is added to the demo company, and the neighbour beside it: once, whole or not at all, and within its bounds."""

import random

import pytest

from core.time import now
from corps.models import Corp, Department, DepartmentMember, Employee, User
from customers.choices import CustomerStatus
from customers.models import Customer, CustomerTag, Stage
from followups.models import FollowUp
from scrm_customer import demo_extras, demo_neighbour
from scrm_customer import demo_words as words
from tags.models import Tag, TagGroup
from tests import make
from wecom.models import WecomApp

NOWHERE = (None, None)


@pytest.fixture
def corp(db: None, monkeypatch: pytest.MonkeyPatch) -> Corp:
    """A company that has been read: ten customers, five of each employee."""
    monkeypatch.setattr(demo_extras, "FOLLOW_UPS", 40)
    corp = make.corp(name="读过的公司")
    for employee in (make.employee(corp), make.employee(corp)):
        for _ in range(5):
            make.customer(corp, employee)
    return corp


def neighbour() -> Corp:
    return Corp.objects.get(name=words.NEIGHBOUR[0])


def places(corp: Corp) -> list[tuple[str | None, str | None]]:
    rows = Customer.objects.filter(corp=corp).order_by("external_userid")
    return [(row.province, row.city) for row in rows]


def test_before_nothing_of_it_stands_and_afterwards_all(corp: Corp) -> None:
    assert not demo_extras.stand()
    demo_extras.add(corp)
    assert demo_extras.stand()


def test_each_customer_lives_in_a_place_that_there_is(corp: Corp) -> None:
    demo_extras.add(corp)
    assert {tuple(place) for place in words.PLACES} >= set(places(corp))
    assert len(set(places(corp))) > 1


def test_a_customer_whom_nobody_follows_or_who_is_gone_gets_neither_place_nor_follow_up(corp: Corp) -> None:
    owner = Employee.objects.filter(corp=corp)[0]
    alone, gone = make.customer(corp), make.customer(corp, owner)
    Customer.objects.filter(pk=gone.pk).update(status=CustomerStatus.DELETED)
    demo_extras.add(corp)
    for row in Customer.objects.filter(pk__in=[alone.pk, gone.pk]):
        assert (row.province, row.city) == NOWHERE
    assert not FollowUp.objects.filter(customer__in=[alone, gone]).exists()


def test_follow_ups_are_by_whoever_follows_and_lie_between_the_adding_and_now(corp: Corp) -> None:
    demo_extras.add(corp)
    rows = FollowUp.objects.select_related("customer")
    assert rows.count() == 40
    for row in rows:
        assert row.corp_id == corp.pk
        assert row.employee_id == row.customer.follow_user_id
        assert row.customer.add_time
        assert row.customer.add_time <= row.happened_at <= now()
        assert row.content in words.FOLLOW_UPS


def test_stages_have_a_way_each_that_ends_where_the_customer_is(corp: Corp) -> None:
    demo_extras.add(corp)
    assert [(row.name, row.outcome) for row in Stage.objects.of_corp(corp.pk)] == [s[:2] for s in words.STAGES]
    for row in Customer.objects.of_corp(corp.pk):
        steps = list(row.stage_changes.order_by("at", "id"))
        assert steps[0].from_stage_id is None
        assert [step.from_stage_id for step in steps[1:]] == [step.to_stage_id for step in steps[:-1]]
        assert (steps[-1].to_stage_id, steps[0].at) == (row.stage_id, row.add_time)
        assert steps[-1].at <= now()
    assert Customer.objects.of_corp(corp.pk).values("stage").distinct().count() > 1


def test_a_company_of_nobody_gets_a_neighbour_all_the_same(db: None) -> None:
    demo_extras.add(make.corp())
    assert not FollowUp.objects.exists()
    assert neighbour()


def test_another_companys_customers_are_left_alone(corp: Corp) -> None:
    other = make.corp()
    make.customer(other, make.employee(other))
    demo_extras.add(corp)
    assert places(other) == [NOWHERE]
    assert not FollowUp.objects.filter(corp=other).exists()


def test_the_same_company_is_given_the_same_places(corp: Corp) -> None:
    demo_extras.add(corp)
    first = places(corp)
    # The neighbour moves away, so that another can come.
    Corp.objects.filter(pk=neighbour().pk).update(wecom_corpid="wwElsewhere")
    demo_extras.add(corp)
    assert places(corp) == first


def test_what_breaks_in_the_middle_leaves_nothing(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_dice: random.Random) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo_neighbour, "add", breaks)
    with pytest.raises(KeyboardInterrupt):
        demo_extras.add(corp)
    assert not demo_extras.stand()
    assert not FollowUp.objects.exists()
    assert set(places(corp)) == {NOWHERE}


def test_the_neighbour_has_a_room_two_people_and_as_many_customers_each(db: None) -> None:
    demo_neighbour.add(random.Random(1))
    corp = neighbour()
    assert Department.objects.get(corp=corp).name == words.NEIGHBOUR_ROOM
    members = DepartmentMember.objects.filter(corp=corp)
    assert sorted(members.values_list("is_leader", "is_main")) == [(False, True), (True, True)]
    for employee in Employee.objects.filter(corp=corp):
        assert Customer.objects.filter(corp=corp, follow_user=employee).count() == demo_neighbour.NEIGHBOURS // 2


def test_the_neighbours_customers_have_a_tag_each_of_its_own_group(db: None) -> None:
    demo_neighbour.add(random.Random(1))
    group = TagGroup.objects.get(corp=neighbour())
    tags = Tag.objects.filter(corp=neighbour(), group=group).order_by("order")
    assert [tag.name for tag in tags] == words.TAGS[group.name].split()
    rows = CustomerTag.objects.filter(customer__corp=neighbour())
    assert rows.count() == demo_neighbour.NEIGHBOURS
    assert set(rows.values_list("tag__group", flat=True)) == {group.pk}


def test_nobody_of_the_neighbour_can_log_in_and_nothing_of_it_is_mirrored(db: None) -> None:
    demo_neighbour.add(random.Random(1))
    assert not User.objects.filter(corp=neighbour()).exists()
    assert not neighbour().mirrored
    assert not WecomApp.objects.filter(corp=neighbour()).exists()
