"""The demo's stages, and how far its customers have come: the same each time for the same customers."""

import datetime as dt
import random
from collections.abc import Sequence

from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp
from customers import stages
from customers.choices import Source
from customers.models import Customer, Stage, StageChange
from scrm_customer import demo_words as words

_BATCH = 500


def add(corp: Corp, customers: Sequence[Customer]) -> None:
    """Make the stages and put the customers into them: each came along the way to where they are, most not far.

    A company that has stages keeps them.
    """
    if Stage.objects.of_corp(corp.pk).exists():
        return
    dice = random.Random(corp.name)  # noqa: S311
    made = [
        stages.create_stage(corp_id=corp.pk, name=name, outcome=outcome, by=SYSTEM, source="system")
        for name, outcome, _share in words.STAGES
    ]
    shares = [share for _name, _outcome, share in words.STAGES]
    changes: list[StageChange] = []
    moment = now()
    for customer in customers:
        way = _way(made, dice.choices(made, shares)[0])
        changes += _steps(dice, customer, way)
        customer.stage, customer.update_time = way[-1], moment
    StageChange.objects.bulk_create(changes, batch_size=_BATCH)
    Customer.objects.bulk_update(customers, ["stage", "update_time"], batch_size=_BATCH)


def _way(made: Sequence[Stage], end: Stage) -> list[Stage]:
    """The stages on the way up to ``end``; who is lost was lost from the second."""
    passed = [stage for stage in made if not stage.outcome and stage.order < end.order]
    return [*(passed[:2] if end.outcome == Stage.Outcome.LOST else passed), end]


def _steps(dice: random.Random, customer: Customer, way: Sequence[Stage]) -> list[StageChange]:
    last = now()
    since = customer.add_time or last
    moments = sorted(dt.timedelta(seconds=(last - since).total_seconds() * dice.random()) for _stage in way[1:])
    before: list[Stage | None] = [None, *way]
    return [
        StageChange(
            corp_id=customer.corp_id,
            customer=customer,
            from_stage=old,
            to_stage=new,
            at=since + moment,
            actor=SYSTEM.label,
            source=Source.SYSTEM,
        )
        for old, new, moment in zip(before, way, [dt.timedelta(), *moments], strict=False)
    ]
