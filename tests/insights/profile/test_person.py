"""The profile of a person with several records: all of them side by side, each thing saying of which record it is."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from corps.choices import Masking
from customers import lifecycle, merging, remarks, tagging
from customers.models import Customer
from insights.profile import answer
from tests import make
from tests.conftest import Cast
from tests.insights.profile.scene import ago, episode, follow_up, full, told
from tests.insights.profile.test_doors import shown

AS: Any = {"by": SYSTEM, "source": "operator"}
PARTS = ("relations", "tags", "groups", "segments", "warnings", "churn")


@pytest.fixture
def pair(cast: Cast) -> tuple[Customer, Customer]:
    """Two records of each part of which there is something."""
    return full(cast), full(cast)


def merged(pair: tuple[Customer, Customer]) -> Any:
    kept, other = (Customer.objects.get(pk=row.pk) for row in pair)
    return merging.merge(kept=kept, others=[other], **AS)


def owners(profile: dict[str, Any], part: str) -> list[int]:
    return [one["customerId"] for one in profile[part]["list"]]


def test_each_part_has_what_both_have_and_says_of_which_record_it_is(
    cast: Cast, pair: tuple[Customer, Customer]
) -> None:
    kept, other = pair
    admin = cast.actor("admin")
    alone = {row.pk: told(row, admin) for row in pair}
    merged(pair)
    together = told(kept, admin)
    for part in PARTS:
        assert sorted(owners(together, part)) == sorted(
            row.pk for row in pair for _one in alone[row.pk][part]["list"]
        ), part
    assert [record["id"] for record in together["records"]] == [other.pk]
    assert together["records"][0]["name"] == other.name
    assert not {"tags", "follows"} & set(together["records"][0])


def test_relations_stand_side_by_side_the_kept_ones_first(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    later, first = pair
    row = merging.merge(kept=first, others=[later], **AS)
    found = told(first, cast.actor("admin"))["relations"]["list"]
    assert [one["customerId"] for one in found] == [first.pk, first.pk, later.pk, later.pk]
    merging.undo(merge=row, **AS)
    assert {one["customerId"] for one in told(first, cast.actor("admin"))["relations"]["list"]} == {first.pk}


def test_one_employee_who_follows_two_records_stands_there_twice(cast: Cast) -> None:
    kept, other = (make.customer(cast.corp, cast.owner, add_time=ago(days)) for days in (50, 20))
    episode(other, cast.owner, 90, 60)
    for row, remark in ((kept, "老张"), (other, "张总")):
        remarks.change_remark(customer=row, employee_id=cast.owner.pk, remark=remark, **AS)
    merged((kept, other))
    found = told(kept, cast.actor("admin"))["relations"]
    assert [(one["customerId"], one["remark"], len(one["stays"])) for one in found["list"]] == [
        (kept.pk, "老张", 1),
        (other.pk, "张总", 2),
    ]
    assert "remark" in found["differences"]
    assert all(one["provenance"]["remark"]["source"] == "operator" for one in found["list"])


def test_facts_come_from_where_the_kept_record_has_them(cast: Cast) -> None:
    kept, other = make.customer(cast.corp, name="甲", city=None), make.customer(cast.corp, name="乙", city="深圳")
    lifecycle.update(customer=other, name="丙", by=SYSTEM, source="sync")
    merged((kept, other))
    found = told(kept, cast.actor("admin"))
    assert (found["facts"]["name"], found["facts"]["city"], found["facts"]["mergedCount"]) == ("甲", "深圳", 1)
    assert found["provenance"]["name"]["created"]
    assert (found["provenance"]["city"]["source"], found["provenance"]["city"]["created"]) == ("operator", False)


def test_contact_with_any_record_counts_as_contact_with_the_person(cast: Cast) -> None:
    kept, other = make.customer(cast.corp), make.customer(cast.corp)
    follow_up(kept, 1)
    follow_up(other, 2, 3)
    merged((kept, other))
    counts = {one["kind"]: one["all"] for one in told(kept, cast.actor("admin"))["behaviour"]["counts"]}
    assert counts["follow_up"] == 3


def test_the_same_tag_of_both_is_told_of_both(cast: Cast) -> None:
    kept, other, tag = make.customer(cast.corp), make.customer(cast.corp), make.tag(make.group(cast.corp))
    for row in (kept, other):
        tagging.add_tags(customer=row, tag_ids=[tag.pk], **AS)
    merged((kept, other))
    assert owners(told(kept, cast.actor("admin")), "tags") == [kept.pk, other.pk]


def test_the_merged_record_by_itself_shows_its_own(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    _kept, other = pair
    merged(pair)
    found = told(other, cast.actor("admin"))
    assert found["records"] == []
    assert {owner for part in PARTS for owner in owners(found, part)} == {other.pk}


def test_numbers_of_each_record_are_starred_out_as_its_detail_has_them(cast: Cast) -> None:
    cast.corp.masking = Masking.OTHERS
    cast.corp.save()
    kept = make.customer(cast.corp, cast.owner, mobile="13800000001")
    other = make.customer(cast.corp, cast.colleague, mobile="13900000002")
    make.relation(other, cast.manager, remark_mobiles=["13700000003"])
    merged((kept, other))
    found = told(kept, cast.actor("owner"))
    assert found["facts"]["mobile"] == "13800000001"
    assert found["records"][0]["mobile"] == "139****0002"
    noted = [one["remarkMobiles"] for one in found["relations"]["list"] if one["remarkMobiles"]]
    assert noted == [["137****0003"]]


def test_however_many_records_there_are_it_takes_as_many_statements(cast: Cast, django_assert_num_queries: Any) -> None:
    kept, *others = (full(cast) for _n in range(4))
    merging.merge(kept=Customer.objects.get(pk=kept.pk), others=others[:1], **AS)
    answer.of(kept.pk, cast.actor("admin"))
    # Five more than of a customer without others, as long as the detail is in the cache: which, their facts, tags,
    # followers and custom fields.
    with django_assert_num_queries(8):
        answer.of(kept.pk, cast.actor("admin"))
    merging.merge(kept=Customer.objects.get(pk=kept.pk), others=others[1:], **AS)
    answer.of(kept.pk, cast.actor("admin"))
    with django_assert_num_queries(8):
        answer.of(kept.pk, cast.actor("admin"))


def test_the_page_names_the_records_and_says_which_is_which(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    kept, other = pair
    content = shown(cast, kept).content.decode()
    assert "Records merged into this one" not in content
    merged(pair)
    content = shown(cast, kept).content.decode()
    for wanted in ("Records merged into this one", f"record {kept.pk}", f"record {other.pk}"):
        assert wanted in content, wanted
