"""What a run does about each kind of error: wait, give up with an advice, or count it and go on."""

import datetime as dt

import pytest
import time_machine
from django.utils.translation import override

from core.time import now
from corps.actors import SYSTEM
from customers.models import FollowRelation
from tests.wecom.sandboxed import Sandboxed, work
from tests.wecom.sync.furniture import assert_mirrored, furnish
from wecom.client import pacing
from wecom.models import ApiClosure, SyncRun, WecomApp
from wecom.sync import asking, customers, leases, report, running

State = SyncRun.State
BATCH = "externalcontact/batch/get_by_user"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "sleep", lambda _seconds: None)


@pytest.fixture
def ready(box: Sandboxed) -> Sandboxed:
    """Everything but the customers has been read."""
    furnish(box)
    box.sync("house", "tags")
    return box


def fail(box: Sandboxed, code: int, api: str = BATCH) -> None:
    box.server.faults.set(errors={api: {code: 1.0}})


def test_a_closed_window_is_waited_for(ready: Sandboxed) -> None:
    fail(ready, 45009)
    (run,) = ready.sync("customers")
    until = ApiClosure.objects.get().until
    assert (run.state, run.error_code, run.finished_at) == (State.RUNNING, 45009, None)
    assert run.lease_until == until
    assert leases.take(run.pk) is None
    asked = ready.server.calls[BATCH]
    ready.server.faults.off()
    with time_machine.travel(until + dt.timedelta(seconds=1)):
        work(run)
    assert (run.state, run.error_code) == (State.DONE, None)
    assert ready.server.calls[BATCH] > asked
    ready.sync("groups")
    assert_mirrored(ready)


@pytest.mark.parametrize("code", [-1, 6000, 45033, 81026])
def test_a_busy_wecom_is_tried_again_after_a_pause_that_grows(ready: Sandboxed, code: int) -> None:
    fail(ready, code)
    (run,) = ready.sync("customers")
    pauses = [(run.lease_until - now()).total_seconds()]
    for _ in range(2):
        SyncRun.objects.filter(pk=run.pk).update(lease_until=now())
        work(run)
        assert (run.state, run.error_code) == (State.RUNNING, code)
        pauses.append((run.lease_until - now()).total_seconds())
    assert pauses[0] < pauses[1] < pauses[2]
    ready.server.faults.off()
    SyncRun.objects.filter(pk=run.pk).update(lease_until=now())
    work(run)
    assert run.state == State.DONE
    assert "tries" not in run.cursor


def test_after_many_tries_a_person_is_needed(ready: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_TRIES", 2)
    fail(ready, -1)
    (run,) = ready.sync("customers")
    for _ in range(2):
        SyncRun.objects.filter(pk=run.pk).update(lease_until=now())
        work(run)
    assert (run.state, run.error_code) == (State.FAILED, -1)


def test_a_dead_connection_is_tried_again(ready: Sandboxed) -> None:
    ready.server.faults.set(dropped=1.0, only=[BATCH])
    (run,) = ready.sync("customers")
    assert (run.state, run.error_code) == (State.RUNNING, 0)


@pytest.mark.parametrize("code", [48002, 60020, 50003])
def test_a_missing_right_ends_the_run_with_an_advice(ready: Sandboxed, code: int) -> None:
    fail(ready, code)
    (run,) = ready.sync("customers")
    assert (run.state, run.error_code) == (State.FAILED, code)
    assert run.finished_at
    assert len(report.sentences(run)[-1]) > 10
    assert FollowRelation.objects.count() == 0


def test_a_company_that_lost_its_app_is_told_so(ready: Sandboxed) -> None:
    run = asking.ask(corp_id=ready.corp.pk, kind="customers", by=SYSTEM)
    WecomApp.objects.update(active=False)
    work(run)
    assert (run.state, run.last_error) == (State.FAILED, "not_connected")


def test_one_department_that_cannot_be_read_is_counted_and_nobody_is_taken_for_gone(box: Sandboxed) -> None:
    furnish(box)
    box.sync()
    box.company.fire("wangwu")
    fail(box, 60011, "user/list")
    (run,) = box.sync("house")
    assert (run.state, run.report["failed"], run.report["ended"]) == (State.DONE, 3, 0)
    box.server.faults.off()
    (run,) = box.sync("house")
    assert (run.state, run.report["failed"], run.report["ended"]) == (State.DONE, 0, 1)


def test_cursors_that_die_begin_their_list_anew(ready: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customers, "LIMIT", 2)
    ready.server.faults.set(dead_cursors=0.3, seed=3, only=[BATCH])
    (run,) = ready.sync("customers")
    assert (run.state, run.report["failed"]) == (State.DONE, 0)
    ready.server.faults.off()
    ready.sync("groups")
    assert_mirrored(ready)


def test_tags_that_appeared_since_are_fetched_before_their_page_is_stored(ready: Sandboxed) -> None:
    group = ready.company.add_tag_group("新组", ["新标签"])
    tag = next(tag.id for tag in ready.company.tags.values() if tag.group_id == group.id)
    ready.company.tag_follow("lina", "wmCust01", [tag])
    (run,) = ready.sync("customers")
    assert run.state == State.DONE
    ready.sync("groups")
    assert_mirrored(ready)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_state_has_its_sentences(ready: Sandboxed, language: str) -> None:
    hold = {"what": "relations", "going": 60, "of": 100, "sample": []}
    for state in State.values:
        run = SyncRun(state=state, report={"failed": 2, "hold": hold, "refused_by": "user:7"}, error_code=45009)
        with override(language):
            told = report.sentences(run)
        assert all(told)
        assert all("%(" not in sentence for sentence in told)
