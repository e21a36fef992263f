"""Pairs found by what customers have in common, kept in step with them."""

import datetime as dt
import random
from itertools import combinations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from corps.actors import SYSTEM
from customers import duplicates, lifecycle, merging, remarks
from customers.choices import PairState, Reason
from customers.duplicates import pairing, refreshing
from customers.duplicates.keys import phone_of
from customers.models import Customer, CustomerKey, DuplicatePair, DuplicateSearch, FollowRelation, SharedKey
from tests import make
from tests.conftest import Cast

AS: Any = {"by": SYSTEM, "source": "operator"}
ONE, TWO = "13800000001", "13800000002"


def look(cast: Cast, **options: Any) -> int:
    """Look at everything that has changed so far."""
    return duplicates.refresh(corp_id=cast.corp.pk, until=now() + dt.timedelta(seconds=1), **options)


def pairs(*states: str) -> dict[tuple[int, int], int]:
    rows = DuplicatePair.objects.filter(state__in=states or [PairState.OPEN])
    return {(row.first_id, row.second_id): row.reasons for row in rows}


def change(row: Customer, **fields: Any) -> None:
    lifecycle.update(customer=Customer.objects.get(pk=row.pk), **fields, **AS)


def dismissed(row: DuplicatePair) -> DuplicatePair:
    return duplicates.dismiss(pair=row, by=SYSTEM)


def test_a_mobile_a_unionid_and_a_number_in_a_remark_make_pairs_with_their_reasons(cast: Cast) -> None:
    first = make.customer(cast.corp, mobile=ONE, unionid="oA")
    second = make.customer(cast.corp, mobile="+86 138-0000-0001", unionid="oA")
    third = make.customer(cast.corp, cast.owner, unionid="oB")
    remarks.change_remark(customer=third, employee_id=cast.owner.pk, remark_mobiles=[ONE], **AS)
    make.customer(cast.corp, mobile=TWO, unionid="oa")
    assert look(cast) == 4
    assert pairs() == {
        (first.pk, second.pk): Reason.UNIONID | Reason.MOBILE,
        (first.pk, third.pk): Reason.NOTED,
        (second.pk, third.pk): Reason.NOTED,
    }
    row = DuplicatePair.objects.first()
    assert row is not None
    assert (row.corp_id, row.state, row.actor, row.dismissed) == (cast.corp.pk, "open", "", 0)


def test_another_company_s_customers_are_no_candidates(cast: Cast) -> None:
    make.customer(cast.corp, mobile=ONE)
    make.customer(cast.other_corp, mobile=ONE)
    for corp in (cast.corp, cast.other_corp):
        duplicates.refresh(corp_id=corp.pk, until=now() + dt.timedelta(seconds=1))
    assert pairs() == {}
    assert CustomerKey.objects.count() == 2


def test_no_number_is_written_down_a_second_time(cast: Cast) -> None:
    make.customer(cast.corp, mobile=ONE, unionid="oSecret")
    make.customer(cast.corp, mobile=ONE, unionid="oSecret")
    look(cast)
    written = str([*CustomerKey.objects.values(), *DuplicatePair.objects.values(), *SharedKey.objects.values()])
    assert ONE not in written
    assert "oSecret" not in written


def test_a_second_look_has_nothing_to_do(cast: Cast) -> None:
    make.customer(cast.corp, mobile=ONE)
    assert (look(cast), look(cast)) == (1, 0)
    with CaptureQueriesContext(connection) as seen:
        look(cast)
    assert not [q["sql"] for q in seen if q["sql"].startswith(("UPDATE", "DELETE", "INSERT"))]


def test_what_is_too_young_is_left_for_the_next_look(cast: Cast) -> None:
    make.customer(cast.corp, mobile=ONE)
    assert duplicates.refresh(corp_id=cast.corp.pk, until=now() - refreshing.SETTLING) == 0
    assert not CustomerKey.objects.exists()
    assert look(cast) == 1


def test_a_pair_without_a_reason_left_is_over_and_comes_back_with_one(cast: Cast) -> None:
    first, second = make.customer(cast.corp, mobile=ONE, unionid="oA"), make.customer(cast.corp, mobile=ONE)
    look(cast)
    change(second, unionid="oA")
    look(cast)
    assert pairs() == {(first.pk, second.pk): Reason.UNIONID | Reason.MOBILE}
    change(first, mobile=TWO)
    look(cast)
    assert pairs() == {(first.pk, second.pk): Reason.UNIONID}
    change(first, unionid=None)
    look(cast)
    assert not DuplicatePair.objects.exists()
    change(second, mobile=TWO)
    look(cast)
    assert pairs() == {(first.pk, second.pk): Reason.MOBILE}


def test_the_deleted_and_the_merged_are_no_candidates(cast: Cast) -> None:
    first, second = make.customer(cast.corp, mobile=ONE), make.customer(cast.corp, mobile=ONE)
    third = make.customer(cast.corp, mobile=ONE)
    look(cast)
    assert len(pairs()) == 3
    lifecycle.delete(customer=Customer.objects.get(pk=third.pk), **AS)
    row = merging.merge(kept=first, others=[second], **AS)
    look(cast)
    assert (pairs(), pairs("merged")) == ({}, {(first.pk, second.pk): Reason.MOBILE})
    assert set(CustomerKey.objects.values_list("customer_id", flat=True)) == {first.pk}
    merging.undo(merge=row, **AS)
    look(cast)
    assert pairs() == {(first.pk, second.pk): Reason.MOBILE}


def test_a_dismissed_pair_comes_back_for_another_reason_only(cast: Cast) -> None:
    first, second = make.customer(cast.corp, mobile=ONE), make.customer(cast.corp, mobile=ONE)
    look(cast)
    row = duplicates.dismiss(pair=DuplicatePair.objects.get(), by=cast.actor("manager"))
    assert (row.state, row.actor, row.dismissed) == ("dismissed", cast.actor("manager").label, Reason.MOBILE)
    assert row.dismissed_at is not None
    for mobile in (TWO, ONE):
        change(first, mobile=mobile)
        look(cast)
    duplicates.sweep(corp_id=cast.corp.pk)
    assert (pairs(), len(pairs("dismissed"))) == ({}, 1)
    for one in (first, second):
        change(one, unionid="oA")
    look(cast)
    assert pairs() == {(first.pk, second.pk): Reason.MOBILE | Reason.UNIONID}
    again = dismissed(DuplicatePair.objects.get())
    assert again.dismissed == Reason.MOBILE | Reason.UNIONID


def test_dismissing_twice_is_once_and_the_merged_are_not_dismissed(cast: Cast, recorded: Any) -> None:
    first, second = make.customer(cast.corp), make.customer(cast.corp)
    row = make.duplicate_pair(first, second)
    duplicates.dismiss(pair=row, by=cast.actor("manager"))
    before, events = list(DuplicatePair.objects.values()), recorded()
    duplicates.dismiss(pair=row, by=cast.actor("admin"))
    assert (list(DuplicatePair.objects.values()), recorded()) == (before, events)
    merging.merge(kept=first, others=[second], **AS)
    with pytest.raises(Exception, match="pair_merged"):
        dismissed(row)
    assert DuplicatePair.objects.get().state == "merged"


def test_a_number_of_very_many_is_flagged_and_pairs_nobody(cast: Cast) -> None:
    crowd = [make.customer(cast.corp, mobile=ONE) for _ in range(pairing.MOST_PEOPLE + 1)]
    for row in crowd[:2]:
        change(row, unionid="oA")
    look(cast)
    assert pairs() == {(crowd[0].pk, crowd[1].pk): Reason.UNIONID}
    assert [row.people for row in SharedKey.objects.all()] == [len(crowd)]
    change(crowd[0], mobile=None)
    look(cast)
    # Fewer now: it is counted anew at night.
    assert len(pairs()) == 1
    duplicates.sweep(corp_id=cast.corp.pk)
    assert not SharedKey.objects.exists()
    most = pairing.MOST_PEOPLE
    assert len(pairs()) == most * (most - 1) // 2 + 1


def test_the_night_finds_what_was_missed_range_by_range(cast: Cast) -> None:
    rows = [make.customer(cast.corp, mobile=f"1390000000{n // 2}") for n in range(8)]
    look(cast)
    found = pairs()
    DuplicatePair.objects.all().delete()
    after: Any = None
    steps = 0
    while steps == 0 or after is not None:
        begun = {} if after is None else {"after": after}
        after = duplicates.sweep(corp_id=cast.corp.pk, most=3, **begun)
        steps += 1
    assert pairs() == found == {(a.pk, b.pk): Reason.MOBILE for a, b in zip(rows[::2], rows[1::2], strict=True)}
    assert steps == 3


def test_a_long_way_is_gone_in_parts_also_where_all_changed_in_one_moment(cast: Cast) -> None:
    rows = [make.customer(cast.corp, mobile=ONE if n % 3 == 0 else f"1370000{n:04}") for n in range(12)]
    Customer.objects.update(update_time=now())
    assert [look(cast, most=5) for _ in range(4)] == [5, 5, 2, 0]
    assert set(pairs()) == {tuple(pair) for pair in combinations([row.pk for row in rows[::3]], 2)}
    assert DuplicateSearch.objects.get().customer_id == rows[-1].pk


def statements(cast: Cast, number: int) -> int:
    for n in range(number):
        row = make.customer(cast.corp, cast.owner, mobile=f"1370000{n // 2:04}", unionid=f"o{n // 3}")
        FollowRelation.objects.filter(customer=row).update(remark_mobiles=[f"1360000{n // 4:04}"])
    with CaptureQueriesContext(connection) as seen:
        assert look(cast) == number
    return len(seen)


def test_the_statements_are_as_many_for_few_as_for_many(cast: Cast) -> None:
    first = statements(cast, 4)
    CustomerKey.objects.all().delete()
    assert statements(cast, 40) <= first + 2


@pytest.mark.parametrize("seed", range(6))
def test_any_history_leaves_the_pairs_that_a_plain_comparison_finds(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    mobiles, unions = [None, ONE, TWO, "+86" + ONE, "999"], [None, "oA", "oB"]
    rows = [make.customer(cast.corp, mobile=dice.choice(mobiles), unionid=dice.choice(unions)) for _ in range(5)]
    for _step in range(20):
        row = dice.choice(rows)
        if dice.random() < 0.15:
            lifecycle.delete(customer=Customer.objects.get(pk=row.pk), **AS)
        else:
            change(row, status=1, mobile=dice.choice(mobiles), unionid=dice.choice(unions))
        if dice.random() < 0.5:
            look(cast, most=dice.choice([1, 2, 500]))
    while look(cast):
        pass
    assert pairs() == compared(list(Customer.objects.alive().order_by("pk")))


def compared(people: list[Customer]) -> dict[tuple[int, int], int]:
    """The pairs of these, by looking at each two."""
    found: dict[tuple[int, int], int] = {}
    for one, other in combinations(people, 2):
        same = Reason.UNIONID if one.unionid and one.unionid == other.unionid else 0
        same |= Reason.MOBILE if phone_of(one.mobile) and phone_of(one.mobile) == phone_of(other.mobile) else 0
        if same:
            found[one.pk, other.pk] = same
    return found


def test_a_name_with_the_city_or_a_company_makes_a_weak_pair(cast: Cast) -> None:
    first = make.customer(cast.corp, cast.owner, name="张 三", city="深圳")
    second = make.customer(cast.corp, name="张三", city="深圳", mobile=ONE)
    third = make.customer(cast.corp, cast.owner, name="张三", city="广州")
    make.customer(cast.corp, name="张三")
    look(cast)
    assert pairs() == {(first.pk, second.pk): Reason.NAMED}
    for row in (first, third):
        remarks.change_remark(customer=row, employee_id=cast.owner.pk, remark_corp_name="大疆", **AS)
    change(first, mobile=ONE)
    look(cast)
    assert pairs() == {(first.pk, second.pk): Reason.NAMED | Reason.MOBILE, (first.pk, third.pk): Reason.NAMED}
    change(first, name="李四")
    look(cast)
    assert pairs() == {(first.pk, second.pk): Reason.MOBILE}


def test_a_name_opens_no_pair_again_that_was_dismissed(cast: Cast) -> None:
    first, second = (make.customer(cast.corp, name="张三", mobile=ONE) for _n in range(2))
    look(cast)
    dismissed(DuplicatePair.objects.get())
    for row in (first, second):
        change(row, city="深圳")
    look(cast)
    assert pairs() == {}
    assert pairs(PairState.DISMISSED) == {(first.pk, second.pk): Reason.MOBILE}


def test_a_name_that_many_of_a_city_have_pairs_nobody(cast: Cast) -> None:
    for _n in range(pairing.MOST_PEOPLE + 1):
        make.customer(cast.corp, name="微信用户", city="深圳")
    look(cast)
    assert pairs() == {}
