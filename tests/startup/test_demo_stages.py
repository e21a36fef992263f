"""The demo's stages: five, people in each as the words say, the same each time, and each came along a way."""

from collections import Counter

import pytest

from core.time import now
from corps.models import Corp
from customers.models import Customer, Stage, StageChange
from messaging.models import OutboxEvent
from scrm_customer import demo_stages
from scrm_customer import demo_words as words
from tests import make


@pytest.fixture
def corp(db: None) -> Corp:
    corp = make.corp(name="示例")
    owner = make.employee(corp)
    make.customer(corp, owner, external_userid="wm0")
    row = Customer.objects.get()
    rows = [
        Customer(corp=corp, external_userid=f"wm{n}", follow_user=owner, add_time=row.add_time) for n in range(1, 200)
    ]
    Customer.objects.bulk_create(rows)
    return corp


def filled(corp: Corp) -> list[Customer]:
    demo_stages.add(corp, list(Customer.objects.of_corp(corp.pk).order_by("external_userid")))
    return list(Customer.objects.of_corp(corp.pk).order_by("external_userid").select_related("stage"))


def test_there_are_as_many_in_each_as_the_words_say_more_or_less(corp: Corp) -> None:
    found = Counter(row.stage.name for row in filled(corp))
    assert sum(share for _name, _outcome, share in words.STAGES) == 100
    for name, _outcome, share in words.STAGES:
        assert abs(found[name] / 2 - share) < 10, found
    assert [row.outcome for row in Stage.objects.all()].count("won") == 1


def test_each_came_along_the_way_to_where_they_are(corp: Corp) -> None:
    names = {row.pk: row.name for row in Stage.objects.all()} or None
    assert names is None
    ways = set()
    for row in filled(corp):
        steps = list(StageChange.objects.filter(customer=row).order_by("at", "id").select_related("to_stage"))
        ways.add(tuple(step.to_stage.name for step in steps if step.to_stage))
        assert steps[-1].to_stage_id == row.stage_id
        assert row.add_time == steps[0].at <= steps[-1].at <= now()
    assert ways == {
        ("新客户",),
        ("新客户", "初步沟通"),
        ("新客户", "初步沟通", "意向明确"),
        ("新客户", "初步沟通", "意向明确", "已成交"),
        ("新客户", "初步沟通", "暂无意向"),
    }


def test_the_same_customers_get_the_same_stages_and_a_second_time_changes_nothing(corp: Corp) -> None:
    once = [row.stage.name for row in filled(corp)]
    assert [row.stage.name for row in filled(corp)] == once
    assert Stage.objects.count() == OutboxEvent.objects.filter(name="stage.created").count() == len(words.STAGES)
    steps = StageChange.objects.count()
    StageChange.objects.all().delete()
    Customer.objects.update(stage=None)
    Stage.objects.all().delete()
    assert [row.stage.name for row in filled(corp)] == once
    assert StageChange.objects.count() == steps
