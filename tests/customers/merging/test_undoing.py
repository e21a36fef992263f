"""Undoing a merge: every row as before, and what was done since stays."""

import random
from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import lifecycle, merging, tagging
from customers.choices import CustomerStatus
from customers.models import Customer, CustomerMerge, MergeMember
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.merging.dumps import differing, everything, two
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import follow, person

AS: Any = {"by": SYSTEM, "source": "operator"}


def undone(row: CustomerMerge, **act: Any) -> CustomerMerge:
    return merging.undo(merge=CustomerMerge.objects.get(pk=row.pk), **AS | act)


def fresh(row: Customer) -> Customer:
    return Customer.objects.get(pk=row.pk)


def test_undoing_gives_back_every_row_and_says_so(cast: Cast, recorded: Any) -> None:
    kept, other = two(cast)
    make.duplicate_pair(kept, other)
    before = everything()
    row = merging.merge(kept=fresh(kept), others=[fresh(other)], **AS)
    assert differing(before, everything())
    count = len(recorded())
    done = undone(row, by=cast.actor("manager"))
    assert differing(before, everything()) == {}
    assert (done.left, done.undone_by, done.undone_at is not None) == ([], cast.actor("manager").label, True)
    told = {"mergeId": row.pk, "keptId": kept.pk, "otherIds": [other.pk]}
    assert [(name, data) for name, _subject, data in recorded()[count:] if name != "customer.updated"] == [
        ("customer.unmerged", {"customerId": pk} | told) for pk in (kept.pk, other.pk)
    ]
    versions = OutboxEvent.objects.filter(name="customer.unmerged").order_by("id")
    assert [event.aggregate_version for event in versions] == [fresh(kept).version, fresh(other).version]


def test_twice_is_once(cast: Cast, recorded: Any) -> None:
    kept, other = two(cast)
    row = merging.merge(kept=kept, others=[other], **AS)
    undone(row)
    before, events, merges = everything(), recorded(), list(CustomerMerge.objects.values())
    undone(row)
    assert (everything(), recorded(), list(CustomerMerge.objects.values())) == (before, events, merges)


def test_they_can_be_merged_again_the_other_way_round(cast: Cast) -> None:
    kept, other = two(cast)
    undone(merging.merge(kept=kept, others=[other], **AS))
    merging.merge(kept=fresh(other), others=[fresh(kept)], **AS)
    assert (fresh(kept).merged_into_id, fresh(other).merged_into_id) == (other.pk, None)


def test_what_a_person_changed_since_stays_and_is_named(cast: Cast) -> None:
    kept, other = two(cast)
    row = merging.merge(kept=kept, others=[other], **AS)
    lifecycle.update(customer=fresh(kept), city="广州", name="张三(老客户)", **AS)
    done = undone(row)
    stays = fresh(kept)
    assert (stays.city, stays.name, stays.gender) == ("广州", "张三(老客户)", None)
    assert done.left == CustomerMerge.objects.get(pk=row.pk).left == ["city"]


def test_tags_that_came_to_the_kept_one_since_stay(cast: Cast) -> None:
    kept, other = two(cast)
    row = merging.merge(kept=kept, others=[other], **AS)
    tag = make.tag(make.group(cast.corp))
    tagging.add_tags(customer=fresh(kept), tag_ids=[tag.pk], **AS)
    undone(row)
    assert fresh(kept).tag_rows.get().tag_id == tag.pk
    assert not fresh(other).tag_rows.exists()


def test_a_kept_one_that_was_deleted_since_lets_the_others_go(cast: Cast) -> None:
    kept, other = two(cast)
    row = merging.merge(kept=kept, others=[other], **AS)
    lifecycle.delete(customer=fresh(kept), **AS)
    undone(row)
    assert (fresh(kept).status, fresh(kept).city) == (CustomerStatus.DELETED, None)
    assert (fresh(other).status, fresh(other).merged_into_id) == (CustomerStatus.NORMAL, None)


def test_of_two_merges_into_one_either_can_be_undone_first(cast: Cast) -> None:
    for first_to_go in (0, 1):
        kept, other = two(cast)
        third = make.customer(cast.corp, cast.owner, province="四川")
        before = everything()
        rows = [merging.merge(kept=fresh(kept), others=[fresh(one)], **AS) for one in (other, third)]
        undone(rows[first_to_go])
        left = (third, other)[first_to_go]
        assert merging.ids_of(kept.pk) == [kept.pk, left.pk]
        undone(rows[1 - first_to_go])
        assert differing(before, everything()) == {}
        assert not MergeMember.objects.exists()


def test_a_reading_of_wecom_keeps_a_merged_record_hidden_and_undoing_shows_what_it_said(cast: Cast) -> None:
    readings.read(cast.corp, follow("wmA", cast.owner.userid), follow("wmB", cast.colleague.userid), ticket=1)
    kept, other = readings.the("wmA"), readings.the("wmB")
    row = merging.merge(kept=kept, others=[other], **AS)
    # Added anew by somebody else, renamed: what would bring back one who was deleted.
    later = [follow("wmB", cast.colleague.userid), follow("wmB", cast.manager.userid, 400)]
    readings.read(cast.corp, *later, ticket=2, people=[person("wmB", name="新名")])
    assert (fresh(other).status, fresh(other).merged_into_id, fresh(other).name) == (0, kept.pk, "新名")
    assert fresh(other).relations.count() == 2
    undone(row)
    assert (fresh(other).status, fresh(other).alive, fresh(other).name) == (CustomerStatus.NORMAL, 1, "新名")


def test_who_was_lost_or_won_meanwhile_is_so_afterwards(cast: Cast) -> None:
    readings.read(cast.corp, follow("wmA", cast.owner.userid), follow("wmB", cast.colleague.userid), ticket=1)
    kept, other = readings.the("wmA"), readings.the("wmB")
    row = merging.merge(kept=kept, others=[other], **AS)
    readings.end(cast.corp, "wmB", cast.colleague.userid, "customer", 3, ticket=2)
    assert fresh(other).status == CustomerStatus.DELETED
    undone(row)
    assert fresh(other).status == CustomerStatus.LOST
    row = merging.merge(kept=fresh(kept), others=[fresh(other)], **AS)
    readings.read(cast.corp, follow("wmB", cast.colleague.userid, 9), ticket=3)
    undone(row)
    assert fresh(other).status == CustomerStatus.NORMAL


def test_the_grams_find_the_record_again(cast: Cast) -> None:
    kept, other = two(cast)
    undone(merging.merge(kept=kept, others=[other], **AS))
    rows = Customer.objects.alive().filter(grams__gram="丰", grams__alive=True)
    assert list(rows.values_list("pk", flat=True)) == [other.pk]


def company(cast: Cast, dice: random.Random) -> list[Customer]:
    """Some customers who have some of everything, as readings and people make them."""
    people = [cast.owner, cast.colleague, cast.manager]
    names = [f"wm{n}" for n in range(5)]
    for ticket, name in enumerate(names, start=1):
        chosen = dice.sample(people, dice.randint(1, 3))
        pairs = [follow(name, one.userid, dice.randint(0, 30), remark=dice.choice(["", "备注"])) for one in chosen]
        facts = {"unionid": dice.choice([None, "oU"]), "gender": dice.choice([0, 1, 2])}
        readings.read(cast.corp, *pairs, ticket=ticket, people=[person(name, **facts)])
    rows = [readings.the(name) for name in names]
    for row in rows:
        fields = {"city": dice.choice([None, "", "深圳"]), "mobile": dice.choice([None, "13800000001"])}
        lifecycle.update(customer=row, **fields, **AS)
        if dice.random() < 0.5:
            make.tagged(fresh(row), make.tag(make.group(cast.corp)))
    return [fresh(row) for row in rows]


def same_reading(cast: Cast, rows: list[Customer], ticket: int) -> None:
    """WeCom says once more what it has said of these; nothing has changed there."""
    for row in rows:
        pairs = [
            follow(row.external_userid, r.employee.userid, _day(r.add_time), remark=r.remark)
            for r in row.relations.select_related("employee")
        ]
        facts = {"unionid": row.unionid, "gender": row.gender, "name": row.name}
        readings.read(cast.corp, *pairs, ticket=ticket, people=[person(row.external_userid, **facts)])


def _day(moment: Any) -> float:
    return (moment - readings.START).days


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_merged_and_however_often_wecom_is_read_meanwhile_undoing_gives_back_all(
    cast: Cast, seed: int
) -> None:
    dice = random.Random(seed)
    rows = company(cast, dice)
    # A reading numbers what it saw; so that only merging is compared, all has been read by the last one before.
    same_reading(cast, rows, 90)
    before = everything()
    done: list[CustomerMerge] = []
    free = [fresh(row) for row in dice.sample(rows, 5)]
    while len(free) > 1:
        kept, others = free[0], free[1 : dice.randint(2, 3)]
        done.append(merging.merge(kept=fresh(kept), others=[fresh(one) for one in others], **AS))
        free = [row for row in free if row not in others and (row != kept or dice.random() < 0.5)]
        if dice.random() < 0.5:
            same_reading(cast, rows, 90)
    for row in dice.sample(done, len(done)):
        undone(row)
    assert differing(before, everything()) == {}
