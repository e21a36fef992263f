"""How fresh a segment is, said in words; and which ones the clock finds stale."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from core.time import now
from corps.actors import SYSTEM
from segments import finding, freshness
from segments.choices import Reason
from segments.members import sizes
from segments.models import Segment, SegmentRun, SegmentSize, SegmentStanding
from segments.refreshing import dates, requesting
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import listed, segment, standing

YESTERDAY = dt.timedelta(days=1)


def of(row: Segment) -> freshness.Freshness:
    return freshness.of(freshness.with_standing(Segment.objects.filter(pk=row.pk)).get())


def test_each_way_to_stand_has_its_word(cast: Cast) -> None:
    fresh, old, changed, failed, busy = (segment(cast.corp) for _n in range(5))
    waiting = segment(cast.corp, counted=False)
    SegmentRun.objects.filter(segment=waiting).delete()
    SegmentStanding.objects.filter(pk=old.pk).update(as_of=now() - YESTERDAY)
    SegmentStanding.objects.filter(pk=changed.pk).update(stale_since=now())
    SegmentStanding.objects.filter(pk=failed.pk).update(last_error="Because.")
    requesting.refresh(segment=busy, by=SYSTEM)
    first = segment(cast.corp, counted=False)
    words = {
        waiting: "stale",
        first: "counting",
        fresh: "fresh",
        old: "stale",
        changed: "stale",
        failed: "failed",
        busy: "refreshing",
        listed(cast.corp, []): "static",
    }
    assert {row: of(row).state for row in words} == words
    assert "Because." in of(failed).message
    assert (of(busy).percent, of(fresh).percent) == (0, None)


def test_it_is_told_in_the_readers_language(cast: Cast) -> None:
    row = listed(cast.corp, [])
    told = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told.append(of(row).message)
    assert told == ["A list: it stays as somebody made it.", "静态名单：不随客户变化。"]


def test_many_segments_are_read_by_as_many_statements_as_one(cast: Cast, django_assert_num_queries: Any) -> None:
    for _n in range(3):
        segment(cast.corp)
    with django_assert_num_queries(2):
        found = [freshness.of(row).state for row in freshness.with_standing(Segment.objects.all())]
    assert found == ["fresh"] * 3


def test_what_is_due_is_dynamic_living_and_has_no_run_open(cast: Cast) -> None:
    rows = [segment(cast.corp) for _n in range(4)]
    SegmentStanding.objects.update(as_of=now() - YESTERDAY)
    requesting.request(segment=rows[0], reason=Reason.HAND, by=SYSTEM)
    Segment.objects.filter(pk=rows[1].pk).update(deleted_at=now())
    listed(cast.corp, [])
    assert dates.due(cast.corp) == rows[2:]
    assert dates.due(cast.other_corp) == []
    assert dates.request_due() == 2
    type(cast.corp).objects.filter(pk=cast.corp.pk).update(active=False)
    SegmentRun.objects.all().delete()
    assert dates.request_due() == 0, "a company that is no longer active isn't asked about"


def test_sizes_of_a_day_add_up(cast: Cast) -> None:
    row = standing(segment(cast.corp))
    at = dt.datetime(2026, 5, 1, 15, 59, tzinfo=dt.UTC)
    for minutes, (size, entered, left) in enumerate([(3, 3, 0), (2, 0, 1), (5, 4, 1)]):
        row.size = size
        sizes.tally(row, entered=entered, left=left, at=at + dt.timedelta(minutes=minutes))
    days = SegmentSize.objects.filter(segment_id=row.pk, day__lt=dt.date(2026, 6, 1)).order_by("day")
    assert [(one.day.day, one.size, one.entered, one.left) for one in days] == [(1, 3, 3, 0), (2, 5, 4, 2)]
    shown = sizes.history(row.pk, days=1, today=dt.date(2026, 5, 2))
    assert [one.day.day for one in shown] == [2]


def test_a_segment_of_another_company_is_not_there(cast: Cast) -> None:
    row = segment(cast.other_corp)
    for actor in (make.service(cast.corp), cast.actor("owner"), cast.actor("admin")):
        with pytest.raises(finding.NotFound):
            finding.one(row.pk, actor)
    assert finding.one(row.pk, cast.actor("stranger")).pk == row.pk


def test_the_history_of_sizes_is_of_the_last_days_and_of_one_segment(cast: Cast) -> None:
    row, other = segment(cast.corp), segment(cast.corp)
    SegmentSize.objects.all().delete()
    for each, factor in ((row, 1), (other, 100)):
        for day in range(1, 8):
            fields = {"day": dt.date(2026, 5, day), "size": day * factor}
            SegmentSize.objects.create(corp=cast.corp, segment=each, **fields)

    def shown(days: int, today: int) -> list[int]:
        return [one.size for one in sizes.history(row.pk, days=days, today=dt.date(2026, 5, today))]

    assert shown(3, 7) == [5, 6, 7]
    assert shown(90, 7) == [1, 2, 3, 4, 5, 6, 7]
    assert shown(2, 4) == [3, 4]
    assert shown(2, 20) == []
