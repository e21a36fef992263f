"""People and rules at work on the same customers at once, with real transactions: nobody's change is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from core.retry import atomic_retry
from customers import tagging
from customers.models import Customer, CustomerTag
from messaging.inbox import Incoming
from segments.models import RuleEffect, RuleRun
from segments.rules import dispatch, jobs, working
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, rule

CUSTOMERS, EDITS, WORKERS = 20, 2_000, 8
# Each person has tags of their own, so that each edit has an answer that nobody else's may take away.
PERSONAL = 50

pytestmark = [pytest.mark.slow, pytest.mark.services, pytest.mark.django_db(transaction=True)]


def closing(act: Callable[[int], None]) -> Callable[[int], None]:
    """The act in a thread, whose connection goes with it."""

    def run(number: int) -> None:
        try:
            act(number)
        finally:
            connection.close()

    return run


def at_once(act: Callable[[int], None], times: int) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(closing(act), number) for number in range(times)]:
            done.result()


@atomic_retry
def put(customer: int, tag: int, by: Any) -> None:
    tagging.add_tags(customer=Customer.objects.get(pk=customer), tag_ids=[tag], by=by, source="operator")


@atomic_retry
def come(corp_id: int, customer: int, employee: int, event_id: str) -> None:
    data = {"customerId": customer, "employeeId": employee}
    dispatch.react(Incoming(event_id, "customer.followed", corp_id, data, 0))


def test_two_thousand_edits_by_people_and_rules_lose_nothing(cast: Cast) -> None:
    group = make.group(cast.corp)
    personal = [make.tag(group).pk for _n in range(PERSONAL)]
    by_rule = [make.tag(make.group(cast.corp)) for _n in range(4)]
    people = [make.customer(cast.corp, cast.owner).pk for _n in range(CUSTOMERS)]
    for tag in by_rule:
        rule(cast.corp, adds(tag), hourly_limit=100_000)
    actor = cast.actor("owner")

    def edit(number: int) -> None:
        customer = people[number % CUSTOMERS]
        if number % 2:
            put(customer, personal[(number // CUSTOMERS) % PERSONAL], actor)
        else:
            come(cast.corp.pk, customer, cast.owner.pk, f"event-{number}")

    at_once(edit, EDITS)
    wanted = {
        (people[number % CUSTOMERS], personal[(number // CUSTOMERS) % PERSONAL], "operator")
        for number in range(1, EDITS, 2)
    }
    wanted |= {(people[number % CUSTOMERS], tag.pk, "rule") for number in range(0, EDITS, 2) for tag in by_rule}
    assert set(CustomerTag.objects.values_list("customer_id", "tag_id", "source")) == wanted
    # Each change of a rule was made once, is kept once, and is counted once.
    changed = {number % CUSTOMERS for number in range(0, EDITS, 2)}
    assert RuleEffect.objects.count() == len(changed) * len(by_rule)
    assert sum(RuleRun.objects.values_list("changed", flat=True)) == RuleEffect.objects.count()


def test_the_hourly_limit_is_exact_among_many(cast: Cast) -> None:
    people = [make.customer(cast.corp, cast.owner).pk for _n in range(60)]
    row = rule(cast.corp, adds(make.tag(make.group(cast.corp))), hourly_limit=25)
    at_once(lambda n: come(cast.corp.pk, people[n], cast.owner.pk, f"event-{n}"), len(people))
    row.refresh_from_db()
    assert (RuleEffect.objects.count(), row.state, row.stopped) == (25, "paused", "hourly")


def test_two_workers_at_one_job_do_it_once(cast: Cast) -> None:
    for _n in range(30):
        make.customer(cast.corp, cast.owner)
    run = jobs.begin_backfill(rule=rule(cast.corp, adds(make.tag(make.group(cast.corp)))), **AS)
    together = threading.Barrier(4)

    def work(_number: int) -> None:
        together.wait(30)
        working.work(run.pk)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(closing(work), number) for number in range(4)]:
            done.result()
    while working.work(run.pk):
        pass
    run.refresh_from_db()
    assert (run.state, run.changed, RuleEffect.objects.count()) == ("done", 30, 30)


def test_an_undo_beside_people_takes_back_only_what_is_the_runs(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    people = [make.customer(cast.corp, cast.owner).pk for _n in range(40)]
    run = jobs.begin_backfill(rule=rule(cast.corp, adds(tag)), **AS)
    while working.work(run.pk):
        pass
    run.refresh_from_db()
    undo = jobs.begin_undo(run=run, **AS)
    actor = cast.actor("owner")

    @atomic_retry
    def again(customer: int) -> None:
        row = Customer.objects.get(pk=customer)
        tagging.remove_tags(customer=row, tag_ids=[tag.pk], by=actor, source="operator")
        tagging.add_tags(customer=row, tag_ids=[tag.pk], by=actor, source="operator")

    def act(number: int) -> None:
        if number == 0:
            while working.work(undo.pk):
                pass
        else:
            again(people[number - 1])

    at_once(act, 21)
    theirs = set(CustomerTag.objects.filter(tag=tag).values_list("customer_id", "source"))
    assert theirs == {(customer, "operator") for customer in people[:20]}
