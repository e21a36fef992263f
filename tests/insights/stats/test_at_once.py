"""Two workers that count the same days at the same time, on a database that lets them."""

import threading
from typing import Any

import pytest
from django.db import connections

from corps.models import Corp
from insights.models import DailyStat, StatWindow
from insights.stats import computing
from insights.stats.terms import Span
from tests import make
from tests.customers.mirroring.readings import day as moment
from tests.insights.stats import model
from tests.insights.stats.world import FIRST, day

WORKERS, DAYS = 3, 3


def at_once(acts: list[Any]) -> list[BaseException]:
    """Run them in threads that begin together; what went wrong in any."""
    wrong: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(act: Any) -> None:
        try:
            start.wait(timeout=30)
            act()
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return wrong


@pytest.fixture
def corp(transactional_db: None) -> Corp:
    corp = make.corp()
    people = [make.employee(corp, make.department(corp)) for _n in range(3)]
    for n in range(12):
        make.customer(corp, people[n % 3], add_time=moment(n % DAYS))
    return corp


@pytest.mark.services
def test_whoever_counts_at_the_same_time_leaves_what_one_alone_does(corp: Corp) -> None:
    def count() -> None:
        for n in range(DAYS):
            computing.compute_day(corp=Corp.objects.get(pk=corp.pk), day=day(n), today=day(DAYS))

    assert at_once([count] * WORKERS) == []
    assert model.stored(corp, model.EPISODES) == model.expected(corp, FIRST, day(DAYS - 1))
    assert StatWindow.objects.filter(span=Span.DAY).count() == DAYS
    keys = DailyStat.objects.values_list("span", "day", "dim", "metric", "ident", "detail")
    assert len(set(keys)) == DailyStat.objects.count()


@pytest.mark.services
def test_what_has_become_nothing_goes_once(corp: Corp) -> None:
    def count() -> None:
        computing.compute_day(corp=Corp.objects.get(pk=corp.pk), day=day(1), today=day(DAYS))

    count()
    for customer in list(corp.customer_set.all()):
        customer.delete()
    assert at_once([count] * WORKERS) == []
    assert not DailyStat.objects.exists()
