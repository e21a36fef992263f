"""What is read from the record: which atoms are true of whom."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from customers import lifecycle
from customers.choices import RelationStatus
from customers.models import FollowRelation
from segments.bitmaps import atoms, reading
from tests import make
from tests.conftest import Cast
from tests.segments.bitmaps.world import BY

SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(cast: Cast, *customers: Any) -> dict[str, list[int]]:
    """The atoms that are true of any of these, with whom they are true of."""
    ids = {"in": [customer.pk for customer in customers]} if customers else {"gt": 0}
    return {name: list(found) for name, found in reading.read(cast.corp.pk, SHANGHAI, ids).items()}


def test_each_value_is_an_atom_with_those_who_have_it(cast: Cast) -> None:
    added = dt.datetime(2026, 3, 1, 15, 59, tzinfo=dt.UTC)
    fields = {"province": "广东", "city": "深圳", "channel": "qr", "gender": 0, "mobile": "1", "unionid": "o1"}
    one = make.customer(cast.corp, cast.owner, add_time=added, **fields)
    other = make.customer(cast.corp, add_time=added + dt.timedelta(minutes=1), city="深圳", mobile="")
    found = read(cast)
    both, first, second = [one.pk, other.pk], [one.pk], [other.pk]
    assert found["all"] == both
    assert found["status=1;"] == both
    assert found["type=1;"] == both
    assert found["blacklisted=0;"] == both
    assert found["city=深圳;"] == found["city;"] == both
    assert found["province=广东;"] == found["channel=qr;"] == found["gender=0;"] == found["gender;"] == first
    assert found[f"followUser={cast.owner.pk};"] == found[f"relation={cast.owner.pk};"] == first
    assert found["mobile;"] == found["unionid;"] == first
    # A minute before midnight in Shanghai, and at midnight.
    assert (found["added=2026-03-01;"], found["added=2026-03-02;"]) == (first, second)


def test_nothing_is_true_of_who_is_deleted(cast: Cast) -> None:
    row = make.tagged(make.customer(cast.corp, cast.owner, city="深圳"), make.tag(make.group(cast.corp)))
    lifecycle.delete(customer=row, **BY)
    assert read(cast) == {"all": []}


def test_other_companies_are_not_read(cast: Cast) -> None:
    make.tagged(make.customer(cast.other_corp, cast.stranger, city="深圳"), make.tag(make.group(cast.other_corp)))
    assert read(cast) == {"all": []}


def test_some_customers_can_be_read_alone(cast: Cast) -> None:
    one, other = make.customer(cast.corp, city="深圳"), make.customer(cast.corp, city="深圳")
    assert read(cast, other)["city=深圳;"] == [other.pk]
    below = reading.read(cast.corp.pk, SHANGHAI, {"gt": 0, "lte": one.pk})
    assert list(below["city=深圳;"]) == [one.pk]


def test_a_tag_is_an_atom_whoever_it_is_for_and_also_after_it_has_ended(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    row = make.tagged(make.customer(cast.corp, cast.owner), tag)
    make.relation(row, cast.colleague)
    make.tag_row(row, tag, cast.colleague)
    assert read(cast)[f"tag={tag.pk};"] == [row.pk]
    tag.deleted_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    tag.save()
    assert read(cast)[f"tag={tag.pk};"] == [row.pk]


def test_only_living_relations_are_atoms(cast: Cast) -> None:
    row = make.customer(cast.corp, cast.owner)
    make.relation(row, cast.colleague)
    FollowRelation.objects.filter(employee=cast.owner).update(status=RelationStatus.ENDED_BY_CUSTOMER)
    found = read(cast)
    assert found[f"relation={cast.colleague.pk};"] == [row.pk]
    assert f"relation={cast.owner.pk};" not in found


@pytest.mark.parametrize("value", ["深圳 ", "深圳;", "=", "AB", "ab", "é", "e\u0301"])
def test_the_names_of_values_that_a_database_may_hold_for_the_same_differ(value: str) -> None:
    others = {atoms.key("city", other) for other in ("深圳", "Ab", "e", "", value + " ")}
    assert atoms.key("city", value) not in others
    assert not atoms.key("city", value).endswith(" ")
