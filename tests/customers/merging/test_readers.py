"""What others make of a merge: timelines, lists of people, figures, and what a person's records show together."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import assigning, finding, merging
from customers.assigning.waiting import waiting
from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation, MergeMember, StageChange
from followups.choices import EntryKind
from followups.models import TimelineEntry
from tests import api, make
from tests.conftest import Cast
from tests.customers.merging.dumps import two
from tests.followups.test_timeline import heard

AS: Any = {"by": SYSTEM, "source": "operator"}


def seen(cast: Cast, name: str) -> set[int]:
    return set(Customer.objects.visible_to(cast.actor(name)).values_list("pk", flat=True))


def test_the_timelines_of_all_records_tell_of_it_and_the_kept_one_s_shows_them_together(cast: Cast) -> None:
    kept, other = two(cast)
    row = make.merge(kept, other)
    entries = [entry for entry in heard(times=2) if entry.kind in (EntryKind.MERGED, EntryKind.UNMERGED)]
    told = {"mergeId": row.pk, "keptId": kept.pk, "otherIds": [other.pk]}
    assert [(entry.customer_id, entry.kind, entry.facts) for entry in entries] == [
        (kept.pk, "merged", told),
        (other.pk, "merged", told),
    ]
    caller = api.client(cast.corp)
    shown = caller.get(f"/api/v1/customers/{kept.pk}/timeline").json()["list"]
    assert len(shown) == TimelineEntry.objects.count()
    alone = caller.get(f"/api/v1/customers/{other.pk}/timeline").json()["list"]
    assert 0 < len(alone) < len(shown)
    merging.undo(merge=row, **AS)
    heard()
    kinds = [entry["kind"] for entry in caller.get(f"/api/v1/customers/{kept.pk}/timeline").json()["list"]]
    assert kinds.count("unmerged") == kinds.count("merged") == 1


def test_a_merged_record_waits_for_nobody(cast: Cast) -> None:
    make.assignment_rule(cast.corp, cast.manager)
    kept, other = make.customer(cast.corp), make.customer(cast.corp)
    make.merge(kept, other)
    assert list(waiting(cast.corp.pk, after=0, most=10, lost=True)) == [kept.pk]
    assigning.run(corp=cast.corp, **AS)
    rows = Customer.objects.in_bulk([kept.pk, other.pk])
    assert (rows[kept.pk].follow_user_id, rows[other.pk].follow_user_id) == (cast.manager.pk, None)


def test_of_three_records_each_follower_sees_all_and_others_see_none(cast: Cast) -> None:
    kept, other = two(cast)
    third = make.customer(cast.corp, cast.owner)
    beside = make.customer(cast.corp, cast.colleague)
    make.merge(kept, other, third)
    person = {kept.pk, other.pk, third.pk}
    assert (seen(cast, "owner"), seen(cast, "colleague")) == (person, person | {beside.pk})
    assert seen(cast, "stranger") == set()
    assert seen(cast, "admin") == seen(cast, "manager") == person | {beside.pk}


def test_who_follows_no_record_any_more_sees_none(cast: Cast) -> None:
    kept, other = two(cast)
    make.merge(kept, other)
    assert len(seen(cast, "colleague")) == 2
    FollowRelation.objects.filter(customer=other).update(status=RelationStatus.ENDED_BY_EMPLOYEE)
    assert seen(cast, "colleague") == set()
    assert len(seen(cast, "owner")) == 2


def test_what_is_changed_of_a_person_may_be_changed_by_whoever_follows_a_record(cast: Cast) -> None:
    kept, other = two(cast)
    colleague, owner = cast.actor("colleague"), cast.actor("owner")
    assert [finding.may_change(row.pk, colleague) for row in (kept, other)] == [False, True]
    row = make.merge(kept, other)
    for one in (kept, other):
        assert finding.may_change(one.pk, colleague)
        assert finding.locked(one.pk, owner).pk == finding.changeable(one.pk, colleague).pk == one.pk
    merging.undo(merge=row, **AS)
    with pytest.raises(Exception, match="not_found"):
        finding.locked(kept.pk, colleague)


def test_rows_of_a_person_s_records_are_seen_by_who_sees_the_person(cast: Cast) -> None:
    kept, other = two(cast)
    make.staged(other, make.stage(cast.corp))
    assert not StageChange.objects.visible_to(cast.actor("owner")).exists()
    make.merge(Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=other.pk))
    assert StageChange.objects.visible_to(cast.actor("owner")).count() == 1


def test_members_are_of_one_company_and_each_of_one_person(cast: Cast) -> None:
    pairs = [two(cast) for _n in range(3)]
    rows = [make.merge(*pair) for pair in pairs]
    members = list(MergeMember.objects.order_by("pk").values_list("corp_id", "kept_id", "customer_id"))
    assert members == [(cast.corp.pk, kept.pk, one.pk) for kept, other in pairs for one in (kept, other)]
    merging.undo(merge=rows[1], **AS)
    assert [merging.ids_of(kept.pk) for kept, _other in pairs] == [
        [pairs[0][0].pk, pairs[0][1].pk],
        [pairs[1][0].pk],
        [pairs[2][0].pk, pairs[2][1].pk],
    ]
