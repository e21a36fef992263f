"""Every event that the rules record is what its schema here promises to other services."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import customers.events
import followups.writing
import tags.events
from corps.actors import SYSTEM
from customers import lifecycle, tagging, upkeep
from customers.models import Customer
from followups import writing
from messaging.models import OutboxEvent
from tags import catalog, grouping
from tests import make
from tests.conftest import Cast

HERE = Path(__file__).parent
AS = {"by": SYSTEM, "source": "system"}


def schema(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def names() -> set[str]:
    """The event names that the code knows."""
    modules = (customers.events, tags.events, followups.writing)
    return {
        value for module in modules for key, value in vars(module).items() if key.isupper() and isinstance(value, str)
    }


def test_each_event_has_a_schema_and_each_schema_an_event() -> None:
    assert {path.stem for path in HERE.glob("*.json")} - {"envelope"} == names()


@pytest.fixture
def life(cast: Cast) -> None:
    """One of everything that can happen."""
    group = grouping.create_group(corp_id=cast.corp.pk, name="等级", tag_names=["甲", "乙", "丙"], **AS)
    one, two, three = group.tags.all()
    customer = make.customer(cast.corp, cast.owner, mobile="13800138000", name="张三丰")
    lifecycle.update(customer=customer, name="李四", channel="广告", **AS)
    tagging.add_tags(customer=customer, tag_ids=[one.pk, two.pk], **AS)
    tagging.remove_tags(customer=customer, tag_ids=[two.pk], **AS)
    writing.write(customer=customer, content="电话里说下周来", employee_id=cast.owner.pk, **AS)
    writing.write(customer=customer, content="无人", by=make.service(cast.corp), source="api")
    catalog.update_tag(tag=two, name="新名", order=8, **AS)
    catalog.merge_tag(tag=one, into=two, **AS)
    upkeep.sweep_tag(tag_id=one.pk)
    catalog.move_tag(tag=three, group=make.group(cast.corp), **AS)
    catalog.delete_tag(tag=three, **AS)
    grouping.update_group(group=group, name="级别", order=3, **AS)
    grouping.delete_group(group=group, **AS)
    lifecycle.delete(customer=Customer.objects.get(pk=customer.pk), **AS)


def test_every_event_keeps_its_promise(life: None) -> None:
    recorded = list(OutboxEvent.objects.order_by("id"))
    assert {event.name for event in recorded} == names()
    for event in recorded:
        jsonschema.validate(event.payload, schema("envelope"))
        jsonschema.validate(event.payload["data"], schema(event.name))


def test_no_event_tells_what_is_personal(life: None) -> None:
    told = json.dumps([event.payload for event in OutboxEvent.objects.all()], ensure_ascii=False)
    for secret in ("13800138000", "张三丰", "李四", "电话里", "王小明", "级别", "甲"):
        assert secret not in told


def test_a_field_more_or_less_breaks_the_promise() -> None:
    promise = schema("tag.deleted")
    jsonschema.validate({"tagId": 1, "groupId": 2}, promise)
    for data in ({"tagId": 1}, {"tagId": 1, "groupId": 2, "name": "甲"}, {"tagId": "1", "groupId": 2}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, promise)
