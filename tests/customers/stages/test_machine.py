"""Making, changing, retiring, taking away and moving in any order: the tables hold what a list would."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.errors import RuleViolation
from corps.actors import SYSTEM
from customers import lifecycle, stages
from customers.models import Customer, Stage, StageChange
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

AS: Any = {"by": SYSTEM, "source": "operator"}


@dataclass
class Model:
    """What ought to be there."""

    # id → (name, in use)
    stages: dict[int, tuple[str, bool]] = field(default_factory=dict)
    # customer → every stage they were in, None first.
    walks: dict[int, list[int | None]] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    def used(self) -> set[int | None]:
        return {step for walk in self.walks.values() for step in walk}


class Machine:
    def __init__(self, cast: Cast, seed: int) -> None:
        self.dice, self.cast, self.model = random.Random(seed), cast, Model()
        for _n in range(3):
            self.model.walks[make.customer(cast.corp).pk] = [None]

    def create(self) -> None:
        name = self.dice.choice("甲乙丙丁")
        taken = name in {held for held, _active in self.model.stages.values()}
        row = self.refused("stage_exists" if taken else "", stages.create_stage, corp_id=self.cast.corp.pk, name=name)
        if row:
            self.model.stages[row.pk] = (name, True)
            self.model.told.append("stage.created")

    def rename(self) -> None:
        if pk := self.any_stage():
            name = self.dice.choice("甲乙丙丁")
            held, active = self.model.stages[pk]
            others = {n for other, (n, _active) in self.model.stages.items() if other != pk}
            code = "stage_exists" if name in others else ""
            self.refused(code, stages.update_stage, stage=Stage.objects.get(pk=pk), name=name)
            if not code and name != held:
                self.model.stages[pk] = (name, active)
                self.model.told.append("stage.updated")

    def retire(self) -> None:
        if pk := self.any_stage():
            name, active = self.model.stages[pk]
            stages.update_stage(stage=Stage.objects.get(pk=pk), active=not active, **AS)
            self.model.stages[pk] = (name, not active)
            self.model.told.append("stage.updated")

    def take_away(self) -> None:
        if pk := self.any_stage():
            code = "stage_in_use" if pk in self.model.used() else ""
            self.refused(code, stages.delete_stage, stage=Stage.objects.get(pk=pk))
            if not code:
                del self.model.stages[pk]
                self.model.told.append("stage.deleted")

    def move(self) -> None:
        customer, stage = self.dice.choice(list(self.model.walks)), self.any_stage()
        walk, code = self.model.walks[customer], ""
        if customer in self.model.deleted:
            code = "customer_deleted"
        elif stage and stage != walk[-1] and not self.model.stages[stage][1]:
            code = "stage_retired"
        row = Stage.objects.get(pk=stage) if stage else None
        step = self.refused(code, stages.set_stage, customer=Customer.objects.get(pk=customer), stage=row)
        assert bool(step) is (not code and stage != walk[-1])
        if step:
            walk.append(stage)
            self.model.told.append("customer.stage.changed")

    def delete_or_revive(self) -> None:
        row = Customer.objects.get(pk=self.dice.choice(list(self.model.walks)))
        if row.pk in self.model.deleted:
            lifecycle.create(corp_id=row.corp_id, external_userid=row.external_userid, **AS)
        else:
            lifecycle.delete(customer=row, **AS)
        self.model.deleted ^= {row.pk}

    def any_stage(self) -> int | None:
        return self.dice.choice([None, *self.model.stages])

    def refused(self, code: str, act: Any, **asked: Any) -> Any:
        """The act's answer; None where it was refused as it ought to be."""
        if not code:
            return act(**asked, **AS)
        with pytest.raises(RuleViolation) as refusal:
            act(**asked, **AS)
        assert refusal.value.code == code
        return None

    def check(self) -> None:
        stored = {row.pk: (row.name, row.active) for row in Stage.objects.of_corp(self.cast.corp.pk)}
        assert stored == self.model.stages
        for customer, walk in self.model.walks.items():
            rows = StageChange.objects.filter(customer_id=customer).order_by("id")
            assert [None, *rows.values_list("to_stage_id", flat=True)] == walk
            assert [*rows.values_list("from_stage_id", flat=True), walk[-1]] == walk
            assert Customer.objects.get(pk=customer).stage_id == walk[-1]
        told = OutboxEvent.objects.filter(name__contains="stage").order_by("id").values_list("name", flat=True)
        assert list(told) == self.model.told


@pytest.mark.parametrize("seed", [3, 11])
def test_any_walk_through_the_rules_leaves_what_it_ought_to(cast: Cast, seed: int) -> None:
    machine = Machine(cast, seed)
    acts = [machine.create, machine.rename, machine.retire, machine.take_away, machine.delete_or_revive]
    for _step in range(90):
        machine.dice.choice([*acts, *[machine.move] * 4])()
    machine.check()
    assert set(machine.model.told) >= {"stage.created", "stage.updated", "customer.stage.changed"}
