"""Rivals among stages, on a database that has real row locks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.errors import RuleViolation
from core.retry import atomic_retry
from corps.actors import SYSTEM
from customers import stages
from customers.models import Customer, Stage, StageChange
from messaging.models import OutboxEvent
from tests import make
from tests.customers.test_concurrency import at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]
AS: Any = {"by": SYSTEM, "source": "operator"}


def move(customer: Customer, stage: Stage) -> Callable[[], object]:
    def run() -> None:
        atomic_retry(stages.set_stage)(customer=Customer.objects.get(pk=customer.pk), stage=stage, **AS)

    return run


def codes(raised: list[BaseException]) -> set[str]:
    """The codes of the refusals; anything else that was raised fails the test."""
    assert all(isinstance(error, RuleViolation) for error in raised), raised
    return {error.code for error in raised if isinstance(error, RuleViolation)}


def test_rivals_leave_a_chain_without_gaps() -> None:
    corp = make.corp()
    customer, rows = make.customer(corp), [make.stage(corp) for _n in range(4)]
    assert at_once([move(customer, row) for row in rows]) == []
    chain = list(StageChange.objects.order_by("id").values_list("from_stage_id", "to_stage_id"))
    assert [step[0] for step in chain] == [None, *(step[1] for step in chain[:-1])]
    assert len(chain) == len(rows)
    row = Customer.objects.get(pk=customer.pk)
    assert (row.stage_id, row.version) == (chain[-1][1], 1 + len(rows))


def test_a_stage_is_either_taken_away_or_has_people_in_it() -> None:
    corp = make.corp()
    for _time in range(4):
        stage, people = make.stage(corp), [make.customer(corp) for _n in range(3)]

        def away(stage: Stage = stage) -> None:
            atomic_retry(stages.delete_stage)(stage=stage, **AS)

        raised = at_once([away, *(move(row, stage) for row in people)])
        inside = Customer.objects.filter(stage_id=stage.pk).count()
        assert inside == StageChange.objects.filter(to_stage_id=stage.pk).count()
        there = Stage.objects.filter(pk=stage.pk).exists()
        assert (codes(raised), inside) == (({"stage_in_use"}, 3) if there else ({"stage_unknown"}, 0))


def test_of_eight_who_take_one_name_one_wins_and_no_two_get_one_place() -> None:
    corp = make.corp()

    def create(name: str) -> Callable[[], object]:
        return lambda: atomic_retry(stages.create_stage)(corp_id=corp.pk, name=name, **AS)

    raised = at_once([create("意向") for _n in range(4)] + [create(f"阶段{n}") for n in range(4)])
    assert (codes(raised), len(raised)) == ({"stage_exists"}, 3)
    assert sorted(Stage.objects.values_list("order", flat=True)) == [0, 1, 2, 3, 4]
    assert OutboxEvent.objects.filter(name="stage.created").count() == 5
