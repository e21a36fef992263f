"""Processes that refresh a segment are killed by SIGKILL at each step: the next one ends it, and tells nobody twice."""

import datetime as dt
import signal
from collections.abc import Callable, Iterator

import pytest

from corps.models import Corp
from messaging.models import OutboxEvent
from segments.models import Segment, SegmentRun, SegmentStanding, SegmentStay
from tests import make
from tests.faults.conftest import _starting
from tests.faults.messages import Daemon
from tests.segments import crowd

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.timeout(600)]
STEPS = ("segment.begun", "segment.staged", "segment.shown", "segment.told")
CUSTOMERS = 300
PAST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
Start = Callable[..., Daemon]


@pytest.fixture
def start(transactional_db: None) -> Iterator[Start]:
    with _starting(None) as starting:
        yield starting


@pytest.fixture
def row() -> Segment:
    corp: Corp = make.corp()
    for city in ("北京", "上海"):
        crowd.people(corp, *[city] * (CUSTOMERS // 2))
    return crowd.segment(corp, announces=True, counted=False)


def worker(start: Start, call: str, **environment: str) -> Daemon:
    return start("manage.py", "shell", "-v", "0", "-c", call, **environment)


def refreshed(start: Start, run: SegmentRun, **environment: str) -> int:
    SegmentRun.objects.filter(pk=run.pk).update(lease_until=PAST)
    call = f"from segments.refreshing import working; working.work({run.pk})"
    return worker(start, call, **environment).exit_code()


def test_killed_at_one_step_after_the_other_it_is_refreshed_once(start: Start, row: Segment) -> None:
    run = crowd.last_run(row)
    for step in STEPS:
        assert refreshed(start, run, FAILPOINTS=f"{step}=kill") == -signal.SIGKILL, step
        seen = crowd.members(row)
        assert len(seen) == (CUSTOMERS // 2 if step in STEPS[2:] else 0), step
    assert refreshed(start, run) == 0
    run.refresh_from_db()
    assert (run.state, len(crowd.members(row)), SegmentStay.objects.count()) == ("done", CUSTOMERS // 2, CUSTOMERS // 2)
    told = [pk for _how, some, _cause in crowd.told(row) for pk in some]
    assert sorted(told) == sorted(crowd.members(row))
    versions = OutboxEvent.objects.filter(aggregate_type="segment_standing").values_list("aggregate_version", flat=True)
    assert sorted(versions) == list(range(1, SegmentStanding.objects.get().version + 1))


@pytest.mark.parametrize("step", ["segment.drain.held", "segment.drain.settled"])
def test_who_changed_is_asked_about_by_the_next_process(start: Start, row: Segment, step: str) -> None:
    crowd.run_all()
    before = crowd.members(row)
    (one,) = crowd.people(row.corp, "北京")
    row.corp.refresh_from_db()
    call = (
        "from segments.refreshing import draining, hearing;"
        f"hearing.note(corp_id={row.corp_id}, customer_ids=[{one.pk}], cause='customer.created', event_id='e');"
        f"draining.drain_some(corp_id={row.corp_id})"
    )
    assert worker(start, call, FAILPOINTS=f"{step}=kill").exit_code() == -signal.SIGKILL
    assert crowd.members(row) == before
    assert worker(start, call).exit_code() == 0
    assert crowd.members(row) == before | {one.pk}
