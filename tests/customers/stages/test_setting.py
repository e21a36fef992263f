"""Putting customers into stages: the rule, its history and what it tells."""

import random
from itertools import pairwise
from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.actors import SYSTEM
from customers import lifecycle, stages
from customers.models import Customer, Stage, StageChange
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings

AS: Any = {"by": SYSTEM, "source": "operator"}


def everything() -> list[list[Any]]:
    return [list(table.objects.order_by("pk").values()) for table in (Customer, StageChange, Stage, OutboxEvent)]


def steps(customer: Customer) -> list[tuple[Any, Any, str, str, Any]]:
    names = ("from_stage_id", "to_stage_id", "actor", "source", "run_id")
    return list(StageChange.objects.filter(customer=customer).order_by("id").values_list(*names))


def test_a_customer_goes_through_stages_and_each_step_is_kept_and_told(cast: Cast, recorded: Any) -> None:
    customer, first, second = make.customer(cast.corp, cast.owner), make.stage(cast.corp), make.stage(cast.corp)
    admin = cast.actor("admin")
    before = len(recorded())
    change = stages.set_stage(customer=customer, stage=first, by=admin, source="api")
    row = Customer.objects.get(pk=customer.pk)
    assert change is not None
    assert (row.stage_id, row.version, change.corp_id) == (first.pk, 2, cast.corp.pk)
    stages.set_stage(customer=row, stage=second, by=SYSTEM, source="sop", run_id=7)
    stages.set_stage(customer=row, stage=None, **AS)
    row.refresh_from_db()
    assert (row.stage_id, row.version) == (None, 4)
    assert steps(customer) == [
        (None, first.pk, admin.label, "api", None),
        (first.pk, second.pk, "system", "sop", 7),
        (second.pk, None, "system", "operator", None),
    ]
    ways = [(None, first.pk), (first.pk, second.pk), (second.pk, None)]
    told = [{"customerId": customer.pk, "fromStageId": a, "toStageId": b} for a, b in ways]
    assert recorded()[before:] == [("customer.stage.changed", customer.pk, data) for data in told]


def test_the_door_s_own_row_shows_the_stage_and_the_version_that_the_event_carries(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    stages.set_stage(customer=customer, stage=make.stage(cast.corp), **AS)
    assert OutboxEvent.objects.get(name="customer.stage.changed").aggregate_version == 2


def test_the_same_stage_again_changes_and_tells_nothing_even_if_it_is_retired(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    customer = make.staged(make.customer(cast.corp), stage)
    stages.update_stage(stage=stage, active=False, **AS)
    before = everything()
    assert stages.set_stage(customer=customer, stage=stage, **AS) is None
    assert stages.set_stage(customer=make.customer(cast.other_corp), stage=None, **AS) is None
    assert everything()[1:3] == before[1:3]
    assert Customer.objects.get(pk=customer.pk).version == customer.version


def test_foreign_retired_and_vanished_stages_are_refused_and_nothing_changes(cast: Cast) -> None:
    customer = make.staged(make.customer(cast.corp), make.stage(cast.corp))
    gone = make.stage(cast.corp)
    Stage.objects.filter(pk=gone.pk).delete()
    refused = {
        "stage_unknown": [make.stage(cast.other_corp), gone],
        "stage_retired": [make.stage(cast.corp, active=False)],
    }
    before = everything()
    for code, rows in refused.items():
        for row in rows:
            with pytest.raises(RuleViolation) as refusal:
                stages.set_stage(customer=customer, stage=row, **AS)
            assert (refusal.value.code, refusal.value.errors[0].field) == (code, "stageId")
    assert everything() == before


def test_a_deleted_customer_stays_where_they_were_and_a_lost_one_can_go_on(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    lost, deleted = make.customer(cast.corp, status=2), make.customer(cast.corp)
    lifecycle.delete(customer=deleted, **AS)
    assert stages.set_stage(customer=lost, stage=stage, **AS)
    before = everything()
    with pytest.raises(Conflict) as refusal:
        stages.set_stage(customer=Customer.objects.get(pk=deleted.pk), stage=stage, **AS)
    assert refusal.value.code == "customer_deleted"
    assert everything() == before


def test_who_is_deleted_and_comes_again_is_where_they_were(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    customer = make.staged(make.customer(cast.corp, cast.owner), stage)
    lifecycle.delete(customer=customer, **AS)
    again = lifecycle.create(corp_id=cast.corp.pk, external_userid=customer.external_userid, **AS)
    assert (again.pk, again.stage_id, len(steps(customer))) == (customer.pk, stage.pk, 1)


def test_what_wecom_says_of_a_customer_leaves_the_stage_alone(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    customer = make.staged(make.customer(cast.corp, cast.owner, external_userid="wmA"), stage)
    for ticket in (1, 2):
        readings.read(cast.corp, readings.follow("wmA", cast.owner.userid, remark=f"备注{ticket}"), ticket=ticket)
    readings.end(cast.corp, "wmA", cast.owner.userid, "customer", 5, ticket=3)
    row = Customer.objects.get(pk=customer.pk)
    assert (row.name, row.stage_id, len(steps(customer))) == ("Name of wmA", stage.pk, 1)


def test_only_the_version_that_was_seen_is_moved(cast: Cast) -> None:
    customer, stage = make.customer(cast.corp), make.stage(cast.corp)
    lifecycle.update(customer=customer, name="换了", **AS)
    before = everything()
    with pytest.raises(PreconditionFailed):
        stages.set_stage(customer=customer, stage=stage, if_version=1, **AS)
    assert everything() == before
    assert stages.set_stage(customer=customer, stage=stage, if_version=2, **AS)


def test_a_walk_of_many_steps_is_what_a_list_would_remember(cast: Cast) -> None:
    dice = random.Random(7)
    people = [make.customer(cast.corp) for _n in range(3)]
    offered = [None, *(make.stage(cast.corp) for _n in range(3))]
    walks: dict[int, list[int | None]] = {row.pk: [None] for row in people}
    for _step in range(40):
        row, stage = dice.choice(people), dice.choice(offered)
        moved = stages.set_stage(customer=Customer.objects.get(pk=row.pk), stage=stage, **AS)
        wanted = stage.pk if stage else None
        assert bool(moved) is (walks[row.pk][-1] != wanted)
        if moved:
            walks[row.pk].append(wanted)
    for row in people:
        walk = walks[row.pk]
        assert [(step[0], step[1]) for step in steps(row)] == list(pairwise(walk))
        stored = Customer.objects.get(pk=row.pk)
        assert (stored.stage_id, stored.version) == (walk[-1], len(walk))
        told = OutboxEvent.objects.filter(name="customer.stage.changed", aggregate_id=row.pk).order_by("id")
        assert [event.aggregate_version for event in told] == list(range(2, len(walk) + 1))
