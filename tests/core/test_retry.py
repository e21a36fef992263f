import random
import threading
from collections import Counter
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from core import retry
from core.retry import DEADLOCK, LOCK_WAIT_TIMEOUT, atomic_retry
from corps.models import Corp
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry.time, "sleep", lambda seconds: None)


class Act:
    """Writes a company, then fails with the given errors one after the other before it succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.runs = list(errors), 0

    def __call__(self, name: str) -> str:
        self.runs += 1
        make.corp(name=name)
        if self.errors:
            raise self.errors.pop(0)
        return name.upper()


def lost(number: int) -> OperationalError:
    return OperationalError(number, "Deadlock found when trying to get lock; try restarting transaction")


@pytest.mark.parametrize("number", [DEADLOCK, LOCK_WAIT_TIMEOUT])
def test_work_that_lost_a_lock_is_done_again_from_its_start(number: int) -> None:
    act = Act(lost(number), lost(number))
    assert atomic_retry(act)("acme") == "ACME"
    assert act.runs == 3
    assert Corp.objects.filter(name="acme").count() == 1


def test_the_last_failure_is_told_and_leaves_nothing() -> None:
    act = Act(*[lost(DEADLOCK)] * 9)
    with pytest.raises(OperationalError):
        atomic_retry(act)("acme")
    assert act.runs == retry.TRIES
    assert not Corp.objects.filter(name="acme").exists()


@pytest.mark.parametrize("error", [OperationalError(2006, "gone"), IntegrityError(1062, "twice"), ValueError("no")])
def test_anything_else_is_told_at_once(error: Exception) -> None:
    act = Act(error)
    with pytest.raises(type(error)):
        atomic_retry(act)("acme")
    assert act.runs == 1
    assert not Corp.objects.filter(name="acme").exists()


def test_within_a_transaction_it_leaves_the_second_try_to_the_owner() -> None:
    act = Act(lost(DEADLOCK))
    with pytest.raises(OperationalError), transaction.atomic():
        atomic_retry(act)("acme")
    assert act.runs == 1


def test_hooks_of_a_failed_try_are_dropped() -> None:
    rung, act = [], Act(lost(DEADLOCK))

    @atomic_retry
    def ring() -> None:
        transaction.on_commit(lambda: rung.append(act.runs))
        act("acme")

    ring()
    assert rung == [2]


def test_it_keeps_the_name_and_the_arguments_of_what_it_wraps() -> None:
    @atomic_retry
    def rename(corp: Corp, *, to: str) -> str:
        """Renames."""
        return f"{corp.name}>{to}"

    assert (rename.__name__, rename.__doc__) == ("rename", "Renames.")
    assert rename(make.corp(name="a"), to="b") == "a>b"


@pytest.mark.services
@pytest.mark.slow
def test_sixteen_threads_in_opposite_orders_lose_no_update_and_see_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    rows = [make.corp(tags_version=0).pk for _ in range(50)]
    errors: list[Exception] = []
    runs: Counter[str] = Counter()

    @atomic_retry
    def bump(first: int, second: int) -> None:
        runs["tries"] += 1
        for pk in (first, second):
            row = Corp.objects.select_for_update().get(pk=pk)
            row.tags_version += 1
            row.save(update_fields=["tags_version"])

    def work(seed: int) -> None:
        chooser: Any = random.Random(seed)
        try:
            for _ in range(625):
                bump(*chooser.sample(rows, 2))
                runs["done"] += 1
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert runs["done"] == 10_000
    assert runs["tries"] > 10_000, "no deadlock came about: this run proved nothing"
    assert sum(Corp.objects.filter(pk__in=rows).values_list("tags_version", flat=True)) == 20_000
    assert runs["tries"] < 10_500, "every twentieth act or more had to be repeated"
