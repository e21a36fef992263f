"""The made-up customers are the same each time, skewed like real ones, and written as the rules would write them."""

import itertools
from collections import Counter

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count

from bench import dataset
from bench.fill import fill
from corps.models import Corp, DepartmentMember, Employee
from customers import lifecycle, search
from customers.choices import CustomerStatus
from customers.models import Customer, CustomerGram, CustomerTag, FollowRelation
from messaging.models import OutboxEvent
from tags.models import Tag
from tests import make

# What the data itself decides; ids and times of writing differ between a filled row and one that a rule wrote.
CUSTOMER = ["external_userid", "name", "avatar", "type", "gender", "unionid", "mobile", "province", "city", "channel"]
CUSTOMER += ["status", "blacklisted", "version", "search_text", "alive"]
RELATION = ["remark", "description", "remark_corp_name", "remark_mobiles", "state", "oper_userid", "status", "ended_at"]


def test_the_same_number_and_seed_give_the_same_customers() -> None:
    assert list(dataset.people(200, seed=3)) == list(dataset.people(200, seed=3))
    assert list(dataset.people(200, seed=3)) != list(dataset.people(200, seed=4))
    assert dataset.employee_names(3) == dataset.employee_names(3)


def test_ids_and_wecom_ids_are_unique_and_ids_grow_with_the_time_of_adding() -> None:
    people = list(dataset.people(2_000))
    assert [p.id for p in people] == list(range(1, 2_001))
    assert len({p.external_userid for p in people}) == len({p.unionid for p in people}) == 2_000
    early, late = people[:500], people[-500:]
    assert sorted(p.added for p in early)[250] < sorted(p.added for p in late)[250]


def test_tags_are_about_four_each_and_a_few_are_on_most_customers() -> None:
    people = list(dataset.people(3_000))
    uses = Counter(itertools.chain.from_iterable(p.tags for p in people))
    assert 3.5 < sum(uses.values()) / len(people) < 4.5
    assert all(1 <= tag <= dataset.TAGS for tag in uses)
    ranked = [n for _tag, n in uses.most_common()]
    # Zipf: the first is used about ten times as often as the tenth.
    assert 5 < ranked[0] / ranked[9] < 20
    assert all(p.tags == sorted(set(p.tags)) for p in people)


def test_every_twenty_fifth_customer_is_deleted_and_no_other() -> None:
    people = list(dataset.people(500))
    assert {p.id for p in people if p.status == CustomerStatus.DELETED} == set(range(25, 501, 25))


@pytest.mark.django_db
@pytest.mark.slow
def test_filled_rows_are_what_the_rules_write_for_the_same_customer() -> None:
    corp = fill(120, say=lambda _line: None)
    twin = make.corp()
    compared = 0
    for filled in Customer.objects.of_corp(corp.pk).exclude(status=CustomerStatus.DELETED):
        relation = FollowRelation.objects.get(customer=filled, employee_id=filled.follow_user_id)
        if relation.remark:
            # Remarks come with the mirror of WeCom; no rule writes them yet.
            continue
        written = _written_by_the_rules(filled, twin)
        compared += 1
        assert _row(filled, CUSTOMER) == _row(written, CUSTOMER)
        assert _grams(filled) == _grams(written) == search.grams(filled.search_text)
        assert _row(relation, RELATION) == _row(FollowRelation.objects.get(customer=written), RELATION)
        assert relation.add_time == filled.add_time
        assert len(_tags(filled)) == len(_tags(written))
    assert compared > 80
    gone = Customer.objects.of_corp(corp.pk).filter(status=CustomerStatus.DELETED)
    dead = CustomerGram.objects.filter(corp_id=corp.pk, alive=False).values_list("customer_id", flat=True)
    assert set(dead) == {c.pk for c in gone}


def _written_by_the_rules(filled: Customer, corp: Corp) -> Customer:
    """The same person at another company, added and tagged by the rules."""
    fields = {name: getattr(filled, name) for name in lifecycle.WRITABLE if name != "follow_user_id"}
    customer = make.customer(corp, make.employee(corp), external_userid=filled.external_userid, **fields)
    wanted = filled.tag_rows.count()
    if not wanted:
        return customer
    group = make.group(corp)
    return make.tagged(customer, *(make.tag(group) for _ in range(wanted)))


def _row(row: object, names: list[str]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _grams(customer: Customer) -> set[str]:
    rows = CustomerGram.objects.filter(corp_id=customer.corp_id, customer_id=customer.pk)
    return set(rows.values_list("gram", flat=True))


def _tags(customer: Customer) -> list[int]:
    return list(customer.tag_rows.values_list("tag_id", flat=True))


@pytest.mark.django_db
def test_tag_rows_say_by_whom_and_for_whom_as_the_rules_do() -> None:
    fill(60, say=lambda _line: None)
    row = CustomerTag.objects.select_related("customer").first()
    assert row
    assert row.follower_id == row.follower_key == row.customer.follow_user_id
    assert (row.kind, row.source, row.actor, row.run_id) == (1, "api", "system", None)


@pytest.mark.django_db
def test_the_house_has_its_departments_staff_and_counted_tags() -> None:
    corp = fill(60, say=lambda _line: None)
    assert Employee.objects.of_corp(corp.pk).count() == dataset.EMPLOYEES
    assert DepartmentMember.objects.filter(corp=corp, is_leader=True).count() == dataset.DEPARTMENTS - 1
    counted = dict(CustomerTag.objects.values_list("tag_id").annotate(n=Count("id")))
    assert {t.pk: t.use_count for t in Tag.objects.all() if t.use_count} == counted
    assert Tag.objects.count() == dataset.TAGS
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_the_keyword_finds_what_was_filled() -> None:
    corp = fill(60, say=lambda _line: None)
    customer = Customer.objects.of_corp(corp.pk).get(pk=26)
    assert dataset.RARE in (customer.name or "")
    found = CustomerGram.objects.filter(corp_id=corp.pk, gram=dataset.RARE).values_list("customer_id", flat=True)
    assert list(found) == [26]


@pytest.mark.django_db
def test_a_database_with_a_company_is_refused_and_left_alone() -> None:
    make.corp()
    with pytest.raises(CommandError, match="not empty"):
        call_command("fill_bench", customers=10)
    assert Corp.objects.count() == 1
    assert not Customer.objects.exists()
