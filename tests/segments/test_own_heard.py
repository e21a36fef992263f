"""Whatever changes what custom fields hold or are, segments and rules that ask them hear of it."""

from collections.abc import Callable
from typing import Any

import pytest

from customers import custom
from customers.choices import CustomKind
from customers.models import Customer, CustomField
from messaging.models import OutboxEvent
from scrm_customer.subscriptions import SUBSCRIPTIONS
from segments import asking as answers
from segments import handlers
from segments.models import RuleBook, Segment, SegmentPending, SegmentRun
from segments.refreshing import concerning, questions
from segments.rules import books
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import AS, ids_of, put
from tests.segments.crowd import asking, hear, incoming, members, run_all, segment

Json = dict[str, Any]
K = CustomKind


def asked_now(row: Segment) -> set[int]:
    """Who answers to the condition at this moment, by a reading of all."""
    return set(answers.ids(questions.condition_of(row)))


@pytest.fixture
def one(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def related(field: str, op: str, value: Any) -> Json:
    return {"version": 1, "where": {"some": "relation", "where": {"field": field, "op": op, "value": value}}}


def story(cast: Cast, one: Customer) -> list[tuple[Json, Callable[[], object], bool]]:
    """(what is asked, what is done, whether the customer is in it then), one after the other."""
    level = ids_of(make.custom_field(cast.corp, "level", "甲", "乙"))
    some = ids_of(make.custom_field(cast.corp, "some", "一", "二", kind=K.CHOICES))
    make.custom_field(cast.corp, "age", kind=K.NUMBER)
    make.custom_field(cast.corp, "mood", subject="relation")

    def fill(employee_id: int | None = None, **values: Any) -> Callable[[], object]:
        return lambda: put(Customer.objects.get(pk=one.pk), employee_id, **values)

    return [
        (asking("custom.level", "is", level["甲"]), fill(level=level["甲"]), True),
        (asking("custom.level", "isNot", level["甲"]), lambda: None, False),
        (asking("custom.level", "is", level["甲"]), fill(level=level["乙"]), False),
        (asking("custom.some", "all", list(some.values())), fill(some=list(some.values())), True),
        (asking("custom.age", "gte", 18), fill(age=18), True),
        (asking("custom.age", "unset"), fill(age=None), True),
        (related("custom.mood", "contains", "好"), fill(cast.owner.pk, mood="很好"), True),
        (related("custom.mood", "contains", "好"), fill(cast.owner.pk, mood="坏"), False),
    ]


def test_each_change_of_a_value_is_in_the_members_once_it_was_heard_of(cast: Cast, one: Customer) -> None:
    told = story(cast, one)
    rows = [segment(cast.corp, condition, counted=False) for condition, _act, _member in told]
    run_all()
    for row, (_condition, act, member) in zip(rows, told, strict=True):
        act()
        hear(cast.corp)
        assert (one.pk in members(row)) is member is (one.pk in asked_now(row))


def test_a_changed_value_puts_its_customer_down_to_be_asked(cast: Cast, one: Customer) -> None:
    make.custom_field(cast.corp, "nick")
    segment(cast.corp, asking("custom.nick", "set"))
    put(one, nick="x")
    event = OutboxEvent.objects.get(name="customer.field.changed")
    handlers.customer_changed(incoming(event))
    pending = SegmentPending.objects.get()
    assert (pending.customer_id, pending.cause) == (one.pk, "customer.field.changed")


def test_a_changed_definition_has_just_those_segments_asked_anew_that_ask_custom_fields(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "nick")
    mood = make.custom_field(cast.corp, "mood", subject="relation")
    asks = segment(cast.corp, asking("custom.nick", "is", "3"))
    inner = segment(cast.corp, related("custom.mood", "is", "好"))
    segment(cast.corp, asking("city", "set"))
    run_all()
    before = SegmentRun.objects.count()
    found = concerning.segments(corp_id=cast.corp.pk, event="custom_field.updated")
    assert [row.pk for row in found] == [asks.pk, inner.pk]
    custom.update_field(field=CustomField.objects.get(pk=field.pk), kind=K.PHONE, **AS)
    event = OutboxEvent.objects.filter(name="custom_field.updated").latest("pk")
    handlers.custom_field_changed(incoming(event))
    assert SegmentRun.objects.count() == before + 2
    assert mood.active


def test_values_that_a_new_kind_can_not_say_are_in_no_segment_any_more(cast: Cast, one: Customer) -> None:
    field = make.custom_field(cast.corp, "nick")
    put(one, nick="viel")
    row = segment(cast.corp, asking("custom.nick", "set"))
    run_all()
    assert one.pk in members(row)
    custom.update_field(field=CustomField.objects.get(pk=field.pk), kind=K.NUMBER, leave_old=True, **AS)
    event = OutboxEvent.objects.filter(name="custom_field.updated").latest("pk")
    handlers.custom_field_changed(incoming(event))
    run_all()
    assert one.pk not in members(row)
    assert asked_now(row) == set()


def test_rules_read_their_conditions_anew_after_a_changed_definition(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "nick")
    tag = make.tag(make.group(cast.corp))
    condition = asking("custom.nick", "set")
    make.tag_rule(cast.corp, tag, condition=condition)
    books.of(cast.corp.pk)
    stamp = RuleBook.objects.get(corp=cast.corp).stamp
    custom.update_field(field=CustomField.objects.get(pk=field.pk), kind=K.NUMBER, **AS)
    event = OutboxEvent.objects.filter(name="custom_field.updated").latest("pk")
    handlers.custom_field_changed(incoming(event))
    assert RuleBook.objects.get(corp=cast.corp).stamp > stamp


def test_each_event_of_custom_fields_has_its_readers() -> None:
    assert SUBSCRIPTIONS["customer.field.changed"] == ["segments.handlers.customer_changed"]
    for name in ("custom_field.updated", "custom_field.deleted"):
        assert SUBSCRIPTIONS[name] == ["segments.handlers.custom_field_changed"]
