"""What changes of a segment take hold of, and what they leave alone."""

from typing import Any

from corps.models import Corp
from customers.models import Customer
from segments import asking as answers
from segments import catalogue
from segments.bitmaps import upkeep
from segments.models import SegmentRun, SegmentStanding
from segments.refreshing import questions
from tests.conftest import Cast
from tests.segments.crowd import (
    BY,
    asking,
    hear,
    ids,
    last_run,
    members,
    move,
    of_city,
    people,
    run_all,
    segment,
    standing,
    told,
)


def test_who_moves_is_told_of_from_when_it_is_asked_for(cast: Cast) -> None:
    first, second = people(cast.corp, "北京", "北京")
    row = segment(cast.corp)
    hear(cast.corp)
    catalogue.update_segment(segment=row, announces=True, **BY)
    move(first, "上海")
    hear(cast.corp)
    catalogue.update_segment(segment=row, announces=False, **BY)
    move(second, "上海")
    hear(cast.corp)
    assert told(row) == [("left", [first.pk], "customer.updated")]
    assert (members(row), standing(row).version) == (set(), 1)


def test_only_another_condition_makes_a_run(cast: Cast) -> None:
    row = segment(cast.corp)
    changes: list[dict[str, Any]] = [{"name": "新名"}, {"description": "d"}, {"announces": True}]
    changes += [{"condition": of_city("北京")}, {"condition": {"where": of_city("北京")["where"], "version": 1}}]
    for fields in changes:
        catalogue.update_segment(segment=row, **fields, **BY)
    assert SegmentRun.objects.filter(segment=row).count() == 1
    assert standing(row).stale_since is None
    catalogue.update_segment(segment=row, condition=of_city("北京", "上海"), **BY)
    assert (SegmentRun.objects.filter(segment=row).count(), last_run(row).reason) == (2, "changed")


def test_members_move_without_making_an_editors_version_old(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row = segment(cast.corp, announces=True)
    for city in ("上海", "北京"):
        move(one, city)
        hear(cast.corp)
    row.refresh_from_db()
    assert (row.version, standing(row).version) == (1, 3)
    catalogue.update_segment(segment=row, name="新名", if_version=1, **BY)


def test_one_change_is_settled_in_every_segment_of_the_company_and_in_no_other(cast: Cast) -> None:
    mine = [segment(cast.corp, of_city(city)) for city in ("北京", "上海", "广州")]
    foreign = segment(cast.other_corp)
    (one,) = people(cast.corp, "北京")
    hear(cast.corp)
    assert [members(row) for row in mine] == [ids(one), set(), set()]
    move(one, "上海")
    hear(cast.corp)
    assert [members(row) for row in mine] == [set(), ids(one), set()]
    assert (members(foreign), standing(foreign).version) == (set(), 0)


def test_with_bitmaps_or_without_the_same_are_found(cast: Cast) -> None:
    customers = people(cast.corp, "北京", "上海", "北京", "广州")
    row = segment(cast.corp, of_city("北京", "广州"))
    by_record = members(row)
    upkeep.keep(Corp.objects.get(pk=cast.corp.pk))
    move(customers[1], "广州")
    Customer.objects.filter(pk=customers[0].pk).update(gender=2)
    assert set(answers.ids(questions.condition_of(row))) == by_record | ids(customers[1])
    catalogue.update_segment(segment=row, condition=of_city("北京", "广州", "上海"), **BY)
    run_all()
    assert members(row) == ids(*customers)
    hear(cast.corp)
    assert members(row) == ids(*customers)


def test_a_segment_of_everybody_and_one_of_nobody(cast: Cast) -> None:
    customers = people(cast.corp, "北京", "上海")
    everybody = segment(cast.corp, {"version": 1, "where": None})
    nobody = segment(cast.corp, asking("city", "unset"))
    assert (members(everybody), members(nobody)) == (ids(*customers), set())
    hear(cast.corp)
    (new,) = people(cast.corp, "广州")
    hear(cast.corp)
    assert members(everybody) == ids(*customers, new)
    assert SegmentStanding.objects.get(pk=everybody.pk).size == 3
