"""Two workers, an editor and customers who change, all at once, on a database that has real row locks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.errors import Conflict, RuleViolation
from core.retry import atomic_retry
from corps.actors import SYSTEM
from corps.models import Corp
from segments import catalogue
from segments.members import staging
from segments.models import Segment, SegmentPending, SegmentRun, SegmentStay
from segments.refreshing import draining, hearing, queue, requesting, working
from tests import make
from tests.customers.test_concurrency import at_once
from tests.segments.crowd import (
    BY,
    ids,
    last_run,
    listed,
    members,
    move,
    of_city,
    people,
    run_all,
    segment,
    standing,
    told,
)

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]


@pytest.fixture
def corp() -> Corp:
    return make.corp()


def test_of_several_workers_one_works_and_nobody_is_entered_twice(corp: Corp) -> None:
    customers = people(corp, *["北京"] * 20)
    row = segment(corp, announces=True, counted=False)
    run = last_run(row)
    assert at_once([lambda: working.work(run.pk) for _n in range(6)]) == []
    run_all()
    assert (members(row), SegmentStay.objects.count(), standing(row).size) == (ids(*customers), 20, 20)
    assert sorted(pk for _how, some, _cause in told(row) for pk in some) == sorted(ids(*customers))


def test_several_ask_for_a_refresh_and_one_run_is_open(corp: Corp) -> None:
    row = segment(corp)
    asks: list[Callable[[], object]] = [lambda: requesting.refresh(segment=row, by=SYSTEM) for _n in range(6)]
    assert at_once(asks) == []
    assert SegmentRun.objects.filter(segment=row, open_mark=1).count() == 1


def test_who_changes_while_all_is_asked_ends_where_they_belong(corp: Corp, monkeypatch: Any) -> None:
    customers = people(corp, *["北京", "上海"] * 12)
    row = segment(corp, announces=True)
    monkeypatch.setattr(staging, "BATCH", 3)
    monkeypatch.setattr(working, "CHANGED", 2)

    def change(some: list[Any], city: str) -> Callable[[], None]:
        def act() -> None:
            for one in some:
                move(one, city)
                hearing.note(corp_id=corp.pk, customer_ids=[one.pk], cause="customer.updated", event_id="e")
                draining.drain_some(corp_id=corp.pk)

        return act

    def refresh() -> None:
        for _n in range(4):
            working.work(requesting.refresh(segment=row, by=SYSTEM).pk)

    jobs = [change(customers[0:6], "上海"), change(customers[6:12], "北京"), change(customers[12:18], "广州"), refresh]
    assert at_once([*jobs, refresh]) == []
    while draining.drain_some(corp_id=corp.pk):
        pass
    SegmentRun.objects.filter(open_mark=1).update(lease_until="2026-01-01T00:00:00Z")
    run_all()
    meant = {one.pk for one in corp.customer_set.filter(city="北京")}
    assert (members(row), standing(row).size) == (meant, len(meant))
    assert not SegmentPending.objects.exists()
    listener: set[int] = set()
    for how, some, _cause in told(row):
        assert (how == "entered") == (not listener & set(some))
        listener = listener | set(some) if how == "entered" else listener - set(some)
    assert listener == meant


def test_two_drain_at_once_and_each_move_is_made_once(corp: Corp) -> None:
    row = segment(corp, announces=True)
    customers = people(corp, *["北京"] * 10)
    for one in customers:
        hearing.note(corp_id=corp.pk, customer_ids=[one.pk], cause="customer.created", event_id="e")
    drains: list[Callable[[], object]] = [lambda: draining.drain_some(corp_id=corp.pk) for _n in range(4)]
    assert at_once(drains) == []
    assert (members(row), SegmentStay.objects.count(), len(told(row))) == (ids(*customers), 10, 1)


def test_two_changes_that_would_close_a_circle_together_are_not_both_made(corp: Corp, monkeypatch: Any) -> None:
    first, second = segment(corp), segment(corp)
    names = {"first": [second.pk], "second": [first.pk]}
    monkeypatch.setattr("segments.refreshing.questions.used_by", lambda condition: names[condition.root.value[0]])

    def change(row: Segment, name: str) -> Callable[[], object]:
        return lambda: atomic_retry(catalogue.update_segment)(segment=row, condition=of_city(name), **BY)

    refused = at_once([change(first, "first"), change(second, "second")])
    assert [(type(error), error.errors[0].code) for error in refused if isinstance(error, RuleViolation)] == [
        (RuleViolation, "segment_cycle")
    ]
    assert sorted(len(row.uses) for row in Segment.objects.all()) == [0, 1]


def test_a_segment_is_not_deleted_while_another_comes_to_name_it(corp: Corp, monkeypatch: Any) -> None:
    named, user = segment(corp), segment(corp)
    monkeypatch.setattr("segments.refreshing.questions.used_by", lambda condition: [named.pk])
    jobs: list[Callable[[], object]] = [
        lambda: atomic_retry(catalogue.update_segment)(segment=user, condition=of_city("上海"), **BY),
        lambda: atomic_retry(catalogue.delete_segment)(segment=named, **BY),
    ]
    refused = at_once(jobs)
    assert len(refused) == 1 and isinstance(refused[0], (RuleViolation, Conflict))
    named.refresh_from_db()
    user.refresh_from_db()
    assert (named.deleted_at is None) == (user.uses == [named.pk])


def test_many_put_the_same_customers_on_a_list_and_each_is_on_it_once(corp: Corp) -> None:
    customers = people(corp, *["北京"] * 10)
    row = listed(corp, [], announces=True)
    wanted = [one.pk for one in customers]
    puts: list[Callable[[], object]] = [
        lambda: atomic_retry(catalogue.add_members)(
            segment=Segment(pk=row.pk, corp_id=corp.pk), customer_ids=wanted, **BY
        )
        for _n in range(5)
    ]
    assert at_once(puts) == []
    assert (members(row), SegmentStay.objects.count(), standing(row).size, len(told(row))) == (set(wanted), 10, 10, 1)


def test_a_run_called_off_while_it_writes_is_shown_or_called_off_and_not_both(corp: Corp, monkeypatch: Any) -> None:
    people(corp, *["北京"] * 6, *["上海"] * 6)
    row = segment(corp)
    before = members(row)
    monkeypatch.setattr(staging, "BATCH", 2)
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    run = last_run(row)
    errors = at_once([lambda: working.work(run.pk), lambda: requesting.cancel(run=run, by=SYSTEM)])
    assert [error.code for error in errors if isinstance(error, Conflict)] in ([], ["refresh_over"])
    run.refresh_from_db()
    assert run.state in ("cancelled", "done")
    assert (members(row) == before) == (run.state == "cancelled")
    assert queue.due() == []
