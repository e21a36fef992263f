"""Starting, pausing, going on, calling off: what each does, that a repeat does nothing, and when it is refused."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import Conflict
from core.time import now
from corps import mirrored
from corps.models import Corp
from customers.choices import ItemState
from customers.models import Customer, TransferItem, TransferJob
from customers.transfers import claiming, running
from tests import make
from tests.customers.transfers.conftest import BY, Bench

ACTS = {"start": running.start, "pause": running.pause, "resume": running.resume, "cancel": running.cancel}


def act(bench: Bench, name: str, job: TransferJob) -> TransferJob:
    return ACTS[name](job=job, by=bench.by, **BY)


def everything() -> list[Any]:
    return [list(TransferJob.objects.values()), list(TransferItem.objects.order_by("pk").values())]


def test_a_start_queues_who_can_go_and_is_due(bench: Bench) -> None:
    Customer.objects.filter(pk=bench.customers[0].pk).update(blacklisted=True)
    job = bench.start()
    assert bench.told(job) == [("excluded", "blacklisted"), ("queued", ""), ("queued", "")]
    assert (job.state, job.report["acts"][0]["act"]) == ("running", "start")
    assert job.report["acts"][0]["by"] == bench.by.label
    assert job.due_at <= now()
    assert job.started_at


def test_what_has_come_up_since_the_sheet_is_minded_at_the_start(bench: Bench) -> None:
    job = bench.draw()
    Customer.objects.filter(pk=bench.customers[0].pk).update(blacklisted=True)
    assert bench.told(bench.start(job))[0] == ("excluded", "blacklisted")


def test_a_customer_is_under_way_once_however_many_sheets_name_them(bench: Bench) -> None:
    one, two = bench.draw(), bench.draw()
    bench.start(one)
    with pytest.raises(Conflict) as refusal:
        bench.start(two)
    assert refusal.value.code == "nothing_to_send"
    assert bench.told(two) == [("ready", "")] * 3


def test_the_database_itself_keeps_an_employees_customer_from_going_twice(bench: Bench) -> None:
    job = bench.start()
    item = bench.first(job)
    item.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        item.save()
    item.state = ItemState.REFUSED
    item.save()


def test_a_company_without_wecom_starts_nothing(bench: Bench) -> None:
    Corp.objects.update(mirrored=False)
    mirrored.forget()
    job = bench.draw()
    before = everything()
    with pytest.raises(Conflict) as refusal:
        bench.start(job)
    assert refusal.value.code == "not_connected"
    assert everything() == before


@pytest.mark.parametrize("name", ACTS)
def test_the_second_time_changes_nothing(bench: Bench, name: str) -> None:
    job = bench.draw() if name in ("start", "cancel") else bench.start()
    job = act(bench, name, job)
    before = everything()
    act(bench, name, job)
    assert everything() == before


def test_a_pause_keeps_the_rest_from_being_sent_until_it_goes_on(bench: Bench) -> None:
    job = act(bench, "pause", bench.start())
    assert (job.state, claiming.claim(job, most=100)) == ("paused", None)
    job.error_code = 45009
    job.save()
    job = act(bench, "resume", job)
    assert (job.state, job.error_code) == ("running", None)
    batch = claiming.claim(job, most=100)
    assert batch
    assert len(batch.items) == 3
    assert [a["act"] for a in job.report["acts"]] == ["start", "pause", "resume"]


def test_what_is_called_off_before_it_was_started_is_over(bench: Bench) -> None:
    job = act(bench, "cancel", bench.draw())
    assert (job.state, bench.told(job)) == ("cancelled", [("cancelled", "")] * 3)
    assert job.finished_at
    assert bench.told(bench.start(bench.draw())) == [("queued", "")] * 3


def test_what_was_sent_can_not_be_called_off(bench: Bench) -> None:
    job = bench.start()
    claiming.claim(job, most=1)
    job = act(bench, "cancel", job)
    assert bench.told(job) == [("sending", ""), ("cancelled", ""), ("cancelled", "")]
    assert (job.finished_at, job.due_at is not None) == (None, True)


@pytest.mark.parametrize(
    ("state", "name", "code"),
    [
        ("checked", "pause", "transfer_not_started"),
        ("checked", "resume", "transfer_not_started"),
        ("done", "start", "transfer_over"),
        ("done", "pause", "transfer_over"),
        ("done", "resume", "transfer_over"),
        ("done", "cancel", "transfer_over"),
        ("cancelled", "start", "transfer_over"),
        ("cancelled", "pause", "transfer_over"),
    ],
)
def test_an_act_that_does_not_fit_is_refused_and_changes_nothing(
    bench: Bench, state: str, name: str, code: str
) -> None:
    job = bench.draw()
    TransferJob.objects.update(state=state)
    before = everything()
    with pytest.raises(Conflict) as refusal:
        act(bench, name, job)
    assert (refusal.value.code, everything()) == (code, before)


class TestClaiming:
    def test_a_batch_is_of_one_taker_marked_and_with_what_is_to_be_carried(self, bench: Bench) -> None:
        tag = make.tag(make.group(bench.cast.corp))
        make.tagged(bench.customers[0], tag)
        job = bench.start(bench.draw(bench.cast.colleague, bench.cast.manager))
        batch = claiming.claim(job, most=100)
        assert batch
        assert list(batch.items) == [bench.customers[0].external_userid, bench.customers[2].external_userid]
        first, second, third = job.items.order_by("pk")
        assert [first.state, second.state, third.state] == ["sending", "queued", "sending"]
        assert (first.snapshot["tag_ids"], third.snapshot["tag_ids"]) == ([tag.pk], [])
        assert first.sent_at == third.sent_at is not None

    def test_no_more_than_asked_for(self, bench: Bench) -> None:
        job = bench.start()
        batch = claiming.claim(job, most=2)
        assert batch
        assert len(batch.items) == 2

    def test_what_was_not_begun_is_to_be_sent_again(self, bench: Bench) -> None:
        job = bench.start()
        claiming.claim(job, most=100)
        assert claiming.requeue(list(job.items.values_list("pk", flat=True))) == 3
        assert bench.told(job) == [("queued", "")] * 3
        assert bench.first(job).sent_at is None

    def test_but_not_where_it_was_called_off(self, bench: Bench) -> None:
        job = bench.start()
        claiming.claim(job, most=100)
        act(bench, "cancel", job)
        assert claiming.requeue(list(job.items.values_list("pk", flat=True))) == 0
        assert bench.told(job) == [("cancelled", "")] * 3


class TestConcluding:
    def test_a_job_is_over_when_nothing_is_open(self, bench: Bench) -> None:
        job = bench.start()
        assert not running.conclude(job)
        job.items.update(state="refused", settled_at=now())
        assert running.conclude(job)
        assert (job.state, job.due_at) == ("done", None)
        at = job.finished_at
        assert running.conclude(job)
        assert job.finished_at == at

    def test_one_whose_notes_are_not_carried_over_yet_is_open(self, bench: Bench) -> None:
        job = bench.start()
        job.items.update(state="done", settled_at=now())
        assert not running.conclude(job)
        job.items.update(carried_at=now())
        assert running.conclude(job)
