"""Filters of the customer list that ask of relations."""

from typing import Any

import pytest

from customers.choices import RelationStatus
from tests import api, make
from tests.conftest import Cast

LEFT = int(RelationStatus.ENDED_BY_CUSTOMER)


@pytest.fixture
def list_names(cast: Cast) -> Any:
    """Three customers of the owner: "left" deleted the colleague, "came" has them by the expo's code, "none"."""
    left, came, _none = (make.customer(cast.corp, cast.owner, name=name) for name in ("left", "came", "none"))
    make.relation(left, cast.colleague, status=LEFT, state="old")
    make.relation(came, cast.colleague, state="expo", add_way=16)
    client = api.client(cast.corp)
    return lambda **query: sorted(row["name"] for row in client.get("/api/v1/customers", query).json()["list"])


def test_a_follower_is_found_whether_main_or_not_and_whether_it_lasts_or_not(cast: Cast, list_names: Any) -> None:
    assert list_names(followerId=cast.colleague.pk) == ["came", "left"]
    assert list_names(followerId=cast.owner.pk) == ["came", "left", "none"]
    assert list_names(followerId=cast.stranger.pk) == []


def test_who_left_is_found_by_how_it_ended(cast: Cast, list_names: Any) -> None:
    assert list_names(followStatus=LEFT) == ["left"]
    assert list_names(followStatus=2) == []


def test_a_code_is_found_exactly(list_names: Any) -> None:
    assert (list_names(followState="expo"), list_names(followState="EXPO"), list_names(followState="exp")) == (
        ["came"],
        [],
        [],
    )


def test_all_are_asked_of_one_and_the_same_relation(cast: Cast, list_names: Any) -> None:
    """ "left" has a living relation and one that the customer ended, but not in one."""
    assert list_names(followerId=cast.owner.pk, followStatus=LEFT) == []
    assert list_names(followerId=cast.colleague.pk, followStatus=LEFT) == ["left"]
    assert list_names(followState="expo", addWay="16", followStatus=1) == ["came"]
    assert list_names(followState="old", addWay="16") == []
