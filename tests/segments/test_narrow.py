"""Whoever sees less than the company sees the same part of a segment everywhere: preview, members, list and counts."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import collaborating
from customers.models import Customer
from customers.selection import Wanted, select
from segments import finding, previewing
from segments.models import Segment, SegmentRun, SegmentSize, SegmentStanding, SegmentStay
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import ids, listed, of_city, segment

NAMES = ("owner", "colleague", "manager", "admin")


@pytest.fixture
def spread(cast: Cast) -> list[Customer]:
    """People of one city with every kind of follower: two of the owner, one each of others, one of nobody."""
    elsewhere = make.employee(cast.corp, make.department(cast.corp))
    followers = [cast.owner, cast.owner, cast.colleague, cast.manager, elsewhere, None]
    found = [make.customer(cast.corp, follower, city="北京") for follower in followers]
    make.customer(cast.corp, cast.owner, city="上海")
    act: dict[str, Any] = {"by": SYSTEM, "source": "system"}
    collaborating.add_collaborators(customer=found[4], employee_ids=[cast.colleague.pk], **act)
    return found


def everywhere(cast: Cast, name: str, row: Segment) -> list[set[int]]:
    """The same people by each way to ask for them."""
    actor = cast.actor(name)
    one = finding.one(row.pk, actor)
    seen = previewing.preview(document=of_city("北京"), corp=cast.corp, actor=actor)
    assert seen.count == len(seen.sample)
    shown = finding.members(one, actor).values_list("customer_id", flat=True)
    in_list = select(Wanted(actor, {"segmentId": row.pk})).values_list("pk", flat=True)
    return [set(seen.sample), set(shown), set(in_list)]


def test_each_role_sees_its_part_and_everywhere_the_same(cast: Cast, spread: list[Customer]) -> None:
    first, second, third, fourth, fifth, _nobodys = spread
    parts = {
        "owner": ids(first, second),
        "colleague": ids(third, fifth),
        "manager": ids(first, second, third, fourth, fifth),
        "admin": ids(*spread),
    }
    for row in (segment(cast.corp), listed(cast.corp, spread)):
        for name in NAMES:
            assert everywhere(cast, name, row) == [parts[name]] * 3, name
        assert SegmentStanding.objects.get(pk=row.pk).size == len(spread)


def test_rows_of_a_deleted_segment_are_not_there_for_anybody(cast: Cast, spread: list[Customer]) -> None:
    row = segment(cast.corp)
    actor = cast.actor("admin")
    models = (SegmentRun, SegmentSize, SegmentStanding)
    assert [model.objects.visible_to(actor).count() for model in models] == [1, 1, 1]
    assert [model.objects.visible_to(cast.actor("stranger")).count() for model in models] == [0, 0, 0]
    Segment.objects.filter(pk=row.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert [model.objects.visible_to(actor).count() for model in models] == [0, 0, 0]
    assert not Segment.objects.visible_to(actor).exists()
    assert SegmentStay.objects.visible_to(cast.actor("owner")).count() == 2
