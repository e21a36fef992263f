"""A run that dies anywhere is taken up where it was, and ends as if nothing had happened."""

import threading
from collections import Counter

import pytest

from core.failpoints import FailpointHit
from core.time import now
from corps.actors import SYSTEM
from messaging.models import OutboxEvent
from tests.wecom.sandboxed import Sandboxed, work
from tests.wecom.sync.furniture import assert_mirrored, furnish
from wecom.models import SyncRun
from wecom.sync import asking, customers, groups, house, leases, running

State = SyncRun.State
POINTS = ["sync.read", "sync.applied", "sync.written", "sync.stored"]
# As many pages as the run of each kind has here; the test of the count fails when that changes.
PAGES = {"house": 5, "tags": 1, "customers": 10, "groups": 4}


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customers, "LIMIT", 3)
    monkeypatch.setattr(customers, "CALLS", 1)
    monkeypatch.setattr(groups, "CHATS", 1)
    monkeypatch.setattr(house, "DEPARTMENTS", 2)


class Death:
    """Stands for ``failpoint``: the process dies at the n-th time that it gets to this place."""

    def __init__(self, point: str, at: int) -> None:
        self.point, self.at, self.dead = point, at, False

    def __call__(self, name: str) -> None:
        if name == self.point and not self.dead:
            self.at -= 1
            if self.at < 0:
                self.dead = True
                raise FailpointHit(name)


def die_and_resume(box: Sandboxed, kind: str, death: Death, monkeypatch: pytest.MonkeyPatch) -> SyncRun:
    """One run of this kind through one death."""
    run = asking.ask(corp_id=box.corp.pk, kind=kind, by=SYSTEM)
    with monkeypatch.context() as patched:
        patched.setattr(running, "failpoint", death)
        with pytest.raises(FailpointHit):
            work(run)
    # Nobody lets go for a dead runner: its lease runs out.
    run.refresh_from_db()
    if run.finished_at is None:
        assert leases.take(run.pk) is None
        SyncRun.objects.filter(pk=run.pk).update(lease_until=now())
        work(run)
    return SyncRun.objects.get(pk=run.pk)


@pytest.mark.parametrize("kind", PAGES)
def test_so_many_pages_are_tried(box: Sandboxed, kind: str) -> None:
    furnish(box)
    box.sync()
    assert box.sync(kind)[0].pages == PAGES[kind]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("kind", "page"), [(kind, page) for kind, pages in PAGES.items() for page in range(pages)])
def test_killed_at_any_page_it_ends_like_an_uninterrupted_one(
    box: Sandboxed, kind: str, page: int, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(box)
    for other in asking.ORDER:
        if other == kind:
            run = die_and_resume(box, kind, Death(point, page), monkeypatch)
            assert run.state == State.DONE
            calls = Counter(box.server.calls)
        else:
            box.sync(other)
        box.server.calls.clear()
    assert_mirrored(box)
    names = Counter(OutboxEvent.objects.values_list("name", flat=True))
    (again,) = box.sync(kind)
    assert Counter(OutboxEvent.objects.values_list("name", flat=True)) == names
    calls.subtract(box.server.calls)
    # At most the one page in hand is fetched again, and what a first run asks for about tags it has not seen.
    extra = +calls
    extra.pop("gettoken", None)
    assert sum(extra.values()) <= (
        groups.CHATS + 1 if kind == "groups" else house.DEPARTMENTS if kind == "house" else 1
    )
    assert again.pages + 1 >= run.pages


def test_two_at_once_and_one_runs(box: Sandboxed) -> None:
    furnish(box)
    run = asking.ask(corp_id=box.corp.pk, kind="house", by=SYSTEM)
    first = leases.take()
    assert first
    assert leases.take() is None
    running.work(first, stopping=threading.Event())
    assert leases.take() is None
    run.refresh_from_db()
    assert (run.state, run.fence) == (State.DONE, 1)


@pytest.mark.parametrize("kind", PAGES)
def test_a_stale_runner_stores_nothing_of_the_page_in_its_hand(
    box: Sandboxed, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has read, and even applied, when another takes the run over and the transaction has still to be committed."""
    furnish(box)
    run = asking.ask(corp_id=box.corp.pk, kind=kind, by=SYSTEM)
    stale = leases.take(run.pk)
    assert stale

    def overtaken(name: str) -> None:
        if name == "sync.applied":
            SyncRun.objects.filter(pk=run.pk).update(fence=99)

    monkeypatch.setattr(running, "failpoint", overtaken)
    running.work(stale, stopping=threading.Event())
    assert not OutboxEvent.objects.exists()
    row = SyncRun.objects.get(pk=run.pk)
    assert (row.pages, row.cursor, row.report) == (0, {}, {})


def test_a_process_that_is_told_to_stop_leaves_the_run_to_the_next(box: Sandboxed) -> None:
    furnish(box)
    for kind in ("house", "tags"):
        box.sync(kind)
    run = asking.ask(corp_id=box.corp.pk, kind="customers", by=SYSTEM)
    stopping = threading.Event()
    taken = leases.take(run.pk)
    assert taken

    def after_three(seen: SyncRun) -> None:
        if seen.pages == 3:
            stopping.set()

    running.work(taken, stopping=stopping, tell=after_three)
    run.refresh_from_db()
    assert (run.state, run.pages) == (State.RUNNING, 3)
    work(run)
    assert run.state == State.DONE
    box.sync("groups")
    assert_mirrored(box)


def test_a_run_that_is_called_off_stops_at_its_next_page(box: Sandboxed) -> None:
    furnish(box)
    for kind in ("house", "tags"):
        box.sync(kind)
    run = asking.ask(corp_id=box.corp.pk, kind="customers", by=SYSTEM)
    taken = leases.take(run.pk)
    assert taken

    def call_off(seen: SyncRun) -> None:
        if seen.pages == 2 and SyncRun.objects.get(pk=run.pk).state == State.RUNNING:
            asking.cancel(run=SyncRun.objects.get(pk=run.pk), by=SYSTEM)

    running.work(taken, stopping=threading.Event(), tell=call_off)
    run.refresh_from_db()
    assert (run.state, run.pages) == (State.CANCELLED, 2)
