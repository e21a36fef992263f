"""What is read of customers before they are judged: of this company, of these employees, by few statements."""

import datetime as dt
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from customers.choices import RelationStatus, TransferKind
from customers.models import TransferItem
from customers.transfers import facts
from customers.transfers.facts import Facts
from tests import make
from tests.customers.transfers.conftest import Bench


def gather(bench: Bench, kind: str = TransferKind.ON_JOB, **given: Any) -> Facts:
    ids = [customer.pk for customer in bench.customers]
    asked = {"handover": bench.cast.owner, "takers": [bench.cast.colleague], "customer_ids": ids} | given
    return facts.gather(kind=kind, **asked)


def test_people_are_those_of_the_givers_company(bench: Bench) -> None:
    foreign = make.customer(bench.cast.other_corp)
    found = gather(bench, customer_ids=[bench.customers[0].pk, foreign.pk])
    assert found.people == {bench.customers[0].pk: (1, False)}


def test_relations_are_those_of_the_giver_and_the_takers(bench: Bench) -> None:
    first = bench.customers[0]
    make.relation(first, bench.cast.manager)
    make.relation(first, bench.cast.colleague, status=RelationStatus.ENDED_BY_CUSTOMER)
    found = gather(bench)
    mine = {employee: status for (customer, employee), status in found.follows.items() if customer == first.pk}
    assert mine == {
        bench.cast.owner.pk: RelationStatus.ACTIVE,
        bench.cast.colleague.pk: RelationStatus.ENDED_BY_CUSTOMER,
    }


def test_who_is_under_way_counts_as_handed_over_too(bench: Bench) -> None:
    job = bench.start(bench.draw(some=bench.customers[:2]))
    found = gather(bench)
    assert found.open == {customer.pk for customer in bench.customers[:2]}
    assert not found.times
    job.items.update(state="waiting", sent_at=now())
    assert dict(gather(bench).times) == dict.fromkeys(found.open, 1)
    # For a leaver's customers it doesn't matter how often.
    assert not gather(bench, TransferKind.LEAVER).times


def test_natural_days_begin_at_the_companys_midnight(bench: Bench) -> None:
    job = bench.draw(some=bench.customers[:1])
    zone = bench.cast.corp.zone
    first_day = now().astimezone(zone).date() - dt.timedelta(days=facts.DAYS)
    midnight = dt.datetime.combine(first_day, dt.time(), zone)
    for moment, times in ((midnight, 1), (midnight - dt.timedelta(seconds=1), 0)):
        job.items.update(state="done", sent_at=moment)
        assert gather(bench).times[bench.customers[0].pk] == times


def test_a_refusal_is_remembered_of_a_leaver_and_not_of_somebody_who_worked_here(bench: Bench) -> None:
    job = bench.draw(some=bench.customers[:1])
    job.items.update(state="refused")
    assert gather(bench, kind="leaver").refused == set()
    type(job).objects.update(kind="leaver")
    assert gather(bench, kind="leaver").refused == {bench.customers[0].pk}
    assert gather(bench).refused == set()


def test_a_missed_login_is_the_pairs_and_not_everybodys(bench: Bench) -> None:
    job = bench.draw(some=bench.customers[:1])
    job.items.update(state="failed", error_code=facts.LOGIN_EXPIRED_CODE, settled_at=now())
    assert gather(bench).logged_out == {bench.cast.colleague.pk}
    assert gather(bench, handover=bench.cast.manager).logged_out == set()
    TransferItem.objects.update(error_code=40131)
    assert gather(bench).logged_out == set()


def test_a_thousand_cost_as_many_statements_as_one(bench: Bench) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            gather(bench)
        return len(seen)

    few = statements()
    bench.customers += [make.customer(bench.cast.corp, bench.cast.owner) for _n in range(30)]
    assert statements() == few <= 8
