"""Rows of the next run: written beside what readers see, by whatever runner, and taken back."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from segments.members import clearing, staging, telling
from segments.models import SegmentRun, SegmentStanding, SegmentStay, SegmentTouch
from segments.querysets import NEVER
from tests.conftest import Cast
from tests.segments.crowd import ids, members, of_city, people, segment, standing, told

AT = dt.datetime(2046, 5, 1, tzinfo=dt.UTC)


@pytest.fixture
def run(cast: Cast) -> SegmentRun:
    """The second run of a segment of two, about to write."""
    people(cast.corp, "北京", "北京")
    row = segment(cast.corp)
    SegmentStanding.objects.filter(pk=row.pk).update(staged=True)
    fields: dict[str, Any] = {"reason": "hand", "number": 2, "as_of": AT, "state": "running", "lease_until": now()}
    return SegmentRun.objects.create(corp=cast.corp, segment=row, **fields)


def rows(run: SegmentRun) -> dict[int, tuple[int, int]]:
    """Customer → (entered in, left in) of the last stay."""
    found = SegmentStay.objects.of_segment(run.segment_id).order_by("pk")
    return {stay.customer_id: (stay.entered_run, stay.left_run) for stay in found}


def test_who_enters_and_leaves_is_written_under_the_next_number(run: SegmentRun) -> None:
    first, second = sorted(members(run.segment))
    staging.stage(run, [901, 902], [first])
    assert rows(run) == {first: (1, 2), second: (1, NEVER), 901: (2, NEVER), 902: (2, NEVER)}
    assert members(run.segment) == {first, second}
    assert set(staging.staged_ids(run.segment_id)) == {second, 901, 902}
    left, came = SegmentStay.objects.get(customer_id=first), SegmentStay.objects.get(customer_id=901)
    assert (left.left_at, left.left_by, came.entered_at, came.entered_by) == (AT, "hand", AT, "hand")


def test_what_another_runner_wrote_is_turned_round_and_not_doubled(run: SegmentRun) -> None:
    first, second = sorted(members(run.segment))
    staging.stage(run, [901], [first])
    staging.stage(run, [first], [901])
    assert rows(run) == {first: (1, NEVER), second: (1, NEVER)}
    stay = SegmentStay.objects.get(customer_id=first)
    assert (stay.left_at, stay.left_by) == (None, "")


def test_who_has_changed_meanwhile_is_left_out(run: SegmentRun) -> None:
    first, second = sorted(members(run.segment))
    for customer in (first, 901):
        SegmentTouch.objects.create(corp_id=run.corp_id, segment_id=run.segment_id, customer_id=customer)
    staging.stage(run, [901, 902], [first, second])
    assert rows(run) == {first: (1, NEVER), second: (1, 2), 902: (2, NEVER)}


def test_who_is_asked_again_is_put_where_they_belong(run: SegmentRun) -> None:
    first, second = sorted(members(run.segment))
    staging.stage(run, [901, 902], [first])
    staging.restage(run, members=[first, 902, 903], ids=[first, second, 901, 902, 903, 904])
    assert set(staging.staged_ids(run.segment_id)) == {first, 902, 903}
    staging.restage(run, members=[first, 902, 903], ids=[first, second, 901, 902, 903, 904])
    assert rows(run) == {first: (1, NEVER), second: (1, 2), 902: (2, NEVER), 903: (2, NEVER)}


def test_it_is_taken_back_in_batches_and_not_while_a_run_is_open(run: SegmentRun, monkeypatch: Any) -> None:
    before = rows(run)
    first, second = sorted(before)
    staging.stage(run, [901, 902, 903], [first, second])
    staged = rows(run)
    assert staging.take_back(run.segment_id) is False
    assert rows(run) == staged
    SegmentRun.objects.filter(pk=run.pk).update(state="cancelled", finished_at=now())
    monkeypatch.setattr(staging, "BATCH", 2)
    assert [staging.take_back(run.segment_id) for _n in range(3)] == [True, True, False]
    assert (rows(run), standing(run.segment).staged) == (before, False)
    assert staging.take_back(run.segment_id) is False


def test_only_what_is_left_behind_is_cleared(run: SegmentRun) -> None:
    staging.stage(run, [901], [])
    assert clearing.clear_some() is False
    assert 901 in rows(run)
    SegmentRun.objects.filter(pk=run.pk).update(state="failed", finished_at=now())
    assert clearing.clear_some() is True
    assert clearing.clear_some() is False
    assert 901 not in rows(run)


def test_a_finished_run_tells_of_its_own_and_of_nobody_twice(run: SegmentRun, monkeypatch: Any) -> None:
    first, second = sorted(members(run.segment))
    staging.stage(run, [901, 902, 903], [first, second])
    by_themselves = {"entered_event": "event-1", "entered_by": "customer.updated"}
    SegmentStay.objects.filter(customer_id=902).update(**by_themselves)
    SegmentStay.objects.filter(customer_id=903).update(left_run=2, left_event="event-2")
    back = {"corp_id": run.corp_id, "segment_id": run.segment_id, "customer_id": second, "entered_run": 2}
    SegmentStay.objects.create(**back, entered_at=AT, **by_themselves)
    row = standing(run.segment)
    row.run = 2
    parts = 0
    while telling.tell_some(run, row):
        parts += 1
    assert told(run.segment) == [("entered", [901], "hand"), ("left", [first], "hand")]
    assert (parts, row.version) == (2, 2)


def test_causes_are_told_apart_and_long_lists_are_parted(cast: Cast, monkeypatch: Any) -> None:
    row = segment(cast.corp, of_city("拉萨"), announces=True)
    monkeypatch.setattr(telling, "A_TIME", 2)
    settling = telling.Moves(entered=[1, 2, 3, 4], left=[5])
    names = {1: "a", 2: "b", 3: "a", 4: "a", 5: "b"}
    causes = {pk: telling.Cause(name, f"event-{pk}") for pk, name in names.items()}
    held = standing(row)
    telling.tell(row, held, settling, causes)
    wanted = [("entered", [1, 3], "a"), ("entered", [4], "a"), ("entered", [2], "b"), ("left", [5], "b")]
    assert (told(row), held.version) == (wanted, 4)
    row.announces = False
    telling.tell(row, held, settling, causes)
    assert held.version == 4
    assert ids() == set()
