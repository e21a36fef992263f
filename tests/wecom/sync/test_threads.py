"""Several threads and runners on a real server: calls side by side, and each run worked on by one."""

import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from core.parts import Part
from corps.actors import SYSTEM
from messaging.models import OutboxEvent
from tests.wecom import sandboxed
from tests.wecom.sandboxed import Sandboxed
from tests.wecom.sync.furniture import assert_mirrored, furnish
from wecom.models import SyncRun
from wecom.sync import asking, loop, running

pytestmark = [pytest.mark.services, pytest.mark.slow]
State = SyncRun.State


@pytest.fixture
def shared(transactional_db: None, settings: Any) -> Iterator[Sandboxed]:
    """A company whose rows other threads see."""
    settings.SYNC_CALLS_AT_ONCE = 4
    yield sandboxed.connected()
    sandboxed.disconnect()


def test_calls_side_by_side_bring_the_same(shared: Sandboxed) -> None:
    furnish(shared)
    runs = shared.sync()
    assert [run.state for run in runs] == [State.DONE] * 4
    assert_mirrored(shared)


def test_an_error_in_one_of_the_threads_is_the_runs(shared: Sandboxed) -> None:
    furnish(shared)
    shared.sync("house", "tags")
    shared.server.faults.set(errors={"externalcontact/batch/get_by_user": {48002: 1.0}})
    (run,) = shared.sync("customers")
    assert (run.state, run.error_code) == (State.FAILED, 48002)


def test_four_runners_share_the_runs_and_each_page_is_stored_once(
    shared: Sandboxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(shared)
    monkeypatch.setattr(loop, "IDLE", 0.05)
    stored: list[tuple[int, int]] = []
    real = running._store

    def counting(sitting: Any, *rest: Any) -> Any:
        fields = real(sitting, *rest)
        stored.append((sitting.run.pk, fields["pages"]))
        return fields

    monkeypatch.setattr(running, "_store", counting)
    runs = asking.ask_all(corp_id=shared.corp.pk, by=SYSTEM)
    runners = [Part(f"runner-{n}", loop.run) for n in range(4)]
    for runner in runners:
        runner.start()
    ended = threading.Event()
    for _ in range(600):
        if not SyncRun.objects.filter(finished_at=None).exists():
            break
        ended.wait(0.1)
    for runner in runners:
        runner.ask_to_stop()
    for runner in runners:
        runner.join(20)
    rows = {run.pk: run for run in SyncRun.objects.all()}
    assert {run.state for run in rows.values()} == {State.DONE}
    assert {run.fence for run in rows.values()} == {1}
    assert len(stored) == len(set(stored)) == sum(run.pages for run in rows.values())
    # A later kind began when the earlier was over.
    ordered = [rows[run.pk] for run in runs]
    assert all(first.finished_at <= second.started_at for first, second in pairwise(ordered))
    assert_mirrored(shared)


def test_a_runner_that_lost_its_lease_in_the_middle_of_a_page_takes_it_all_back(
    shared: Sandboxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction is a real one here, and the other runner's words are committed meanwhile."""
    furnish(shared)
    shared.sync("house", "tags")
    before = OutboxEvent.objects.count()
    run = asking.ask(corp_id=shared.corp.pk, kind="customers", by=SYSTEM)

    def overtaken(name: str) -> None:
        if name == "sync.applied" and SyncRun.objects.get(pk=run.pk).pages == 1:
            overtake(run.pk)

    def overtake(pk: int) -> None:
        def act() -> None:
            SyncRun.objects.filter(pk=pk).update(fence=99)
            connection.close()

        other = threading.Thread(target=act)
        other.start()
        other.join()

    monkeypatch.setattr(running, "failpoint", overtaken)
    sandboxed.work(run)
    assert (run.fence, run.pages, run.state) == (99, 1, State.RUNNING)
    assert not OutboxEvent.objects.filter(name="customer.created").exists()
    assert OutboxEvent.objects.exclude(name__startswith="employee").count() <= before
