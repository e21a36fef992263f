"""Long files come in by pieces: checked first, brought in when somebody says so, stopped each line once."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from core.errors import Conflict, RuleViolation
from core.time import now
from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from followups import importing, tasks
from followups.importing import checking, jobs, pieces, storing, sweeping, working
from followups.models import FollowUp, FollowUpImport, FollowUpImportLine
from tests import make
from tests.conftest import Cast
from tests.followups.importing.files import line, sent, text, workbook


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, external_userid="wmA")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", 3)


def begun(cast: Cast, data: bytes, name: str = "跟进.csv") -> FollowUpImport:
    return jobs.begin(corp_id=cast.corp.pk, file=sent(data, name), by=cast.actor("admin"), source="operator")


def worked(job: FollowUpImport) -> FollowUpImport:
    """As the workers do it, each task of it one piece."""
    while working.work(job.pk, most=1):
        pass
    job.refresh_from_db()
    return job


def started(cast: Cast, job: FollowUpImport) -> FollowUpImport:
    return jobs.start(job=job, by=cast.actor("admin"), source="operator")


def counts(job: FollowUpImport) -> tuple[Any, ...]:
    return job.state, job.seen, job.good, job.known, job.bad, job.created


@pytest.mark.parametrize("made", [text, workbook])
def test_a_file_is_checked_and_nothing_is_written_until_somebody_says_so(
    cast: Cast, customer: Customer, recorded: Any, made: Any
) -> None:
    make.follow_up(customer, content="已有")
    rows = [line(n, userid=cast.owner.userid) for n in range(7)]
    job = begun(cast, made(*rows, rows[0], line(9, "wmX"), line(9, kind="信件")))
    before = recorded()
    assert job.file.storage.exists(job.file.name)
    place = job.file.name
    assert counts(worked(job)) == ("checked", 10, 7, 1, 2, 0)
    assert (FollowUp.objects.count(), recorded()) == (1, before)
    # What was read is not kept a second time.
    assert (job.file.name, job.file.storage.exists(place)) == ("", False)
    wrong = FollowUpImportLine.objects.filter(state="bad").order_by("number")
    assert list(wrong.values_list("number", "column", "code")) == [
        (10, "externalUserid", "customer_unknown"),
        (11, "kind", "choice_unknown"),
    ]
    job = worked(started(cast, job))
    assert counts(job) == ("done", 10, 7, 1, 2, 7)
    found = FollowUp.objects.exclude(content="已有").order_by("happened_at")
    told = {(row.employee_id, row.actor, row.kind) for row in found}
    assert told == {(cast.owner.pk, cast.actor("admin").label, "call")}
    assert [f"{row.happened_at:%H:%M}" for row in found] == [f"01:{n:02}" for n in range(7)]
    created = [pk for name, pk, _data in recorded()[len(before) :] if name == "customer.followup.created"]
    assert sorted(created) == sorted(row.pk for row in found)
    # Those at fault stay for a while, to be corrected.
    assert list(FollowUpImportLine.objects.values_list("state", flat=True)) == ["bad", "bad"]
    assert job.finished_at
    assert job.lease_until is None


def test_the_same_file_again_brings_in_nothing(cast: Cast, customer: Customer) -> None:
    data = text(*[line(n) for n in range(4)])
    worked(started(cast, worked(begun(cast, data))))
    again = worked(begun(cast, data))
    assert counts(again) == ("done", 4, 0, 4, 0, 0)
    # Nor does the way by which it is waited for.
    waited = importing.bring_in(corp_id=cast.corp.pk, data=data, by=cast.actor("admin"))
    assert (waited.created, waited.known, FollowUp.objects.count()) == (0, 4, 4)


def test_what_has_become_wrong_since_is_left_out_and_told(cast: Cast, customer: Customer) -> None:
    other = make.customer(cast.corp, cast.owner, external_userid="wmB")
    job = worked(begun(cast, text(line(1), line(2, "wmB"), line(3))))
    lifecycle.delete(customer=other, by=SYSTEM, source="system")
    importing.bring_in(corp_id=cast.corp.pk, data=text(line(3)), by=cast.actor("admin"))
    assert counts(worked(started(cast, job))) == ("done", 3, 3, 1, 1, 1)
    assert FollowUpImportLine.objects.values_list("number", "code").get() == (3, "customer_unknown")


def test_one_that_is_stopped_writes_nothing_more_and_what_was_written_stays(cast: Cast, customer: Customer) -> None:
    job = started(cast, worked(begun(cast, text(*[line(n) for n in range(7)]))))
    assert working.work(job.pk, most=1)
    by: dict[str, Any] = {"by": cast.actor("admin"), "source": "operator"}
    jobs.stop(job=job, **by)
    assert jobs.stop(job=job, **by).state == "stopped"
    assert not working.work(job.pk)
    job.refresh_from_db()
    assert (job.state, job.created, FollowUp.objects.count()) == ("stopped", 3, 3)
    with pytest.raises(Conflict) as refusal:
        jobs.start(job=job, **by)
    assert refusal.value.code == "import_over"
    sweeping.sweep()
    assert not FollowUpImportLine.objects.exists()


def test_one_that_is_stopped_while_it_is_checked_keeps_no_file(cast: Cast, customer: Customer) -> None:
    job = begun(cast, text(*[line(n) for n in range(7)]))
    place = job.file.name
    working.work(job.pk, most=1)
    jobs.stop(job=job, by=cast.actor("admin"), source="operator")
    sweeping.sweep()
    assert not job.file.storage.exists(place)
    assert FollowUpImport.objects.values_list("file", "state").get() == ("", "stopped")


def test_nobody_starts_what_is_not_checked_and_twice_is_once(cast: Cast, customer: Customer) -> None:
    job = begun(cast, text(line(1)))
    with pytest.raises(Conflict) as refusal:
        started(cast, job)
    assert refusal.value.code == "import_not_checked"
    assert started(cast, started(cast, worked(job))).state == "writing"


def test_a_worker_that_dies_in_a_piece_loses_none_and_doubles_none(
    cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begun(cast, text(*[line(n) for n in range(7)]))
    real = {"check": pieces.check, "write": storing.store}
    for where, name in ((pieces, "check"), (storing, "store")):
        working.work(job.pk, most=1)

        def dies(*_args: Any, name: str = name) -> Any:
            real["write" if name == "store" else name](*_args)
            raise SystemExit

        with monkeypatch.context() as patch:
            patch.setattr(where, name, dies)
            with pytest.raises(SystemExit):
                working.work(job.pk)
        # Nobody else takes it before its time is over; then the sweep does.
        assert working.waiting() == []
        assert not working.work(job.pk)
        FollowUpImport.objects.update(lease_until=now() - dt.timedelta(seconds=1))
        assert working.waiting() == [job.pk]
        job = worked(job)
        if job.state == "checked":
            started(cast, job)
    assert counts(job) == ("done", 7, 7, 0, 0, 7)
    assert FollowUp.objects.count() == 7


def test_a_slow_task_ends_after_a_piece_and_the_next_one_goes_on(
    cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "SECONDS", -1.0)
    job = begun(cast, text(*[line(n) for n in range(7)]))
    seen = []
    while working.work(job.pk):
        job.refresh_from_db()
        seen.append(job.seen)
    assert seen == [3, 6]
    job.refresh_from_db()
    assert (job.state, job.seen) == ("checked", 7)


def test_lines_that_somebody_else_brings_in_at_that_moment_are_found_there(
    cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = started(cast, worked(begun(cast, text(line(1)))))
    real, tries = storing.store, []

    def raced(*args: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError
        real(*args)

    monkeypatch.setattr(storing, "store", raced)
    assert counts(worked(job)) == ("done", 1, 1, 0, 0, 1)
    assert len(tries) == 2


def test_a_file_that_ends_badly_says_so_and_brings_in_nothing(
    cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begun(cast, text(*[line(n) for n in range(5)]))
    monkeypatch.setattr(jobs, "MOST_LINES", 4)
    worked(job)
    assert (job.state, job.code, job.file.name) == ("failed", "file_too_big", "")
    lost = begun(cast, text(line(1)))
    lost.file.storage.delete(lost.file.name)
    assert (worked(lost).state, lost.code) == ("failed", "file_lost")
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [(text(), "file_empty"), (text(line(1), heading=["x"]), "columns_missing"), (b"", "columns_missing")],
)
def test_what_can_not_be_read_is_refused_where_it_is_sent(cast: Cast, data: bytes, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        begun(cast, data)
    assert (refusal.value.code, FollowUpImport.objects.count()) == (code, 0)


def test_what_nobody_confirms_is_over_after_a_week_and_reports_lose_their_lines(cast: Cast, customer: Customer) -> None:
    waits = worked(begun(cast, text(line(1), line(2, "wmX"))))
    half = FollowUpImport.objects.create(corp=cast.corp, name="x.csv", actor="user:1", source="operator")
    sweeping.sweep()
    assert set(FollowUpImport.objects.values_list("state", flat=True)) == {"checked", "checking"}
    FollowUpImport.objects.update(create_time=now() - dt.timedelta(days=8))
    sweeping.sweep()
    states = dict(FollowUpImport.objects.values_list("pk", "state"))
    assert states == {waits.pk: "stopped", half.pk: "failed"}
    assert list(FollowUpImportLine.objects.values_list("state", flat=True)) == ["bad"]
    FollowUpImport.objects.update(finished_at=now() - dt.timedelta(days=8))
    tasks.sweep_imports()
    assert not FollowUpImportLine.objects.exists()


def test_a_piece_costs_the_same_however_many_lines_are_in_it(
    cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = []
    for number in (2, 40):
        monkeypatch.setattr(checking, "CHUNK", number)
        job = begun(cast, text(*[line(number * 100 + n, userid=cast.owner.userid) for n in range(number)]))
        with CaptureQueriesContext(connection) as counted:
            working.work(job.pk, most=1)
        costs.append(len(counted))
    assert costs[0] == costs[1]
