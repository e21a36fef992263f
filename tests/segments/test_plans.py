"""What is asked of stays and runs all day is answered by the keys that were made for it, also where many have left."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core.time import now
from customers.selection import Wanted, select
from segments import finding
from segments.api import reading
from segments.members import clearing, staging
from segments.models import Segment, SegmentRun, SegmentStay
from segments.refreshing import queue
from tests import make
from tests.conftest import Cast
from tests.customers.channels.test_plans import plans
from tests.segments.crowd import people, segment

# Enough that a key is worth it, of which a tenth are members.
STAYS = 600


@pytest.fixture
def row(cast: Cast) -> Segment:
    found = segment(cast.corp)
    for other in (segment(cast.corp), found):
        fields: dict[str, Any] = {"corp": cast.corp, "segment": other, "entered_at": now(), "entered_by": "day"}
        SegmentStay.objects.bulk_create(
            SegmentStay(customer_id=n, entered_run=1, **fields, **({} if n % 10 == 0 else {"left_run": 1}))
            for n in range(1, STAYS)
        )
    people(cast.corp, "北京", "上海")
    for _n in range(30):
        over = {"reason": "day", "state": "done", "finished_at": now()}
        SegmentRun.objects.create(corp=cast.corp, segment=found, **over)
    if connection.vendor == "sqlite":
        # MySQL counts by itself, and would commit.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return found


def test_members_are_read_without_those_who_left(cast: Cast, row: Segment) -> None:
    one = finding.one(row.pk, make.service(cast.corp))
    shown = SegmentStay.objects.of_segment(one.pk).present(one.standing.run)  # type: ignore[attr-defined]
    asked: list[tuple[Callable[[], object], str]] = [
        (shown.count, "segment_stay"),
        (lambda: reading.after(shown, "", 20), "segment_stay"),
        (lambda: staging.staged_ids(row.pk), "segment_stay"),
        (
            lambda: list(select(Wanted(make.service(cast.corp), {"segmentId": row.pk})).values_list("pk")),
            "segment_stay",
        ),
    ]
    for act, table in asked:
        for plan in plans(act, table):
            keys = ["ix_stay_members", "uk_segment_stay"]
            # SQLite can't know how few a run under way has marked, and takes either key.
            keys += ["ix_stay_entered"] if connection.vendor == "sqlite" else []
            assert any(key in plan for key in keys), plan


def test_the_members_are_the_tenth_that_has_not_left(cast: Cast, row: Segment) -> None:
    stays = SegmentStay.objects.of_segment(row.pk)
    assert stays.present(1).count() == len(range(10, STAYS, 10))
    assert stays.shown().count() == STAYS - 1
    assert len(staging.staged_ids(row.pk)) == stays.present(1).count()
    shown = reading.after(stays.present(1), "", 20)
    # Who is no customer of this company any more is not shown.
    assert {one["customerId"] for one in shown["list"]} <= set(range(10, STAYS, 10))
    assert SegmentRun.objects.filter(open_mark=1).count() == 0


def test_who_entered_in_a_run_and_where_somebody_was_have_keys(cast: Cast, row: Segment) -> None:
    rows = SegmentStay.objects.of_segment(row.pk)
    actor = make.service(cast.corp)
    asked: list[tuple[Callable[[], object], tuple[str, ...]]] = [
        (lambda: rows.filter(entered_run=2).count(), ("ix_stay_entered",)),
        (lambda: rows.filter(left_run=2).count(), ("ix_stay_members",)),
        (lambda: reading.of_customer(7, actor), ("ix_stay_customer", "segment_stay_customer")),
        (lambda: list(rows.filter(customer_id__in=[1, 2, 3])), ("uk_segment_stay", "ix_stay_customer")),
    ]
    for act, keys in asked:
        for plan in plans(act, "segment_stay"):
            assert any(key in plan for key in keys), plan


def test_open_runs_are_found_among_all_that_are_over(cast: Cast, row: Segment) -> None:
    for plan in plans(queue.due, "segment_run"):
        assert "ix_segment_run_due" in plan, plan
    assert clearing.clear_some() is False
