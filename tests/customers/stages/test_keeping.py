"""The company's set of stages: the rules."""

from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.actors import SYSTEM
from customers import stages
from customers.models import Customer, Stage
from customers.stages import keeping
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

AS: Any = {"by": SYSTEM, "source": "operator"}


def everything() -> list[list[Any]]:
    return [list(table.objects.order_by("pk").values()) for table in (Stage, Customer, OutboxEvent)]


def create(cast: Cast, **fields: Any) -> Stage:
    return stages.create_stage(corp_id=cast.corp.pk, **{"name": "新客"} | fields, **AS)


def test_stages_come_one_behind_the_other_and_are_told(cast: Cast, recorded: Any) -> None:
    first, second = create(cast), create(cast, name=" 成交 ", outcome="won")
    create(cast, name="首位", order=0)
    assert [(row.name, row.order, row.outcome, row.active) for row in Stage.objects.all()] == [
        ("新客", 0, "", True),
        ("首位", 0, "", True),
        ("成交", 1, "won", True),
    ]
    assert recorded()[:2] == [("stage.created", row.pk, {"stageId": row.pk}) for row in (first, second)]
    assert create(cast, name="末位").order == 2


def test_what_differs_is_changed_and_told_and_a_repeat_does_nothing(cast: Cast, recorded: Any) -> None:
    row = create(cast)
    fields: dict[str, Any] = {"name": "初次接触", "order": 4, "outcome": "lost", "active": False}
    changed = stages.update_stage(stage=row, **fields, **AS)
    assert [getattr(changed, name) for name in fields] == [*fields.values()]
    assert changed.version == 2
    told = {"stageId": row.pk, "changed": ["active", "name", "order", "outcome"]}
    assert recorded()[-1] == ("stage.updated", row.pk, told)
    before = everything()
    stages.update_stage(stage=row, **fields, **AS)
    assert everything() == before


def test_a_retired_stage_stays_readable_on_whoever_has_it(cast: Cast) -> None:
    stage = create(cast)
    customer = make.staged(make.customer(cast.corp), stage)
    stages.update_stage(stage=stage, active=False, **AS)
    row = Customer.objects.get(pk=customer.pk)
    assert (str(row.stage), row.version) == ("新客", customer.version)


def test_a_stage_in_which_nobody_ever_was_can_be_taken_away(cast: Cast, recorded: Any) -> None:
    row = create(cast)
    stages.delete_stage(stage=row, if_version=1, **AS)
    assert not Stage.objects.exists()
    assert recorded()[-1] == ("stage.deleted", row.pk, {"stageId": row.pk})


def test_one_in_which_somebody_is_or_was_stays(cast: Cast) -> None:
    was, now_in = create(cast), create(cast, name="意向")
    customer = make.staged(make.customer(cast.corp), was)
    make.staged(customer, now_in)
    before = everything()
    for stage in (was, now_in):
        with pytest.raises(Conflict) as refusal:
            stages.delete_stage(stage=stage, **AS)
        assert refusal.value.code == "stage_in_use"
    assert everything() == before


def test_names_and_numbers_that_can_not_be_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row, _other = create(cast), create(cast, name="意向")
    stages.create_stage(corp_id=cast.other_corp.pk, name="新客", **AS)
    before = everything()
    for name in ("", "  ", "长" * 31, "a\nb"):
        for act in (lambda text: create(cast, name=text), lambda text: stages.update_stage(stage=row, name=text, **AS)):
            with pytest.raises(RuleViolation) as refusal:
                act(name)
            assert refusal.value.code == "name_invalid"
    for act in (lambda: create(cast, name="意向 "), lambda: stages.update_stage(stage=row, name="意向", **AS)):
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == "stage_exists"
    monkeypatch.setattr(keeping, "MOST_STAGES", 2)
    with pytest.raises(Conflict) as refusal:
        create(cast, name="第三")
    assert refusal.value.code == "too_many_stages"
    assert everything() == before


def test_only_the_version_that_was_seen_is_changed_or_taken_away(cast: Cast) -> None:
    row = create(cast)
    stages.update_stage(stage=row, order=3, **AS)
    before = everything()
    for act in (
        lambda: stages.update_stage(stage=row, order=5, if_version=1, **AS),
        lambda: stages.delete_stage(stage=row, if_version=1, **AS),
    ):
        with pytest.raises(PreconditionFailed):
            act()
    assert everything() == before
