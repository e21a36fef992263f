"""manage.py sync_wecom and manage.py mirror_wecom."""

import datetime as dt
import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.failpoints import FailpointHit
from core.time import now
from corps.actors import SYSTEM
from tests.wecom.sandboxed import Sandboxed, work
from tests.wecom.sync.furniture import assert_mirrored, furnish
from wecom import daemon
from wecom.management.commands import sync_wecom
from wecom.models import SyncRun
from wecom.sync import asking, loop, progress, running

State = SyncRun.State
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _signals() -> Any:
    """The commands listen to signals; the tests' own handlers are put back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def said(*words: str) -> str:
    out = io.StringIO()
    call_command("sync_wecom", *words, stdout=out)
    return out.getvalue()


def test_it_reads_everything_in_order_and_tells_what_came_of_it(box: Sandboxed) -> None:
    furnish(box)
    text = said()
    assert_mirrored(box)
    assert list(SyncRun.objects.order_by("pk").values_list("kind", flat=True)) == list(map(str, asking.ORDER))
    assert text.count("run ") == 4
    assert " rows, " in text


def test_one_kind_of_one_company_dry(box: Sandboxed) -> None:
    furnish(box)
    said("--corp", str(box.corp.pk), "--kind", "house", "--dry-run")
    run = SyncRun.objects.get()
    assert (run.kind, run.dry_run, run.state) == ("house", True, State.DONE)


def test_a_killed_run_is_gone_on_with(box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(box)
    with monkeypatch.context() as patched, pytest.raises(FailpointHit):

        def die(name: str) -> None:
            raise FailpointHit(name)

        patched.setattr(running, "failpoint", die)
        said("--kind", "house")
    SyncRun.objects.update(lease_until=now())
    said("--kind", "house")
    run = SyncRun.objects.get()
    assert (run.state, run.fence) == (State.DONE, 2)


def test_one_that_another_runner_holds_is_watched_to_its_end(box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    run = asking.ask(corp_id=box.corp.pk, kind="house", by=SYSTEM)
    SyncRun.objects.filter(pk=run.pk).update(state=State.RUNNING, fence=3, lease_until=now())
    monkeypatch.setattr(sync_wecom.leases, "take", lambda _run_id: None)

    def meanwhile(_seconds: float) -> None:
        SyncRun.objects.filter(pk=run.pk).update(state=State.DONE, finished_at=now())

    monkeypatch.setattr(sync_wecom.time, "sleep", meanwhile)
    said("--kind", "house")
    assert SyncRun.objects.get().fence == 3


def test_approving_goes_on_to_the_end(box: Sandboxed, settings: Any) -> None:
    settings.SYNC_SAFE_ROWS = settings.SYNC_SAFE_PERCENT = 0
    furnish(box)
    box.sync()
    box.company.advance(60)
    box.company.delete_by_employee("lina", "wmCust04")
    (run,) = box.sync("customers")
    assert run.state == State.NEEDS_APPROVAL
    said("--approve", str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.approved_by, run.report["ended"]) == (State.DONE, "system", 1)


@pytest.mark.parametrize(("word", "state"), [("--refuse", State.NEEDS_APPROVAL), ("--cancel", State.QUEUED)])
def test_a_run_is_ended(box: Sandboxed, word: str, state: str) -> None:
    run = asking.ask(corp_id=box.corp.pk, kind="house", by=SYSTEM)
    SyncRun.objects.filter(pk=run.pk).update(state=state)
    said(word, str(run.pk))
    assert SyncRun.objects.get().state == State.CANCELLED


@pytest.mark.parametrize("word", ["--refuse", "--cancel", "--approve"])
def test_a_run_that_is_not_there_is_one_sentence(box: Sandboxed, word: str) -> None:
    with pytest.raises(CommandError, match="There is no run 77"):
        said(word, "77")


def test_a_refusal_is_one_sentence(box: Sandboxed) -> None:
    run = work(asking.ask(corp_id=box.corp.pk, kind="house", by=SYSTEM))
    before = SyncRun.objects.values().get()
    with pytest.raises(CommandError):
        said("--cancel", str(run.pk))
    assert SyncRun.objects.values().get() == before


# --- Progress ---


def test_the_time_left_follows_from_what_is_through() -> None:
    report = {"new": 100, "same": 60}
    started = now() - dt.timedelta(seconds=20)
    run = SyncRun(started_at=started, pages=4, steps_done=2, steps_total=10, report=report)
    seen = progress.of(run)
    assert (seen.pages, seen.rows, seen.share) == (4, 160, 20)
    assert seen.rate == pytest.approx(8, rel=0.1)
    assert seen.seconds_left == pytest.approx(80, rel=0.1)


def test_before_it_knows_how_much_there_is_it_says_nothing_of_it() -> None:
    seen = progress.of(SyncRun())
    assert (seen.share, seen.seconds_left, seen.rate) == (None, None, 0)


def test_one_that_is_over_has_no_time_left() -> None:
    run = SyncRun(started_at=now(), finished_at=now(), steps_done=3, steps_total=3)
    assert (progress.of(run).share, progress.of(run).seconds_left) == (100, None)


# --- Loops ---


def test_the_loop_takes_what_is_due_and_works_on_it(box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(box)
    asking.ask_all(corp_id=box.corp.pk, by=SYSTEM)
    stopping = threading.Event()
    monkeypatch.setattr(stopping, "wait", lambda _seconds: stopping.set())
    loop.run(stopping)
    assert set(SyncRun.objects.values_list("state", flat=True)) == {State.DONE}
    assert_mirrored(box)


def test_the_daemon_has_a_thread_for_each_kind_of_work() -> None:
    names = [part.name for part in daemon.parts()]
    assert names == ["receipts-urgent", "receipts", "commands", "transfers", "group-transfers", "syncs-1", "syncs-2"]


def test_the_daemon_ends_when_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def idle(name: str) -> daemon.Part:
        def run(stopping: threading.Event) -> None:
            begun.append(name)
            stopping.wait()

        return daemon.Part(name, run)

    monkeypatch.setattr(daemon, "parts", lambda: [idle("one"), idle("two")])
    stopping = threading.Event()
    stopping.set()
    daemon.run(stopping)
    assert set(begun) <= {"one", "two"}


@pytest.mark.slow
def test_the_daemon_is_a_process_that_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}", "DATA_DIR": str(tmp_path)}
    environment |= {"REDIS_URL": "", "BROKER_URL": "memory://"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True, timeout=200)
    process = subprocess.Popen([sys.executable, "manage.py", "mirror_wecom"], cwd=ROOT, env=environment)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(6)
    process.terminate()
    assert process.wait(30) == 0
