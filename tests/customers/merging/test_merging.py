"""Merging: what it writes, tells and refuses."""

from typing import Any

import pytest

from core.errors import Conflict, NotFound, RuleViolation
from corps.actors import SYSTEM
from customers import blacklist, lifecycle, listing, merging, selection, stages, tagging
from customers.choices import CustomerStatus, PairState
from customers.models import Customer, CustomerMerge, DuplicatePair, MergeMember
from customers.selection import Wanted
from followups import writing
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.merging.dumps import everything, two

AS: Any = {"by": SYSTEM, "source": "operator"}


def merged(kept: Customer, *others: Customer) -> CustomerMerge:
    return merging.merge(kept=kept, others=others, **AS)


def fresh(row: Customer) -> Customer:
    return Customer.objects.get(pk=row.pk)


def found(cast: Cast, **filters: Any) -> list[int]:
    """The ids of a list, as the administrator gets it."""
    page = listing.page(Wanted(cast.actor("admin"), filters), number=1, size=20)
    return [row["id"] for row in page["list"]]


def test_the_kept_one_takes_what_it_lacks_and_the_other_says_where_it_went(cast: Cast, recorded: Any) -> None:
    kept, other = two(cast)
    before = len(recorded())
    row = merging.merge(kept=kept, others=[other], by=cast.actor("admin"), source="api")
    stays, goes = fresh(kept), fresh(other)
    assert (stays.name, stays.city, stays.gender, stays.merged_into_id) == ("张三", "深圳", 1, None)
    assert (goes.status, goes.merged_into_id, goes.deleted_at, goes.name) == (0, kept.pk, None, "张三丰")
    assert (row.kept_id, row.other_ids, row.actor, row.source) == (
        kept.pk,
        [other.pk],
        cast.actor("admin").label,
        "api",
    )
    told = {"mergeId": row.pk, "keptId": kept.pk, "otherIds": [other.pk]}
    events = recorded()[before:]
    assert [(name, subject) for name, subject, _data in events] == [
        ("customer.updated", kept.pk),
        ("customer.merged", kept.pk),
        ("customer.merged", other.pk),
    ]
    assert events[0][2]["changed"] == ["city", "gender"]
    assert [data for _name, _subject, data in events[1:]] == [{"customerId": pk} | told for pk in (kept.pk, other.pk)]
    versions = OutboxEvent.objects.order_by("id").values_list("aggregate_id", "aggregate_version")[before:]
    assert list(versions) == [(kept.pk, 2), (kept.pk, stays.version), (other.pk, goes.version)]


def test_what_the_other_has_stays_with_it(cast: Cast) -> None:
    kept, other = two(cast)
    tag = make.tag(make.group(cast.corp))
    tagging.add_tags(customer=other, tag_ids=[tag.pk], **AS)
    writing.write(customer=fresh(other), content="电话", employee_id=cast.colleague.pk, by=SYSTEM, source="api")
    before = everything()
    merged(kept, other)
    after = everything()
    left_alone = ("FollowRelation", "RelationEpisode", "CustomerTag", "FollowUp", "StageChange", "Collaborator")
    assert {name: after[name] for name in left_alone} == {name: before[name] for name in left_alone}


def test_lists_and_searches_show_the_kept_one_only(cast: Cast) -> None:
    kept, other = two(cast)
    assert found(cast) == [other.pk, kept.pk]
    merged(kept, other)
    assert found(cast) == found(cast, keyword="张三") == found(cast, keyword="张") == [kept.pk]
    # By the other's name, too.
    assert found(cast, keyword="三丰") == [kept.pk]
    assert found(cast, keyword="13800000001x") == []
    assert found(cast, status=1) == [kept.pk]
    # As with the deleted, who asks for them gets them.
    assert found(cast, status=0) == [other.pk]
    assert selection.select(Wanted(cast.actor("admin"), {})).count() == 1


def test_the_history_has_no_name_and_no_number(cast: Cast) -> None:
    kept = make.customer(cast.corp, name=None)
    other = make.customer(cast.corp, name="李四", mobile="13800000009", unionid="oAbc")
    row = merged(kept, other)
    written = str(CustomerMerge.objects.filter(pk=row.pk).values().get())
    assert fresh(kept).mobile == "13800000009"
    assert not any(secret in written for secret in ("李四", "13800000009", "oAbc"))


def test_a_value_of_its_own_is_not_given_up_and_the_first_of_several_others_gives(cast: Cast) -> None:
    kept = make.customer(cast.corp, name="甲", city="北京")
    second, third = (
        make.customer(cast.corp, name="乙", city="上海"),
        make.customer(cast.corp, province="四川", gender=2),
    )
    fourth = make.customer(cast.corp, province="广东", gender=1)
    row = merged(kept, second, third, fourth)
    stays = fresh(kept)
    assert (stays.name, stays.city, stays.province, stays.gender) == ("甲", "北京", "四川", 2)
    assert sorted(row.filled) == ["gender", "province"]
    assert sorted(merging.ids_of(kept.pk)) == sorted([kept.pk, second.pk, third.pk, fourth.pk])


def test_others_can_come_to_the_same_one_later(cast: Cast) -> None:
    kept, other = two(cast)
    third = make.customer(cast.corp, cast.owner)
    merged(kept, other)
    merged(fresh(kept), third)
    assert merging.ids_of(kept.pk) == [kept.pk, other.pk, third.pk]
    assert MergeMember.objects.count() == 3
    assert merging.ids_of(other.pk) == [other.pk]


def test_the_candidates_among_them_are_settled(cast: Cast) -> None:
    kept, other = two(cast)
    pair = make.duplicate_pair(kept, other)
    beside = make.duplicate_pair(other, make.customer(cast.corp))
    row = merged(kept, other)
    assert row.pairs == [[pair.pk, "open"]]
    assert DuplicatePair.objects.get(pk=pair.pk).state == PairState.MERGED
    assert DuplicatePair.objects.get(pk=beside.pk).state == PairState.OPEN


def one_merged(cast: Cast, kept: Customer, other: Customer) -> list[Customer]:
    merged(kept, other)
    return [make.customer(cast.corp), other]


def one_keeps(cast: Cast, kept: Customer, other: Customer) -> list[Customer]:
    merged(other, make.customer(cast.corp))
    return [kept, other]


def kept_is_merged(cast: Cast, kept: Customer, other: Customer) -> list[Customer]:
    merged(other, kept)
    return [kept, make.customer(cast.corp)]


def other_deleted(cast: Cast, kept: Customer, other: Customer) -> list[Customer]:
    lifecycle.delete(customer=other, **AS)
    return [kept, other]


def one_blacklisted(cast: Cast, kept: Customer, other: Customer) -> list[Customer]:
    blacklist.put(customer=other, reason="恶意退单", **AS)
    return [kept, other]


def handed_over(cast: Cast, kept: Customer, other: Customer) -> list[Customer]:
    make.transfer(other, cast.colleague, cast.owner).items.update(state="waiting")
    return [kept, other]


@pytest.mark.parametrize(
    ("scene", "code"),
    [
        (one_merged, "customer_merged"),
        (one_keeps, "customer_keeps_others"),
        (kept_is_merged, "customer_merged"),
        (other_deleted, "customer_deleted"),
        (one_blacklisted, "blacklist_differs"),
        (handed_over, "transfer_under_way"),
    ],
)
def test_what_can_t_be_merged_is_refused_and_nothing_changes(cast: Cast, recorded: Any, scene: Any, code: str) -> None:
    kept, *others = scene(cast, *two(cast))
    kept, others = fresh(kept), [fresh(row) for row in others]
    before, events, merges = everything(), recorded(), CustomerMerge.objects.count()
    with pytest.raises(Conflict) as refusal:
        merged(kept, *others)
    assert refusal.value.code == code
    with pytest.raises(Conflict):
        merging.plan(kept=kept, others=others)
    assert (everything(), recorded(), CustomerMerge.objects.count()) == (before, events, merges)


def test_nobody_is_merged_with_themselves_with_nobody_or_with_a_crowd(cast: Cast) -> None:
    kept, other = two(cast)
    crowd = [make.customer(cast.corp) for _ in range(11)]
    before = everything()
    for others in ([], [kept], [other, fresh(other)], crowd):
        with pytest.raises(RuleViolation) as refusal:
            merged(kept, *others)
        assert refusal.value.code == "merge_invalid"
    assert everything() == before


def test_records_of_two_companies_are_never_merged(cast: Cast) -> None:
    kept, foreign = make.customer(cast.corp), make.customer(cast.other_corp)
    before = everything()
    with pytest.raises(NotFound):
        merged(kept, foreign)
    assert everything() == before


def test_both_on_the_blacklist_may_be_merged(cast: Cast) -> None:
    kept, other = two(cast)
    rows = [make.blacklisted(row) for row in (kept, other)]
    merged(*rows)
    assert fresh(other).merged_into_id == kept.pk


def test_a_merged_record_can_t_be_written_to_revived_or_made_again(cast: Cast, recorded: Any) -> None:
    kept, other = two(cast)
    merged(kept, other)
    before, events = everything(), recorded()
    acts: list[Any] = [
        lambda row: lifecycle.update(customer=row, name="x", **AS),
        lambda row: lifecycle.update(customer=row, status=CustomerStatus.NORMAL, **AS),
        lambda row: lifecycle.create(corp_id=cast.corp.pk, external_userid=row.external_userid, **AS),
        lambda row: tagging.add_tags(customer=row, tag_ids=[make.tag(make.group(cast.corp)).pk], **AS),
        lambda row: stages.set_stage(customer=row, stage=make.stage(cast.corp), **AS),
        lambda row: writing.write(customer=row, content="x", employee_id=cast.owner.pk, **AS),
    ]
    for act in acts:
        with pytest.raises(Conflict) as refusal:
            act(fresh(other))
        assert refusal.value.code in ("customer_merged", "customer_deleted")
    lifecycle.delete(customer=fresh(other), **AS)
    after = everything()
    assert (after["Customer"], recorded()[: len(events)]) == (before["Customer"], events)


def test_the_plan_says_what_merging_does_and_writes_nothing(cast: Cast, recorded: Any) -> None:
    kept, other = two(cast)
    make.tagged(other, make.tag(make.group(cast.corp)))
    make.duplicate_pair(kept, other)
    before, events = everything(), recorded()
    plan = merging.plan(kept=fresh(kept), others=[fresh(other)])
    assert [(side.customer.pk, side.followers, side.tags) for side in plan.sides] == [(kept.pk, 1, 0), (other.pk, 1, 1)]
    assert {column: row.pk for column, row in plan.takes.items()} == {"gender": other.pk, "city": other.pk}
    assert (plan.stays, plan.reasons) == ({"name": [other.pk]}, 2)
    assert (everything(), recorded()) == (before, events)
    row = merged(fresh(kept), fresh(other))
    assert sorted(row.filled) == sorted(plan.takes)
